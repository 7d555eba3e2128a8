/**
 * `--format logcheck`: the report of `logcheck -o`, byte for byte: every line under its section, the section's title
 * underlined, a blank line after it.
 *
 * One thing differs: logcheck sorts by the date's letters, which puts `Feb  1` before `Jan 31`. Here the lines of one
 * log keep their order, and those of several are sorted by time.
 */
import { LAYER_TITLES } from "../rules/section-title.ts"
import type { LineOrigin } from "./line-origin.ts"
import type { ScanFormat, Write } from "./scan-format.ts"
import { visibleLine } from "./visible-line.ts"

export interface LogcheckFormatOptions {
  /** Tells the lines' times where they are to be sorted. Lines of equal time stay as they were read. */
  readonly byTime: LineOrigin | undefined
  /** Whether it is a terminal that is written to, which must not get a log's control characters. */
  readonly terminal: boolean
}

interface ReportedLine {
  readonly bytes: Buffer
  readonly atMs: number
}

export function logcheckFormat({ byTime, terminal }: LogcheckFormatOptions, write: Write): ScanFormat {
  const sections = new Map<string, ReportedLine[]>()
  // A line without a date belongs to the one before it.
  let atMs = Number.NEGATIVE_INFINITY
  return {
    take(line, { sections: titles }) {
      if (byTime !== undefined) {
        byTime.read(line.bytes)
        atMs = byTime.atMs ?? atMs
      }
      if (titles.length === 0) return
      const reported = { bytes: Buffer.from(line.bytes), atMs }
      for (const title of titles) {
        const lines = sections.get(title)
        if (lines === undefined) sections.set(title, [reported])
        else lines.push(reported)
      }
    },
    finish() {
      for (const [title, lines] of [...sections].sort(([a], [b]) => compare(orderOf(a), orderOf(b)))) {
        if (byTime !== undefined) lines.sort((a, b) => compare(a.atMs, b.atMs))
        write(`${title}\n${"=-".repeat(title.length).slice(0, title.length)}\n`)
        write(terminal ? linesAsText(lines) : linesAsTheyAre(lines))
        write("\n")
      }
    },
  }
}

const LF = Buffer.from("\n")

function linesAsTheyAre(lines: readonly ReportedLine[]): Buffer {
  return Buffer.concat(lines.flatMap(({ bytes }) => [bytes, LF]))
}

function linesAsText(lines: readonly ReportedLine[]): string {
  return lines.map(({ bytes }) => `${visibleLine(bytes)}\n`).join("")
}

/** Sections come by layer, then by rule file in the C locale's order; the bare title is that of the file "logcheck". */
function orderOf(title: string): string {
  const layer = Object.values(LAYER_TITLES).findIndex((bare) => title === bare || title.startsWith(`${bare} for `))
  const bare = Object.values(LAYER_TITLES)[layer] ?? ""
  return `${layer} ${title === bare ? "logcheck" : title.slice(`${bare} for `.length)}`
}

function compare<Key extends string | number>(a: Key, b: Key): number {
  return a < b ? -1 : Number(a > b)
}
