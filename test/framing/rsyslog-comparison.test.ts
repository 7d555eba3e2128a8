/**
 * What a real rsyslogd made of the streams in the corpora, and where tamis reads them otherwise.
 *
 * The comparison is made in rsyslog's writing: control characters escaped, a LF at a frame's end dropped.
 */
import assert from "node:assert/strict"
import { existsSync, readFileSync } from "node:fs"
import { describe, it } from "node:test"
import { chunksOf, framesOf } from "./stream-frames.ts"

const CORPORA = new URL("../../../shared/corpora/", import.meta.url)
const MAX_FRAME_BYTES = 65_536

interface Stream {
  readonly id: string
  readonly bytes: Buffer
  readonly rsyslog: readonly string[]
}

const NUL_ENDS_A_FRAME =
  "RFC 6587 §3.4.2 allows NUL as a trailer, and Python and rsyslog itself can send it; rsyslog reads on to LF"
const NO_COUNT = "the digits are no count, so they are text; rsyslog drops them"
const CUT_BY_THE_END = "a frame that the end of the stream cut short is kept and marked truncated; rsyslog drops it"

const DIFFERENCES: ReadonlyMap<string, string> = new Map([
  ["go-syslog-framing/007", NO_COUNT],
  ["go-syslog-framing/008", NO_COUNT],
  ["go-syslog-framing/017", NUL_ENDS_A_FRAME],
  ["go-syslog-framing/019", NUL_ENDS_A_FRAME],
  ["go-syslog-framing/021", NUL_ENDS_A_FRAME],
  ["telegraf-syslog/011", CUT_BY_THE_END],
  ["rsyslog-tests/063", "lines that are numbers stay lines, none is lost; rsyslog, told to count octets, loses most"],
  ["rsyslog-tests/065", "an impossible count is text with its blank; rsyslog drops the blank"],
  ["rsyslog-tests/066", "an impossible count is text with its blank; rsyslog drops the blank"],
  ["rsyslog-tests/067", "an impossible count is text with its blank; rsyslog drops the blank"],
  ["rsyslog-tests/068", "a count of 0 is text; rsyslog drops it"],
  ["rsyslog-tests/069", CUT_BY_THE_END],
  ["rsyslog/tcp-frame-delim-nul#conn0", NUL_ENDS_A_FRAME],
  ["python/tcp-default#conn0", NUL_ENDS_A_FRAME],
])

const missing = existsSync(CORPORA) ? false : `no corpora at ${CORPORA.pathname}`

describe("the streams of the corpora", { skip: missing }, () => {
  for (const stream of missing ? [] : streams()) {
    const reason = DIFFERENCES.get(stream.id)
    it(reason === undefined ? `${stream.id}: as rsyslog` : `${stream.id}: ${reason}`, () => {
      for (const size of [MAX_FRAME_BYTES, 1448, 1]) {
        const frames = framesOf(chunksOf(stream.bytes, size), MAX_FRAME_BYTES).frames.map((frame, index) =>
          abbreviatedAs(stream.rsyslog[index], asRsyslogWrites(frame)),
        )
        if (reason === undefined) assert.deepEqual(frames, stream.rsyslog)
        else assert.notDeepEqual(frames, stream.rsyslog, "no difference any more")
      }
    })
  }

  it("include every stream of which a difference is known", () => {
    const ids = new Set(streams().map((stream) => stream.id))
    assert.deepEqual(
      [...DIFFERENCES.keys()].filter((id) => !ids.has(id)),
      [],
    )
  })
})

function asRsyslogWrites(frame: string): string {
  return frame.replace(/[\n\0]$/, "").replaceAll(/[\x00-\x1f\x7f]/g, (character) => `#${octal(character)}`)
}

/** The corpora keep only the beginning and the length of a long frame. */
function abbreviatedAs(written: string | undefined, frame: string): string {
  const mark = written?.indexOf("...<") ?? -1
  return mark > 0 && written?.endsWith(" bytes in all>")
    ? `${frame.slice(0, mark)}...<${frame.length} bytes in all>`
    : frame
}

function octal(character: string): string {
  return character.charCodeAt(0).toString(8).padStart(3, "0")
}

function streams(): Stream[] {
  const parser = resultsOf("C-parser/rsyslog-8.2302-framing-results.json")
  const clients = resultsOf("E-clients/rsyslog-receiver-results.json")
  const found: Stream[] = []
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
  return JSON.parse(readFileSync(new URL(file, CORPORA), "utf8"))
}

function fromBase64(text: unknown): Buffer {
  return Buffer.from(String(text), "base64")
}
