import assert from "node:assert/strict"
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type TestContext, test } from "node:test"
import { Worker } from "node:worker_threads"
import { createLog, type Log, rateLimited } from "../src/log.ts"

interface Captured {
  readonly descriptor: number
  lines(): unknown[]
  text(): string
}

function capture(t: TestContext): Captured {
  const directory = mkdtempSync(join(tmpdir(), "tamis-log-"))
  const file = join(directory, "log")
  const descriptor = openSync(file, "w")
  t.after(() => {
    closeSync(descriptor)
    rmSync(directory, { recursive: true })
  })
  const text = () => readFileSync(file, "utf8")
  const lines = () =>
    text()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line))
  return { descriptor, lines, text }
}

/** A log that remembers, for what stands between a caller and the real one. */
function remembering(): { log: Log; written: unknown[][] } {
  const written: unknown[][] = []
  const write = (level: string) => (fields: unknown, sentence: string) => void written.push([level, fields, sentence])
  return { log: { error: write("error"), warn: write("warn"), info: write("info"), debug: write("debug") }, written }
}

test("a line is one JSON object with level, time, fields and sentence, and is out before the call returns", (t) => {
  const { descriptor, lines } = capture(t)
  createLog("info", descriptor).warn({ granted: 4 }, "UDP receive buffer set.")
  const [line, ...others] = lines()
  assert.equal(others.length, 0)
  assert.ok(typeof line === "object" && line !== null && "time" in line && typeof line.time === "string")
  assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.deepEqual(line, { level: "warn", time: line.time, granted: 4, message: "UDP receive buffer set." })
})

test("the level decides what is written", (t) => {
  const levels = ["error", "warn", "info", "debug"] as const
  for (const [index, level] of levels.entries()) {
    const { descriptor, lines } = capture(t)
    const log = createLog(level, descriptor)
    for (const each of levels) log[each]({ each }, "Something happened.")
    assert.equal(lines().length, index + 1, level)
  }
})

test("secrets are never written, at the top or inside", (t) => {
  const { descriptor, text } = capture(t)
  createLog("info", descriptor).info(
    { password: "hunter2", smtp: { password: "hunter2" }, mail: { smtp: { pass: "hunter2", token: "hunter2" } } },
    "The configuration was read.",
  )
  assert.match(text(), /\[secret\]/)
  assert.doesNotMatch(text(), /hunter2/)
})

test("of an error's properties, only those without the driver's command are written", (t) => {
  const { descriptor, lines, text } = capture(t)
  const error = Object.assign(new Error("WRONGPASS", { cause: new Error("why") }), {
    code: "E_AUTH",
    command: { name: "auth", args: ["hunter2"] },
  })
  createLog("info", descriptor).error({ error }, "The store is away.")
  assert.doesNotMatch(text(), /hunter2/)
  assert.partialDeepStrictEqual(lines()[0], {
    error: { name: "Error", code: "E_AUTH", message: "WRONGPASS", cause: { message: "why" } },
  })
})

test("an error that is its own cause is written", (t) => {
  const { descriptor, lines } = capture(t)
  const error = new Error("round")
  error.cause = error
  createLog("info", descriptor).error({ error }, "The store is away.")
  assert.equal(lines().length, 1)
})

test("control and invisible characters are escaped in a line, and unchanged after parsing", (t) => {
  const { descriptor, lines, text } = capture(t)
  const name = "\u001b[2J\u009b2J\u007f\u202egw\u200b\u00ad\u{e0041}\u3164\n{}"
  createLog("info", descriptor).info({ name }, "A host was seen.")
  assert.doesNotMatch(text().slice(0, -1), /[^\x20-\x7e]/)
  assert.partialDeepStrictEqual(lines()[0], { name })
})

test("a log writes from a worker thread", async (t) => {
  const { descriptor, lines } = capture(t)
  const module = new URL("../src/log.ts", import.meta.url).href
  const worker = new Worker(
    `import(${JSON.stringify(module)}).then(({ createLog }) => createLog("info", ${descriptor}).info({}, "Up."))`,
    { eval: true },
  )
  const exitCode = await new Promise((resolve, reject) => worker.once("exit", resolve).once("error", reject))
  assert.equal(exitCode, 0)
  assert.partialDeepStrictEqual(lines(), [{ message: "Up." }])
})

test("a sentence is written once per interval, and the next time with the number of suppressed lines", () => {
  const { log, written } = remembering()
  let nowMs = 0
  const limited = rateLimited(log, 10_000, () => nowMs)
  for (nowMs of [0, 1, 9_999, 10_000, 10_001, 30_000, 50_000]) limited.warn({ nowMs }, "A peer was refused.")
  assert.deepEqual(written, [
    ["warn", { nowMs: 0 }, "A peer was refused."],
    ["warn", { nowMs: 10_000, suppressed: 2 }, "A peer was refused."],
    ["warn", { nowMs: 30_000, suppressed: 1 }, "A peer was refused."],
    ["warn", { nowMs: 50_000 }, "A peer was refused."],
  ])
})

test("sentences and levels are limited separately", () => {
  const { log, written } = remembering()
  const limited = rateLimited(log, 10_000, () => 0)
  for (let times = 0; times < 2; times += 1) {
    limited.warn({}, "A peer was refused.")
    limited.warn({}, "A frame was cut.")
    limited.error({}, "A frame was cut.")
  }
  assert.deepEqual(
    written.map(([level, , sentence]) => [level, sentence]),
    [
      ["warn", "A peer was refused."],
      ["warn", "A frame was cut."],
      ["error", "A frame was cut."],
    ],
  )
})
