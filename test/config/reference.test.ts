import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { exampleFile, schemaFile, withReference } from "../../scripts/config-reference.ts"
import { fixture } from "./fixture.ts"

const root = `${import.meta.dirname}/../..`
const AGAIN = "run `node scripts/generate-config-docs.ts`"

test("the reference page, the example file and the JSON Schema agree with the schema", () => {
  const committed = (file: string) => readFileSync(`${root}/${file}`, "utf8")
  const page = committed("docs/configuration.md")
  assert.equal(page, withReference(page), AGAIN)
  assert.equal(committed("tamis.example.yml"), exampleFile(), AGAIN)
  assert.equal(committed("docs/tamis.schema.json"), schemaFile(), AGAIN)
})

test("the example file gives the configuration of the empty file", (t) => {
  const { config } = fixture(t)
  assert.deepEqual(config(exampleFile()), config(""))
})

test("the commented options of the example file are valid", (t) => {
  const { directory, problems, config } = fixture(t)
  const open = exampleFile()
    .split("\n")
    .map((line) => line.replace(/^( *)#(?=\S| {2})/, "$1"))
    .join("\n")
  // Some things are shown although only one of them can be had, and the mail needs somebody to go to.
  const chosen = open
    .replace("\nmail: stdout\n", "\n")
    .replace("  to: []", "  to: [admin@example.org]")
    .replace(/\n {4}(only|pause): .*/g, "")
    .replace(/\n {2}sqlite: .*\n/, "\n")
    .replace("redis://redis:6379/0", "redis://logs/0")
    .replace(/\n {4}cluster:\n.*\n {6}nodes: .*\n/, "\n")
    .replaceAll("/run/secrets", directory)
  assert.match(problems(chosen), /^(tamis\.yml:\S+ \S+passwordFile: cannot read \w+ \(ENOENT\)\n?){3}$/)
  const env = { TAMIS_SMTP_PASSWORD: "x" }
  const { delivery, store, hosts } = config(chosen.replace(/ +passwordFile: .*\n/g, ""), env)
  assert.deepEqual([delivery.kind, store.kind, hosts.map(({ name }) => name)], ["smtp", "redis", ["router", "*"]])
})

test("the first example of docs/configuration.md is valid", (t) => {
  const { directory, config } = fixture(t)
  const example = /```yaml\n(.*?)```/s.exec(readFileSync(`${root}/docs/configuration.md`, "utf8"))?.[1]
  assert.ok(example !== undefined)
  const here = example.replace("/etc/logcheck", directory).replace(/ +passwordFile: .*\n/, "")
  assert.equal(config(here, { TAMIS_SMTP_PASSWORD: "x" }).delivery.kind, "smtp")
})
