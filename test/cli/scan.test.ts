import assert from "node:assert/strict"
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { after, before, describe, test } from "node:test"
import { gzipSync } from "node:zlib"
import { loadConfig } from "../../src/config/load.ts"
import { unlessCommand } from "../support/requirement.ts"
import { type CommandOptions, type CommandResult, runTamis, runTamisOnTerminal } from "../support/tamis-command.ts"

const head = "Nov 23 17:45:00 web1"
const NORMAL = `${head} backup[1]: job nightly finished in 7 s`
const UNKNOWN = `${head} backup[1]: job nightly failed`
const SU = `${head} su[2]: FAILED SU (to root) ada on pts/0`

const RULES = {
  "violations.d/su": " su\\[[0-9]+\\]: FAILED SU ",
  "ignore.d.paranoid/mark": "^\\w{3} [ :0-9]{11} [._[:alnum:]-]+ -- MARK --$",
  "ignore.d.server/backup": "^${HEAD} backup\\[${PID}\\]: job [[:alnum:]]+ finished in [0-9]+ s$",
  "ignore.d.workstation/usb": "^${HEAD} kernel: usb .*$",
  "ignore.d.server/wan": "^${HEAD} kernel: IN=${WAN_IF} OUT=$",
}

let directory: string
let rules: string
const file = (name: string) => join(directory, name)
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-cli-scan-"))
  rules = file("rules")
  for (const [path, rule] of Object.entries(RULES)) await write(`rules/${path}`, `#= WAN_IF=wan0\n${rule}\n`)
  await write("log", `${NORMAL}\n${UNKNOWN}\n${SU}\n`)
  await write("log.gz", gzipSync(`${NORMAL}\n${UNKNOWN}\n${SU}\n`))
})
after(() => rm(directory, { recursive: true }))

async function write(name: string, content: string | Buffer): Promise<string> {
  await mkdir(dirname(file(name)), { recursive: true })
  await writeFile(file(name), content)
  return file(name)
}

/** Scans with the rules above, unless options name others. */
function scan(args: readonly string[], options?: CommandOptions): Promise<CommandResult> {
  const named = args.some((option) => ["-r", "-c"].includes(option))
  return runTamis(["scan", ...(named ? [] : ["-r", rules]), ...args], options)
}

/** What stands in the report of a scan: section titles and lines. */
async function reported(args: readonly string[], options?: CommandOptions): Promise<string[]> {
  const { stdout, stderr } = await scan(["--format", "logcheck", ...args], options)
  assert.equal(stderr, "")
  return stdout
    .toString()
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("=-"))
}

/** A line of `--verdicts`. */
interface PrintedVerdict {
  readonly verdict: string
  readonly sections: readonly string[]
  readonly entry?: string
  readonly entries?: readonly string[]
}

function withoutIds({ entry: _, entries: __, ...rest }: PrintedVerdict): unknown {
  return rest
}

const ALL = ["Security Events for su", SU, "System Events", UNKNOWN]

