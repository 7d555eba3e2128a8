/** The rules of test/corpus, lines to try them on, and the verdicts of GNU grep. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parseRuleFile } from "../../src/rules/rule-file.ts"
import { loadRuleSet } from "../../src/rules/rule-set.ts"
import { encodeUtf8b } from "../../src/text/utf8b.ts"
import { askGrep } from "./gnu-grep.ts"
import { RandomBytes } from "./random-bytes.ts"

const CORPUS = join(import.meta.dirname, "../corpus")

/** A rule set, laid out like /etc/logcheck. */
export const CORPUS_RULES = join(CORPUS, "rules")

/** The header of the lines in its rule files. */
const HEADER = "Nov 23 17:45:00 web1 "

/** A pattern that grep tried on lines. */
export interface TriedPattern {
  /** Bytes that are not UTF-8 are kept, see text/utf8b.ts. */
  readonly text: string
  readonly lines: readonly Buffer[]
  /** Whether grep matches each line; "refused" if it refuses the pattern. */
  readonly verdicts: readonly boolean[] | "refused"
}

/** Returns the rules and the patterns of `dialect`, tried by grep on their lines and on lines with small changes. */
export function triedPatterns(): readonly TriedPattern[] {
  const random = new RandomBytes(20_261_128)
  return [...rules(), ...dialect()].map(({ text, samples }) => {
    const lines = samples
      .flatMap((sample) => [sample.text, ...Array.from({ length: 12 }, () => nearly(sample.text, random))])
      .map(encodeUtf8b)
    const [answer = "no answer"] = askGrep([text], lines)
    if (answer === "no answer") throw new Error(`grep gives no answer to ${text}`)
    const verdicts = answer === "error" ? "refused" : lines.map((_, index) => answer.includes(index))
    return { text, lines, verdicts }
  })
}

/** Returns the messages of the rule set's lines, without their header. */
export function corpusMessages(): readonly string[] {
  const samples = rules().flatMap((rule) => rule.samples)
  return samples.map(({ text }) => (text.startsWith(HEADER) ? text.slice(HEADER.length) : text))
}

function rules() {
  const { ruleSet, problems } = loadRuleSet("corpus", CORPUS_RULES)
  if (problems.length > 0) throw new Error(`the rules of ${CORPUS_RULES} cannot be read`)
  return ruleSet.rules
}

function dialect() {
  const path = join(CORPUS, "dialect")
  return parseRuleFile(readFileSync(path), { directory: "ignore.d.server", file: "dialect", path }).rules
}

/** Changes a text in one place: leaves a character out, doubles it, replaces it, or adds one. */
function nearly(text: string, random: RandomBytes): string {
  const characters = [...text, ""]
  const at = random.below(characters.length)
  const others = [..."aZ9 ._-[](){}\\|^$é☃", "\udcff"]
  const other = others[random.below(others.length)] ?? ""
  const here = characters[at] ?? ""
  const instead = ["", here + here, other, here + other][random.below(4)] ?? ""
  return characters.with(at, instead).join("")
}
