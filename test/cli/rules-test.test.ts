import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { gzipSync } from "node:zlib"
import { type RulesTestOptions, rulesTest } from "../../src/cli/rules-test.ts"
import { OperatorError } from "../../src/errors.ts"

const directory = mkdtempSync(join(tmpdir(), "tamis-rules-test-"))
after(() => rmSync(directory, { recursive: true }))

function write(name: string, content: string | Buffer): string {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

const header = "Jun 21 16:47:48 web1"
const rules = write("rules", `# cron\n\n^\\w{3} [ :[:digit:]]{11} [._[:alnum:]-]+ cron\\[[[:digit:]]+\\]: job .+$\n`)
const lines = [
  `${header} cron[7]: job a`,
  `${header} cron[8]: job é\tb`,
  `${header} cron[8]: start`,
  `${header} sshd[9]: job`,
  "",
]
const log = write("log", `${lines.join(" \t\n")}no line feed at the end  `)

async function run(ruleFile: string, logFile: string, options: RulesTestOptions = {}) {
  const out = { stdout: "", stderr: "" }
  const status = await rulesTest(ruleFile, logFile, options, {
    stdout: (text) => {
      out.stdout += text
    },
    stderr: (text) => {
      out.stderr += text
    },
  })
  return { status, ...out }
}

test("the lines that a rule matches are printed, without trailing blanks", async () => {
  assert.deepEqual(await run(rules, log), { status: 0, stdout: `${lines[0]}\n${lines[1]}\n`, stderr: "" })
})

test("--invert prints the lines that no rule matches", async () => {
  const stdout = `${lines[2]}\n${lines[3]}\nno line feed at the end\n`
  assert.deepEqual(await run(rules, log, { invert: true }), { status: 0, stdout, stderr: "" })
})

test("logcheck-test prints the same lines and exits with the same status", async (context) => {
  for (const invert of [false, true]) {
    const peer = spawnSync("logcheck-test", ["-q", ...(invert ? ["-i"] : []), "-l", log, "-r", rules], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C.UTF-8" },
    })
    if (peer.error !== undefined) return context.skip("logcheck is not installed")
    const { status, stdout } = await run(rules, log, { invert })
    assert.deepEqual({ status, stdout }, { status: peer.status, stdout: peer.stdout })
  }
})

test("the status is 1 if no line is printed", async () => {
  assert.equal((await run(rules, write("other", "nothing\n"))).status, 1)
  assert.equal((await run(rules, write("all", `${lines[0]}\n`), { invert: true })).status, 1)
  assert.equal((await run(write("empty", "# none\n"), log)).status, 1)
})

test("a gzipped log gives the same output as the plain log", async () => {
  assert.deepEqual(await run(rules, write("log.gz", gzipSync(`${lines.join("\n")}\n`))), await run(rules, log))
})

test("control characters and stray bytes are shown escaped", async () => {
  const hostile = write("hostile", Buffer.from(`${header} cron[7]: job \x1b]0;x\x07 \xff\n`, "latin1"))
  // "." takes no byte that is not UTF-8, as with grep, so that this line is one of the others.
  const { stdout } = await run(rules, hostile, { invert: true })
  assert.equal(stdout, `${header} cron[7]: job \\x1b]0;x\\x07 \\xff\n`)
})

test("variables come from the command line first, then from the file, then from the built-in ones", async () => {
  const file = write("variables", "#= WHAT=start\n^${HEAD} cron\\[${PID}\\]: ${WHAT}$\n")
  assert.equal((await run(file, log)).stdout, `${lines[2]}\n`)
  assert.equal((await run(file, log, { var: new Map([["WHAT", "job a"]]) })).stdout, `${lines[0]}\n`)
})

test("a rule that cannot be run is named, the others are applied, and the status is 2", async () => {
  const { status, stdout, stderr } = await run(write("broken", "job (a\ncron.*start$\n"), log)
  assert.deepEqual({ status, stdout }, { status: 2, stdout: `${lines[2]}\n` })
  assert.match(stderr, /broken:1:5: this \( is never closed/)
})

test("--coverage prints how many lines each rule matches, rules without a match first", async () => {
  const file = write("covered", "cron.*job\nsshd.*: never\ncron\\[8\\]\n")
  const { status, stdout, stderr } = await run(file, log, { coverage: true })
  assert.deepEqual([status, stderr], [1, ""])
  assert.deepEqual(stdout.split("\n"), [
    `0 ${file}:2: sshd.*: never`,
    `2 ${file}:1: cron.*job`,
    `2 ${file}:3: cron\\[8\\]`,
    "3 rules, 2 of them matched a line",
    "",
  ])
  assert.equal((await run(rules, log, { coverage: true })).status, 0)
  assert.equal((await run(write("half-broken", "cron\n(\n"), log, { coverage: true })).status, 2)
})

test("a file that cannot be read is an OperatorError", async () => {
  await assert.rejects(run(join(directory, "nowhere"), log), OperatorError)
  await assert.rejects(run(rules, join(directory, "nowhere")), OperatorError)
})
