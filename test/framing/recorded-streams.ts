/**
 * The frames that a real rsyslogd cut out of the streams in the corpora from the field. The recordings belong to others
 * and are no part of this repository.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { FIELD_CORPORA } from "../support/field-corpora.ts"

export interface RecordedStream {
  readonly id: string
  readonly bytes: Buffer
  /** Latin-1 text of the frames' bytes, as rsyslog writes them. */
  readonly rsyslog: readonly string[]
}

/** All streams of which a result was recorded. */
export function recordedStreams(): RecordedStream[] {
  const parser = resultsOf("C-parser/rsyslog-8.2302-framing-results.json")
  const clients = resultsOf("E-clients/rsyslog-receiver-results.json")
  const found: RecordedStream[] = []
  for (const file of ["go-syslog-framing", "telegraf-syslog", "rsyslog-tests"]) {
    for (const { id, input_b64 } of listIn(`C-parser/${file}.json`, "cases")) {
      const rsyslog = parser.get(String(id))
      if (rsyslog !== undefined) found.push({ id: String(id), bytes: fromBase64(input_b64), rsyslog })
    }
  }
  for (const file of ["logger", "rsyslog", "syslog-ng-busybox-inetutils-python-perl-haproxy-nginx"]) {
    for (const { id, connections } of listIn(`E-clients/${file}.json`, "captures")) {
      if (!Array.isArray(connections)) continue
      for (const [index, connection] of connections.entries()) {
        const key = `${String(id)}#conn${index}`
        const rsyslog = clients.get(key)
        if (rsyslog !== undefined) found.push({ id: key, bytes: fromBase64(connection.stream_b64), rsyslog })
      }
    }
  }
  return found
}

/** rsyslog's frames by stream, its own error messages left out, as Latin-1 text of their bytes. */
function resultsOf(file: string): Map<string, string[]> {
  const results: Record<string, { rawmsg?: string | { b64: string } }[]> = parse(file).results
  return new Map(
    Object.entries(results).map(([id, frames]) => [
      id,
      frames.flatMap(({ rawmsg }) => {
        if (rawmsg === undefined) return []
        return [(typeof rawmsg === "string" ? Buffer.from(rawmsg) : fromBase64(rawmsg.b64)).toString("latin1")]
      }),
    ]),
  )
}

function listIn(file: string, key: string): Record<string, unknown>[] {
  return parse(file)[key]
}

function parse(file: string) {
  return JSON.parse(readFileSync(join(FIELD_CORPORA, file), "utf8"))
}

function fromBase64(text: unknown): Buffer {
  return Buffer.from(String(text), "base64")
}
