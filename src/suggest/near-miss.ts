/** Finds a line that is similar to those of a rule and that the rule does not match: a good `#-` sample. */
import { compileWritten, matchesLine } from "../rules/written-rules.ts"
import { type Statement, statementOf } from "./statement.ts"

/** Least share of common words of two lines. */
const NEAR = 0.4

/** Candidates of one program. */
const MAX_CANDIDATES = 500

interface Candidate {
  readonly line: string
  readonly words: ReadonlySet<string>
}

export class NearMisses {
  readonly #alarming: ReadonlyMap<string, readonly Candidate[]>
  readonly #others: ReadonlyMap<string, readonly Candidate[]>

  /** Searches the alarming lines first, then `lines`. */
  constructor(lines: readonly string[], alarming: readonly string[]) {
    this.#alarming = byProgram(alarming)
    this.#others = byProgram(lines)
  }

  of(rule: string, sample: string, program: string): string | undefined {
    const engine = compileWritten([rule])
    if (engine === undefined) return undefined
    const words = wordsOf(statementOf(sample))
    const nearest = (candidates: readonly Candidate[] = []) => {
      let best: { line: string; score: number } | undefined
      for (const { line, words: others } of candidates) {
        const score = overlap(words, others)
        if (score >= NEAR && score > (best?.score ?? 0) && !matchesLine(engine, line)) best = { line, score }
      }
      return best?.line
    }
    return nearest(this.#alarming.get(program)) ?? nearest(this.#others.get(program))
  }
}

/** Candidates of each program, one of each shape, in alphabetical order. */
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

function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let common = 0
  for (const word of one) if (other.has(word)) common += 1
  return (2 * common) / (one.size + other.size || 1)
}
