/** The codes of errors: the table, the code that uses it and the page that explains it say the same. */
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { PASSWORD_VARIABLES } from "../src/config/secrets.ts"
import { codeOf, ERRORS, OperatorError, reasonOf, withCode } from "../src/errors.ts"

const ROOT = join(import.meta.dirname, "..")
const PAGE = readFileSync(join(ROOT, "docs/errors.md"), "utf8")

/** Every other word that begins with TAMIS_. */
const ENVIRONMENT_VARIABLES = ["TAMIS_CONFIG", ...PASSWORD_VARIABLES.values()]

/** The words of the source code that begin with TAMIS_, without those of the table itself. */
function wordsOfSource(): ReadonlySet<string> {
  const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
  const texts = files
    .filter((file) => file.endsWith(".ts") && file !== "errors.ts")
    .map((file) => readFileSync(join(ROOT, "src", file), "utf8"))
  return new Set(texts.flatMap((text) => text.match(/\bTAMIS_[A-Z0-9_]+/g) ?? []))
}

/** The page's sections, one for each code: a heading, a paragraph with the sentence, then the way out. */
function sectionsOfPage() {
  const [, ...sections] = PAGE.split(/^### /m)
  return sections.map((section) => {
    const [code = "", sentence = "", ...wayOut] = section
      .replace(/^## .*/ms, "")
      .trim()
      .split("\n\n")
    const unwrap = (text: string) => text.replaceAll("\n", " ")
    return [code, { sentence: unwrap(sentence), wayOut: unwrap(wayOut.join("\n\n")) }]
  })
}

describe("the codes of errors", () => {
  test("docs/errors.md has every code of the table in its order, with the same sentence and way out, and no other", () => {
    assert.deepEqual(sectionsOfPage(), Object.entries(ERRORS))
  })

  test("the source code uses every code of the table, and no other", () => {
    const used = [...wordsOfSource()].filter((word) => !ENVIRONMENT_VARIABLES.includes(word))
    assert.deepEqual(used.sort(), Object.keys(ERRORS).sort())
  })

  test("no code is an environment variable, and the page names the variables as such", () => {
    const codes = new Set(Object.keys(ERRORS))
    assert.deepEqual(
      ENVIRONMENT_VARIABLES.filter((variable) => codes.has(variable)),
      [],
    )
    const [introduction = ""] = PAGE.split(/^## /m)
    for (const variable of ENVIRONMENT_VARIABLES) assert.ok(introduction.includes(`\`${variable}\``), variable)
  })

  test("sentences and ways out end with a period", () => {
    for (const [code, { sentence, wayOut }] of Object.entries(ERRORS)) {
      assert.match(sentence, /\.$/, code)
      assert.match(wayOut, /\.$/, code)
    }
  })
})

describe("an error as text", () => {
  test("the code ends the first line, before the list of problems", () => {
    const problem = { file: "tamis.yml", line: 3, column: 5, message: "expected a list", hint: "write [a]" }
    const { message, code } = new OperatorError("TAMIS_CONFIGURATION_INVALID", "it cannot be used:", [problem])
    assert.equal(
      withCode(message, code),
      "it cannot be used [TAMIS_CONFIGURATION_INVALID]:\ntamis.yml:3:5: expected a list; write [a]",
    )
    assert.equal(withCode("no such file", "TAMIS_LOG_UNREADABLE"), "no such file [TAMIS_LOG_UNREADABLE]")
  })

  test("the reason is an error's message, or whatever else was thrown", () => {
    assert.equal(reasonOf(new TypeError("it is null")), "it is null")
    assert.equal(reasonOf("a text"), "a text")
    assert.equal(reasonOf(undefined), "undefined")
  })

  test("the code is the system's, or the reason of an error that has none", () => {
    assert.equal(codeOf(Object.assign(new Error("no such file"), { code: "ENOENT" })), "ENOENT")
    assert.equal(codeOf(new Error("no answer within 5 s")), "no answer within 5 s")
    assert.equal(codeOf("a text"), "a text")
  })
})
