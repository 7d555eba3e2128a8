#!/usr/bin/env node
/** The command line: arguments in, exit status out. Commands are loaded when they are called, so that `scan` starts fast. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander"
import type { Output } from "./cli/output.ts"
import { OperatorError, reasonOf, withCode } from "./errors.ts"
import { VERSION } from "./version.ts"

/** As grep: 0 nothing to report, 1 something was reported, 2 the command failed. */
type ExitStatus = 0 | 1 | 2

const output: Output = {
  stdout: (written) => void process.stdout.write(written),
  stderr: (text) => void process.stderr.write(text),
}

// Node's own status for a crash is 1, which would look like a scan that found something.
process.on("uncaughtException", (error) => {
  process.stderr.write(`${error.stack ?? error}\n`)
  process.exit(2)
})

/** Ends a command whose output cannot be written any more. `serve` does not use it: it goes on receiving. */
function endWithoutReader(error: NodeJS.ErrnoException): void {
  // `tamis scan … | head` is no error: the reader has seen enough.
  if (error.code === "EPIPE") process.exit(process.exitCode ?? 0)
  output.stderr(
    `tamis: ${withCode(`cannot write to standard output (${reasonOf(error)})`, "TAMIS_OUTPUT_UNWRITABLE")}\n`,
  )
  process.exit(2)
}

/** Makes a commander action of a command: sets the exit status that the command returns, and lets output drain. */
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

/** The store keeps daily sums for this many days (store/rule-history.ts). */
const MAX_DAYS = 35
const DEFAULT_DAYS = 30

function dayCount(value: string): number {
  if (/^\d{1,2}$/.test(value) && Number(value) >= 1 && Number(value) <= MAX_DAYS) return Number(value)
  throw new InvalidArgumentError(`expected a number from 1 to ${MAX_DAYS}`)
}

const configOption = () =>
  new Option(
    "-c, --config <file>",
    "configuration file; without it, every option has its default (docs/configuration.md)",
  ).env("TAMIS_CONFIG")
const rulesOption = () =>
  new Option("-r, --rules <set>", "rule set to apply: its name, or a directory laid out like /etc/logcheck; repeatable")
    .argParser(collect)
    .default([], "common")
const levelOption = () => new Option("-l, --level <level>", "report level").choices(levels)
const variablesOption = () =>
  new Option("--var <NAME=VALUE>", "set a variable that rules use as ${NAME}; repeatable")
    .argParser(assignment)
    .default(new Map(), "none")

const program = new Command("tamis")
  .description(
    "logcheck for a whole network: receives syslog, drops the lines that rules ignore, and mails the rest as digests",
  )
  .version(VERSION)
  .showSuggestionAfterError()
  .showHelpAfterError("(for help: tamis COMMAND --help)")
  .addHelpText("after", "\nExit status: 0 nothing to report, 1 something was reported, 2 the command failed.")
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(withCode(text, "TAMIS_COMMAND_MISUSED")) })
  .hook("preAction", (_program, command) => {
    if (command.name() !== "serve") process.stdout.on("error", endWithoutReader)
  })

program
  .command("serve")
  .description("receive, sift and report until SIGTERM; SIGHUP reloads rules and configuration")
  .addOption(configOption())
  .action(action(async (options) => (await import("./cli/serve.ts")).serve(options)))

program
  .command("scan")
  .description(
    "apply the rules to log files (plain or gzipped) or standard input, and report the lines that none ignores",
  )
  .argument("[file...]", "log files; - or no file for standard input")
  .addOption(configOption())
  .addOption(rulesOption())
  .addOption(levelOption())
  .addOption(variablesOption())
  .option("--host <name>", "apply the rules of this host of the configuration")
  .option("--canonical", "rebuild each line's header first, as serve does")
  .option(
    "--cursor <file>",
    "read only the lines that are new since the last scan with this cursor file, then update it",
  )
  .option("--dry-run", "do not update the cursor file")
  .option("--verdicts", "print one JSON object for every line instead of a report")
  .addOption(new Option("--format <format>", "output format").choices(["text", "json", "logcheck"]).default("text"))
  .option("--json", "same as --format json")
  .action(action(async (files, options) => (await import("./cli/scan.ts")).scan(files, options, output)))

