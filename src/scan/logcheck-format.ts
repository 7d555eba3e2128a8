/**
 * `--format logcheck`: the report of `logcheck -o`, byte for byte: every line under its section, the section's title
 * underlined, a blank line after it.
 *
 * One thing differs: logcheck sorts by the date's letters, which puts `Feb  1` before `Jan 31`; here lines keep the
 * order in which they were read.
 */
import { LAYER_TITLES } from "../rules/section-title.ts"
import type { ScanFormat, Write } from "./scan-format.ts"

const LF = Buffer.from("\n")

export function logcheckFormat(write: Write): ScanFormat {
  const sections = new Map<string, Buffer[]>()
  return {
    take(line, { sections: titles }) {
      if (titles.length === 0) return
      const copy = Buffer.from(line.bytes)
      for (const title of titles) {
        const lines = sections.get(title)
        if (lines === undefined) sections.set(title, [copy, LF])
        else lines.push(copy, LF)
      }
    },
    finish() {
      for (const [title, lines] of [...sections].sort(([a], [b]) => compare(orderOf(a), orderOf(b)))) {
        write(`${title}\n${"=-".repeat(title.length).slice(0, title.length)}\n`)
        write(Buffer.concat(lines))
        write("\n")
      }
    },
  }
}

/** Sections come by layer, then by rule file in the C locale's order; the bare title is that of the file "logcheck". */
function orderOf(title: string): string {
  const layer = Object.values(LAYER_TITLES).findIndex((bare) => title === bare || title.startsWith(`${bare} for `))
  const bare = Object.values(LAYER_TITLES)[layer] ?? ""
  return `${layer} ${title === bare ? "logcheck" : title.slice(`${bare} for `.length)}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
