/**
 * Makes the verdict on a line from the rules that match it, as logcheck does (logcheck(8), README.logcheck-database):
 *
 *     cracking.d     one section for each rule file, unless cracking.ignore.d cancels it
 *     violations.d   the same with violations.ignore.d, for lines that no cracking section shows
 *     ignore.d.*     for lines that no rule of the two above matches
 *     the rest       System Events
 *
 * A line that a rule of cracking.d or violations.d matches is never in System Events. If all such hits are cancelled,
 * the line is ignored. Pure: the same rules make the same verdict.
 */
import type { Layer, Rule, RuleDirectory } from "./rule.ts"
import { isIgnoring } from "./rules-in-force.ts"
import { LAYER_TITLES, sectionTitle } from "./section-title.ts"
import type { Verdict } from "./verdict.ts"

/** The verdict on a line that no rule matches. */
export const UNKNOWN: Verdict = { layer: "system", sections: [LAYER_TITLES.system], rules: [], unjudged: false }

export const UNJUDGED: Verdict = { ...UNKNOWN, unjudged: true }

/**
 * Decides by the rules in force that match a line. Rules of cracking.d and violations.d must be in their files' order.
 */
export function decide(matching: readonly Rule[]): Verdict {
  const of = (directory: RuleDirectory) => matching.filter((rule) => rule.directory === directory)
  const cracking = raise("cracking", of("cracking.d"), of("cracking.ignore.d"))
  if (cracking.sections.length > 0) return reported("cracking", cracking)
  const violations = raise("violations", of("violations.d"), of("violations.ignore.d"))
  if (violations.sections.length > 0) return reported("violations", violations)
  if (cracking.raising.length + violations.raising.length > 0) {
    return ignored([...cracking.cancelling, ...violations.cancelling])
  }
  const ignoring = matching.filter(isIgnoring)
  return ignoring.length > 0 ? ignored(ignoring) : UNKNOWN
}

interface Raised {
  readonly sections: readonly string[]
  readonly raising: readonly Rule[]
  /** Rules that cancelled a section. */
  readonly cancelling: readonly Rule[]
}

function raise(layer: Layer, raising: readonly Rule[], ignoring: readonly Rule[]): Raised {
  const files = [...new Set(raising.map((rule) => rule.file))]
  const sections = files.filter((file) => {
    if (ignoring.some((rule) => cancels(rule.file, file))) return false
    // A hit of a more specific file is not reported a second time, even if the specific hit was cancelled.
    return file !== "logcheck" || !files.some(isSpecial)
  })
  return {
    sections: sections.map((file) => sectionTitle(layer, file)),
    raising,
    cancelling: ignoring.filter((rule) => files.some((file) => cancels(rule.file, file))),
  }
}

/**
 * Whether an ignore file cancels what the other file raises. It cancels hits of the file with its name. A local file
 * cancels hits of all files. Any file cancels hits of the file "logcheck".
 */
export function cancels(ignoreFile: string, raisingFile: string): boolean {
  return (
    raisingFile === "logcheck" ||
    ignoreFile === raisingFile ||
    ignoreFile === `logcheck-${raisingFile}` ||
    ignoreFile === "local" ||
    ignoreFile.startsWith("local-")
  )
}

/** logcheck tests the name with `=~ ^logcheck*`, a regular expression in which the "k" is optional. */
function isSpecial(file: string): boolean {
  return !file.startsWith("logchec")
}

function reported(layer: Layer, { sections, raising }: Raised): Verdict {
  return { layer, sections, rules: raising, unjudged: false }
}

function ignored(rules: readonly Rule[]): Verdict {
  return { layer: "ignored", sections: [], rules, unjudged: false }
}
