/**
 * Judges lines as logcheck 1.4.2 does with SUPPORT_CRACKING_IGNORE=0, with its tools: the file names of run-parts, sed,
 * and GNU grep in C.UTF-8.
 */
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Level } from "../../src/rules/rule.ts"
import { decodeUtf8b } from "../../src/text/utf8b.ts"
import { askGrep } from "./gnu-grep.ts"

export interface GrepVerdict {
  readonly verdict: "cracking" | "violations" | "system" | "ignored"
  /** Titles, in the report's order. */
  readonly sections: readonly string[]
}

/** The lines that each file of a directory matches, by the file's name. */
type Hits = ReadonlyMap<string, ReadonlySet<number>>

const LEVELS: Readonly<Record<Level, readonly string[]>> = {
  paranoid: ["ignore.d.paranoid"],
  server: ["ignore.d.paranoid", "ignore.d.server"],
  workstation: ["ignore.d.paranoid", "ignore.d.server", "ignore.d.workstation"],
}

/** Judges lines, which hold no line feed, by a rule set. */
export function grepVerdicts(rules: string, level: Level, lines: readonly Buffer[]): readonly GrepVerdict[] {
  const stripped = withoutTrailingBlanks(lines)
  const hitsIn = (directory: string): Hits => hits(join(rules, directory), stripped)
  const [cracking, violations, cancelling] = [
    hitsIn("cracking.d"),
    hitsIn("violations.d"),
    hitsIn("violations.ignore.d"),
  ]
  const normal = LEVELS[level].map(hitsIn)
  const isIn = (files: Hits, line: number) => files.values().some((matched) => matched.has(line))
  return lines.map((_, line): GrepVerdict => {
    const alerts = reporting(cracking, line).map((file) => title("Security Alerts", file))
    if (alerts.length > 0) return { verdict: "cracking", sections: alerts }
    const events = reporting(violations, line)
      .filter((file) => !cancelling.entries().some(([by, matched]) => cancels(by, file) && matched.has(line)))
      .map((file) => title("Security Events", file))
    if (events.length > 0) return { verdict: "violations", sections: events }
    if (isIn(violations, line) || normal.some((files) => isIn(files, line))) return { verdict: "ignored", sections: [] }
    return { verdict: "system", sections: ["System Events"] }
  })
}

/** The files that report a line. The file "logcheck" reports no line that another file matches. */
function reporting(files: Hits, line: number): string[] {
  const matching = [...files].filter(([, matched]) => matched.has(line)).map(([file]) => file)
  return matching.some((file) => !file.startsWith("logcheck"))
    ? matching.filter((file) => file !== "logcheck")
    : matching
}

function cancels(ignoreFile: string, file: string): boolean {
  if (file === "logcheck" || ignoreFile === "local" || ignoreFile.startsWith("local-")) return true
  return ignoreFile === file || ignoreFile === `logcheck-${file}`
}

function title(section: string, file: string): string {
  return file === "logcheck" ? section : `${section} for ${file}`
}

function hits(directory: string, lines: readonly Buffer[]): Hits {
  if (!existsSync(directory)) return new Map()
  // run-parts chooses and sorts files like this.
  const names = readdirSync(directory).filter((name) => /^[A-Za-z0-9_-]+$/.test(name))
  return new Map(names.sort().map((name) => [name, matchedBy(join(directory, name), lines)]))
}

function matchedBy(file: string, lines: readonly Buffer[]): ReadonlySet<number> {
  const rules = decodeUtf8b(readFileSync(file))
    .split("\n")
    .filter((rule) => !/^\s*$|^#/.test(rule))
  if (rules.length === 0) return new Set()
  const [answer] = askGrep([rules.join("\n")], lines)
  if (answer === undefined || typeof answer === "string") throw new Error(`grep cannot use ${file}: ${answer}`)
  return new Set(answer)
}

function withoutTrailingBlanks(lines: readonly Buffer[]): Buffer[] {
  const LF = Buffer.from("\n")
  const { stdout } = spawnSync("sed", ["-E", "s/[[:space:]]+$//"], {
    input: Buffer.concat(lines.flatMap((line) => [line, LF])),
    env: { ...process.env, LC_ALL: "C.UTF-8" },
    maxBuffer: 1 << 28,
  })
  const stripped = stdout.toString("latin1").split("\n").slice(0, -1)
  return stripped.map((line) => Buffer.from(line, "latin1"))
}