program
  .command("replay")
  .description(
    "treat log files as if their lines arrived at the times that they bear, and show which mails tamis would have sent; sends nothing",
  )
  .argument("[file...]", "log files, plain or gzipped; - or no file for standard input")
  .addOption(
    new Option(
      "-c, --config <file>",
      "configuration file, for its hosts and digests; without it, one digest of hourly windows",
    ).env("TAMIS_CONFIG"),
  )
  .addOption(rulesOption())
  .addOption(levelOption())
  .addOption(variablesOption())
  .addOption(new Option("--send <which>", "which windows are mailed").choices(["news", "leftovers", "always"]))
  .option("--daily <HH:MM>", "with `--send news`: when a mail is sent in any case")
  .option("--mails", "print each mail as text instead of a line about it; with --json, each mail gets its `text`")
  .option("--json", "print one JSON object")
  .addHelpText(
    "after",
    "\nA date without a year is in the latest year that does not put it into the future." +
      "\n--send and --daily replace the options of every digest; the defaults are news and 07:00." +
      "\n\nExit status: 0 done, 2 the command failed.",
  )
  .action(action(async (files, options) => (await import("./cli/replay.ts")).replay(files, options, output)))

program
  .command("explain")
  .description("show how the rules judge a message; if none ignores it, also show the rules that nearly match")
  .argument(
    "<line>",
    "a line of a log file, or a message as sent over the network; - reads standard input, one message a line",
  )
  .addOption(configOption())
  .addOption(rulesOption())
  .addOption(levelOption())
  .addOption(variablesOption())
  .option("--host <name>", "treat the message as sent by this host of the configuration, or from this address")
  .addOption(new Option("--nearest <count>", "number of nearly matching rules to show").argParser(count).default(3))
  .option("--json", "print one JSON object for each message")
  .action(action(async (line, options) => (await import("./cli/explain.ts")).explain(line, options, output)))

program
  .command("suggest")
  .description(
    "suggest rules for lines that no rule matches; each is tested on these lines and on lines that must not be hidden",
  )
  .argument(
    "[file...]",
    "log files; - for standard input; without any, the lines that a running service keeps: open and undelivered windows, and two weeks of earlier ones",
  )
  .addOption(configOption())
  .addOption(rulesOption())
  .addOption(levelOption())
  .addOption(variablesOption())
  .option(
    "--host <name>",
    "apply the rules of this host of the configuration; without files, use this host's lines only",
  )
  .option("-d, --digest <name>", "without files, use this digest's lines only")
  .option("--canonical", "rebuild each line's header first, as serve does")
  .option(
    "--all",
    "suggest a rule for every group of similar lines, even for one line, and for logins and lines that look alarming",
  )
  .option(
    "--apply <set/file>",
    "show the rules, ask, append them to this rule file, SET/ignore.d.server/FILE, and check the file",
  )
  .option("--yes", "with --apply: append the rules without a question")
  .option("--json", "print the suggestions as JSON")
  .addHelpText(
    "after",
    "\nExit status: 0 a rule matches every line, 1 some lines match no rule, 2 the command failed." +
      "\nWith --apply: 0 the rule file has no findings, 1 it has findings or you answered no, 2 the command failed.",
  )
  .action(action(async (files, options) => (await import("./cli/suggest.ts")).suggest(files, options, output)))

program
  .command("report")
  .description("print the next digest as it stands now; the digest still goes out on schedule, with all of its lines")
  .addOption(configOption())
  .option("-d, --digest <name>", "report this digest only")
  .option("--send", "mail the report instead of printing it")
  .option("--json", "print the report as JSON")
  .action(action(async (options) => (await import("./cli/report.ts")).report(options, output)))

