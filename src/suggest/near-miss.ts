/** A line that is like those of a rule and that the rule leaves alone: what makes a good `#-`. */
import { ALARMING_LINES } from "../rules/alarming-lines.ts"
import { engineOf, matches } from "./back-test.ts"
import { type Statement, statementOf } from "./statement.ts"

/** Of two lines' words, how many must be the same. */
const NEAR = 0.4

/** Of one program. */
const MAX_CANDIDATES = 500

interface Candidate {
  readonly line: string
  readonly words: ReadonlySet<string>
}

export class NearMisses {
  readonly #alarming: ReadonlyMap<string, readonly Candidate[]>
  readonly #others: ReadonlyMap<string, readonly Candidate[]>

  /** Looks among the lines that nobody wants hidden, and then among these. */
  constructor(lines: readonly string[]) {
    this.#alarming = byProgram(ALARMING_LINES)
    this.#others = byProgram(lines)
  }

  of(rule: string, sample: string, program: string): string | undefined {
    const engine = engineOf([rule])
    if (engine === undefined) return undefined
    const words = wordsOf(statementOf(sample))
    const nearest = (candidates: readonly Candidate[] = []) => {
      let best: { line: string; score: number } | undefined
      for (const { line, words: others } of candidates) {
        const score = likeness(words, others)
        if (score >= NEAR && score > (best?.score ?? 0) && !matches(engine, line)) best = { line, score }
      }
      return best?.line
    }
    return nearest(this.#alarming.get(program)) ?? nearest(this.#others.get(program))
  }
}

/** Candidates of each program, one of each shape, in the order of their letters. */
function byProgram(lines: readonly string[]): ReadonlyMap<string, readonly Candidate[]> {
  const programs = new Map<string, Map<string, Candidate>>()
  for (const line of [...lines].sort()) {
    const statement = statementOf(line)
    if (statement === undefined) continue
    const shape = statement.words.map((word) => word.shape).join(" ")
    const candidates = programs.get(statement.program) ?? new Map<string, Candidate>()
    programs.set(statement.program, candidates)
    if (candidates.size < MAX_CANDIDATES && !candidates.has(shape)) {
      candidates.set(shape, { line, words: wordsOf(statement) })
    }
  }
  return new Map([...programs].map(([program, candidates]) => [program, [...candidates.values()]]))
}

function wordsOf(statement: Statement | undefined): ReadonlySet<string> {
  return new Set(statement?.words.map(({ shape }) => shape))
}

function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let common = 0
  for (const word of one) if (other.has(word)) common += 1
  return (2 * common) / (one.size + other.size || 1)
}
