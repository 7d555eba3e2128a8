/** What each sender of this directory writes, field by field, and the line that rules see of it. SOURCES.md tells how we know. */
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { describe, test } from "node:test"
import { CanonicalLine } from "../../src/syslog/canonical.ts"
import { type Fields, fieldsOf, parse } from "../syslog/fields.ts"

interface Case {
  readonly name: string
  readonly frame: string
  readonly want: Omit<Fields, "timestamp"> & { readonly timestamp: string | null; readonly line: string }
}

interface Sender {
  readonly sender: string
  readonly cases: readonly Case[]
}

/** The line shows the receive time in local time where the sender gave none. */
process.env.TZ = "UTC"
const RECEIVED_AT_MS = Date.parse("2026-11-23T17:45:00Z")
const PEER = "192.0.2.200"

const DIRECTORY = new URL("./", import.meta.url)

for (const file of readdirSync(DIRECTORY).filter((name) => name.endsWith(".json"))) {
  const { sender, cases }: Sender = JSON.parse(readFileSync(new URL(file, DIRECTORY), "utf8"))
  describe(`${file.slice(0, -".json".length)}: ${sender}`, () => {
    for (const { name, frame, want } of cases) {
      test(name, () => {
        const line = new CanonicalLine()
        line.write(parse(Buffer.from(frame)), PEER, RECEIVED_AT_MS)
        const { timestamp, ...fields } = fieldsOf(frame)
        assert.deepEqual({ ...fields, timestamp: timestamp ?? null, line: line.bytes.toString() }, want)
      })
    }
  })
}
