import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { findFamilies } from "../../src/digest/families.ts"
import { FormReader } from "../../src/digest/form.ts"
import { ValueReader } from "../../src/digest/value-reader.ts"

function valuesOf(template: string, form: string): readonly string[] {
  return new ValueReader(new FormReader()).valuesOf(template, form).map(({ text }) => text)
}

describe("the values of a template", () => {
  const ROWS: readonly (readonly [text: string, form: string, values: readonly string[]])[] = [
    [
      "sshd[<n>]: Invalid user ada from <ip> port <n>",
      "sshd[<n>]: Invalid user <*> from <ip> port <n>",
      ["ada", "<ip>", "<n>"],
    ],
    ["ftpd: connection from <ip> () at <time>", "ftpd: connection from <ip> (<name>) at <n>", ["<ip>", "", "<time>"]],
    ["sshd: rhost=<ip>.example.net", "sshd: rhost=<ip>", ["<ip>.example.net"]],
    ["hdfs: delete blk_-<n> blk_<n> at <ip>:<n>", "hdfs: delete blk_<n> at <ip>:<n>", ["blk_-<n>", "<ip>", "<n>"]],
    ["spark: free <n> KB in <n> ms", "spark: free <n> in <n>", ["<n>", "<n>"]],
    ["kernel: nothing to see", "kernel: nothing to see", []],
  ]
  for (const [text, form, values] of ROWS) {
    it(text, () => assert.deepEqual(valuesOf(`web1 ${text}`, form), values))
  }

  it("tell where they stand in the template", () => {
    const template = "web1 sshd[<n>]: Invalid user ada from <ip>"
    const values = new ValueReader(new FormReader()).valuesOf(template, "sshd[<n>]: Invalid user <*> from <ip>")
    for (const { text, at } of values) assert.equal(template.slice(at, at + text.length), text)
  })

  it("are as many in all templates of a family", () => {
    const templates = ["ada", "bob", "eve", "joe", "kim"].map((user, index) => ({
      template: `h sshd[<n>]: Accepted password for user ${user} from ${index % 2 === 0 ? "<ip>" : "a.example.org"}`,
    }))
    const { forms } = findFamilies(templates, new Set())
    assert.equal(new Set(forms).size, 1)
    for (const { template } of templates) assert.equal(valuesOf(template, forms[0]!).length, 2)
  })

  it("are those of the form itself where the template is it", () => {
    assert.deepEqual(valuesOf("- su: closed for user <*>", "su: closed for user <*>"), ["<*>"])
  })

  it("are none where the form is another one's", () => {
    assert.deepEqual(valuesOf("web1 su: closed", "su: closed for user <*>"), [])
  })
})
