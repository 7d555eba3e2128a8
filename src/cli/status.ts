/** `tamis status`: shows the state of the running tamis. Exit status 0 healthy, 1 with complaints, 2 not running or stuck. */
import { type Status, statusSchema } from "../http/status.ts"
import { ACCOUNT_COLUMNS } from "../report/accounts.ts"
import { amount, grouped } from "../text/amount.ts"
import { printable } from "../text/printable.ts"
import { printableJson } from "../text/printable-json.ts"
import { table } from "../text/table.ts"
import { configuration } from "./configuration.ts"
import { askRunning, type Question } from "./control.ts"
import type { Output } from "./output.ts"

export interface StatusOptions {
  readonly config?: string
  readonly json?: boolean
  /** Exit status 0 in spite of complaints, as long as tamis receives. */
  readonly live?: boolean
}

const STATUS: Question<Status> = {
  method: "GET",
  path: "/status",
  patienceMs: 5_000,
  answer: statusSchema,
  failure: "the running tamis cannot read its state",
}

export async function status(options: StatusOptions, output: Output): Promise<0 | 1 | 2> {
  const { config } = configuration(options.config)
  const answer = await askRunning(config, STATUS)
  output.stdout(options.json === true ? printableJson(answer) : render(answer))
  if (!answer.receiving) return 2
  return answer.healthy || options.live === true ? 0 : 1
}

function render(status: Status): string {
  const lines = [
    `tamis ${status.version}, running since ${status.startedAt}: ${status.healthy ? "healthy" : "DEGRADED"}`,
    ...status.complaints.map((complaint) => `  ! ${complaint}`),
    `listening on ${status.listeners.map((at) => `${at.transport} ${at.address}:${at.port}`).join(", ")}`,
    `${status.rules.toLocaleString("en")} rules in force, ${status.quarantinedRules.length} out of force`,
    ...status.quarantinedRules.map((problem) => `  ! ${problem}`),
  ]
  for (const digest of status.digests) {
    lines.push(
      "",
      `digest ${digest.name}: ${amount(digest.reportedLines, "line")} in ${amount(digest.groups, "group")} since ${digest.windowOpensAt}`,
      digest.isSentAtOnce === true
        ? "  closes soon after its first line, if the pause since the last mail is over"
        : `  closes ${digest.windowClosesAt ?? "never: the schedule has no further date"}`,
    )
    if (digest.undeliveredWindows > 0) {
      const next = digest.nextAttemptAt === undefined ? "being delivered now" : `next attempt ${digest.nextAttemptAt}`
      lines.push(`  ! ${amount(digest.undeliveredWindows, "closed window")} not delivered yet, ${next}`)
    }
    const rows = Object.entries(digest.hosts).map(([host, seen]) => [
      host,
      ...ACCOUNT_COLUMNS.map(({ counter }) => grouped(seen[counter])),
      seen.lastSeenAt,
    ])
    if (rows.length > 0)
      lines.push(...table([["host", ...ACCOUNT_COLUMNS.map(({ counter }) => counter), "last seen"], ...rows], ["left"]))
  }
  return `${lines.map(printable).join("\n")}\n`
}
