/**
 * The engine finds all patterns that match a line, in one pass.
 *
 * One RE2.Set holds all patterns, so a line costs one call, however many rules there are. The set is written in a
 * compressed alphabet (ere/alphabet.ts), which keeps it exact beyond ASCII. For a few patterns it finds only candidates
 * (confirmation.ts). A pattern that cannot be run is refused and out of force; all others are in force. All indices are
 * those of the patterns given.
 *
 * Each header form has a set of its own, with the parts of the patterns that can match such lines (header-form.ts).
 * Only the set of the classic form is compiled at once, the others when they are needed.
 *
 * If a set runs out of memory on a line, smaller sets judge the line. It never counts as "no match".
 */
import { type Alphabet, createAlphabet } from "../ere/alphabet.ts"
import type { Ere, EreNode } from "../ere/ere.ts"
import { createEreParser } from "../ere/parse.ts"
import type { EreRefusal } from "../ere/source.ts"
import { candidatesOf } from "./candidates.ts"
import { Confirmation } from "./confirmation.ts"
import { type HeaderForm, headerFormOf, restrictionTo } from "./header-form.ts"
import {
  ascending,
  type CompiledSets,
  compileMatcher,
  compileSets,
  joined,
  type PatternSet,
  type SetPattern,
  TOO_LARGE,
} from "./pattern-sets.ts"
import { createRe2Emitter, re2Size } from "./re2-pattern.ts"

export interface Engine {
  /**
   * Returns the indices of all patterns that match the line, ascending. Returns undefined if the line could not be
   * judged: memory ran out, or a back-reference took too many steps. `ascii` means that all bytes are below 0x80. The
   * line must not contain a line feed.
   */
  match(line: Buffer, ascii: boolean): readonly number[] | undefined
  /** How often a set ran out of memory on a line. */
  readonly fallbacks: number
}

/** A pattern that is not in force. */
export interface Refused extends EreRefusal {
  readonly index: number
}

export interface EngineOptions {
  /** Memory for one set's program and its states so far, in bytes. */
  readonly maxSetBytes?: number
  /** Compiles the set for ISO headers at once, not at the first such line. */
  readonly prepareIso?: boolean
}

/**
 * A set gets SET_BYTES for each RULES_PER_SET_BYTES rules of Debian's kind, so that one set holds them all: each
 * further set would cost a line another pass. With 8 MiB, RE2's default, 800 rules do not compile.
 */
const SET_BYTES = 64 * 1024 * 1024
const RULES_PER_SET_BYTES = 5_000

/** Room for the largest repeat that grep accepts, {32767}, of one character. Debian's largest rule is below 1,000. */
const MAX_PATTERN_SIZE = 40_000

/**
 * Larger patterns are in a separate set. RE2 follows all places of a pattern at once: an unanchored `[a-z]{9000}` takes
 * 20 us a byte, and in the common set it would leave no memory for the states of the others.
 */
const LARGE_PATTERN_SIZE = 5_000

/** Compiles patterns in the dialect of ere.ts. */
export function compileEngine(
  patterns: readonly string[],
  { maxSetBytes = setBytesFor(patterns.length), prepareIso = false }: EngineOptions = {},
): { engine: Engine; refused: readonly Refused[] } {
  const refused = new Map<number, EreRefusal>()
  const eres = new Map<number, Ere>()
  /** The tree that a set runs for each pattern: the pattern's own, with back-references replaced. */
  const candidates = new Map<number, EreNode>()
  const large = new Set<number>()
  const parse = createEreParser()
  for (const [index, pattern] of patterns.entries()) {
    const parsed = parse(pattern)
    const root = parsed.ok ? re2Root(parsed.ere) : undefined
    if (parsed.ok && root !== undefined) {
      eres.set(index, parsed.ere)
      candidates.set(index, root)
      if (re2Size(root) > LARGE_PATTERN_SIZE) large.add(index)
    } else refused.set(index, parsed.ok ? TOO_LARGE : parsed)
  }
  const alphabet = createAlphabet([...eres.values()])
  const emitter = createRe2Emitter(alphabet)

  const confirmation = new Confirmation(eres, { alphabet, emitter, compile: compileMatcher })
  const refuseAll = (refusals: ReadonlyMap<number, EreRefusal>) => {
    for (const [index, refusal] of refusals) {
      refused.set(index, refusal)
      eres.delete(index)
    }
  }
  refuseAll(confirmation.refused)

  const compileFor = (form: HeaderForm | undefined): CompiledSets => {
    const restrict = form === undefined ? (root: EreNode) => root : restrictionTo(form)
    const ordinary: SetPattern[] = []
    const apart: SetPattern[] = []
    for (const [index, { reading }] of eres) {
      const possible = restrict(candidates.get(index)!)
      if (possible === undefined) continue
      const pattern = { index, source: emitter.plain(possible, reading) }
      if (large.has(index)) apart.push(pattern)
      else ordinary.push(pattern)
    }
    return joined(compileSets(ordinary, maxSetBytes), compileSets(apart, maxSetBytes))
  }
  const { sets: classic, refused: refusedBySets } = compileFor("classic")
  refuseAll(refusedBySets)
  const engine = new SetEngine(alphabet, new SetsByForm(classic, compileFor), confirmation)
  if (prepareIso) engine.prepareIso()
  return {
    engine,
    refused: [...refused]
      .map(([index, { column, message, hint }]) => ({ index, column, message, hint }))
      .sort((one, other) => one.index - other.index),
  }
}

