/** A reload as its user meets it: rules and configuration change under traffic, and not one line is lost. */

import assert from "node:assert/strict"
import { once } from "node:events"
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { setTimeout as sleep } from "node:timers/promises"
import { dayOf } from "../../src/store/rule-history.ts"
import { sqliteStore } from "../../src/store/sqlite.ts"
import { connectFrom, sendDatagrams } from "../support/senders.ts"
import { type Mailbox, startMailbox } from "../support/smtp-mailbox.ts"
import { storedLines } from "../support/stored-lines.ts"
import { runTamis } from "../support/tamis-command.ts"
import { type LogLine, startTamis, type TamisProcess } from "../support/tamis-process.ts"

let directory: string
let configuration: string
let mailbox: Mailbox
let running: TamisProcess | undefined
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-reload-"))
  configuration = join(directory, "tamis.yml")
  mailbox = await startMailbox()
  await mkdir(join(directory, "rules/ignore.d.server"), { recursive: true })
  await rules(["^${HEAD} app: one$"])
})
afterEach(async () => {
  await running?.kill()
  await mailbox.stop()
  await rm(directory, { recursive: true })
})

const RULE_FILE = () => join(directory, "rules/ignore.d.server/app")

async function rules(lines: readonly string[]): Promise<void> {
  await writeFile(RULE_FILE(), lines.map((line) => `${line}\n`).join(""))
}

async function serve(): Promise<TamisProcess> {
  running = await startTamis(configuration)
  return running
}

interface Settings {
  readonly listen?: string
  readonly hosts?: string
  readonly schedule?: string
  readonly to?: string
}

async function configure({
  listen = '{ udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"] }',
  hosts = '[{ name: "*", rules: [own] }]',
  schedule = "0 0 1 1 *",
  to = "marie@example.org",
}: Settings = {}): Promise<void> {
  await writeFile(
    configuration,
    `listen: ${listen}
ruleSets: { own: rules }
hosts: ${hosts}
digests: [{ name: lan, schedule: "${schedule}", send: leftovers, to: [${to}] }]
mail: { smtp: { host: localhost, port: ${mailbox.port}, tls: none, from: tamis@example.org } }
stateDirectory: state
`,
  )
}

/** Sends SIGHUP; resolves with the line that says what became of it. */
async function hangUp(tamis: TamisProcess): Promise<LogLine> {
  const before = tamis.log.length
  process.kill(tamis.pid, "SIGHUP")
  return await tamis.loggedSince(
    before,
    "Reloaded.",
    "Reload refused: the previous rules and configuration stay in force.",
  )
}

/** 100 lines in so much time are a rate that no receive buffer minds. */
const pace = () => sleep(5)

const counted = (tamis: TamisProcess, lines: number) => storedLines(tamis, "web1", lines)

describe("while lines come in by UDP and TCP", () => {
  test("twenty reloads lose no line, and each line is judged by the rules before or after", async () => {
    await configure()
    const tamis = await serve()
    const sending = { datagrams: 0, lines: 0, on: true }
    const datagrams = (async () => {
      while (sending.on) {
        await sendDatagrams(tamis.ports.udp, Array(100).fill("<13>Nov 23 18:00:00 web1 app: one"))
        sending.datagrams += 100
        await pace()
      }
    })()
    const socket = await connectFrom("127.0.0.1", tamis.ports.tcp)
    const stream = (async () => {
      while (sending.on) {
        if (!socket.write("<13>Nov 23 18:00:00 web1 app: two\n".repeat(100))) await once(socket, "drain")
        sending.lines += 100
        await pace()
      }
      socket.end()
      await once(socket.resume(), "close")
    })()

    try {
      for (let turn = 1; turn <= 20; turn += 1) {
        await rules(turn % 2 === 0 ? ["^${HEAD} app: one$"] : ["# moved", "^${HEAD} app: two$", "^${HEAD} app: one$"])
        const { message, added = [], removed = [] } = await hangUp(tamis)
        const place = `${RULE_FILE()}:2`
        assert.deepEqual([message, added, removed], ["Reloaded.", ...(turn % 2 === 0 ? [[], [place]] : [[place], []])])
      }
    } finally {
      sending.on = false
    }
    await Promise.all([datagrams, stream])
    assert.ok(sending.datagrams > 0 && sending.lines > 0)

    const { received, ignored, reported } = await counted(tamis, sending.datagrams + sending.lines)
    assert.equal(received, sending.datagrams + sending.lines)
    assert.equal(ignored + reported, received)
    assert.ok(ignored >= sending.datagrams, "what the rule knows before and after is never reported")
    assert.ok(ignored > sending.datagrams && reported > 0, "what only one of them knows is judged by both")
    assert.equal(await tamis.stop(), 0)

    // Each ignored line is a hit of one rule, whichever rules were in force then.
    const store = sqliteStore({ file: join(directory, "state/tamis.db") })
    await store.open()
    const today = dayOf(Date.now())
    const [{ rules: records }, { lines }] = [await store.ruleHistory(), await store.ruleSums(today - 1, today)]
    await store.close()
    assert.equal(lines, received)
    assert.equal(
      records.values().reduce((sum, { hits }) => sum + hits, 0),
      ignored,
    )
  })
})

