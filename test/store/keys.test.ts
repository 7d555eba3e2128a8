import assert from "node:assert/strict"
import { test } from "node:test"
import { DAY_KEYS, digestKeys, ruleHistoryKeys } from "../../src/store/keys.ts"

/** The part of a key that decides its slot (Redis Cluster specification, hash tags): between the first { and the next }. */
function hashTag(key: string): string {
  const from = key.indexOf("{")
  const to = key.indexOf("}", from + 1)
  return from === -1 || to <= from + 1 ? key : key.slice(from + 1, to)
}

for (const digest of ["daily", "{a}b", "}", "{}", "%7D", "größe 🐘"]) {
  test(`all keys of the digest ${digest} are in one slot`, () => {
    const { window, ...single } = digestKeys("tamis:", digest)
    const keys = [...Object.values(single), ...window("open"), ...window(7)]
    assert.equal(new Set(keys.map(hashTag)).size, 1)
    assert.equal(new Set(keys).size, keys.length)
  })
}

test("digests with different names share no key", () => {
  const names = ["a", "a}", "{a", "a%7D", "a%257D", "a:open"]
  const keys = names.flatMap((name) => [digestKeys("tamis:", name).state, ...digestKeys("tamis:", name).window("open")])
  assert.equal(new Set(keys).size, keys.length)
})

test("the history of rules is in one slot, and shares no key with a digest", () => {
  const { applied, records, samples, programs, day } = ruleHistoryKeys("tamis:")
  const keys = [applied, records, samples, programs, ...Array.from({ length: DAY_KEYS }, (_, n) => day(20_000 + n))]
  assert.equal(new Set(keys.map(hashTag)).size, 1)
  assert.equal(new Set(keys).size, keys.length)
  assert.equal(day(20_000 + DAY_KEYS), day(20_000))
  assert.notEqual(digestKeys("tamis:", "rules").applied, applied)
})
