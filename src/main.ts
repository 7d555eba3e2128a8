#!/usr/bin/env node
/** The command line: arguments in, exit status out. Commands are loaded when they are called, so that `scan` starts fast. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander"
import type { Output } from "./cli/output.ts"
import { OperatorError } from "./errors.ts"
import { VERSION } from "./version.ts"

/** grep's: 0 nothing to report, 1 something was reported, 2 could not do it. */
type ExitStatus = 0 | 1 | 2

const output: Output = {
  stdout: (written) => void process.stdout.write(written),
  stderr: (text) => void process.stderr.write(text),
}

// A bug must end the process, loudly, and not with the status of a scan that found something.
process.on("uncaughtException", (error) => {
  process.stderr.write(`${error.stack ?? error}\n`)
  process.exit(2)
})

/** What a command is for cannot be written any more. Not so with `serve`, which goes on receiving. */
function endWithoutReader(error: NodeJS.ErrnoException): void {
  // `tamis scan … | head` is no error: whoever read it has seen enough.
  if (error.code === "EPIPE") process.exit(process.exitCode ?? 0)
  process.stderr.write(`tamis: cannot write to standard output (${error.message})\n`)
  process.exit(2)
}

/** Makes a commander action of a command: it says the exit status instead of leaving. */
function action<Arguments extends unknown[]>(run: (...args: Arguments) => Promise<ExitStatus>) {
  return async (...args: Arguments): Promise<void> => {
    process.exitCode = await run(...args)
  }
}

const levels = ["paranoid", "server", "workstation"] as const

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

function assignment(value: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [, name, text] = /^([A-Z_][A-Z0-9_]*)=(.*)$/s.exec(value) ?? []
  if (name === undefined || text === undefined)
    throw new InvalidArgumentError("expected NAME=VALUE, e.g. WAN_IF=enp1s0")
  return new Map([...before, [name, text]])
}

function count(value: string): number {
  if (!/^\d{1,4}$/.test(value)) throw new InvalidArgumentError("expected a number, e.g. 3")
  return Number(value)
}

/** As many as the store keeps sums of (store/rule-history.ts). */
const MAX_DAYS = 35
const DEFAULT_DAYS = 30

function dayCount(value: string): number {
  if (/^\d{1,2}$/.test(value) && Number(value) >= 1 && Number(value) <= MAX_DAYS) return Number(value)
  throw new InvalidArgumentError(`expected a number from 1 to ${MAX_DAYS}`)
}

const configOption = () =>
  new Option("-c, --config <file>", "configuration file; without one, the defaults of docs/configuration.md").env(
    "TAMIS_CONFIG",
  )
const rulesOption = () =>
  new Option("-r, --rules <set>", "a rule set's name, or a directory laid out like /etc/logcheck; repeatable")
    .argParser(collect)
    .default([], "common")
const levelOption = () => new Option("-l, --level <level>", "report level").choices(levels)
const variablesOption = () =>
  new Option("--var <NAME=VALUE>", "a variable that rules name as ${NAME}; repeatable")
    .argParser(assignment)
    .default(new Map(), "none")

const program = new Command("tamis")
  .description(
    "logcheck for a whole network: receives syslog, sifts every line through rules, mails what a person should read",
  )
  .version(VERSION)
  .showSuggestionAfterError()
  .showHelpAfterError("(tamis COMMAND --help says more)")
  .addHelpText("after", "\nExit status: 0 nothing to report, 1 something was reported, 2 could not do it.")
  .exitOverride()
  .hook("preAction", (_program, command) => {
    if (command.name() !== "serve") process.stdout.on("error", endWithoutReader)
  })

program
  .command("serve")
  .description("receive, sift and report until SIGTERM; SIGHUP reads rules and configuration anew")
  .addOption(configOption())
  .action(action(async (options) => (await import("./cli/serve.ts")).serve(options)))

program
  .command("scan")
  .description("sift log files (plain or gzipped) or standard input, and report what no rule ignores")
  .argument("[file...]", "log files; - or none for standard input")
  .addOption(configOption())
  .addOption(rulesOption())
  .addOption(levelOption())
  .addOption(variablesOption())
  .option("--host <name>", "judge as this host of the configuration")
  .option("--canonical", "rebuild each line's header first, as serve does")
  .option("--cursor <file>", "read what is new since the last scan with this cursor, and move it")
  .option("--dry-run", "leave the cursor where it is")
  .option("--verdicts", "print one JSON object for every line instead of a report")
  .addOption(new Option("--format <format>", "report as").choices(["text", "json", "logcheck"]).default("text"))
  .option("--json", "the same as --format json")
  .action(action(async (files, options) => (await import("./cli/scan.ts")).scan(files, options, output)))

