/**
 * `tamis replay`: old logs as if they arrived, and the mails that tamis would have sent about them.
 *
 * Reads no store and sends nothing. Exit status 0; 2: the command failed.
 */
import type { Config, DigestConfig } from "../config/config.ts"
import { timeOfDay } from "../config/values.ts"
import { OperatorError } from "../errors.ts"
import { formatProblem } from "../problem.ts"
import { Arrivals } from "../replay/arrivals.ts"
import { judgementOnLogFiles } from "../replay/log-file-peer.ts"
import type { ReplayFormat } from "../replay/replay-format.ts"
import { replayJson } from "../replay/replay-json.ts"
import { replayMails } from "../replay/replay-mails.ts"
import { replayTable, replayTexts } from "../replay/replay-text.ts"
import { ReplayTotals } from "../replay/replay-totals.ts"
import { readLogs } from "../scan/read-logs.ts"
import { loadRuleSets } from "../service/assemble.ts"
import { printable } from "../text/printable.ts"
import { configuration } from "./configuration.ts"
import type { Output } from "./output.ts"
import { chooseHosts, type RuleChoice } from "./rule-choice.ts"

export interface ReplayOptions extends Omit<RuleChoice, "host"> {
  readonly send?: DigestConfig["send"]
  /** `HH:MM` */
  readonly daily?: string
  readonly mails?: boolean
  readonly json?: boolean
}

/** Where there is no configuration: the hours of a clock are easier to read than windows that close 2 minutes later. */
const HOURLY = "0 * * * *"

export async function replay(given: readonly string[], options: ReplayOptions, output: Output): Promise<0> {
  const files = given.length === 0 ? ["-"] : given
  const { config } = configuration(options.config)
  const { hosts, ruleSets: directories } = chooseHosts(config, options)
  const ruleSets = loadRuleSets({ ...config, hosts, ruleSets: directories })
  const judgement = judgementOnLogFiles(hosts, ruleSets)
  const { quarantined } = judgement
  for (const { problem } of quarantined) output.stderr(`tamis: out of force: ${printable(formatProblem(problem))}\n`)

  const digests = chooseDigests(config, options)
  const sentAtOnce = config.digests.filter(({ pauseMs }) => pauseMs !== undefined).map(({ name }) => name)
  if (sentAtOnce.length > 0) {
    output.stderr(
      `tamis: digests with a pause have no windows on schedule, and are left out: ${sentAtOnce.join(", ")}\n`,
    )
  }
  const arrivals = new Arrivals(judgement, digests, Date.now())
  const format = chooseFormat(options, output)
  let unreadable: unknown
  await readLogs(files, { cursor: undefined, moveCursor: false }, arrivals.take.bind(arrivals), () => {}).catch(
    (error: unknown) => {
      // The other files are read: their mails come first, the problem last.
      if (!(error instanceof OperatorError)) throw error
      unreadable = error
    },
  )
  for (const windows of arrivals.finish()) {
    const { digest } = windows
    const totals = new ReplayTotals(digest.name)
    for await (const window of replayMails(windows, { quarantined, ruleSets })) {
      totals.add(window)
      if (window.mail !== undefined) format.mail(digest, window.mail)
    }
    format.digest(digest, totals)
  }
  format.finish(arrivals.lines)
  const fallbacks = judgement.fallbacks()
  if (fallbacks > 0) {
    output.stderr(`tamis: the rules ran out of memory on ${fallbacks} lines and were applied to them in smaller sets\n`)
  }
  if (unreadable !== undefined) throw unreadable
  return 0
}

/** The digests of the configuration; without one, a digest with hourly windows. */
function chooseDigests({ digests }: Config, { config, send, daily }: ReplayOptions): readonly DigestConfig[] {
  const changes = {
    ...(config === undefined && { schedule: HOURLY }),
    ...(send !== undefined && { send }),
    ...(daily !== undefined && { daily: dailySchedule(daily) }),
  }
  return digests.filter(({ pauseMs }) => pauseMs === undefined).map((digest) => ({ ...digest, ...changes }))
}

function dailySchedule(daily: string): string {
  const { success, data, error } = timeOfDay().safeParse(daily)
  if (success) return data
  throw new OperatorError("TAMIS_COMMAND_MISUSED", `--daily: ${error.issues[0]?.message}, got ${JSON.stringify(daily)}`)
}

function chooseFormat({ json, mails }: ReplayOptions, { stdout }: Output): ReplayFormat {
  if (json === true) return replayJson(mails === true, stdout)
  return mails === true ? replayTexts(stdout) : replayTable(stdout)
}
