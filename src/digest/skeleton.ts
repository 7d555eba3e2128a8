/**
 * Templates that differ at places only, and which of these places are open: those where many names were seen.
 *
 *     Failed password for user ada from <ip>
 *     Failed password for user bob from <ip>
 *     Failed password for user eve from <ip>        Failed password for user <*> from <ip>
 *     Failed password for user joe from <ip>
 *
 * Evidence is only ever added up: more templates open more places and close none, and their order does not matter.
 */
import { compareText } from "../text/compare-text.ts"
import { OPEN_AT, openingOf, takes } from "./evidence.ts"
import { type Form, formText } from "./form.ts"
import { isOpen, OPEN } from "./marks.ts"
import type { Key } from "./token.ts"

/** Templates of one skeleton with the same token at each place. */
export class Variant {
  readonly skeleton: Skeleton
  readonly tokens: readonly string[]
  /** The tokens as they are now: OPEN where the place is. */
  now: readonly string[]
  /** By place, words that the token stands for, if it does: as many as can open a place, the first in alphabetical order. */
  #raws: (readonly string[] | undefined)[] | undefined
  #text: string | undefined

  constructor(skeleton: Skeleton, tokens: readonly string[]) {
    this.skeleton = skeleton
    this.tokens = tokens
    this.now = tokens
  }

  /** Takes the words of a template. */
  add({ tokens, raws }: Form): void {
    for (let place = 0; place < tokens.length; place += 1) {
      if (raws[place] === tokens[place]) continue
      this.#raws ??= []
      this.#raws[place] = withSmallest(this.#raws[place], raws[place]!)
    }
  }

  /** The words that were seen at a place, or those of them that are enough. */
  wordsAt(place: number): readonly string[] {
    return this.#raws?.[place] ?? [this.tokens[place]!]
  }

  /** Opens a place; one that takes any word stays so. */
  open(place: number, mark: string): void {
    if (this.now[place] === OPEN) return
    this.now = this.now.with(place, mark)
    this.#text = undefined
  }

  get isOpen(): boolean {
    return this.now.some(isOpen)
  }

  isOpenAt(place: number): boolean {
    return isOpen(this.now[place]!)
  }

  get openPlaces(): Gap {
    return gapIn(this.now)
  }

  /** The form, as it is now. */
  get text(): string {
    this.#text ??= formText(this.skeleton.form, this.now)
    return this.#text
  }
}

/** Places that are left out, to find templates which are equal without them. */
type Gap = readonly number[]

function gapIn(tokens: readonly string[]): Gap {
  return tokens.flatMap((token, place) => (isOpen(token) ? [place] : []))
}

/** Sets of places that are open together in forms of one skeleton. Real ones have two or three. */
const MAX_OPEN_GAPS = 16

/** Most skeletons have one variant: a map is made for those that have more than these. */
const MAX_SEARCHED = 4

export class Skeleton {
  readonly form: Form
  readonly #variants: Variant[] = []
  #byTokens: Map<string, Variant> | undefined
  /** What stands around the open places of forms that are remembered, and one of these forms, by their open places. */
  #remembered: Map<string, { readonly tokens: readonly string[]; readonly around: Set<string> }> | undefined

  constructor(form: Form) {
    this.form = form
  }

  /** Whether anything can open here. */
  get canOpen(): boolean {
    return this.#variants.length > 1 || this.#remembered !== undefined
  }

  /** Adds a template that has this skeleton. */
  add(form: Form): Variant {
    const variant = this.#find(form.tokens) ?? this.#create(form.tokens)
    variant.add(form)
    return variant
  }

  #find(tokens: readonly string[]): Variant | undefined {
    if (this.#byTokens !== undefined) return this.#byTokens.get(tokens.join("\0"))
    return this.#variants.find((variant) => tokens.every((token, place) => token === variant.tokens[place]))
  }

  #create(tokens: readonly string[]): Variant {
    const variant = new Variant(this, tokens)
    this.#variants.push(variant)
    if (this.#byTokens !== undefined) this.#byTokens.set(tokens.join("\0"), variant)
    else if (this.#variants.length > MAX_SEARCHED) {
      this.#byTokens = new Map(this.#variants.map((each) => [each.tokens.join("\0"), each]))
    }
    return variant
  }

  /** Opens what this form has open, in every template that fits it. */
  remember({ tokens }: Form): void {
    if (tokens.some(isOpen)) this.#remember(tokens)
  }

  #remember(tokens: readonly string[]): void {
    const marks = tokens.map((token) => (isOpen(token) ? token : "")).join("\0")
    this.#remembered ??= new Map()
    let remembered = this.#remembered.get(marks)
    if (remembered === undefined) {
      if (this.#remembered.size === MAX_OPEN_GAPS) return
      remembered = { tokens, around: new Set() }
      this.#remembered.set(marks, remembered)
    }
    remembered.around.add(around(tokens, gapIn(tokens)))
  }

