/**
 * For some patterns the sets find only candidates. This confirms or rejects them:
 *
 *     word anchors       RE2 knows ASCII words only: it matches again, with every character between two marks
 *     back-references    RE2 has none: our own matcher decides (back-references.ts)
 *     a second reading   if grep's automaton reads the pattern differently, that reading must match as well (Ere.sieve)
 *
 * Without candidates, a hit costs one look-up in a table.
 */

import type { Alphabet } from "../ere/alphabet.ts"
import type { Ere, EreNode } from "../ere/ere.ts"
import type { EreRefusal } from "../ere/source.ts"
import { charactersOf } from "../ere/utf8.ts"
import { type BackReferenceMatcher, compileBackReferences } from "./back-references.ts"
import type { CompiledMatcher } from "./pattern-sets.ts"
import type { Re2Emitter } from "./re2-pattern.ts"

export interface ConfirmationTools {
  readonly alphabet: Alphabet
  readonly emitter: Re2Emitter
  readonly compile: (source: string) => CompiledMatcher
}

/** Returns whether the pattern matches a candidate line, or undefined if that could not be judged. */
type Confirm = (line: Buffer) => boolean | undefined

type CompiledConfirm =
  | { readonly ok: true; readonly confirm: Confirm }
  | { readonly ok: false; readonly refusal: EreRefusal }

export class Confirmation {
  /** By index, the patterns that RE2 cannot confirm. */
  readonly refused: ReadonlyMap<number, EreRefusal>
  readonly #eres: ReadonlyMap<number, Ere>
  readonly #tools: ConfirmationTools
  readonly #confirms: ReadonlyMap<number, Confirm>
  /** By index, whether a hit is only a candidate. */
  readonly #isCandidate: Uint8Array
  readonly #sieves = new Map<number, Confirm | undefined>()

  /** `eres` by index. */
  constructor(eres: ReadonlyMap<number, Ere>, tools: ConfirmationTools) {
    const confirms = new Map<number, Confirm>()
    const refused = new Map<number, EreRefusal>()
    for (const [index, ere] of eres) {
      if (isExactInSet(ere)) continue
      const compiled = compileConfirm(ere, tools)
      if (compiled.ok) confirms.set(index, compiled.confirm)
      else refused.set(index, compiled.refusal)
    }
    this.refused = refused
    this.#eres = eres
    this.#tools = tools
    this.#confirms = confirms
    this.#isCandidate = new Uint8Array(Math.max(-1, ...confirms.keys()) + 1)
    for (const index of confirms.keys()) this.#isCandidate[index] = 1
  }

  /** Returns the indices that are confirmed, or undefined if one could not be judged. */
  confirm(hits: readonly number[], line: Buffer, encoded: Buffer): readonly number[] | undefined {
    // Must come before anything that encodes again: `encoded` is valid until then.
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
      const passes = matches && beyondUnicode ? this.#passesSieve(index, line) : matches
      if (passes === undefined) return undefined
      if (passes) confirmed.push(index)
    }
    return confirmed
  }

  /** For nearly every pattern, the two readings differ only on lines beyond Unicode, which nobody sends. */
  #passesSieve(index: number, line: Buffer): boolean | undefined {
    if (!this.#sieves.has(index)) {
      const sieve = this.#eres.get(index)?.sieve
      const compiled = sieve && compileSieve(sieve, this.#tools)
      // The pattern is in force already: if RE2 cannot run its sieve, such a line cannot be judged.
      this.#sieves.set(index, compiled?.ok === false ? () => undefined : compiled?.confirm)
    }
    const sieve = this.#sieves.get(index)
    return sieve === undefined ? true : sieve(line)
  }
}

function isExactInSet({ root, wordAnchors, backReference, sieve }: Ere): boolean {
  return !wordAnchors && backReference === undefined && (sieve === undefined || sieve === root)
}

function compileConfirm(ere: Ere, tools: ConfirmationTools): CompiledConfirm {
  const exact = compileExact(ere, tools)
  if (!exact.ok || ere.sieve === undefined || ere.sieve === ere.root) return exact
  const sieve = compileSieve(ere.sieve, tools)
  return sieve.ok ? { ok: true, confirm: (line) => sieve.confirm(line) && exact.confirm(line) } : sieve
}

function compileExact(ere: Ere, { alphabet, emitter, compile }: ConfirmationTools): CompiledConfirm {
  if (ere.backReference !== undefined) {
    // Compiled at the first candidate: most such rules never have one.
    let matches: BackReferenceMatcher | undefined
    return {
      ok: true,
      confirm: (line) => {
        matches ??= compileBackReferences(ere)
        return matches(charactersOf(line))
      },
    }
  }
  if (!ere.wordAnchors) return { ok: true, confirm: () => true }
  const compiled = compile(emitter.marked(ere.root))
  if (!compiled.ok) return compiled
  return { ok: true, confirm: (line) => compiled.matcher.test(alphabet.encodeMarked(line)) }
}

function compileSieve(sieve: EreNode, { alphabet, emitter, compile }: ConfirmationTools): CompiledConfirm {
  const compiled = compile(emitter.plain(sieve, "dfa"))
  if (!compiled.ok) return compiled
  return { ok: true, confirm: (line) => compiled.matcher.test(alphabet.encode(line)) }
}
