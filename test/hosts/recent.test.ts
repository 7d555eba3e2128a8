import assert from "node:assert/strict"
import { test } from "node:test"
import { Recent } from "../../src/hosts/recent.ts"

test("the map holds at most its limit, and at least the last half of it", () => {
  const recent = new Recent<number, string>(10)
  for (let key = 0; key < 1_000; key += 1) recent.set(key, String(key))
  const held = Array.from({ length: 1_000 }, (_, key) => key).filter((key) => recent.get(key) !== undefined)
  assert.ok(held.length <= 10 && held.length >= 5, `${held.length} held`)
  for (let key = 995; key < 1_000; key += 1) assert.equal(recent.get(key), String(key))
})

test("a flood of new keys does not push out an entry in use", () => {
  const recent = new Recent<string, object>(10)
  const value = {}
  recent.set("router", value)
  for (let key = 0; key < 1_000; key += 1) {
    recent.set(`spoofed ${key}`, {})
    assert.equal(recent.get("router"), value)
  }
})

test("an entry that is not used is forgotten", () => {
  const recent = new Recent<string, number>(4)
  recent.set("old", 1)
  for (let key = 0; key < 4; key += 1) recent.set(`new ${key}`, key)
  assert.equal(recent.get("old"), undefined)
})
