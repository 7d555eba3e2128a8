/** `tamis explain` as a shell calls it. */
import assert from "node:assert/strict"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { after, before, describe, test } from "node:test"
import { SHIPPED_ALARM_RULES } from "../support/alarming.ts"
import { runTamis } from "../support/tamis-command.ts"

const FILES = {
  "site/ignore.d.server/backup":
    "^${HEAD} backup\\[${PID}\\]: job [[:alnum:]_-]+ finished in [0-9]+ s$\n^${HEAD} backup\\[[0-9]+\\]: job n.*$\n",
  "site/ignore.d.workstation/backup": "^${HEAD} backup\\[${PID}\\]: resting$\n",
  "site/violations.d/backup": "backup\\[${PID}\\]: .*failed\n",
  "site/violations.ignore.d/backup": "^${HEAD} backup\\[${PID}\\]: test failed in [0-9]+ s$\n",
  "other/ignore.d.server/iso": "^[0-9T:.+-]{32} [[:alnum:]]+ backup\\[[0-9]+\\]: iso only$\nbroken (\n",
  "tamis.yml": `ruleSets: { site: site, other: other }
hosts:
  - { name: gate, match: { address: [192.0.2.1] }, rules: [site], level: workstation }
  - { name: "web*", rules: [site, other] }
  - { name: "*", rules: [other] }
digests:
  - { name: web, hosts: ["web*"], schedule: "2 * * * *" }
  - { name: rest, hosts: ["*"], schedule: "2 * * * *" }
`,
}

const line = (text: string, host = "web1") => `Nov 23 03:10:01 ${host} backup[812]: ${text}`

