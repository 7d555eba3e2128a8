/**
 * tamis' line against the line that a real rsyslogd 8.2302 wrote for the same bytes: equal, or different in a way
 * that rsyslog-deviations.ts names. The recordings are others' property and stay outside the repository.
 */
import assert from "node:assert/strict"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { fileURLToPath } from "node:url"
import { Defect } from "../../src/syslog/message.ts"
import { trimmedEnd } from "../../src/syslog/trailing-blanks.ts"
import { lineOf, parse } from "./fields.ts"
import { DEVIATIONS, deviate } from "./rsyslog-deviations.ts"

// The recordings were made in UTC, and a message without a timestamp takes the local time.
process.env.TZ = "UTC"

const CORPORA = fileURLToPath(new URL("../../../shared/corpora/", import.meta.url))
const skip = existsSync(CORPORA) ? false : `no recordings at ${CORPORA}`

/** A string, or bytes that are not UTF-8. */
type Recorded = string | { readonly b64: string }

interface Result {
  readonly rawmsg?: Recorded
  readonly timereported: string
  readonly line_RSYSLOG_TraditionalFileFormat?: Recorded
  readonly line_RSYSLOG_FileFormat: Recorded
}

interface Recording {
  readonly id: string
  readonly frame: Buffer
  readonly result: Result
}

describe("against the lines of a real rsyslogd", { skip }, () => {
  const used = new Set<string>()
  const recordings = skip === false ? [...parserCases(), ...captures()] : []

  test("there are recordings", () => {
    assert.ok(recordings.length > 800, `${recordings.length}`)
  })

  test("every line is rsyslog's, or differs in a named way", () => {
    const different = recordings.flatMap(({ id, frame, result }) => {
      const line = lineOf(frame, Date.parse(result.timereported))
      const expected = deviate(rsyslogLine(result), frame.toString("latin1"), (name) => used.add(name))
      return line === withoutTrailingBlanks(expected) ? [] : [{ id, line, expected, rsyslog: rsyslogLine(result) }]
    })
    assert.deepEqual(different, [])
  })

  test("every deviation is seen in the recordings", () => {
    const unused = DEVIATIONS.filter(({ name }) => !used.has(name)).map(({ name }) => name)
    assert.deepEqual(unused, [])
  })

  test("what rsyslog drops is an empty message", () => {
    const inputs = parserInputs()
    const dropped = Object.entries(parserResults()).filter(([, results]) => results.length === 0)
    assert.ok(dropped.length > 0)
    for (const [id] of dropped) {
      assert.equal(parse(inputs.get(id) ?? assert.fail(id)).defects & Defect.empty, Defect.empty, id)
    }
  })
})

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(CORPORA, path), "utf8"))
}

function parserResults(): Record<string, Result[]> {
  return readJson("C-parser/rsyslog-8.2302-results.json").results as Record<string, Result[]>
}

function parserInputs(): Map<string, Buffer> {
  const inputs = new Map<string, Buffer>()
  for (const file of readdirSync(join(CORPORA, "C-parser"))) {
    const { cases } = readJson(`C-parser/${file}`) as { cases?: { id: string; input_b64?: string }[] }
    for (const { id, input_b64 } of cases ?? []) {
      if (input_b64 !== undefined) inputs.set(id, Buffer.from(input_b64, "base64"))
    }
  }
  return inputs
}

function parserCases(): Recording[] {
  const inputs = parserInputs()
  return Object.entries(parserResults()).flatMap(([id, results]) =>
    results.map((result) => ({ id, frame: inputs.get(id) ?? assert.fail(id), result })),
  )
}

/** Of datagrams the bytes are known; of a connection what rsyslog cut out of it, escaped already. */
function captures(): Recording[] {
  const datagrams = new Map<string, Buffer>()
  for (const file of readdirSync(join(CORPORA, "E-clients"))) {
    const { captures } = readJson(`E-clients/${file}`) as { captures?: { id: string; datagrams_b64?: string[] }[] }
    for (const { id, datagrams_b64 } of captures ?? []) {
      for (const [index, datagram] of (datagrams_b64 ?? []).entries()) {
        datagrams.set(`${id}#${index}`, Buffer.from(datagram, "base64"))
      }
    }
  }
  const { results } = readJson("E-clients/rsyslog-receiver-results.json") as { results: Record<string, Result[]> }
  return Object.entries(results).flatMap(([id, messages]) =>
    messages.flatMap((result) => {
      if (result.rawmsg === undefined || isAbridged(result)) return []
      const datagram = datagrams.get(id)
      // rsyslog's own compression (ZipLevel) is between rsyslogs; it writes what it found inside.
      const isPlain = datagram !== undefined && datagram[0] !== 0x7a
      return [{ id, frame: isPlain ? datagram : toBytes(result.rawmsg), result }]
    }),
  )
}

/** The longest lines were recorded with their middle left out. */
function isAbridged(result: Result): boolean {
  return toBytes(result.line_RSYSLOG_FileFormat).includes(" bytes in all>")
}

function toBytes(recorded: Recorded): Buffer {
  return typeof recorded === "string" ? Buffer.from(recorded) : Buffer.from(recorded.b64, "base64")
}

/** The line with the old header: as recorded, or made of the one with the new header. */
function rsyslogLine(result: Result): string {
  const { line_RSYSLOG_TraditionalFileFormat: traditional, line_RSYSLOG_FileFormat: iso } = result
  if (traditional !== undefined) return withoutTrailingBlanks(toBytes(traditional).toString("latin1"))
  const [, date = "", time = "", rest = ""] = /^(\S{10})T(\S{8})\S* (.*)$/s.exec(toBytes(iso).toString("latin1")) ?? []
  const [month = "", day = ""] = new Date(date).toUTCString().split(" ").slice(1, 3).reverse()
  return withoutTrailingBlanks(`${month} ${day.replace(/^0/, " ")} ${time} ${rest}`)
}

/** As logcheck does before it looks for rules. */
function withoutTrailingBlanks(line: string): string {
  const bytes = Buffer.from(line, "latin1")
  return bytes.toString("latin1", 0, trimmedEnd(bytes, 0, bytes.length))
}
