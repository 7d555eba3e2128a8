/** The order of a mail: the gravest class first; in it the gravest severity, then the most lines. */
import { SEVERITIES } from "../syslog/severity.ts"
import { compareText } from "../text/compare-text.ts"
import type { DigestEntry } from "./entry.ts"

/** The parts of a mail, from the top down. */
export const CLASSES = ["alerts", "alarming", "events", "new", "more", "usual"] as const

export type EntryClass = (typeof CLASSES)[number]

export function classOf({ layer, news }: Pick<DigestEntry, "layer" | "news">): EntryClass {
  if (layer === "cracking") return "alerts"
  if (news === "alarming") return "alarming"
  return layer === "violations" ? "events" : news
}

/** What a line without a PRI counts as: RFC 3164 §4.3.3. */
const DEFAULT_SEVERITY = SEVERITIES.indexOf("notice")

export function byOrder(one: DigestEntry, other: DigestEntry): number {
  return (
    CLASSES.indexOf(classOf(one)) - CLASSES.indexOf(classOf(other)) ||
    compareText(titleOf(one), titleOf(other)) ||
    Number(isKnown(one)) - Number(isKnown(other)) ||
    worst(one) - worst(other) ||
    other.count - one.count ||
    compareText(one.form, other.form)
  )
}

/** Security sections stand one below the other; the classes of System Events have one heading each. */
function titleOf(entry: DigestEntry): string {
  const kind = classOf(entry)
  return kind === "alerts" || kind === "events" ? entry.section : ""
}

/** A form that the digest never saw stands before one that only some host never had. */
function isKnown({ usuallyHourly }: DigestEntry): boolean {
  return usuallyHourly !== undefined
}

function worst({ severities }: DigestEntry): number {
  const gravest = severities.findIndex((count) => count > 0)
  return gravest === -1 ? DEFAULT_SEVERITY : Math.min(gravest, DEFAULT_SEVERITY)
}
