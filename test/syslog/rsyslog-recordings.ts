/**
 * What a real rsyslogd 8.2302 made of the messages in the corpora from the field, as it was recorded on 23 November, in
 * UTC. The recordings belong to others and are no part of this repository.
 */
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { FIELD_CORPORA } from "../support/field-corpora.ts"
import type { RsyslogLine } from "./rsyslog-line.ts"

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

/** All lines that were recorded. */
export function recordedLines(): readonly RsyslogLine[] {
  return [...parserCases(), ...captures()].map(({ id, frame, result }) => ({
    id,
    frame,
    reportedAtMs: Date.parse(result.timereported),
    line: lineOf(result),
    // By the clock on the day of the recordings.
    isReceivedTime: (timestamp) => /^Nov 23 0[45]:/.test(timestamp),
  }))
}

/** The messages that rsyslog dropped, by their id. */
export function droppedMessages(): ReadonlyMap<string, Buffer> {
  const inputs = parserInputs()
  const dropped = Object.entries(parserResults()).filter(([, results]) => results.length === 0)
  return new Map(dropped.map(([id]) => [id, inputs.get(id) ?? assert.fail(id)]))
}

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(FIELD_CORPORA, path), "utf8"))
}

function parserResults(): Record<string, Result[]> {
  return readJson("C-parser/rsyslog-8.2302-results.json").results as Record<string, Result[]>
}

function parserInputs(): Map<string, Buffer> {
  const inputs = new Map<string, Buffer>()
  for (const file of readdirSync(join(FIELD_CORPORA, "C-parser"))) {
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

/** For datagrams the bytes are known; for a connection, the frames of rsyslog, which are already escaped. */
function captures(): Recording[] {
  const datagrams = new Map<string, Buffer>()
  for (const file of readdirSync(join(FIELD_CORPORA, "E-clients"))) {
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
      // rsyslog's own compression (ZipLevel) is only between rsyslogs; rsyslog writes the uncompressed text.
      const isPlain = datagram !== undefined && datagram[0] !== 0x7a
      return [{ id, frame: isPlain ? datagram : toBytes(result.rawmsg), result }]
    }),
  )
}

/** The longest lines were recorded without their middle. */
function isAbridged(result: Result): boolean {
  return toBytes(result.line_RSYSLOG_FileFormat).includes(" bytes in all>")
}

function toBytes(recorded: Recorded): Buffer {
  return typeof recorded === "string" ? Buffer.from(recorded) : Buffer.from(recorded.b64, "base64")
}

/** The line with the old header: as recorded, or made of the one with the new header. */
function lineOf(result: Result): string {
  const { line_RSYSLOG_TraditionalFileFormat: traditional, line_RSYSLOG_FileFormat: iso } = result
  if (traditional !== undefined) return toBytes(traditional).toString("latin1")
  const [, date = "", time = "", rest = ""] = /^(\S{10})T(\S{8})\S* (.*)$/s.exec(toBytes(iso).toString("latin1")) ?? []
  const [month = "", day = ""] = new Date(date).toUTCString().split(" ").slice(1, 3).reverse()
  return `${month} ${day.replace(/^0/, " ")} ${time} ${rest}`
}