describe("tamis explain", { concurrency: true }, () => {
  let directory: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tamis-explain-"))
    for (const [file, content] of Object.entries(FILES)) {
      await mkdir(dirname(join(directory, file)), { recursive: true })
      await writeFile(join(directory, file), content)
    }
  })
  after(() => rm(directory, { recursive: true }))

  async function explain(args: readonly string[], input = "") {
    const { status, stdout, stderr } = await runTamis(["explain", ...args], { input })
    return { status, stderr, text: stdout.toString().replaceAll(directory, "DIR") }
  }
  const configured = (args: readonly string[], input = "") =>
    explain(["-c", join(directory, "tamis.yml"), ...args], input)

  test("an ignored line exits with 0 and shows the deciding rule and the other matching rules", async () => {
    const { status, text, stderr } = await configured([`<30>${line("job nightly finished in 42 s")}`])
    assert.deepEqual([status, stderr], [0, ""])
    assert.equal(
      text,
      `frame                66 bytes, line
message              daemon.info
  timestamp          11-23 03:10:01
  host name          web1
  tag                backup
  process id         812
  text               job nightly finished in 42 s
  defects            none
line                 Nov 23 03:10:01 web1 backup[812]: job nightly finished in 42 s
  its ISO form       ${new Date().getFullYear()}-11-23T03:10:01.000000+00:00 web1 backup[812]: job nightly finished in 42 s
host                 web1: entry web*, by the name web1 in the message
rule sets            site (DIR/site): 5 rules
                     other (DIR/other): 2 rules
level                server; 1 rule out of force

cracking.d           no rules
violations.d         none of 1 rule
violations.ignore.d  none of 1 rule
ignore.d.paranoid    no rules
ignore.d.server      backup:1, backup:2 (of 3)
alarm.d              none of ${SHIPPED_ALARM_RULES.rules.length} rules
alarm.ignore.d       no rules

verdict              ignored
  by                 DIR/site/ignore.d.server/backup:1
                     ^\${HEAD} backup\\[\${PID}\\]: job [[:alnum:]_-]+ finished in [0-9]+ s$
  by                 DIR/site/ignore.d.server/backup:2
                     ^\${HEAD} backup\\[[0-9]+\\]: job n.*$
`,
    )
  })

  test("a line that no rule ignores exits with 1 and shows section, digest and the nearest rule", async () => {
    const { status, text } = await configured([line("job weekly finished in x s")])
    assert.equal(status, 1)
    assert.match(
      text,
      /\nverdict +reported, because no rule matches it\n {2}section +System Events\n {2}digest +web, rest\n/,
    )
    const [, ...nearest] = text.slice(text.indexOf("\nNearest rules\n")).split("\n\n")
    assert.equal(
      nearest[0],
      `DIR/site/ignore.d.server/backup:1
    Nov 23 03:10:01 web1 backup[812]: job weekly finished in x s
                                                             ^
    ^\${HEAD} backup\\[\${PID}\\]: job [[:alnum:]_-]+ finished in [0-9]+ s$
                                                              ^^^^^^
    expected [0-9]+, got "x"
`.trimEnd(),
    )
  })

  test("a message that stands for others says so, and has the verdict of the one in brackets", async () => {
    const [enclosed, last] = await Promise.all([
      configured([`<30>${line("message repeated 4 times: [ job nightly finished in 42 s]")}`]),
      configured(["<30>Nov 23 03:10:01 web1 last message repeated 1 time"]),
    ])
    assert.equal(enclosed.status, 0)
    assert.match(enclosed.text, /^ {2}stands for +4 messages: counts as 4 of the message in brackets/m)
    assert.match(enclosed.text, /^line +Nov 23 03:10:01 web1 backup\[812\]: job nightly finished in 42 s$/m)
    assert.equal(last.status, 1)
    assert.match(last.text, /^ {2}stands for +1 message: counts as 1 of the sender's last message/m)
  })

  test("an alarm shows its topic, and the alarm rule that says so", async () => {
    const { status, text } = await configured(["<8>Nov 23 03:10:01 web1 kernel: I/O error, dev sda, sector 7"])
    assert.equal(status, 1)
    assert.match(text, /\nalarm\.d +disk:[0-9]+ \(of [0-9]+\)\n/)
    assert.match(text, /\n {2}alarm +disk\n {2}by +\S+\/rules\/common\/alarm\.d\/disk:[0-9]+\n/)
    const { text: json } = await configured(["--json", `<8>${line("odd")}`])
    assert.equal(JSON.parse(json).verdict.alarm, "severity")
  })

  test("a raised line shows its section, its rule, and the rules that could cancel it", async () => {
    const { status, text } = await configured([line("tests failed in 3 s")])
    assert.equal(status, 1)
    assert.match(
      text,
      /\nverdict +reported\n {2}section +Security Events for backup\n.*\n {2}by +DIR\/site\/violations.d\/backup:1\n/,
    )
    assert.match(text, /violations.ignore.d\/backup:1\n(.*\n){4} {4}expected " ", got "s"\n/)
    const cancelled = await configured([line("test failed in 3 s")])
    assert.equal(cancelled.status, 0)
    assert.match(
      cancelled.text,
      /by +DIR\/site\/violations.ignore.d\/backup:1\n.*\n\nalso matches +DIR\/site\/violations.d\/backup:1\n/,
    )
  })

  test("--host takes a name or an address, and the message's host name is used without it", async () => {
    const resting = line("resting")
    const [claimed, named, addressed] = await Promise.all([
      configured([resting]),
      configured(["--host", "gate", resting]),
      configured(["--host", "192.0.2.1", resting]),
    ])
    assert.equal(claimed.status, 1)
    assert.match(claimed.text, / {2}at level workstation DIR\/site\/ignore.d.workstation\/backup:1\n/)
    assert.deepEqual([named.status, addressed.status], [0, 0])
    assert.match(named.text, /\nhost +gate: entry gate, given with --host\n/)
    assert.match(addressed.text, /\nhost +gate: entry gate, by its address 192\.0\.2\.1\n/)
  })

  test("rules, level and variables can replace a configuration", async () => {
    const rules = ["--rules", join(directory, "site")]
    const [server, workstation, variable] = await Promise.all([
      explain([...rules, line("resting")]),
      explain([...rules, "--level", "workstation", line("resting")]),
      explain([...rules, "--level", "workstation", "--var", "PID=[a-z]+", line("resting")]),
    ])
    assert.deepEqual([server.status, workstation.status, variable.status], [1, 0, 1])
    assert.doesNotMatch(server.text, /^(host {17}|.*digest)/m)
    assert.match(variable.text, /expected \[a-z\]\+ \(of \$\{PID\}\), got "812"/)
  })

  test("a rule for the ISO form of the header matches, and the output says so", async () => {
    const { status, text } = await configured([line("iso only")])
    assert.equal(status, 0)
    assert.match(text, /iso:1 \(in the ISO form only\)/)
  })

  test("standard input is read as a stream of messages", async () => {
    const done = `<30>${line("job n1 finished in 1 s")}`
    const lines = await configured(["-"], `${done}\n${line("what is this")}\n`)
    assert.equal(lines.status, 1)
    assert.equal(lines.text.match(/^verdict/gm)?.length, 2)
    const counted = await configured(["-"], `${done.length} ${done}`)
    assert.equal(counted.status, 0)
    assert.match(counted.text, /^frame +\d+ bytes, octet-counted\n/)
    const nothing = await configured(["-"])
    assert.equal(nothing.status, 2)
    assert.match(nothing.stderr, /^tamis: there is no message/)
  })

  test("an empty message is rejected", async () => {
    const { status, text } = await configured(["-"], "1 \n")
    assert.equal(status, 1)
    assert.match(text, /\n {2}defects +.*empty(.*\n)*verdict +rejected: /)
  })

  test("--json prints the same data, one object for each message", async () => {
    const input = `${line("job weekly finished in x s")}\n${line("job n1 finished in 1 s")}\n`
    const { status, text } = await configured(["--json", "--nearest", "1", "-"], input)
    assert.equal(status, 1)
    const [reported, ignored] = text
      .trimEnd()
      .split("\n")
      .map((row) => JSON.parse(row))
    assert.deepEqual(reported.verdict, { layer: "system", sections: ["System Events"], unjudged: false })
    assert.deepEqual(reported.digests, ["web", "rest"])
    assert.equal(reported.nearest.length, 1)
    const [{ lineAt, got, expected }] = reported.nearest
    assert.deepEqual([lineAt, got], [{ column: 58, endColumn: 59 }, "x"])
    assert.deepEqual(expected[0], { text: "[0-9]+", literal: false, ruleAt: { column: 59, endColumn: 65 } })
    assert.deepEqual(
      ignored.deciding.map((rule: { line: number }) => rule.line),
      [1, 2],
    )
  })

  test("control characters of a message are escaped in the output", async () => {
    const { text } = await configured([line("\u001b]0;x\u0007 \u202e")])
    assert.doesNotMatch(text, /[\u001b\u0007\u202e]/)
  })
})
