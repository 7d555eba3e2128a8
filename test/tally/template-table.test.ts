import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { Template } from "../../src/tally/template.ts"
import { MAX_SHARING, TemplateTable } from "../../src/tally/template-table.ts"
import { aTally } from "./tallies.ts"

const HASH = 7

function templateOf(line: string): Template {
  return new Template(line.length).of(line)
}

describe("templates with one hash", () => {
  it("templates with one hash are distinct, and so are the places of one template", () => {
    const table = new TemplateTable()
    const su = aTally({ template: "su" })
    const sudo = aTally({ template: "sudo" })
    const elsewhere = aTally({ template: "su", layer: "system" })
    table.add(HASH, "violations", su)
    table.add(HASH, "violations", sudo)
    table.add(HASH, "system", elsewhere)
    assert.equal(table.find(HASH, "violations", templateOf("su")), su)
    assert.equal(table.find(HASH, "violations", templateOf("sudo")), sudo)
    assert.equal(table.find(HASH, "system", templateOf("su")), elsewhere)
    assert.equal(table.find(HASH, "system", templateOf("sudo")), undefined)
    assert.equal(table.find(HASH, "violations", templateOf("sv")), undefined)
    assert.equal(table.find(HASH + 1, "violations", templateOf("su")), undefined)
  })

  it("few templates share one hash, so that a line is compared with few", () => {
    const table = new TemplateTable()
    for (let i = 0; i < MAX_SHARING; i += 1) {
      assert.ok(table.hasRoom(HASH))
      table.add(HASH, "system", aTally({ template: "x".repeat(i) }))
    }
    assert.equal(table.hasRoom(HASH), false)
    assert.ok(table.hasRoom(HASH + 1))
  })
})
