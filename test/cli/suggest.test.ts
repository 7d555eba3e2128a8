/** `tamis suggest` as a shell calls it. Which rules it suggests is tested in test/suggest. */

import assert from "node:assert/strict"
import { createSocket } from "node:dgram"
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { after, before, describe, test } from "node:test"
import { gzipSync } from "node:zlib"
import { eventually } from "../support/eventually.ts"
import { unlessCommand } from "../support/requirement.ts"
import { type CommandOptions, type CommandResult, runTamis, runTamisOnTerminal } from "../support/tamis-command.ts"
import { startTamis, type TamisProcess } from "../support/tamis-process.ts"

const HEAD = "Nov 23 17:45:00 web1"
const LINES = [
  `${HEAD} backup[1]: job nightly finished in 7 s`,
  `${HEAD} backup[2]: job nightly finished in 42 s`,
  `${HEAD} door[3]: badge of ada was taken`,
  `${HEAD} door[4]: badge of ada was taken`,
  `${HEAD} door[3]: badge of mallory was taken`,
  `${HEAD} kernel: Out of memory: Killed process 7 (a)`,
]
const BACKUP = "^${HEAD} backup\\[${PID}\\]: job nightly finished in [0-9]+ s$"
const DOOR = "^${HEAD} door\\[${PID}\\]: badge of ada was taken$"

let directory: string
const file = (name: string) => join(directory, name)
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-cli-suggest-"))
  await write("rules/violations.d/door", "badge of mallory was taken$\n")
  await write("rules/ignore.d.server/known", "^${HEAD} backup\\[${PID}\\]: job [a-z]+ started in [0-9]+ s$\n")
  await write("log", `${LINES.join("\n")}\n`)
  await write("log.gz", gzipSync(`${LINES.join("\n")}\n`))
})
after(() => rm(directory, { recursive: true }))

async function write(name: string, content: string | Buffer): Promise<string> {
  await mkdir(dirname(file(name)), { recursive: true })
  await writeFile(file(name), content)
  return file(name)
}

function suggest(args: readonly string[], options?: CommandOptions): Promise<CommandResult> {
  return runTamis(["suggest", "-r", file("rules"), ...args], options)
}

