/**
 * `--format logcheck`: the report of `logcheck -o`, byte for byte: every line under its section, the section's title
 * underlined, a blank line after it.
 *
 * With one difference: logcheck sorts dates as text, which puts `Feb  1` before `Jan 31`. Here the lines of one log keep
 * their order, and those of several logs are sorted by time.
 */
import { LAYER_TITLES } from "../rules/section-title.ts"
import type { LineOrigin } from "./line-origin.ts"
import { LineStore } from "./line-store.ts"
import type { ScanFormat, Write } from "./scan-format.ts"
import { visibleLine } from "./visible-line.ts"

export interface LogcheckFormatOptions {
  /** Reads the times of lines, if they are to be sorted. Lines of equal time keep their order. */
  readonly byTime: LineOrigin | undefined
  /** Whether the output is a terminal, which must not get control characters from a log. */
  readonly terminal: boolean
}

export function logcheckFormat({ byTime, terminal }: LogcheckFormatOptions, write: Write): ScanFormat {
  const sections = new Map<string, LineStore>()
  // A line without a date belongs to the one before it.
  let atMs = Number.NEGATIVE_INFINITY
  return {
    take({ written, verdict: { sections: titles } }) {
      if (byTime !== undefined) {
        byTime.read(written.bytes)
        atMs = byTime.atMs ?? atMs
      }
      for (let index = 0; index < titles.length; index += 1) {
        const title = titles[index]!
        let lines = sections.get(title)
        if (lines === undefined) {
          lines = new LineStore(byTime !== undefined)
          sections.set(title, lines)
        }
        lines.add(written.bytes, atMs)
      }
    },
    finish() {
      for (const [title, lines] of [...sections].sort(([a], [b]) => compare(orderOf(a), orderOf(b)))) {
        write(`${title}\n${"=-".repeat(title.length).slice(0, title.length)}\n`)
        const blocks = byTime === undefined ? lines.blocks : [sorted(lines)]
        for (const block of blocks) write(terminal ? visible(block) : block)
        write("\n")
      }
    },
  }
}

function sorted({ dated }: LineStore): Uint8Array {
  return Buffer.concat(dated.sort((one, other) => compare(one.atMs, other.atMs)).map(({ bytes }) => bytes))
}

/** Lines with their line feeds, safe for a terminal. */
function visible(lines: Uint8Array): string {
  return Buffer.from(lines.buffer, lines.byteOffset, lines.length)
    .toString("latin1")
    .replace(/[^\n]+/g, (line) => visibleLine(Buffer.from(line, "latin1")))
}

/** Sections are sorted by layer, then by rule file in the order of the C locale. A title without a file is that of the file "logcheck". */
function orderOf(title: string): string {
  const layer = Object.values(LAYER_TITLES).findIndex((bare) => title === bare || title.startsWith(`${bare} for `))
  const bare = Object.values(LAYER_TITLES)[layer] ?? ""
  return `${layer} ${title === bare ? "logcheck" : title.slice(`${bare} for `.length)}`
}

function compare<Key extends string | number>(a: Key, b: Key): number {
  return a < b ? -1 : Number(a > b)
}
