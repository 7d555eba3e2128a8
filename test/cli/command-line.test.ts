/** What holds for every command: help, refusals, exit statuses. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { runTamis } from "../support/tamis-command.ts"

const COMMANDS = ["serve", "scan", "replay", "report", "rules", "rules check", "rules test", "status"]

describe("the command line", { concurrency: true }, () => {
  for (const command of ["", ...COMMANDS]) {
    test(`tamis ${command} --help prints the usage on standard output`, async () => {
      const { status, stdout, stderr } = await runTamis([...command.split(" "), "--help"].filter((word) => word !== ""))
      const name = ["tamis", command].join(" ").trimEnd()
      assert.deepEqual({ status, stderr }, { status: 0, stderr: "" })
      assert.ok(stdout.toString().startsWith(`Usage: ${name} `), stdout.toString())
    })
  }

  test("the help names every command and the exit statuses", async () => {
    const { stdout } = await runTamis(["--help"])
    for (const command of COMMANDS) assert.match(stdout.toString(), new RegExp(`^  ${command.split(" ")[0]} `, "m"))
    assert.match(
      stdout.toString(),
      /Exit status: 0 nothing to report, 1 something was reported, 2 the command failed\./,
    )
  })

  test("--version prints the version of package.json", async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"))
    assert.deepEqual(await runTamis(["--version"]), { status: 0, stdout: Buffer.from(`${version}\n`), stderr: "" })
  })

  const REFUSED: readonly [name: string, args: readonly string[], message: RegExp][] = [
    ["no command", [], /^Usage: tamis /],
    ["a missing subcommand", ["rules"], /^Usage: tamis rules /],
    ["an unknown command", ["scna"], /unknown command 'scna' \[TAMIS_COMMAND_MISUSED\]\n\(Did you mean scan\?\)/],
    [
      "an unknown option",
      ["scan", "--levle", "server"],
      /unknown option '--levle' \[TAMIS_COMMAND_MISUSED\]\n\(Did you mean --level\?\)/,
    ],
    ["a missing value", ["scan", "--level"], /option '-l, --level <level>' argument missing/],
    ["an unknown level", ["scan", "--level", "loud"], /argument 'loud' is invalid\..*paranoid, server, workstation/],
    ["an unknown format", ["scan", "--format", "xml"], /argument 'xml' is invalid\..*text, json, logcheck/],
    ["a variable without a value", ["scan", "--var", "WAN_IF"], /expected NAME=VALUE, e\.g\. WAN_IF=enp1s0/],
    ["a variable that no rule can name", ["scan", "--var", "wan=eth0"], /expected NAME=VALUE/],
    ["a missing argument", ["rules", "test", "only-one"], /missing required argument 'logfile'/],
    ["a superfluous argument", ["status", "please"], /too many arguments/],
  ]
  for (const [name, args, message] of REFUSED) {
    test(`${name} is refused with status 2`, async () => {
      const { status, stdout, stderr } = await runTamis(args)
      assert.deepEqual({ status, stdout: stdout.toString() }, { status: 2, stdout: "" })
      assert.match(stderr, message)
    })
  }
})