describe("tamis scan reads", { concurrency: true }, () => {
  test("scan reads plain and gzipped files, and standard input with or without a -", async () => {
    assert.deepEqual(await reported([file("log")]), ALL)
    assert.deepEqual(await reported([file("log.gz")]), ALL)
    const input = await readFile(file("log"))
    assert.deepEqual(await reported([], { input }), ALL)
    assert.deepEqual(await reported(["-"], { input }), ALL)
  })

  test("scan reads several files as one log in the order of time", async () => {
    const february = await write("february", "Feb  1 00:00:01 web1 x: 3\nFeb  1 00:00:09 web1 x: 4\n")
    const january = await write("january.gz", gzipSync("Jan 31 23:59:58 web2 x: 1\nJan 31 23:59:59 web2 x: 2"))
    const lines = (await reported([february, january])).slice(1)
    assert.deepEqual(
      lines.map((line) => line.at(-1)),
      ["1", "2", "3", "4"],
    )
  })

  test("a log that cannot be read hides no other log, and the status is 2", async () => {
    const logs = [file("nowhere"), file("log"), directory, await write("cut.gz", gzipSync(SU).subarray(0, 20))]
    const { status, stdout, stderr } = await scan(["--format", "logcheck", ...logs])
    assert.equal(status, 2)
    assert.match(stdout.toString(), /^Security Events for su\n/)
    assert.deepEqual(
      stderr.split("\n").map((line) => line.replace(/^tamis: /, "").replace(/\(.*/, "")),
      [`${logs[0]}: cannot be read `, `${directory}: cannot be read `, `${logs[3]}: cannot be read `, ""],
    )
  })
})

describe("tamis scan says", { concurrency: true }, () => {
  test("scan prints nothing and exits with 0 if all lines are ignored, in every format", async () => {
    const log = await write("normal", `${NORMAL}\n${NORMAL}\n`)
    for (const format of ["text", "json", "logcheck"]) {
      const { status, stdout, stderr } = await scan(["--format", format, log])
      assert.deepEqual({ status, stdout: stdout.toString(), stderr }, { status: 0, stdout: "", stderr: "" })
    }
  })

  test("the text report has the reported lines and the accounts of all lines", async () => {
    const { status, stdout } = await scan([file("log")])
    assert.equal(status, 1)
    const text = stdout.toString()
    assert.match(text, /^3 lines from 1 host; 2 to read: 1 alarming, 1 entry\.$/m)
    assert.ok(text.indexOf(SU) < text.indexOf(UNKNOWN))
    assert.match(text, /^ +3 +1 +2 +0 {2}web1$/m)
    assert.ok(!text.includes(NORMAL))
  })

  test("the JSON report has the same data as the text", async () => {
    const [json, formatJson] = await Promise.all([
      scan(["--json", file("log")]),
      scan(["--format", "json", file("log")]),
    ])
    assert.deepEqual([json.status, formatJson.status], [1, 1])
    assert.deepEqual(json.stdout, formatJson.stdout)
    const report = JSON.parse(json.stdout.toString())
    assert.deepEqual(
      report.entries.map(({ section }: { section: string }) => section),
      ["Security Events for su", "System Events"],
    )
    const { received, ignored, reported, rejected } = report.accounts.total
    assert.deepEqual({ received, ignored, reported, rejected }, { received: 3, ignored: 1, reported: 2, rejected: 0 })
  })

  test("--verdicts prints each line's verdict with all its rules, in input order", async () => {
    const { status, stdout } = await scan(["--verdicts", file("log")])
    assert.equal(status, 1)
    assert.deepEqual(
      stdout
        .toString()
        .trimEnd()
        .split("\n")
        .map((json) => withoutIds(JSON.parse(json))),
      [
        { line: 1, verdict: "ignored", rules: ["ignore.d.server/backup:2"], sections: [] },
        { line: 2, verdict: "system", rules: [], sections: ["System Events"] },
        {
          line: 3,
          verdict: "violations",
          rules: ["violations.d/su:2"],
          sections: ["Security Events for su"],
          alarm: "privilege",
        },
      ],
    )
  })

  test("--verdicts prints the entries of each line: counted by id, they are those of the report", async () => {
    await write("both/violations.d/su", "FAILED SU\n")
    await write("both/violations.d/root", "to root\n")
    const names = ["ada", "bob", "eve", "joe", "kim", "lea"]
    const lines = [
      ...names.flatMap((name) => [
        `${head} sshd[7]: Invalid user ${name} from 192.0.2.7 port 4711`,
        `${head.replace("web1", "web2")} sshd[9]: Invalid user ${name}1 from 192.0.2.9 port 22`,
        `${head} su[2]: FAILED SU (to root) ${name} on pts/0`,
        `${head} su[2]: FAILED SU (to www) ${name} on pts/0`,
      ]),
      ...[UNKNOWN, UNKNOWN, "", "no header at all", `${head} kernel: I/O error, dev sda, sector 7 op 0x0:(READ)`],
    ]
    const log = await write("mixed", lines.map((line) => `${line}\n`).join(""))
    const options = ["-r", file("both"), log]
    const [verdicts, report] = await Promise.all([scan(["--verdicts", ...options]), scan(["--json", ...options])])
    const counted = new Map<string, number>()
    for (const json of verdicts.stdout.toString().trimEnd().split("\n")) {
      const { verdict, sections, entry, entries }: PrintedVerdict = JSON.parse(json)
      const all = entries ?? (entry === undefined ? [] : [entry])
      assert.equal(all.length, verdict === "ignored" ? 0 : sections.length)
      assert.equal(all[0], entry)
      for (const id of all) counted.set(id, (counted.get(id) ?? 0) + 1)
    }
    const { entries } = JSON.parse(report.stdout.toString())
    const shown = new Map<string, number>(
      entries.map(({ id, count }: { readonly id: string; readonly count: number }) => [id, count]),
    )
    assert.deepEqual(new Map([...counted].sort()), new Map([...shown].sort()))
    assert.ok(entries.some(({ template }: { readonly template: string }) => template.includes("Invalid user <*>")))
    assert.equal([...counted.values()].filter((lines) => lines === 2 * names.length).length >= 1, true)
  })

  test("--verdicts prints the topic of lines that are alarms, by the shipped rules and by those of the set", async () => {
    const set = await write("alarms/alarm.d/pump", "^${HEAD} pump: dry run$\n")
    await write("alarms/alarm.ignore.d/pump", "^${HEAD} pump: dry run on sundays$\n^${HEAD} kernel: .* dev sdz,.*$\n")
    const texts = [
      "pump: dry run",
      "kernel: I/O error, dev sda, sector 7 op 0x0:(READ)",
      "kernel: I/O error, dev sdz, sector 7 op 0x0:(READ)",
      "pump: runs",
    ]
    const input = texts.map((text) => `Nov 23 18:33:13 web1 ${text}\n`).join("")
    const { stdout } = await scan(["--verdicts", "-r", dirname(dirname(set)), "-"], { input })
    assert.deepEqual(
      stdout
        .toString()
        .trimEnd()
        .split("\n")
        .map((json) => withoutIds(JSON.parse(json))),
      [{ alarm: "pump" }, { alarm: "disk" }, {}, {}].map((alarm, index) => ({
        line: index + 1,
        verdict: "system",
        rules: [],
        sections: ["System Events"],
        ...alarm,
      })),
    )
  })

  test("rules out of force are named once on standard error, and in the JSON", async () => {
    const broken = await write("broken/ignore.d.server/x", "^(\n")
    const options = ["-r", dirname(dirname(broken)), file("log")]
    const [text, json] = await Promise.all([scan(options), scan(["--json", ...options])])
    const told = new RegExp(`^tamis: out of force: ${broken}:1:2: this \\( is never closed.*\n$`)
    assert.match(text.stderr, told)
    assert.doesNotMatch(text.stdout.toString(), /broken|out of force/)
    assert.match(json.stderr, told)
    assert.equal(JSON.parse(json.stdout.toString()).quarantined.length, 1)
  })

  test("scan prints the problems of the rules and exits with 2", async () => {
    const { status, stdout, stderr } = await scan([
      "-r",
      file("no/rules"),
      "-r",
      await mkdtemp(file("empty-")),
      file("log"),
    ])
    assert.deepEqual({ status, stdout: stdout.toString() }, { status: 2, stdout: "" })
    const [, first, second] = stderr.split("\n")
    assert.match(first ?? "", /no\/rules:1:1: cannot be listed \(ENOENT\)/)
    assert.match(second ?? "", /empty-\w+:1:1: is not a rule set/)
  })
})

describe("tamis scan judges", { concurrency: true }, () => {
  test("--level chooses the level of the rules", async () => {
    const log = await write("levels", `${head} kernel: usb 1-1\n${NORMAL}\n${head} -- MARK --\n`)
    const verdicts = (level: string) =>
      scan(["--verdicts", "--level", level, log]).then(({ stdout }) =>
        stdout
          .toString()
          .match(/"verdict":"\w+"/g)
          ?.map((each) => each.includes("ignored")),
      )
    assert.deepEqual(await Promise.all(["paranoid", "server", "workstation"].map(verdicts)), [
      [false, false, true],
      [false, true, true],
      [true, true, true],
    ])
  })

  test("--var sets variables of rules", async () => {
    const input = `${head} kernel: IN=eth9 OUT=\n`
    assert.equal((await scan([], { input })).status, 1)
    assert.equal((await scan(["--var", "WAN_IF=eth9"], { input })).status, 0)
    assert.equal((await scan(["--var", "WAN_IF=eth9", "--var", "WAN_IF=eth8"], { input })).status, 1)
  })

  test("lines are judged unchanged, or with a rebuilt header with --canonical", async () => {
    const input = "<86>2026-11-23T17:45:00Z web1 backup[1]: job nightly finished in 7 s\n"
    assert.equal((await scan([], { input })).status, 1)
    assert.equal((await scan(["--canonical"], { input })).status, 0)
  })

  test("--host applies the rules of that host, and without it those of the catch-all entry", async () => {
    const config = await write(
      "tamis.yml",
      `ruleSets: { own: rules }
hosts:
  - { name: "*", rules: [own] }
  - { name: gate, match: { address: [192.0.2.1] }, rules: [own], variables: { WAN_IF: eth9 } }
  - { name: pcs, match: { hostname: ["pc-*"] }, rules: [own], level: workstation }
`,
    )
    const lines = [`${head} kernel: usb 1-1`, `${head} kernel: IN=eth9 OUT=`, `${head} kernel: IN=wan0 OUT=`]
    const input = `${lines.join("\n")}\n`
    const leftOver = (...options: string[]) =>
      reported(["-c", config, ...options], { input }).then((all) => all.slice(1))
    assert.deepEqual(await leftOver(), [lines[0], lines[1]])
    assert.deepEqual(await leftOver("--host", "gate"), [lines[0], lines[2]])
    assert.deepEqual(await leftOver("--host", "pc-7.example.org"), [lines[1]])
    assert.deepEqual(await leftOver("--host", "stranger"), [lines[0], lines[1]])
    assert.deepEqual(await leftOver("--host", "pc-7", "--level", "server", "--var", "WAN_IF=x"), lines)
  })

  test("--rules takes the name of a shipped rule set, or a directory of the same name with a slash", async () => {
    const input = `${head} CRON-APT: x\n${head} cron-apt: CRON-APT ACTION: 9-notify\n`
    const [shipped, byDefault, here] = await Promise.all([
      reported(["-r", "common"], { input }),
      runTamis(["scan", "--format", "logcheck"], { input }),
      scan(["-r", "./common"], { input }),
    ])
    assert.equal(shipped.length, 2)
    assert.equal(byDefault.stdout.toString().split("\n").length, 5)
    assert.equal(here.status, 2)
  })

  test("rules given as directories are applied as with an empty configuration, without loading one", async () => {
    const { config } = loadConfig(undefined, {}, { rulesDirectory: rules, timeZone: "UTC" })
    const [{ level, variables, crackingIgnore } = assert.fail()] = config.hosts
    assert.deepEqual(
      { level, variables: variables.size, crackingIgnore },
      { level: "server", variables: 0, crackingIgnore: false },
    )

    // Where it is asked to, Node writes down which modules it has loaded.
    const coverage = file("coverage")
    await scan([file("log")], { env: { NODE_V8_COVERAGE: coverage } })
    const [written = assert.fail()] = await readdir(coverage)
    const loaded = await readFile(join(coverage, written), "utf8")
    assert.match(loaded, /\/src\/cli\/scan\.ts"/)
    assert.doesNotMatch(loaded, /\/node_modules\/(zod|yaml)\/|\/src\/config\/load\.ts"/)
  })
})

describe("a hostile line in tamis scan", { concurrency: true }, () => {
  const hostile = Buffer.from(`${head} sshd[7]: \x1b]0;owned\x07 \x9b31m \xe2\x80\xaetxt.exe\r\x00 end`, "latin1")
  const controls = /[^\n\x20-\x7e]/

  test("control characters are escaped in text and JSON", async () => {
    for (const format of ["text", "json"]) {
      const { stdout } = await scan(["--format", format], { input: hostile })
      assert.match(stdout.toString(), /owned.*txt\.exe.*end/)
      assert.doesNotMatch(stdout.toString("latin1").replaceAll("\xef\xbf\xbd", "?"), controls)
    }
  })

  test("bytes are unchanged in logcheck's format, for programs", async () => {
    const { stdout } = await scan(["--format", "logcheck"], { input: hostile })
    assert.ok(stdout.includes(hostile))
  })

  test("control characters are escaped in logcheck's format on a terminal", {
    skip: unlessCommand("script"),
  }, async () => {
    const log = await write("hostile", hostile)
    const shown = await runTamisOnTerminal(["scan", "-r", rules, "--format", "logcheck", log])
    assert.match(shown, /\\x1b\]0;owned\\x07 \\x9b31m \\u202etxt\.exe\\x0d\\x00 end/)
    assert.doesNotMatch(shown.replaceAll("\r\n", "\n"), controls)
  })
})

describe("tamis scan and lines that stand for others", { concurrency: true }, () => {
  const lines = [
    UNKNOWN,
    `${head} backup[1]: message repeated 3 times: [ job nightly failed]`,
    `${head} backup[1]: message repeated 4 times: [ job nightly finished in 7 s]`,
    `${head} last message repeated 2 times`,
    SU,
    "Nov 23 17:45:01 db1 backup[1]: job nightly finished in 9 s",
    "Nov 23 17:45:02 --- last message repeated 5 times ---",
    `${head} last message repeated 7 times`,
    "Nov 23 17:45:03 db1 last message repeated 1 time",
  ]
  const input = lines.map((line) => `${line}\n`).join("")

  test("--verdicts shows the verdict of the line that is meant", async () => {
    const { stdout } = await scan(["--verdicts", "-"], { input })
    const verdicts = stdout
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).verdict)
    const i = "ignored"
    assert.deepEqual(verdicts, ["system", "system", i, i, "violations", i, i, "violations", i])
  })

  test("the report counts such a line as so many, and the verdicts with a rebuilt header are the same", async () => {
    const { stdout } = await scan(["--json", "-"], { input })
    const { entries, accounts } = JSON.parse(stdout.toString())
    assert.deepEqual(
      entries.map(({ samples, count }: { samples: string[]; count: number }) => [samples[0], count]).sort(),
      [
        [UNKNOWN, 4],
        [SU, 8],
      ],
    )
    assert.ok(accounts !== undefined)
    const [plain, canonical] = await Promise.all(
      [[], ["--canonical"]].map((options) => scan(["--verdicts", ...options, "-"], { input })),
    )
    assert.equal(canonical?.stdout.toString(), plain?.stdout.toString())
  })

  test("the logcheck format shows the line as it is written", async () => {
    assert.deepEqual(await reported(["-"], { input }), [
      "Security Events for su",
      SU,
      lines[7],
      "System Events",
      UNKNOWN,
      lines[1],
    ])
  })

  test("a rule that ignores such a line as it stands decides", async () => {
    await write("mark/ignore.d.paranoid/logcheck", "^${HEAD} last message repeated [0-9]+ times$\n")
    const { stdout } = await scan(["-r", file("mark"), "--format", "logcheck", "-"], {
      input: `${SU}\n${lines[7]}\n`,
    })
    assert.ok(!stdout.toString().includes("repeated"))
  })
})