  /** Opens what is remembered. */
  recall(): void {
    for (const { tokens, around: remembered } of this.#remembered?.values() ?? []) {
      const gap = gapIn(tokens)
      for (const variant of this.#variants) {
        const isTaken = gap.every((place) => takes(tokens[place]!, this.#key(place), variant.tokens[place]!))
        if (!isTaken || !remembered.has(around(variant.tokens, gap))) continue
        for (const place of gap) variant.open(place, tokens[place]!)
      }
    }
  }

  /** Opens the places that there is evidence for, and says whether there were any. `names` are the program's accounts. */
  openPlaces(names: ReadonlySet<string>): boolean {
    const opened: { readonly variant: Variant; readonly place: number; readonly mark: string }[] = []
    for (const { gap, members } of this.#frames()) {
      if (members.length < 2) continue
      for (const place of gap) {
        const mark = this.#opening(members, place, names)
        if (mark === undefined) continue
        for (const variant of members) {
          const isNews = variant.now[place] !== mark && variant.now[place] !== OPEN
          if (isNews && takes(mark, this.#key(place), variant.tokens[place]!)) opened.push({ variant, place, mark })
        }
      }
    }
    if (opened.length === 0) return false
    for (const { variant, place, mark } of opened) variant.open(place, mark)
    // What fits one of these forms would join it if it came later, so it joins it now.
    for (const { variant } of opened) this.#remember(variant.now)
    this.recall()
    return true
  }

  /** What stands at open places of persons. */
  addNames(names: Set<string>): void {
    for (const [place, key] of this.form.keys.entries()) {
      if (key !== "person") continue
      for (const variant of this.#variants) if (variant.isOpenAt(place)) names.add(variant.tokens[place]!)
    }
  }

  #key(place: number): Key {
    return this.form.keys[place]!
  }

  /**
   * Variants that are equal but for a gap and for places which are open in all of them. A variant with more open places is
   * still one of them, so that nothing which opens takes evidence from another place.
   */
  *#frames(): Iterable<{ readonly gap: Gap; readonly members: readonly Variant[] }> {
    const gaps = gapsOf(this.form)
    for (const open of this.#openGaps()) {
      const fitting = this.#variants.filter((variant) => open.every((place) => variant.isOpenAt(place)))
      for (const gap of gaps) {
        const left = [...new Set([...open, ...gap])].sort((a, b) => a - b)
        if (left.length === open.length) continue
        const frames = Map.groupBy(fitting, ({ tokens }) => around(tokens, left))
        for (const members of frames.values()) yield { gap, members }
      }
    }
  }

  /** The sets of places that are open together, with that of none. */
  #openGaps(): readonly Gap[] {
    const gaps = new Map<string, Gap>([["", []]])
    for (const { openPlaces } of this.#variants) gaps.set(openPlaces.join(), openPlaces)
    return [...gaps.values()]
      .sort((a, b) => a.length - b.length || compareText(a.join(), b.join()))
      .slice(0, MAX_OPEN_GAPS)
  }

  #opening(members: readonly Variant[], place: number, names: ReadonlySet<string>): string | undefined {
    const tokens = new Set(members.map((member) => member.tokens[place]!))
    if (tokens.size < 2) return undefined
    return openingOf(this.#key(place), tokens, wordsAt(members, place), this.form.literals, names)
  }
}

function* wordsAt(variants: readonly Variant[], place: number): Iterable<string> {
  for (const variant of variants) yield* variant.wordsAt(place)
}

/** Each place alone, all that names follow together, and these with each of the others. */
function gapsOf({ keys }: Form): readonly Gap[] {
  const all = keys.map((_, place) => place)
  const strong = all.filter((place) => keys[place] !== "known" && keys[place] !== "look")
  const single = all.map((place) => [place])
  if (strong.length === 0) return single
  const withOther = all.filter((place) => !strong.includes(place)).map((place) => [...strong, place])
  return strong.length === 1 ? [...single, ...withOther] : [...single, strong, ...withOther]
}

/** The tokens without those of the gap. No token holds a control character, so that two gaps never give the same. */
function around(tokens: readonly string[], gap: Gap): string {
  let text = ""
  let next = 0
  for (let place = 0; place < tokens.length; place += 1) {
    if (gap[next] === place) {
      text += "\0\x01"
      next += 1
    } else text += `\0${tokens[place]}`
  }
  return text
}

function withSmallest(words: readonly string[] | undefined, word: string): readonly string[] {
  if (words === undefined) return [word]
  if (words.includes(word)) return words
  if (words.length === OPEN_AT && word > words.at(-1)!) return words
  return [...words, word].sort().slice(0, OPEN_AT)
}