program
  .command("explain")
  .description("say what becomes of one message, and why; where nothing ignores it, which rules nearly did")
  .argument("<line>", "a line of a log file, or a message as it is on the wire; - for standard input, one a line")
  .addOption(configOption())
  .addOption(rulesOption())
  .addOption(levelOption())
  .addOption(variablesOption())
  .option("--host <name>", "as if it came from this host of the configuration, or from this address")
  .addOption(new Option("--nearest <count>", "how many of the nearest rules to show").argParser(count).default(3))
  .option("--json", "print one JSON object for each message")
  .action(action(async (line, options) => (await import("./cli/explain.ts")).explain(line, options, output)))

program
  .command("suggest")
  .description("suggest rules for what no rule knows, each tried on these lines and on those that nobody wants hidden")
  .argument(
    "[file...]",
    "log files; - for standard input; without any, what a running service has in its windows and remembers of two weeks",
  )
  .addOption(configOption())
  .addOption(rulesOption())
  .addOption(levelOption())
  .addOption(variablesOption())
  .option("--host <name>", "judge as this host of the configuration; of a running service, this host's lines only")
  .option("-d, --digest <name>", "of a running service, this digest only")
  .option("--canonical", "rebuild each line's header first, as serve does")
  .option("--all", "a rule for every group, however rare, and none for several")
  .option("--apply <set/file>", "append them to this rule file, SET/ignore.d.server/FILE, and check it")
  .option("--json", "print them as JSON")
  .addHelpText("after", "\nExit status: 0 nothing is left over, 1 something is; with --apply that of rules check.")
  .action(action(async (files, options) => (await import("./cli/suggest.ts")).suggest(files, options, output)))

program
  .command("report")
  .description("print the open window's report now; the window stays open and nothing is marked as sent")
  .addOption(configOption())
  .option("-d, --digest <name>", "this digest only")
  .option("--send", "mail it instead of printing it")
  .option("--json", "print it as JSON")
  .action(action(async (options) => (await import("./cli/report.ts")).report(options, output)))

const rules = program
  .command("rules")
  .description("check and try rules, put them in force, and say what they are worth")

rules
  .command("check")
  .description("compile every rule, check its samples, and say what is wrong with file, line and column")
  .argument(
    "[directory...]",
    "rule sets, by name, directory, or the directory that holds them; without any, those of the configuration",
  )
  .addOption(configOption())
  .addOption(levelOption())
  .addOption(variablesOption())
  .option(
    "--lines <file>",
    "a log file: rules that do the same with all its lines are shadowed, where that cannot be proved; repeatable",
    collect,
    [],
  )
  .addOption(
    new Option("--format <format>", "print the findings as").choices(["text", "json", "junit"]).default("text"),
  )
  .option("--json", "the same as --format json")
  .action(
    action(async (directories, options) =>
      (await import("./cli/rules-check.ts")).rulesCheck(directories, options, output),
    ),
  )

rules
  .command("test")
  .description("print the lines of a log file that a rule file matches: logcheck-test")
  .argument("<rulefile>", "a rule file")
  .argument("<logfile>", "a log file, plain or gzipped; - for standard input")
  .option("-i, --invert", "print the lines that it does not match")
  .addOption(
    new Option("--coverage", "print how many lines each rule matches instead; 1 where one matches none").conflicts(
      "invert",
    ),
  )
  .addOption(variablesOption())
  .action(
    action(async (file, log, options) => (await import("./cli/rules-test.ts")).rulesTest(file, log, options, output)),
  )

rules
  .command("stats")
  .description("say what each rule in force hit: which swallow most, which are dead")
  .addOption(configOption())
  .addOption(
    new Option("-d, --days <number>", "the last days, today included").argParser(dayCount).default(DEFAULT_DAYS),
  )
  .option("-s, --set <name>", "this rule set only")
  .option("--json", "print all rules as JSON")
  .addHelpText("after", "\nExit status: 0 no rule is dead, 1 some are, 2 it cannot be told.")
  .action(action(async (options) => (await import("./cli/rules-stats.ts")).rulesStats(options, output)))

rules
  .command("reload")
  .description("have the running tamis read rules and configuration anew: all of it, or nothing")
  .addOption(configOption())
  .option("--json", "print what changed as JSON")
  .addHelpText(
    "after",
    "\nExit status: 0 they are in force, 1 they are, but further rules are out of force, 2 nothing was reloaded.",
  )
  .action(action(async (options) => (await import("./cli/rules-reload.ts")).rulesReload(options, output)))

program
  .command("status")
  .description("say how the running tamis is: listeners, windows, outbox, hosts")
  .addOption(configOption())
  .option("--json", "print it as JSON")
  .option("--live", "succeed as long as it receives, whatever else it complains about (for health checks)")
  .action(action(async (options) => (await import("./cli/status.ts")).status(options, output)))

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else if (error instanceof OperatorError) {
    output.stderr(`tamis: ${error.message}\n`)
    process.exitCode = 2
  } else {
    throw error
  }
}