program
  .command("show")
  .description("show an entry of a mail: its lines, hosts, values and history, and other lines around the newest ones")
  .argument("<id>", "the id behind the entry, such as k3f9q2a1")
  .addOption(configOption())
  .option("-d, --digest <name>", "look in this digest only")
  .option("--host <name>", "show the lines of this host only")
  .addOption(
    new Option("-n, --lines <number>", "number of lines to show, the newest ones").argParser(count).default(20),
  )
  .option(
    "--around <duration>",
    "also show other lines of the same hosts from so long before and after; 0s for none",
    "1m",
  )
  .option("--json", "print one JSON object")
  .addHelpText("after", "\nExit status: 0 done, 2 the command failed, for example because there is no such entry.")
  .action(action(async (id, options) => (await import("./cli/show.ts")).show(id, options, output)))

program
  .command("history")
  .description("print the lines that no rule ignored, in the order in which they came")
  .addOption(configOption())
  .option("--host <name>", "lines of this host only")
  .option("--program <name>", "lines of this program only")
  .option("--since <time>", "lines from then on: a duration ago (3d), or a time (2026-11-23T09:00)", "1d")
  .option("--until <time>", "lines before then")
  .option("--grep <text>", "lines with this text, in capital or small letters")
  .option("--entry <id>", "lines of this entry only")
  .option("--json", "print one JSON object for each line")
  .addHelpText(
    "after",
    "\nThe id of a line's entry is behind it. tamis keeps lines for retain.days within retain.size." +
      "\n\nExit status: 0 done, 2 the command failed.",
  )
  .action(action(async (options) => (await import("./cli/history.ts")).history(options, output)))

const mails = program
  .command("mails")
  .description("list the mails that went out, the windows without a mail, and the failures, each with its reason")
  .argument("[digest]", "list this digest only")
  .addOption(configOption())
  .addOption(new Option("-n, --last <count>", "number of entries to list of each digest").argParser(count).default(20))
  .option("--json", "print the list as JSON")
  .addHelpText("after", "\nExit status: 0 done, 1 the last mail of a digest was not accepted, 2 the command failed.")
  .action(action(async (digest, options) => (await import("./cli/mails.ts")).mails(digest, options, output)))

mails
  .command("show")
  .description("print one of these mails again, with the answer of the mail server")
  .argument("<id>", "its id in the list")
  .addOption(configOption())
  .action(
    // `mails` has the option as well, and takes it wherever it stands.
    action(async (id, _options, show: Command) =>
      (await import("./cli/mails.ts")).showMail(id, show.optsWithGlobals(), output),
    ),
  )

program
  .command("mail")
  .description("test the mail server")
  .command("test")
  .description("send a small mail as digests are sent, and print the answer of the mail server")
  .addOption(configOption())
  .option("--to <address>", "send it to this address instead of the recipients of the digests")
  .addHelpText("after", "\nExit status: 0 the server accepted the mail for all recipients, 2 it did not.")
  .action(action(async (options) => (await import("./cli/mail-test.ts")).mailTest(options, output)))

const rules = program.command("rules").description("check, test and reload rules, and show how often they match")

rules
  .command("check")
  .description("compile every rule, check its samples, and print each problem with file, line and column")
  .argument(
    "[directory...]",
    "rule sets: a name, a directory, or a directory that contains rule sets; without any, those of the configuration",
  )
  .addOption(configOption())
  .addOption(levelOption())
  .addOption(variablesOption())
  .addOption(
    new Option("--lines <file>", "also find shadowed rules by their matches in this log file; repeatable")
      .argParser(collect)
      .default([], "none"),
  )
  .addOption(new Option("--format <format>", "output format").choices(["text", "json", "junit"]).default("text"))
  .option("--json", "same as --format json")
  .action(
    action(async (directories, options) =>
      (await import("./cli/rules-check.ts")).rulesCheck(directories, options, output),
    ),
  )

