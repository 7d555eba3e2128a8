/**
 * Patterns in RE2's syntax become sets, which find all patterns that match a line in one call.
 *
 * RE2 refuses a pattern, or runs out of memory: when it compiles one, and on a line whose states do not fit. node-re2 throws
 * for both. Any other error is a bug of tamis or of RE2 and is thrown on.
 */
import RE2 from "re2"
import type { EreRefusal } from "../ere/source.ts"

/** One pattern of a set, as RE2 runs it. */
export interface SetPattern {
  readonly index: number
  readonly source: string
}

export interface CompiledSets {
  readonly sets: readonly PatternSet[]
  /** By index, the patterns that are in no set. */
  readonly refused: ReadonlyMap<number, EreRefusal>
}

export const TOO_LARGE: EreRefusal = {
  column: 1,
  message: "the pattern is too large for RE2",
  hint: "lower its repeats, or use * or +",
}

type RE2Set = InstanceType<typeof RE2.Set>

export class PatternSet {
  readonly #re2: RE2Set
  readonly #patterns: readonly SetPattern[]
  readonly #maxBytes: number
  #halves: readonly PatternSet[] | undefined

  constructor(re2: RE2Set, patterns: readonly SetPattern[], maxBytes: number) {
    this.#re2 = re2
    this.#patterns = patterns
    this.#maxBytes = maxBytes
  }

  /** Returns the indices of the patterns that match, ascending; undefined if memory runs out on the line. */
  match(text: Buffer): number[] | undefined {
    try {
      const hits = this.#re2.match(text)
      for (let at = 0; at < hits.length; at += 1) hits[at] = this.#patterns[hits[at]!]!.index
      return hits.length > 1 ? hits.sort(ascending) : hits
    } catch (error) {
      if (isOutOfMemory(error)) return undefined
      throw error
    }
  }

  /** The same patterns in smaller sets, compiled when they are first needed; empty if that is impossible. */
  get halves(): readonly PatternSet[] {
    this.#halves ??= this.#halve()
    return this.#halves
  }

  #halve(): readonly PatternSet[] {
    if (this.#patterns.length === 1) return []
    const { sets, refused } = compileHalves(this.#patterns, this.#maxBytes)
    // If a pattern in force were missing, a line could count as unknown although a rule matches it.
    return refused.size === 0 ? sets : []
  }
}

export function ascending(one: number, other: number): number {
  return one - other
}

/** Compiles the patterns into one set, or into several if they do not fit into `maxBytes`. */
export function compileSets(patterns: readonly SetPattern[], maxBytes: number): CompiledSets {
  const [first] = patterns
  if (first === undefined) return { sets: [], refused: new Map() }
  try {
    return { sets: [new PatternSet(re2Set(patterns, maxBytes), patterns, maxBytes)], refused: new Map() }
  } catch (error) {
    if (isRefusal(error)) return withoutRefused(patterns, maxBytes, error)
    if (!isOutOfMemory(error)) throw error
    if (patterns.length > 1) return compileHalves(patterns, maxBytes)
    return { sets: [], refused: new Map([[first.index, TOO_LARGE]]) }
  }
}

export function joined(some: CompiledSets, others: CompiledSets): CompiledSets {
  return { sets: [...some.sets, ...others.sets], refused: new Map([...some.refused, ...others.refused]) }
}

function compileHalves(patterns: readonly SetPattern[], maxBytes: number): CompiledSets {
  const middle = patterns.length >> 1
  return joined(compileSets(patterns.slice(0, middle), maxBytes), compileSets(patterns.slice(middle), maxBytes))
}

/** RE2 does not say which pattern of a set it refuses, so each is tried alone. */
function withoutRefused(patterns: readonly SetPattern[], maxBytes: number, cause: SyntaxError): CompiledSets {
  const refused = new Map<number, EreRefusal>()
  for (const pattern of patterns) {
    try {
      re2Set([pattern], maxBytes)
    } catch (error) {
      if (isRefusal(error)) refused.set(pattern.index, refusal(error))
      else if (!isOutOfMemory(error)) throw error
    }
  }
  if (refused.size === 0) throw new Error("RE2 refuses a set, but none of its patterns", { cause })
  const accepted = patterns.filter(({ index }) => !refused.has(index))
  return joined(compileSets(accepted, maxBytes), { sets: [], refused })
}

function re2Set(patterns: readonly SetPattern[], maxBytes: number): RE2Set {
  const sources = patterns.map(({ source }) => source)
  return new RE2.Set(sources, "u", { maxMem: maxBytes })
}

/** One pattern that RE2 runs alone. */
export interface Re2Matcher {
  test(line: Buffer): boolean
}

export type CompiledMatcher =
  | { readonly ok: true; readonly matcher: Re2Matcher }
  | { readonly ok: false; readonly refusal: EreRefusal }

/** Compiles one pattern with RE2's own limit of memory, 8 MiB. */
export function compileMatcher(source: string): CompiledMatcher {
  try {
    return { ok: true, matcher: new RE2(source, "u") }
  } catch (error) {
    if (isOutOfMemory(error)) return { ok: false, refusal: TOO_LARGE }
    if (isRefusal(error)) return { ok: false, refusal: refusal(error) }
    throw error
  }
}

/** The messages of node-re2 1.27 (lib/set.cc) and of RE2 (re2.cc) for memory that does not suffice. Tests hold them. */
const OUT_OF_MEMORY: ReadonlySet<string> = new Set([
  "RE2.Set could not be compiled.",
  "RE2.Set matching failed: out of memory.",
  "pattern too large - compile failed",
])

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && OUT_OF_MEMORY.has(error.message)
}

/** Whether RE2's parser refuses a pattern. The parser of the dialect refuses it first, unless tamis has a bug. */
function isRefusal(error: unknown): error is SyntaxError {
  return error instanceof SyntaxError && !isOutOfMemory(error)
}

function refusal({ message }: SyntaxError): EreRefusal {
  return {
    column: 1,
    message: `RE2 refuses the pattern (${message})`,
    hint: "write it differently, and report this as a bug of tamis",
  }
}