describe("tamis suggest", { concurrency: true }, () => {
  test("suggest prints a rule file with reasons for lines without a rule, and exits with 1", async () => {
    const { status, stdout, stderr } = await suggest([file("log")])
    assert.deepEqual([status, stderr], [1, ""])
    assert.equal(
      stdout.toString(),
      `# Would have hidden 2 lines on 1 host in 1 day.
# Similar rule: ${file("rules/ignore.d.server/known")}:1 has "[a-z]+" where this rule has "nightly", "started" where this rule has "finished".
#+ ${LINES[0]}
#+ ${LINES[1]}
${BACKUP}

# Would have hidden 2 lines on 1 host in 1 day.
#+ ${LINES[2]}
${DOOR}

# No rule for 1 line of kernel on 1 host: the lines look alarming: memory.
#     ${LINES[5]}

# 2 rules would have hidden 4 of 5 lines that no rule matches, in 1 day.
`,
    )
  })

  test("suggest prints the same for gzip, for standard input and for any order of the lines", async () => {
    const [plain, packed, piped, reversed] = await Promise.all([
      suggest([file("log")]),
      suggest([file("log.gz")]),
      suggest(["-"], { input: LINES.join("\n") }),
      suggest(["-"], { input: LINES.toReversed().join("\n") }),
    ])
    for (const other of [packed, piped, reversed]) assert.equal(other.stdout.toString(), plain.stdout.toString())
  })

  test("suggest --json prints the suggestions as JSON", async () => {
    const { status, stdout } = await suggest(["--json", file("log")])
    assert.equal(status, 1)
    const { suggestions, refusals, lines, hidden, days } = JSON.parse(stdout.toString())
    assert.deepEqual([lines, hidden, days], [5, 4, 1])
    assert.deepEqual(
      suggestions.map((each: { rule: string; lines: number }) => [each.rule, each.lines]),
      [
        [BACKUP, 2],
        [DOOR, 2],
      ],
    )
    assert.deepEqual(suggestions[0].near.differences[1], { has: "started", instead: "finished" })
    assert.equal(refusals[0].reason, "the lines look alarming: memory")
  })

  test("suggest exits with 0 if no line needs a rule, and with 2 if a file cannot be read or written", async () => {
    const [nothing, unreadable, target, set] = await Promise.all([
      suggest(["-"], { input: "" }),
      suggest([file("nowhere")]),
      suggest(["--yes", "--apply", `${file("rules")}/violations.d/x`, file("log")]),
      suggest(["--yes", "--apply", `${file("nowhere")}/ignore.d.server/x`, file("log")]),
    ])
    assert.deepEqual([nothing.status, nothing.stdout.toString()], [0, "# No suggestions: a rule matches every line.\n"])
    assert.deepEqual([unreadable.status, target.status, set.status], [2, 2, 2])
    assert.match(target.stderr, /expected SET\/ignore\.d\.server\/FILE.* \[TAMIS_COMMAND_MISUSED\]\n$/)
    assert.match(set.stderr, /nowhere: no such rule set; create the directory first \[TAMIS_RULE_SET_UNKNOWN\]\n$/)
  })

  test("suggest applies --level and --var, and rebuilds headers with --canonical", async () => {
    await write("levelled/ignore.d.workstation/x", "^${HEAD} ${WHAT}\\[${PID}\\]: .*$\n")
    const options = ["-r", file("levelled"), "-l", "workstation", "--var", "WHAT=(backup|door)"]
    const { stdout } = await runTamis(["suggest", ...options, file("log")])
    assert.match(stdout.toString(), /^# 0 rules would have hidden 0 of 1 line that no rule matches/m)
    const bare = "<13>Nov 23 17:45:00 web1 app[7]: done at last\n".repeat(2)
    const [asItStands, rebuilt] = await Promise.all([
      suggest(["-"], { input: bare }),
      suggest(["--canonical", "-"], { input: bare }),
    ])
    assert.match(asItStands.stdout.toString(), /the lines do not begin with a date and a host/)
    assert.match(rebuilt.stdout.toString(), /^\^\$\{HEAD\} app\\\[\$\{PID\}\\\]: done at last\$$/m)
  })

  test("suggest --all makes a rule for each rare group, and for lines that look alarming", async () => {
    const programs = Array.from("abcdefghijklmnopqrstuvwxyz", (name) => `${HEAD} app-${name}: says so\n`).join("")
    const input = `${programs}${programs}${LINES[5]}\n`
    const [few, all] = await Promise.all([suggest(["-"], { input }), suggest(["--all", "-"], { input })])
    assert.match(few.stdout.toString(), /^# No rule for 2 lines in 1 rare group; --all suggests rules for them\.$/m)
    assert.doesNotMatch(few.stdout.toString(), /^\^.*Killed/m)
    assert.match(all.stdout.toString(), /^# 27 rules would have hidden 53 of 53 lines that no rule matches/m)
    assert.match(
      all.stdout.toString(),
      /^# Careful: the lines look alarming: memory\. Read them before you use this rule\.\n#[^^]*\^.*Killed/m,
    )
  })
})

describe("tamis suggest --apply", { concurrency: true }, () => {
  test("--apply creates a rule file that passes the check and hides the lines", async () => {
    const set = file("fresh")
    await mkdir(set)
    const { status, stdout, stderr } = await suggest([
      "--yes",
      "--apply",
      `${set}/ignore.d.server/local-suggested`,
      file("log"),
    ])
    assert.deepEqual([status, stderr], [0, ""])
    const path = `${set}/ignore.d.server/local-suggested`
    const written = await readFile(path, "utf8")
    assert.equal(stdout.toString(), `${written}\n${path}: 2 rules added\nnow: tamis rules reload\n`)
    const [check, scan] = await Promise.all([
      runTamis(["rules", "check", set]),
      runTamis(["scan", "-r", file("rules"), "-r", set, "--format", "logcheck", file("log")]),
    ])
    assert.equal(check.stdout.toString(), "1 rule set, 2 rules, 3 samples: no findings\n")
    assert.deepEqual(scan.stdout.toString().match(/^Nov .*/gm), [LINES[4], LINES[5]])
  })

  test("--apply appends to an existing file, keeps its mode, follows a link, and adds no rule twice", async () => {
    const kept = await write("kept/rules", "# mine\n^${HEAD} mine: said so$")
    await chmod(kept, 0o640)
    await mkdir(file("linked/ignore.d.server"), { recursive: true })
    await symlink(kept, file("linked/ignore.d.server/mine"))
    const apply = () => suggest(["--yes", "--apply", `${file("linked")}/ignore.d.server/mine`, file("log")])
    assert.match((await apply()).stdout.toString(), /: 2 rules added\nnow: tamis rules reload\n$/)
    const once = await readFile(kept, "utf8")
    assert.match(once, /^# mine\n\^\$\{HEAD\} mine: said so\$\n\n# Would have hidden 2 lines/)
    assert.ok(once.endsWith(`\n${DOOR}\n`))
    assert.equal((await stat(kept)).mode & 0o777, 0o640)
    // Not even one that would do the same in other words.
    await writeFile(kept, once.replace("nightly", "[a-z]+"))
    assert.match((await apply()).stdout.toString(), /: 0 rules added\n$/)
    await writeFile(kept, once)
    await chmod(kept, 0o640)
    assert.match((await apply()).stdout.toString(), /: 0 rules added\n$/)
    assert.equal(await readFile(kept, "utf8"), once)
    assert.deepEqual(await readdir(file("kept")), ["rules"])
  })

  test("--apply takes a rule set by name, prints the findings of the check, and exits with 1", async () => {
    await write("named/ignore.d.server/local", "^${HEAD} loose: said so\n")
    const configuration = await write("tamis.yml", `ruleSets: { mine: ${file("named")} }\n`)
    const options = ["-c", configuration, "-r", file("rules"), "--yes", "--apply", "mine/ignore.d.server/local"]
    const { status, stdout } = await runTamis(["suggest", ...options, file("log")])
    assert.equal(status, 1)
    const [added, finding] = stdout.toString().split("\n").slice(-4)
    assert.equal(added, `${file("named")}/ignore.d.server/local: 2 rules added`)
    assert.match(
      finding ?? "",
      /local:1:24: not anchored at the end: also hides lines that continue after this text; end it with \$$/,
    )
  })
})

describe("tamis suggest --apply asks", { skip: unlessCommand("script") }, () => {
  const onTerminal = (set: string, typed: string) => {
    const target = ["--apply", `${set}/ignore.d.server/local`]
    return runTamisOnTerminal(["suggest", "-r", file("rules"), ...target, file("log")], { to: "[y/N]", typed })
  }

  test("--apply shows the rules and writes them after yes, and writes nothing after any other answer", async () => {
    const set = file("asked")
    await mkdir(set)
    const answers = ["n\n", "\n", "yes please\n", "\x04", "y\n"]
    for (const typed of answers) {
      const shown = await onTerminal(set, typed)
      assert.ok(shown.includes(DOOR))
      assert.match(shown, /Append these 2 rules to .*local\? \[y\/N\]/)
      assert.match(shown, typed === "y\n" ? /2 rules added\r\nnow: tamis rules reload/ : /: nothing written/)
      assert.deepEqual(await readdir(set), typed === "y\n" ? ["ignore.d.server"] : [])
    }
  })
})

test("--apply without a terminal and without --yes writes nothing and says what to do", async () => {
  const set = file("unasked")
  await mkdir(set)
  const { status, stderr } = await suggest(["--apply", `${set}/ignore.d.server/local`, file("log")])
  assert.equal(status, 2)
  assert.match(stderr, /^tamis: --apply asks before it writes.*add --yes.*\[TAMIS_COMMAND_MISUSED\]\n$/)
  assert.deepEqual(await readdir(set), [])
})

test("--apply writes nothing alarming without --all", async () => {
  const set = file("alarming")
  await mkdir(set)
  await suggest(["--yes", "--apply", `${set}/ignore.d.server/local`, "-"], { input: `${LINES[5]}\n`.repeat(3) })
  assert.deepEqual(await readdir(set), [])
  await suggest(["--all", "--yes", "--apply", `${set}/ignore.d.server/local`, "-"], {
    input: `${LINES[5]}\n`.repeat(3),
  })
  assert.match(await readFile(join(set, "ignore.d.server/local"), "utf8"), /^# Careful: .*memory.*^\^.*Killed/ms)
})

async function send(tamis: TamisProcess, lines: readonly string[]): Promise<void> {
  const socket = createSocket("udp4")
  for (const line of lines) {
    await new Promise((resolve) => socket.send(`<13>Nov 23 18:00:00 ${line}`, tamis.ports.udp, "127.0.0.1", resolve))
  }
  socket.close()
}

describe("tamis suggest without a file", () => {
  let tamis: TamisProcess
  let configuration: string
  before(async () => {
    configuration = await write(
      "serve/tamis.yml",
      `listen: { udp: ["127.0.0.1:0"], tcp: [] }
digests:
  - { name: lan, hosts: ["*"], schedule: "0 0 1 1 *" }
  - { name: wan, hosts: [gate], schedule: "0 0 1 1 *" }
stateDirectory: state
`,
    )
    tamis = await startTamis(configuration)
    const lines = ["web1 app[7]: job 1 is done", "web1 app[8]: job 2 is done", "gate gatekeeper: let it in"]
    await send(tamis, [...lines, ...lines])
  })
  after(() => tamis.stop())

  test("suggest without a file uses lines of mailed windows", async () => {
    const mailing = await write(
      "mailing/tamis.yml",
      `listen: { udp: ["127.0.0.1:0"], tcp: [] }
digests: [{ name: lan, schedule: "* * * * * *", send: leftovers }]
stateDirectory: state
`,
    )
    const service = await startTamis(mailing)
    try {
      await send(service, ["web1 app[7]: job ada is done", "web1 app[7]: job ada is done"])
      await service.logged("Delivered a digest.")
      const { status, stdout } = await runTamis(["suggest", "-c", mailing])
      assert.equal(status, 1)
      assert.match(stdout.toString(), /^\^\$\{HEAD\} app\\\[\$\{PID\}\\\]: job ada is done\$$/m)
      // What it remembers may be hidden meanwhile: by the set that is appended to, by the rules of the host.
      await mkdir(file("mailing/mine"))
      const apply = ["suggest", "-c", mailing, "--yes", "--apply", `${file("mailing/mine")}/ignore.d.server/app`]
      assert.match((await runTamis(apply)).stdout.toString(), /: 1 rule added\nnow: tamis rules reload\n$/)
      assert.match((await runTamis(apply)).stdout.toString(), /: 0 rules added\n$/)
      await write(
        "mailing/tamis.yml",
        `${await readFile(mailing, "utf8")}hosts: [{ name: "*", rules: [mine] }]\nruleSets: { mine: mine }\n`,
      )
      assert.equal(
        (await runTamis(["suggest", "-c", mailing])).stdout.toString(),
        "# No suggestions: a rule matches every line.\n",
      )
    } finally {
      await service.stop()
    }
  })

  const hidden = async (...args: string[]): Promise<[string, number][]> => {
    const { stdout } = await runTamis(["suggest", "-c", configuration, "--json", ...args])
    return JSON.parse(stdout.toString()).suggestions.map(({ rule, lines }: { rule: string; lines: number }) => [
      rule,
      lines,
    ])
  }
  const JOB: [string, number] = ["^${HEAD} app\\[${PID}\\]: job [0-9]+ is done$", 4]
  const GATE: [string, number] = ["^${HEAD} gatekeeper: let it in$", 2]

  test("suggest without a file uses lines that are not mailed yet, and counts lines of two digests once", async () => {
    const found = await eventually("suggestions for six lines", async () => {
      const suggestions = await hidden()
      return suggestions.reduce((sum, [, lines]) => sum + lines, 0) >= 6 && suggestions
    })
    assert.deepEqual(found, [JOB, GATE])
    assert.deepEqual(await hidden("--digest", "wan"), [GATE])
    assert.deepEqual(await hidden("--host", "web1"), [JOB])
  })
})
