import assert from "node:assert/strict"
import { test } from "node:test"
import { eventually, within } from "./eventually.ts"

test("the first answer that is there is returned", async () => {
  let asked = 0
  assert.equal(await eventually("the third answer", () => ++asked === 3 && "third"), "third")
  assert.equal(asked, 3)
})

test("an answer that never comes fails at the deadline, and the failure names it", async () => {
  let asked = 0
  const late = { name: "AssertionError", message: "waited 0.05 s for godot" }
  await assert.rejects(
    eventually("godot", () => ++asked < 0, 50),
    late,
  )
  const before = asked
  await new Promise((resolve) => setImmediate(resolve))
  assert.ok(before > 0 && asked <= before + 1, "nobody is asked any more")
})

test("a question that is never answered fails at the deadline", async () => {
  await assert.rejects(
    eventually("an answer", () => new Promise<never>(() => {}), 50),
    /waited 0\.05 s for an answer/,
  )
})

test("an event that fails is not waited for", async () => {
  await assert.rejects(within("an event", Promise.reject(new Error("no"))), /^Error: no$/)
  assert.equal(await within("an event", Promise.resolve(1)), 1)
})