rules
  .command("test")
  .description("print the lines of a log file that a rule file matches (as logcheck-test does)")
  .argument("<rulefile>", "a rule file")
  .argument("<logfile>", "a log file, plain or gzipped; - for standard input")
  .option("-i, --invert", "print the lines that the rule file does not match")
  .addOption(
    new Option(
      "--coverage",
      "print how many lines each rule matches instead; exit status 1 if a rule matches none",
    ).conflicts("invert"),
  )
  .addOption(variablesOption())
  .action(
    action(async (file, log, options) => (await import("./cli/rules-test.ts")).rulesTest(file, log, options, output)),
  )

rules
  .command("stats")
  .description("show how many lines each rule matched: the rules that match most, and the dead ones")
  .addOption(configOption())
  .addOption(
    new Option("-d, --days <number>", "number of days to look back, today included")
      .argParser(dayCount)
      .default(DEFAULT_DAYS),
  )
  .option("-s, --set <name>", "show this rule set only")
  .option("--json", "print all rules as JSON")
  .addHelpText(
    "after",
    "\nA rule is dead if it matched nothing in these days, although a program that it names sent lines." +
      "\n\nExit status: 0 no rule is dead, 1 some rules are dead, 2 the command failed.",
  )
  .action(action(async (options) => (await import("./cli/rules-stats.ts")).rulesStats(options, output)))

rules
  .command("reload")
  .description("reload rules and configuration in the running tamis; if a file cannot be used, nothing changes")
  .addOption(configOption())
  .option("--json", "print what changed as JSON")
  .addHelpText(
    "after",
    "\nExit status: 0 reloaded, 1 reloaded, but tamis cannot run some of the rules any more, 2 nothing was reloaded.",
  )
  .action(action(async (options) => (await import("./cli/rules-reload.ts")).rulesReload(options, output)))

program
  .command("status")
  .description("show the state of the running tamis: listeners, windows, outbox, hosts")
  .addOption(configOption())
  .option("--json", "print the state as JSON")
  .option("--live", "exit status 0 as long as tamis receives, whatever else is wrong (for health checks)")
  .addHelpText("after", "\nExit status: 0 healthy, 1 something is wrong, 2 tamis does not run or does not receive.")
  .action(action(async (options) => (await import("./cli/status.ts")).status(options, output)))

const hosts = program
  .command("hosts")
  .description("list the hosts that tamis knows: when they last spoke, how often they do, and which are silent")
  .addOption(configOption())
  .option("--json", "print the hosts as JSON")
  .addHelpText("after", "\nExit status: 0 no host is silent, 1 one is, 2 the command failed.")
  .action(action(async (options) => (await import("./cli/hosts.ts")).hosts(options, output)))

hosts
  .command("forget")
  .description("forget a host that is gone; if it speaks again, it is new")
  .argument("<name>", "a name that `tamis hosts` lists")
  .addOption(configOption())
  .addHelpText("after", "\nExit status: 0 done, 1 no host has this name, 2 the command failed.")
  .action(
    action(async (name, _, command) =>
      (await import("./cli/hosts.ts")).forgetHost(name, command.optsWithGlobals(), output),
    ),
  )

hosts
  .command("rename")
  .description("give a host another name, with its history; change its configuration or its sender as well")
  .argument("<old>", "a name that `tamis hosts` lists")
  .argument("<new>", "its new name")
  .addOption(configOption())
  .addHelpText("after", "\nExit status: 0 done, 1 no host has the old name, 2 the command failed.")
  .action(
    action(async (old, name, _, command) =>
      (await import("./cli/hosts.ts")).renameHost(old, name, command.optsWithGlobals(), output),
    ),
  )

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else if (error instanceof OperatorError) {
    output.stderr(`tamis: ${withCode(error.message, error.code)}\n`)
    process.exitCode = 2
  } else {
    throw error
  }
}
