/**
 * What the sets match of some patterns are candidates only; here they are confirmed, or not:
 *
 *     word anchors       RE2 knows ASCII words only: once more, with every character between two marks
 *     back-references    RE2 has none: once more, by a matcher of our own (back-references.ts)
 *     a second reading   where grep's automaton takes the pattern for another: that must match as well (Ere.sieve)
 *
 * Lines without candidates cost one look into a table a hit.
 */

import type { Alphabet } from "../ere/alphabet.ts"
import type { Ere } from "../ere/ere.ts"
import { charactersOf } from "../ere/utf8.ts"
import { type BackReferenceMatcher, compileBackReferences } from "./back-references.ts"
import type { Re2Emitter } from "./re2-pattern.ts"

/** A pattern as RE2 runs it, alone. */
export interface Re2Matcher {
  test(line: Buffer): boolean
}

export interface ConfirmationTools {
  readonly alphabet: Alphabet
  readonly emitter: Re2Emitter
  /** Returns undefined where RE2 has no room for it. */
  readonly compile: (source: string) => Re2Matcher | undefined
}

/** Tells whether the pattern matches a line that is a candidate, or undefined where that could not be judged. */
type Confirm = (line: Buffer) => boolean | undefined

export class Confirmation {
  /** Indices of patterns that are too large to be confirmed. */
  readonly tooLarge: readonly number[]
  readonly #eres: ReadonlyMap<number, Ere>
  readonly #tools: ConfirmationTools
  readonly #confirms: ReadonlyMap<number, Confirm>
  /** By index, whether what matches is only a candidate. */
  readonly #isCandidate: Uint8Array
  readonly #sieves = new Map<number, Confirm | undefined>()

  /** `eres` by index. */
  constructor(eres: ReadonlyMap<number, Ere>, tools: ConfirmationTools) {
    const confirms = new Map<number, Confirm>()
    const tooLarge: number[] = []
    for (const [index, ere] of eres) {
      if (isExactInSet(ere)) continue
      const confirm = compileConfirm(ere, tools)
      if (confirm === undefined) tooLarge.push(index)
      else confirms.set(index, confirm)
    }
    this.tooLarge = tooLarge
    this.#eres = eres
    this.#tools = tools
    this.#confirms = confirms
    this.#isCandidate = new Uint8Array(Math.max(-1, ...confirms.keys()) + 1)
    for (const index of confirms.keys()) this.#isCandidate[index] = 1
  }

  /** Returns which of the indices are confirmed, or undefined where one could not be judged. */
  confirm(hits: readonly number[], line: Buffer, encoded: Buffer): readonly number[] | undefined {
    // Ahead of anything that encodes anew.
    const beyondUnicode = encoded !== line && this.#tools.alphabet.isBeyondUnicode(encoded)
    return beyondUnicode || this.#hasCandidate(hits) ? this.#confirmed(hits, line, beyondUnicode) : hits
  }

  #hasCandidate(hits: readonly number[]): boolean {
    for (let at = 0; at < hits.length; at += 1) if (this.#isCandidate[hits[at]!] === 1) return true
    return false
  }

  #confirmed(hits: readonly number[], line: Buffer, beyondUnicode: boolean): readonly number[] | undefined {
    const confirmed: number[] = []
    for (const index of hits) {
      const confirm = this.#confirms.get(index)
      const matches = confirm === undefined ? true : confirm(line)
      if (matches === undefined) return undefined
      if (matches && (!beyondUnicode || this.#passesSieve(index, line))) confirmed.push(index)
    }
    return confirmed
  }

  /** The only lines that both readings of nearly every pattern may differ on are those beyond Unicode, which nobody sends. */
  #passesSieve(index: number, line: Buffer): boolean {
    if (!this.#sieves.has(index)) {
      const ere = this.#eres.get(index)
      this.#sieves.set(index, ere && compileSieve(ere, this.#tools))
    }
    return this.#sieves.get(index)?.(line) ?? true
  }
}

function isExactInSet({ root, wordAnchors, backReference, sieve }: Ere): boolean {
  return !wordAnchors && backReference === undefined && (sieve === undefined || sieve === root)
}

/** Returns undefined where the pattern is too large for RE2. */
function compileConfirm(ere: Ere, tools: ConfirmationTools): Confirm | undefined {
  const exact = compileExact(ere, tools)
  if (exact === undefined || ere.sieve === undefined || ere.sieve === ere.root) return exact
  const sieve = compileSieve(ere, tools)
  return sieve && ((line) => sieve(line) && exact(line))
}

function compileExact(ere: Ere, { alphabet, emitter, compile }: ConfirmationTools): Confirm | undefined {
  if (ere.backReference !== undefined) {
    // Most such rules never see a candidate.
    let matches: BackReferenceMatcher | undefined
    return (line) => {
      matches ??= compileBackReferences(ere)
      return matches(charactersOf(line))
    }
  }
  if (!ere.wordAnchors) return () => true
  const matcher = compile(emitter.marked(ere.root))
  return matcher && ((line) => matcher.test(alphabet.encodeMarked(line)))
}

function compileSieve({ sieve }: Ere, { alphabet, emitter, compile }: ConfirmationTools): Confirm | undefined {
  const matcher = sieve && compile(emitter.plain(sieve, "dfa"))
  return matcher && ((line) => matcher.test(alphabet.encode(line)))
}
