import assert from "node:assert/strict"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { gzipSync } from "node:zlib"
import { type CommandResult, runTamis } from "../support/tamis-command.ts"

let directory: string
const file = (name: string) => join(directory, name)
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-cli-replay-"))
  await write("web1.log", WEB1)
  await write("disk.log.gz", gzipSync(`${DISK}\n`))
})
after(() => rm(directory, { recursive: true }))

async function write(name: string, content: string | Buffer): Promise<string> {
  await writeFile(file(name), content)
  return file(name)
}

/** A day that is over, whenever the test runs. */
const at = (time: string, day = "2026-03-02") => `${day}T${time}+00:00`
const backup = (time: string) => `${at(time)} web1 backup[7]: job nightly took 12 s`
const DISK = `${at("11:40:00")} nas1 disk: sda1: something that no rule knows`

/** Seven hours: the third has the first rare line, the fifth is silent. */
const WEB1 = `${[
  backup("09:10:00"),
  backup("10:10:00"),
  backup("11:10:00"),
  `${at("11:20:00")} web1 app[1]: cannot open the ledger`,
  "    at Ledger.open (ledger.js:7)",
  backup("12:10:00"),
  backup("14:10:00"),
  backup("15:10:00"),
].join("\n")}\n`

interface Mail {
  readonly digest: string
  readonly opensAt: string
  readonly closesAt: string
  readonly news: string
  readonly subject: string
  readonly textLines: number
  readonly text?: string
  readonly leftOut: number
  readonly usual: Readonly<Record<string, number>>
  readonly entries: readonly {
    readonly id: string
    readonly news: string
    readonly layer: string
    readonly section: string
    readonly count: number
    readonly hosts: readonly { readonly name: string; readonly count: number }[]
    readonly template: string
    readonly samples: readonly string[]
    readonly values: readonly { readonly mask: string; readonly top: readonly unknown[] }[]
  }[]
}

interface Replayed {
  readonly mails: readonly Mail[]
  readonly windows: number
  readonly quietWindows: number
  readonly lines: number
  readonly digests: readonly { readonly digest: string; readonly mails: Readonly<Record<string, number>> }[]
}

function replay(args: readonly string[], input = "", TZ = "UTC"): Promise<CommandResult> {
  return runTamis(["replay", ...args], { input, env: { TZ } })
}

async function replayed(args: readonly string[], input?: string): Promise<Replayed> {
  const { status, stdout, stderr } = await replay(["--json", ...args], input)
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" })
  return JSON.parse(stdout.toString())
}

const hours = ({ mails }: Replayed) => mails.map(({ closesAt }) => closesAt.slice(11, 16))

