import assert from "node:assert/strict"
import { test } from "node:test"
import { type Option, optionsAt, optionTree } from "../../src/config/options.ts"

test("every option has a description, and is required or has a default or an example", () => {
  const check = (option: Option, path: string): void => {
    if (option.name !== "") {
      assert.match(option.description, /^[A-Za-z`].*\.$/, path)
      if (option.kind === "value") assert.ok((option.preset ?? option.example) !== undefined, path)
    }
    if (option.item !== undefined) check(option.item, `${path}[]`)
    for (const child of option.options) check(child, `${path}.${child.name}`)
  }
  check(optionTree(), "")
})

test("the options at a path in a file are found through lists and alternatives", () => {
  assert.deepEqual(optionsAt(["hosts", 3, "match"]), ["address", "hostname"])
  assert.deepEqual(optionsAt(["mail"]), ["smtp"])
  assert.deepEqual(optionsAt(["log"]), ["level"])
  assert.deepEqual(optionsAt(["ruleSets", "mine", "x"]), [])
})
