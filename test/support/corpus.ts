/** The corpus of test/corpus: rules with lines that are worth trying, and what GNU grep says of them. */
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

/** What the lines of its rules begin with. */
const HEADER = "Nov 23 17:45:00 web1 "

/** A pattern, or one that grep refuses, with lines. */
export interface TriedPattern {
  /** Bytes that are not UTF-8 are kept, see text/utf8b.ts. */
  readonly text: string
  readonly lines: readonly Buffer[]
  /** Of each line, whether grep matches it. */
  readonly verdicts: readonly boolean[] | "refused"
}

/** Returns the rules of the rule set, and the patterns of `dialect`, tried on their lines and on lines that are nearly the same. */
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

/** What differs in one place: a character that is left out, doubled, changed or added. */
function nearly(text: string, random: RandomBytes): string {
  const characters = [...text, ""]
  const at = random.below(characters.length)
  const others = [..."aZ9 ._-[](){}\\|^$é☃", "\udcff"]
  const other = others[random.below(others.length)] ?? ""
  const here = characters[at] ?? ""
  const instead = ["", here + here, other, here + other][random.below(4)] ?? ""
  return characters.with(at, instead).join("")
}
