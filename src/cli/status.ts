/** `tamis status`: asks the running tamis how it is. Exit status 0 healthy, 1 with complaints, 2 not running or stuck. */
import { OperatorError } from "../errors.ts"
import type { Status } from "../http/status.ts"
import { amount } from "../text/amount.ts"
import { printable } from "../text/printable.ts"
import { configuration } from "./configuration.ts"
import { askRunning, isRefusal, readAnswer } from "./control.ts"
import type { Output } from "./output.ts"

export interface StatusOptions {
  readonly config?: string
  readonly json?: boolean
  /** Complaints do not show in the exit status as long as it receives. */
  readonly live?: boolean
}

const PATIENCE_MS = 5_000

export async function status(options: StatusOptions, output: Output): Promise<0 | 1 | 2> {
  const { config } = configuration(options.config)
  const answer = readAnswer<Status>(await askRunning(config, "GET", "/status", PATIENCE_MS))
  if (isRefusal(answer)) throw new OperatorError(`tamis could not tell its status: ${answer.error}`)
  output.stdout(options.json === true ? `${JSON.stringify(answer, undefined, 2)}\n` : render(answer))
  if (!answer.receiving) return 2
  return answer.healthy || options.live === true ? 0 : 1
}

function render(status: Status): string {
  const lines = [
    `tamis ${status.version}, running since ${status.startedAt}: ${status.healthy ? "healthy" : "DEGRADED"}`,
    ...status.complaints.map((complaint) => `  ! ${complaint}`),
    `listening on ${status.listeners.map((at) => `${at.transport} ${at.address}:${at.port}`).join(", ")}`,
    `${status.rules.toLocaleString("en")} rules in force, ${status.quarantinedRules.length} quarantined`,
    ...status.quarantinedRules.map((problem) => `  ! ${problem}`),
  ]
  for (const digest of status.digests) {
    lines.push(
      "",
      `digest ${digest.name}: ${amount(digest.reportedLines, "line")} in ${amount(digest.groups, "group")} since ${digest.windowOpensAt}`,
      `  closes ${digest.windowClosesAt ?? "never: its schedule names no further time"}`,
    )
    if (digest.undeliveredWindows > 0) {
      const next = digest.nextAttemptAt === undefined ? "under way" : `next attempt ${digest.nextAttemptAt}`
      lines.push(`  ! ${digest.undeliveredWindows} closed windows wait for delivery, ${next}`)
    }
    const rows = Object.entries(digest.hosts).map(([host, seen]) => [
      host,
      ...[seen.received, seen.ignored, seen.reported, seen.rejected].map((count) => count.toLocaleString("en")),
      seen.lastSeenAt,
    ])
    if (rows.length > 0)
      lines.push(...table([["host", "received", "ignored", "reported", "rejected", "last seen"], ...rows]))
  }
  return `${lines.map(printable).join("\n")}\n`
}

/** Columns under each other: the first to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows.map((row) =>
    `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ")}`.trimEnd(),
  )
}