function setBytesFor(rules: number): number {
  return SET_BYTES * Math.max(1, Math.ceil(rules / RULES_PER_SET_BYTES))
}

/** The tree that RE2 runs for the pattern; undefined if it would be too large. */
function re2Root({ root, backReference }: Ere): EreNode | undefined {
  if (backReference !== undefined) return candidatesOf(root, MAX_PATTERN_SIZE)
  return re2Size(root) > MAX_PATTERN_SIZE ? undefined : root
}

class SetEngine implements Engine {
  fallbacks = 0
  readonly #alphabet: Alphabet
  readonly #sets: SetsByForm
  readonly #confirmation: Confirmation

  constructor(alphabet: Alphabet, sets: SetsByForm, confirmation: Confirmation) {
    this.#alphabet = alphabet
    this.#sets = sets
    this.#confirmation = confirmation
  }

  match(line: Buffer, ascii: boolean): readonly number[] | undefined {
    const text = ascii ? line : this.#alphabet.encode(line)
    const sets = this.#sets.of(headerFormOf(line))
    const hits = sets && this.#matchSets(sets, text)
    return hits && this.#confirmation.confirm(hits, line, text)
  }

  prepareIso(): void {
    this.#sets.of("iso")
  }

  #matchSets(sets: readonly PatternSet[], text: Buffer): number[] | undefined {
    const [only] = sets
    if (only !== undefined && sets.length === 1) return this.#matchSet(only, text)
    const all: number[] = []
    for (const set of sets) {
      const hits = this.#matchSet(set, text)
      if (hits === undefined) return undefined
      for (const index of hits) all.push(index)
    }
    return all.sort(ascending)
  }

  #matchSet(set: PatternSet, text: Buffer): number[] | undefined {
    const hits = set.match(text)
    if (hits !== undefined) return hits
    this.fallbacks++
    const { halves } = set
    return halves.length === 0 ? undefined : this.#matchSets(halves, text)
  }
}

/** The sets for each header form, and for lines that may have any form, compiled on demand. */
class SetsByForm {
  readonly #compile: (form: HeaderForm | undefined) => CompiledSets
  readonly #classic: readonly PatternSet[]
  readonly #others = new Map<HeaderForm | undefined, Sets>()

  constructor(classic: readonly PatternSet[], compile: (form: HeaderForm | undefined) => CompiledSets) {
    this.#classic = classic
    this.#compile = compile
  }

  /** Returns undefined if not all patterns in force fit into memory. */
  of(form: HeaderForm | undefined): readonly PatternSet[] | undefined {
    if (form === "classic") return this.#classic
    let others = this.#others.get(form)
    if (others === undefined) {
      others = this.#compileComplete(form)
      this.#others.set(form, others)
    }
    return others.sets
  }

  #compileComplete(form: HeaderForm | undefined): Sets {
    const { sets, refused } = this.#compile(form)
    // If a pattern in force were missing, a line could count as unknown although a rule matches it.
    return { sets: refused.size === 0 ? sets : undefined }
  }
}

interface Sets {
  readonly sets: readonly PatternSet[] | undefined
}