describe("tamis replay", { concurrency: true }, () => {
  test("news: a mail for what is new, and none for what is as usual", async () => {
    const { mails, windows, quietWindows, lines } = await replayed([file("web1.log"), "--daily", "20:00"])
    assert.deepEqual({ windows, quietWindows, lines }, { windows: 7, quietWindows: 5, lines: 8 })
    assert.deepEqual(
      mails.map(({ closesAt, news }) => [closesAt, news]),
      [
        ["2026-03-02T10:00:00.000Z", "new"],
        ["2026-03-02T12:00:00.000Z", "new"],
      ],
    )
    // The hour before waited for this mail.
    assert.equal(mails[1]?.opensAt, "2026-03-02T10:00:00.000Z")
    assert.deepEqual(mails[1]?.usual, { backup: 2 })
  })

  test("leftovers: a mail for each window with a line left over; always: for each window", async () => {
    assert.deepEqual(hours(await replayed([file("web1.log"), "--send", "leftovers"])), [
      "10:00",
      "11:00",
      "12:00",
      "13:00",
      "15:00",
      "16:00",
    ])
    const always = await replayed([file("web1.log"), "--send", "always"])
    assert.equal(always.mails.length, 7)
    assert.equal(always.quietWindows, 0)
    assert.match(always.mails[4]?.subject ?? "", /nothing received/)
  })

  test("--daily: a mail comes then, although all is as usual", async () => {
    const { mails } = await replayed([file("web1.log"), "--daily", "14:30"])
    assert.deepEqual(
      mails.map(({ closesAt, news }) => [closesAt.slice(11, 16), news]),
      [
        ["10:00", "new"],
        ["12:00", "new"],
        ["15:00", "usual"],
      ],
    )
  })

  test("JSON: a mail has the entries that it shows, in its order; a line without a time is in the hour of the line before", async () => {
    const { mails } = await replayed([file("web1.log"), "--send", "leftovers", "--mails"])
    const mail = mails[2]!
    assert.equal(mail.digest, "default")
    assert.equal(mail.leftOut, 0)
    assert.equal(mail.textLines, mail.text?.split("\n").slice(0, -1).length)
    assert.deepEqual(
      mail.entries.map(({ news, layer, section, count, samples }) => ({ news, layer, section, count, samples })),
      [
        "Mar  2 11:20:00 web1 app[1]: cannot open the ledger",
        "Mar  2 11:20:00 localhost at Ledger.open (ledger.js:7)",
      ].map((sample) => ({ news: "new", layer: "system", section: "System Events", count: 1, samples: [sample] })),
    )
    const [entry] = mail.entries
    assert.match(entry?.id ?? "", /^[0-9a-z]{8}$/)
    assert.ok(mail.text?.includes(`cannot open the ledger  #${entry?.id}`), mail.text)
    assert.deepEqual(entry?.hosts, [{ name: "web1", count: 1 }])
    assert.equal(entry?.template, "app[<n>]: cannot open the ledger")
    assert.deepEqual(mails[0]?.entries[0]?.values[0]?.top, [["12", 1]])
  })

  test("several files: each line is in the window of its time, whatever the order of the files is", async () => {
    for (const files of [
      [file("web1.log"), file("disk.log.gz")],
      [file("disk.log.gz"), file("web1.log")],
    ]) {
      const { mails, windows } = await replayed([...files, "--send", "leftovers"])
      assert.equal(windows, 7)
      const hosts = mails[2]?.entries.flatMap((entry) => entry.hosts.map(({ name }) => name))
      assert.deepEqual(hosts?.toSorted(), ["localhost", "nas1", "web1"])
    }
  })

  test("many windows at a time: lines that jump between days are all counted where they belong", async () => {
    const days = Array.from({ length: 28 }, (_, index) => `2026-02-${String(index + 1).padStart(2, "0")}`)
    const round = days.map((day) => `${at("09:10:00", day)} web1 backup[7]: job nightly took 12 s\n`).join("")
    const { mails, windows, lines } = await replayed(["--send", "leftovers"], round.repeat(3))
    assert.deepEqual({ windows, lines, mails: mails.length }, { windows: 27 * 24 + 1, lines: 84, mails: 28 })
    assert.deepEqual(mails[27]?.usual, { backup: 3 })
  })

  test("a long time without a line is one window", async () => {
    const old = `${at("09:10:00", "1996-01-01")} web1 app: an old line\n`
    const { windows } = await replayed([], old + backup("09:10:00"))
    assert.equal(windows, 3)
  })

  test("-c: each digest has its own schedule and hosts, each host its own rules", async () => {
    const config = await write(
      "tamis.yml",
      `
ruleSets: { quiet: quiet }
hosts: [{ name: nas1, rules: [quiet] }]
digests:
  - { name: web, hosts: ["web*"], schedule: "0 */2 * * *", timeZone: UTC, send: leftovers }
  - { name: rest, hosts: ["nas*"], schedule: "30 * * * *", timeZone: UTC, send: always }
`,
    )
    await mkdir(file("quiet/ignore.d.server"), { recursive: true })
    await write("quiet/ignore.d.server/disk", "^${HEAD} disk: sda1: something that no rule knows$\n")
    const replayedAll = await replayed(["-c", config, file("web1.log"), file("disk.log.gz")])
    const byDigest = Map.groupBy(replayedAll.mails, ({ digest }) => digest)
    const closings = (digest: string) => byDigest.get(digest)?.map(({ closesAt }) => closesAt.slice(11, 16))
    assert.deepEqual(closings("web"), ["10:00", "12:00", "14:00", "16:00"])
    assert.deepEqual(closings("rest"), ["12:30"])
    assert.deepEqual(byDigest.get("rest")?.[0]?.entries, [])
    assert.deepEqual(
      replayedAll.digests.map(({ digest, mails }) => [digest, mails]),
      [
        ["web", { alarming: 0, new: 2, more: 0, usual: 2 }],
        ["rest", { alarming: 0, new: 1, more: 0, usual: 0 }],
      ],
    )
    const { mails } = await replayed(["-c", config, "-r", "common", file("disk.log.gz")])
    assert.equal(mails.find(({ digest }) => digest === "rest")?.entries.length, 1)
  })

  test("-r: only these rules apply", async () => {
    await mkdir(file("own/ignore.d.server"), { recursive: true })
    await write("own/ignore.d.server/backup", "^${HEAD} backup\\[${PID}\\]: job nightly took [0-9]+ s$\n")
    assert.deepEqual(hours(await replayed(["-r", file("own"), file("web1.log"), "--send", "leftovers"])), [
      "10:00",
      "12:00",
    ])
  })

  test("without flags: a line for each mail in the digest's time zone, and totals", async () => {
    const { status, stdout, stderr } = await replay([file("web1.log"), "--daily", "20:00"], "", "Europe/Paris")
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" })
    const lines = stdout.toString().split("\n")
    assert.match(lines[0]!, /^digest default, send: news \(Europe\/Paris\)$/)
    assert.match(lines[2]!, /^ {2}2026-03-02 11:00 {2}new +1 +\d+ {2}\[tamis\] .*backup/)
    assert.match(stdout.toString(), /7 windows in 7 hours; 5 without a mail\n {2}2 mails; a day: 0 alarming, 2 new, /)
    assert.match(stdout.toString(), /on average 1\.5 entries and [\d.]+ text lines a mail\n\n8 lines read\.\n$/)
  })

  test("--mails: the mails as text, each under its subject", async () => {
    const { stdout } = await replay([file("web1.log"), "--mails", "--daily", "20:00"])
    const subjects = stdout.toString().match(/^Subject: .*\n\ntamis digest default, 2026-03-02 /gm)
    assert.equal(subjects?.length, 2)
    assert.match(stdout.toString(), /\nMar {2}2 11:20:00 web1 app\[1\]: cannot open the ledger {2}#/)
  })

  test("no line: no window, no mail, status 0", async () => {
    const { mails, windows, lines } = await replayed([])
    assert.deepEqual({ mails, windows, lines }, { mails: [], windows: 0, lines: 0 })
  })

  test("a file that cannot be read hides no other, and the status is 2", async () => {
    const { status, stdout, stderr } = await replay(["--json", file("nowhere"), file("web1.log")])
    assert.equal(status, 2)
    assert.match(stderr, /nowhere: cannot be read .*\[TAMIS_LOG_UNREADABLE\]/)
    assert.equal(JSON.parse(stdout.toString()).lines, 8)
  })

  test("a time of day that is none is refused", async () => {
    const { status, stderr } = await replay(["--daily", "25:00", file("web1.log")])
    assert.equal(status, 2)
    assert.match(
      stderr,
      /^tamis: --daily: expected a time of day such as "07:00", got "25:00" \[TAMIS_COMMAND_MISUSED\]/,
    )
  })
})
