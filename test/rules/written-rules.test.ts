import assert from "node:assert/strict"
import test from "node:test"
import { compileWritten, matchesLine, rulesMatching } from "../../src/rules/written-rules.ts"

test("rules are asked with their variables replaced, about lines with bytes that are not UTF-8 as well", () => {
  const engine = compileWritten(["^${WHO} x", "x.$", "^f\udcfcr$"], [new Map([["WHO", "(ada|eve)"]])]) ?? assert.fail()
  assert.deepEqual(rulesMatching(engine, "eve xé"), [0, 1])
  assert.deepEqual(rulesMatching(engine, "f\udcfcr"), [2])
  assert.equal(matchesLine(engine, "eve x"), true)
  assert.equal(matchesLine(engine, "bob x"), false)
})

test("rules of which one cannot be run are not compiled", () => {
  assert.equal(compileWritten(["^a", "(b"]), undefined)
  assert.equal(compileWritten(["^a", "${NOBODY_GAVE_THIS}"]), undefined)
})
