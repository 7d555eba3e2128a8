/**
 * The engine: patterns in; for a line, which of them match, all at once.
 *
 * One RE2.Set holds all patterns, so a line costs one call however many rules there are. The set is
 * written in a compressed alphabet (ere-alphabet.ts), which is what keeps it exact beyond ASCII. Of a few patterns it
 * finds candidates only (confirmation.ts). A pattern that cannot be run is refused and out of force; all others are in
 * force. Indices are those of the patterns given, everywhere.
 *
 * Lines of each header form have a set of their own, with what of the patterns can match them (header-form.ts).
 * Only the classic form's is compiled at once, the others when they are needed.
 *
 * What a set cannot judge for lack of memory, smaller sets judge; it is never taken for "no match".
 */
import RE2 from "re2"
import { type Alphabet, createAlphabet } from "../ere/alphabet.ts"
import type { Ere, EreNode } from "../ere/ere.ts"
import { createEreParser } from "../ere/parse.ts"
import type { EreRefusal } from "../ere/source.ts"
import { candidatesOf } from "./candidates.ts"
import { Confirmation } from "./confirmation.ts"
import { type HeaderForm, headerFormOf, restrictionTo } from "./header-form.ts"
import { createRe2Emitter, re2Size } from "./re2-pattern.ts"

export interface Engine {
  /**
   * Returns the indices of all patterns that match the line, ascending, or undefined where the line could not
   * be judged: for lack of memory, or because a back-reference took too many steps. `ascii` says that all bytes are
   * below 0x80; the line holds no line feed.
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
  /** What one set may take for its program and the states it has met, in bytes. */
  readonly maxSetBytes?: number
  /** Compiles the set for ISO headers at once, rather than when the first such line is to be judged. */
  readonly prepareIso?: boolean
}

/**
 * Holds so many rules of Debian's kind in one set, and so much more for each so many more: several sets would each cost
 * a line another pass. With 8 MiB, RE2's default, 800 do not compile.
 */
const SET_BYTES = 64 * 1024 * 1024
const RULES_PER_SET_BYTES = 5_000

/** Room for the largest repeat that grep takes, {32767}, of one character. Debian's largest rule is below 1,000. */
const MAX_PATTERN_SIZE = 40_000

/**
 * Above this a pattern stands in a set of its own kind. RE2 follows all places of a pattern at once: for an unanchored
 * `[a-z]{9000}` that is 20 us a byte, and in a set with others it would leave no room for their states.
 */
const LARGE_PATTERN_SIZE = 5_000

/** Compiles patterns in the dialect of ere.ts. */
export function compileEngine(
  patterns: readonly string[],
  { maxSetBytes = setBytesFor(patterns.length), prepareIso = false }: EngineOptions = {},
): { engine: Engine; refused: readonly Refused[] } {
  const refused = new Map<number, EreRefusal>()
  const eres = new Map<number, Ere>()
  /** What a set is to find of each pattern: the pattern itself, but for back-references. */
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

  const confirmation = new Confirmation(eres, { alphabet, emitter, compile: compileOne })
  for (const index of confirmation.tooLarge) {
    refused.set(index, TOO_LARGE)
    eres.delete(index)
  }

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
  const { sets: classic, tooLarge } = compileFor("classic")
  for (const index of tooLarge) {
    refused.set(index, TOO_LARGE)
    eres.delete(index)
  }
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

const TOO_LARGE: EreRefusal = {
  column: 1,
  message: "the pattern is too large for RE2",
  hint: "lower its repeats, or use * or +",
}

/** What RE2 is to run for the pattern; undefined where that would be too large. */
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
    try {
      const hits = set.re2.match(text)
      for (let at = 0; at < hits.length; at += 1) hits[at] = set.patterns[hits[at]!]!.index
      return hits.length > 1 ? hits.sort(ascending) : hits
    } catch {
      // The only thing match throws for: the states of this line do not fit into the set's memory.
      this.fallbacks++
      set.halves ??= halve(set)
      return set.halves.length === 0 ? undefined : this.#matchSets(set.halves, text)
    }
  }
}

/** The patterns' sets for each form of header, and for lines that may have any, compiled on demand. */
class SetsByForm {
  readonly #compile: (form: HeaderForm | undefined) => CompiledSets
  readonly #classic: readonly PatternSet[]
  readonly #others = new Map<HeaderForm | undefined, Sets>()

  constructor(classic: readonly PatternSet[], compile: (form: HeaderForm | undefined) => CompiledSets) {
    this.#classic = classic
    this.#compile = compile
  }

  /** Returns undefined where not all patterns that are in force fit into memory. */
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
    const { sets, tooLarge } = this.#compile(form)
    // Without a pattern that is in force a line would pass for one that nobody knows.
    return { sets: tooLarge.length === 0 ? sets : undefined }
  }
}

interface Sets {
  readonly sets: readonly PatternSet[] | undefined
}

type RE2Set = InstanceType<typeof RE2.Set>

/** One of a set's patterns, as RE2 runs it. */
interface SetPattern {
  readonly index: number
  readonly source: string
}

function ascending(one: number, other: number): number {
  return one - other
}

interface PatternSet {
  readonly re2: RE2Set
  readonly patterns: readonly SetPattern[]
  readonly maxBytes: number
  /** The same patterns in smaller sets, from the first time on that this one ran out of memory; empty where there are none. */
  halves?: readonly PatternSet[]
}

interface CompiledSets {
  readonly sets: readonly PatternSet[]
  /** Patterns that do not fit into the memory of a set of their own. */
  readonly tooLarge: readonly number[]
}

/** Compiles the patterns into one set, or into several where they do not fit. */
function compileSets(patterns: readonly SetPattern[], maxBytes: number): CompiledSets {
  const [first] = patterns
  if (first === undefined) return { sets: [], tooLarge: [] }
  try {
    const sources = patterns.map(({ source }) => source)
    return { sets: [{ re2: new RE2.Set(sources, "u", { maxMem: maxBytes }), patterns, maxBytes }], tooLarge: [] }
  } catch {
    return patterns.length === 1 ? { sets: [], tooLarge: [first.index] } : compileHalves(patterns, maxBytes)
  }
}

function compileHalves(patterns: readonly SetPattern[], maxBytes: number): CompiledSets {
  const middle = patterns.length >> 1
  return joined(compileSets(patterns.slice(0, middle), maxBytes), compileSets(patterns.slice(middle), maxBytes))
}

function joined(some: CompiledSets, others: CompiledSets): CompiledSets {
  return { sets: [...some.sets, ...others.sets], tooLarge: [...some.tooLarge, ...others.tooLarge] }
}

function halve({ patterns, maxBytes }: PatternSet): readonly PatternSet[] {
  if (patterns.length === 1) return []
  const { sets, tooLarge } = compileHalves(patterns, maxBytes)
  // Without a pattern that was in force a line would pass for one that nobody knows.
  return tooLarge.length === 0 ? sets : []
}

function compileOne(source: string): RE2 | undefined {
  try {
    return new RE2(source, "u")
  } catch {
    return undefined
  }
}
