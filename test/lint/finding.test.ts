import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { FINDING_CODES, type Finding, formatFinding, severityOf } from "../../src/lint/finding.ts"

const page = readFileSync(new URL("../../docs/rules.md", import.meta.url), "utf8")
const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (error|warning) \| (.+) \| (.+) \|$/gm)]

test("docs/rules.md explains exactly the codes of all findings", () => {
  assert.deepEqual(rows.map(([, code]) => code).sort(), [...FINDING_CODES].sort())
})

test("docs/rules.md has the severity of each finding", () => {
  const problem = { file: "f", line: 1, column: 1, message: "" }
  for (const [, code, severity] of rows)
    assert.equal(severityOf({ code: code as Finding["code"], problem }), severity, code)
})

test("a finding has the form of a compiler's message, with its code at the end", () => {
  const problem = { file: "f", line: 2, column: 3, message: "this is loose", hint: "hold it" }
  assert.equal(
    formatFinding({ code: "unanchored-end", problem }),
    "f:2:3: warning: this is loose; hold it [unanchored-end]",
  )
  assert.equal(formatFinding({ code: "pattern", problem }), "f:2:3: this is loose; hold it [pattern]")
})
