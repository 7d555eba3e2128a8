import assert from "node:assert/strict"
import test from "node:test"
import { table } from "../../src/text/table.ts"

test("columns are as wide as their widest cell, and aligned to the right unless they say left", () => {
  const rows = [
    ["host", "received", "last seen"],
    ["web1", "1,204", "today"],
    ["mail-gateway", "7", "never"],
  ]
  assert.deepEqual(table(rows, ["left"]), [
    "  host          received  last seen",
    "  web1             1,204      today",
    "  mail-gateway         7      never",
  ])
})

test("a line does not end in the blanks of its last column", () => {
  const rows = [
    ["1,204", "ignore.d.server/ssh:12"],
    ["7", "su:3"],
  ]
  assert.deepEqual(table(rows, ["right", "left"]), ["  1,204  ignore.d.server/ssh:12", "      7  su:3"])
})

test("a table without rows has no lines", () => {
  assert.deepEqual(table([], ["left"]), [])
})
