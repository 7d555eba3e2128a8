/**
 * Proves that one pattern matches every line that another matches. Both automata read the same line in parallel; no
 * line may be a match for the one and not for the other.
 *
 * Characters that neither pattern distinguishes are read as one, so that a step is tried a few dozen times and not for
 * each character of Unicode.
 */

import { LF } from "../text/ascii.ts"
import { createAlphabet } from "./alphabet.ts"
import { type Automaton, type Taking, takes } from "./automaton.ts"
import type { Ere } from "./ere.ts"
import { RAW_BYTE_BASE } from "./utf8.ts"

/** An automaton with its syntax tree, which has neither word anchors nor back-references. */
export interface Provable {
  readonly ere: Ere
  readonly automaton: Automaton
}

export type Inclusion = "included" | "not included" | "too costly"

/** After looking at this many places in the automata, the proof is given up: some 20 ms. */
const MAX_WORK = 300_000

export function inclusion(small: Provable, large: Provable): Inclusion {
  const kinds = kindsOfCharacters(small, large)
  const one = new Reader(small.automaton, kinds)
  const other = new Reader(large.automaton, kinds)
  const seen = new Set<string>()
  const pending: [Places, Places][] = [[one.start, other.start]]
  let work = 0
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [ofSmall, ofLarge] = pair
    // The large one has matched, so the rest of the line does not matter.
    if (ofLarge.matched) continue
    if (ofSmall.matchesAtEnd && !ofLarge.matchesAtEnd) return "not included"
    if (ofSmall.hopeless) continue
    for (let kind = 0; kind < kinds.length; kind += 1) {
      const next = one.read(ofSmall, kind)
      const nextOfLarge = other.read(ofLarge, kind)
      work += next.taking.length + nextOfLarge.taking.length + 1
      const key = `${next.id} ${nextOfLarge.id}`
      if (seen.has(key)) continue
      seen.add(key)
      pending.push([next, nextOfLarge])
    }
    if (work > MAX_WORK) return "too costly"
  }
  return "included"
}

/** One character of each kind that the two automata distinguish. */
interface Kind {
  readonly codePoint: number
  readonly classes: number
}

function kindsOfCharacters(one: Provable, other: Provable): Kind[] {
  const distinct = new Map<Taking["what"], Taking>()
  for (const { automaton } of [one, other]) {
    for (const state of automaton.states) if (state.kind === "take") distinct.set(state.what, state)
  }
  const { symbols } = createAlphabet([one.ere, other.ere])
  const characters = symbols.map(({ codePoint = -1, classes }) => ({ codePoint, classes }))
  // No line holds a line feed; one may hold a byte that is not UTF-8.
  const all = [...characters.filter(({ codePoint }) => codePoint !== LF), { codePoint: UNNAMED_BYTE, classes: 0 }]
  const kinds = new Map<string, Kind>()
  for (const kind of all) {
    let taken = ""
    for (const state of distinct.values()) taken += takes(state, kind.codePoint, kind.classes) ? "1" : "0"
    if (!kinds.has(taken)) kinds.set(taken, kind)
  }
  return [...kinds.values()]
}

/** A byte that is not UTF-8 and that no pattern names. Patterns rarely name such bytes, and 0xFF hardly ever. */
const UNNAMED_BYTE = RAW_BYTE_BASE + 0xff

/** The states in which an automaton may be at one place of the line. */
interface Places {
  readonly id: number
  /** States that take the next character. */
  readonly taking: readonly number[]
  /** The pattern has matched; the rest of the line does not matter. */
  readonly matched: boolean
  /** The pattern is complete if the line ends here. */
  readonly matchesAtEnd: boolean
  /** No line that goes on from here is matched. */
  readonly hopeless: boolean
}

/** Makes the automaton deterministic, as far as it is needed. */
class Reader {
  readonly start: Places
  readonly #automaton: Automaton
  readonly #kinds: readonly Kind[]
  readonly #known = new Map<string, Places>()
  /** By place and kind. */
  readonly #steps: (Places | undefined)[][] = []
  /** Whether a match may begin after the line's start. */
  readonly #beginsAnywhere: boolean

  constructor(automaton: Automaton, kinds: readonly Kind[]) {
    this.#automaton = automaton
    this.#kinds = kinds
    const later = this.#reach([automaton.start], false, true)
    this.#beginsAnywhere = later.matched || later.taking.length > 0
    this.start = this.#places([automaton.start], true)
  }

  read(from: Places, kind: number): Places {
    this.#steps[from.id] ??= []
    const steps = this.#steps[from.id]!
    steps[kind] ??= this.#step(from, this.#kinds[kind]!)
    return steps[kind]
  }

  #step(from: Places, { codePoint, classes }: Kind): Places {
    if (from.matched) return from
    const { states, start } = this.#automaton
    const entered = from.taking.flatMap((index) => {
      const state = states[index]
      return state?.kind === "take" && takes(state, codePoint, classes) ? [state.next] : []
    })
    // A match may begin at any place.
    return this.#places([...entered, start], false)
  }

  #places(entered: readonly number[], atStart: boolean): Places {
    const { taking, matched } = this.#reach(entered, atStart, false)
    const matchesAtEnd = matched || this.#reach(entered, atStart, true).matched
    const key = `${atStart} ${matched} ${matchesAtEnd} ${matched ? "" : taking.join()}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const places = {
      id: this.#known.size,
      taking: matched ? [] : taking,
      matched,
      matchesAtEnd,
      hopeless: !matched && taking.length === 0 && !this.#beginsAnywhere,
    }
    this.#known.set(key, places)
    return places
  }

  /** Finds all states that can be reached without taking a character. */
  #reach(entered: readonly number[], atStart: boolean, atEnd: boolean): { taking: number[]; matched: boolean } {
    const { states } = this.#automaton
    const seen = new Set<number>()
    const pending = [...entered]
    const taking: number[] = []
    let matched = false
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (seen.has(index)) continue
      seen.add(index)
      const state = states[index]!
      if (state.kind === "accept") matched = true
      else if (state.kind === "take") taking.push(index)
      else if (state.kind === "fork") pending.push(...state.to)
      else if (state.at === "line-start" ? atStart : state.at === "line-end" && atEnd) pending.push(state.next)
    }
    return { taking: taking.sort((one, other) => one - other), matched }
  }
}