describe("a configuration that cannot be used", () => {
  test("a refused reload changes nothing, is named in log, status and mail, and ends with the next good one", async () => {
    await configure()
    const tamis = await serve()
    await writeFile(configuration, "hosts: [{ name: router, rules: [nowhere] }]\nlissten: {}\n")
    const problems = [
      /^\S+tamis\.yml:1:33: hosts\[0\]\.rules\[0\]: .*"nowhere"/,
      /^\S+tamis\.yml:2:1: lissten: unknown option; did you mean "listen"\?/,
    ]
    const { message, code, reason } = await hangUp(tamis)
    assert.equal(message, "Reload refused: the previous rules and configuration stay in force.")
    assert.equal(code, "TAMIS_CONFIGURATION_INVALID")
    assert.ok(Array.isArray(reason) && reason.length === 2)
    for (const [index, problem] of problems.entries()) assert.match(reason[index], problem)

    await configure()
    await symlink("/nowhere", join(directory, "rules/ignore.d.server/gone"))
    const refused = await runTamis(["rules", "reload", "-c", configuration])
    assert.equal(refused.status, 2)
    assert.match(
      refused.stderr,
      /nothing was reloaded: the rule sets cannot be used \[TAMIS_RULES_UNUSABLE\]:\n\S+gone:1:1: cannot be read \(ENOENT\)/,
    )
    const { healthy, complaints, rules: inForce } = await tamis.status()
    assert.deepEqual([healthy, inForce], [false, 1])
    assert.match(
      complaints.join("\n"),
      /^the reload at \S+ was refused; the previous rules and configuration stay in force \(\S+gone:1:1: /,
    )

    await sendDatagrams(tamis.ports.udp, ["<13>Nov 23 18:00:00 web1 app: one", "<13>Nov 23 18:00:00 web1 app: new"])
    assert.deepEqual((await counted(tamis, 2)).ignored, 1, "by the rule that was in force before")

    assert.equal(await tamis.stop(), 0)
  })

  test("a refused reload is in the mails until a reload succeeds", async () => {
    await configure({ schedule: "* * * * * *" })
    const tamis = await serve()
    await rm(join(directory, "rules"), { recursive: true })
    await hangUp(tamis)
    await sendDatagrams(tamis.ports.udp, ["<13>Nov 23 18:00:00 web1 app: new"])
    const { parsed } = await mailbox.next()
    assert.match(parsed.text ?? "", /At\s+the\s+end\s+of\s+this\s+mail:\s+1\s+new\s+host,\s+a\s+refused\s+reload\.\n/)
    assert.match(
      parsed.text ?? "",
      /\nRefused reload\n[=-]+\n\S+tamis\.yml:2:18: ruleSets\.own: there is no directory \S+rules\n/,
    )

    await mkdir(join(directory, "rules/ignore.d.server"), { recursive: true })
    await rules(["^${HEAD} app: one$"])
    assert.equal((await hangUp(tamis)).message, "Reloaded.")
    assert.deepEqual((await tamis.status()).complaints, [])
    await sendDatagrams(tamis.ports.udp, ["<13>Nov 23 18:00:00 web1 app: newer"])
    assert.doesNotMatch((await mailbox.next()).parsed.text ?? "", /refused/)
    assert.equal(await tamis.stop(), 0)
  })
})

describe("`tamis rules reload`", () => {
  test("tamis rules reload prints the changes of rules and configuration, and the options that need a restart", async () => {
    await configure()
    const tamis = await serve()
    await configure({
      listen: '{ udp: ["127.0.0.1:1"], tcp: [] }',
      hosts: '[{ name: web1, rules: [own], variables: { WHAT: new } }, { name: "*", rules: [own] }]',
      to: "paul@example.org",
    })
    await rules(["^${HEAD} app: ${WHAT}$", "^${HEAD} app: one$"])
    const { status, stdout } = await runTamis(["rules", "reload", "-c", configuration])
    assert.deepEqual(stdout.toString().split("\n"), [
      `+ ${RULE_FILE()}:1`,
      "~ host web1: added",
      "~ digest lan: recipients",
      `! out of force: ${RULE_FILE()}:1:15: unknown variable \${WHAT}; set WHAT in the host's variables, or give it a default in this file: #= WHAT=…`,
      "! listen: changed in the file, takes effect at the next restart",
      "reloaded: 3 rules in force",
      "",
    ])
    assert.equal(status, 1, "rules are out of force that were not")
    await sendDatagrams(tamis.ports.udp, ["<13>Nov 23 18:00:00 web1 app: new"])
    assert.equal((await counted(tamis, 1)).ignored, 1)
    const { quarantinedRules } = await tamis.status()
    assert.equal(quarantinedRules.length, 1)
    assert.match(quarantinedRules[0] ?? "", /app:1:15: unknown variable/)
    const warned = await tamis.logged("A changed option takes effect at the next restart.")
    assert.equal(warned.option, "listen")
    assert.match(String((await tamis.logged("A rule is out of force, because tamis cannot run it.")).at), /app:1:15: /)

    await configure({ schedule: "* * * * * *", to: "paul@example.org" })
    const again = await runTamis(["rules", "reload", "--json", "-c", configuration])
    assert.equal(again.status, 0)
    const { configuration: changed, quarantined, needsRestart } = JSON.parse(again.stdout.toString())
    assert.deepEqual(changed, ["host web1: removed", "digest lan: schedule"])
    assert.deepEqual([quarantined, needsRestart], [[], []])
    const { recipients, parsed } = await mailbox.next()
    assert.deepEqual(recipients, ["paul@example.org"])
    assert.match(parsed.text ?? "", /\nRules out of force\n/, "it is so for the host that is left")
    assert.equal(await tamis.stop(), 0)
  })

  test("without a running tamis, rules reload exits with 2", async () => {
    await configure()
    const { status, stderr } = await runTamis(["rules", "reload", "-c", configuration])
    assert.equal(status, 2)
    assert.match(
      stderr,
      /^tamis: no tamis answers at \S+tamis\.sock \(ENOENT\); start it with: tamis serve \[TAMIS_SERVICE_UNREACHABLE\]\n$/,
    )
  })
})
