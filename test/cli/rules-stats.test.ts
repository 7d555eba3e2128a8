/** `tamis rules stats` over what a running tamis counted. */
import assert from "node:assert/strict"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { SHIPPED_ALARM_RULES } from "../support/alarming.ts"
import { type RedisServer, startRedisServer, withoutRedisServer } from "../support/redis-server.ts"
import { sendStream } from "../support/senders.ts"
import { runTamis } from "../support/tamis-command.ts"
import { startTamis } from "../support/tamis-process.ts"

const LINES = [
  ...Array(60).fill("<13>Nov 23 18:00:00 web1 app[7]: one\n"),
  ...Array(20).fill("<13>Nov 23 18:00:00 web1 app[7]: two\n"),
  ...Array(15).fill("<13>Nov 23 18:00:00 web2 app[7]: one\n"),
  ...Array(5).fill("<13>Nov 23 18:00:00 web1 tool[7]: unknown\n"),
]

const RULES = [
  "^${HEAD} app\\[${PID}\\]: one$",
  "^${HEAD} app\\[${PID}\\]: (one|two)$",
  "^${HEAD} app\\[${PID}\\]: misspelt$",
  "^${HEAD} tool\\[${PID}\\]: misspelt$",
  "^${HEAD} other\\[${PID}\\]: anything$",
]

let directory: string
let configuration: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-stats-"))
  configuration = join(directory, "tamis.yml")
  await mkdir(join(directory, "rules/ignore.d.server"), { recursive: true })
  await rules(RULES)
})
after(() => rm(directory, { recursive: true }))

const RULE_FILE = () => join(directory, "rules/ignore.d.server/app")

async function rules(lines: readonly string[]): Promise<void> {
  await writeFile(RULE_FILE(), lines.map((line) => `${line}\n`).join(""))
}

async function configure(store: string): Promise<void> {
  await writeFile(
    configuration,
    `listen: { udp: [], tcp: ["127.0.0.1:0"] }
ruleSets: { own: rules }
hosts: [{ name: "*", rules: [own] }]
digests: [{ name: one, schedule: "0 0 1 1 *" }, { name: two, schedule: "0 0 1 1 *" }]
store: ${store}
stateDirectory: state
`,
  )
}

async function serveOnce(): Promise<void> {
  const tamis = await startTamis(configuration)
  await sendStream(tamis.ports.tcp, LINES)
  assert.equal(await tamis.stop(), 0)
}

const today = () => new Date().toISOString().slice(0, 10)

async function stats(...args: readonly string[]) {
  const { status, stdout, stderr } = await runTamis(["rules", "stats", "-c", configuration, ...args])
  return { status, stdout: stdout.toString(), stderr }
}

async function hits(): Promise<Record<string, number>> {
  const { stdout } = await stats("--json", "--set", "own")
  return Object.fromEntries(
    JSON.parse(stdout).rules.map(({ line, hits }: { line: number; hits: number }) => [line, hits]),
  )
}

describe("with SQLite", () => {
  before(() => configure("{ sqlite: state/tamis.db }"))

  test("before tamis has run, stats exits with 2", async () => {
    const { status, stderr } = await stats()
    assert.equal(status, 2)
    assert.match(stderr, /no data yet; tamis serve has not run with this store \[TAMIS_STORE_EMPTY\]\n$/)
  })

  test("stats lists the rules that match most and the dead rules, and exits with 1", async () => {
    await serveOnce()
    const { status, stdout } = await stats()
    assert.deepEqual(stdout.split("\n"), [
      `100 lines judged in 30 days (the history begins on ${today()}); 5 rules in force: 2 matched, 2 dead, 1 unknown (their programs sent no lines); ${SHIPPED_ALARM_RULES.rules.length} alarm rules without an alarm`,
      "",
      "Most lines",
      `  95  95.0 %  ${today()}  ${RULE_FILE()}:2`,
      `  75  75.0 %  ${today()}  ${RULE_FILE()}:1`,
      "",
      "Dead: matched nothing in 30 days, although their program sent lines",
      `  never  ${RULE_FILE()}:3`,
      `  never  ${RULE_FILE()}:4`,
      "",
    ])
    assert.equal(status, 1)
  })

  test("--json prints all rules", async () => {
    const { stdout } = await stats("--json", "--days", "1", "--set", "own")
    const { days, lines, rules: all } = JSON.parse(stdout)
    assert.deepEqual([days, lines, all.length], [1, 100, 5])
    const { lastHitAt, ...first } = all[0]
    assert.deepEqual(first, {
      ruleSet: "own",
      file: RULE_FILE(),
      line: 2,
      text: RULES[1],
      hits: 95,
      share: 0.95,
      state: "used",
    })
    assert.ok(lastHitAt.startsWith(today()))
    assert.deepEqual(
      all.map(({ state }: { state: string }) => state),
      ["used", "used", "dead", "dead", "unheard"],
    )
  })

  test("counts survive restarts and moved rules, and without dead rules stats exits with 0", async () => {
    await rules(["# moved", RULES[4] ?? "", RULES[0] ?? "", RULES[1] ?? ""])
    await serveOnce()
    assert.deepEqual(await hits(), { 2: 0, 3: 150, 4: 190 })
    const { status, stdout } = await stats()
    assert.equal(status, 0)
    assert.doesNotMatch(stdout, /Dead/)
  })

  test("an unknown rule set or number of days is refused with status 2", async () => {
    const set = await stats("--set", "nowhere")
    assert.deepEqual(
      [set.status, set.stderr],
      [2, "tamis: no host uses a rule set nowhere; hosts use: own, common/alarm.d [TAMIS_RULE_SET_UNKNOWN]\n"],
    )
    const days = await stats("--days", "36")
    assert.equal(days.status, 2)
    assert.match(days.stderr, /expected a number from 1 to 35/)
  })
})

describe("with Redis", { skip: withoutRedisServer }, () => {
  let redis: RedisServer
  before(async () => {
    redis = await startRedisServer()
    await configure(`{ redis: { url: "${redis.url}" } }`)
    await rules(RULES)
  })
  after(() => redis.stop())

  test("Redis gives the same statistics as SQLite", async () => {
    await serveOnce()
    assert.deepEqual(await hits(), { 1: 75, 2: 95, 3: 0, 4: 0, 5: 0 })
  })
})
