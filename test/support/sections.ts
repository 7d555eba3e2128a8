/** Reads and compares reports in logcheck's form. */

/** Lines by section, in the report's order. The bytes of a line are Latin-1 characters. */
export type Sections = ReadonlyMap<string, readonly string[]>

/** Reads a report: each section has an underlined title, lines, and a blank line at its end. */
export function readSections(report: Buffer): Sections {
  const sections = new Map<string, string[]>()
  const lines = report.toString("latin1").split("\n")
  let section: string[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const [line = "", underline] = lines.slice(at, at + 2)
    if (isTitle(line) && underline === "=-".repeat(line.length).slice(0, line.length)) {
      section.pop() // the blank line at the end of the section before
      section = []
      sections.set(line, section)
      at += 1
    } else {
      section.push(line)
    }
  }
  // The last section's blank line, and the empty text after the last line feed.
  section.length = Math.max(0, section.length - 2)
  return sections
}

function isTitle(line: string): boolean {
  return /^(Security (Alerts|Events)( for [A-Za-z0-9_-]+)?|System Events)$/.test(line)
}

/** A line that occurs more often in a section of one report than of the other. */
export interface Difference {
  readonly section: string
  readonly line: string
  /** Negative if the other report has more. */
  readonly surplus: number
}

/** Compares the lines of sections in any order: logcheck sorts its lines, tamis does not. */
export function differences(one: Sections, other: Sections): readonly Difference[] {
  const found: Difference[] = []
  for (const section of new Set([...one.keys(), ...other.keys()])) {
    const surplus = new Map<string, number>()
    for (const line of one.get(section) ?? []) surplus.set(line, (surplus.get(line) ?? 0) + 1)
    for (const line of other.get(section) ?? []) surplus.set(line, (surplus.get(line) ?? 0) - 1)
    for (const [line, count] of surplus) if (count !== 0) found.push({ section, line, surplus: count })
  }
  return found
}
