/**
 * A state and its end are one entry.
 *
 *     router kernel: igb enp2s0: NIC Link is Down        2 lines; ended at 09:12:44, after 4 s
 *     router kernel: igb enp2s0: NIC Link is Up          belongs to it
 *
 * The lines of the end are equal to those of the state up to the word that tells them apart. A link that is up again is no alarm,
 * even where a rule says that its loss matters.
 */
import type { Tally } from "../tally/tally.ts"
import { takeUp, type Whole } from "./fold.ts"

export interface StateEnd {
  /** When the last one of the states ended. */
  readonly atMs: number
  /** How long it lasted; undefined where several states were counted together. */
  readonly afterMs: number | undefined
}

/** A word in a form, where something that it is about can stand before it. */
interface Word {
  readonly text: string
  readonly pattern: RegExp
}

function word(text: string): Word {
  return { text, pattern: new RegExp(`(?<=[ =:])${text}\\b`) }
}

/** The word of a state, and those of its end. */
const ENDS: readonly { readonly state: Word; readonly ends: readonly Word[]; readonly isLink: boolean }[] = (
  [
    ["down", "up"],
    ["lost", "restored|regained|recovered|gained|established"],
    ["offline", "online"],
    ["unreachable", "reachable"],
    ["disconnected", "connected|reconnected"],
    ["not responding", "ok|responding"],
  ] as const
).map(([state, ends]) => ({ state: word(state), ends: ends.split("|").map(word), isLink: state === "down" }))

const END_WORDS = ENDS.flatMap(({ ends }) => ends)

/** Before these words stand the tag and what is down. */
const LEAST_BEFORE = 2

export function foldStates(wholes: readonly Whole[], withoutAlarm: (whole: Whole) => Whole): readonly Whole[] {
  const plain = wholes.filter(({ entry }) => entry.layer === "system" && entry.coarseness === 0)
  const heads = plain.map((head) => ({ head, states: statesOf(head.tallies) })).filter(({ states }) => states.size > 0)
  if (heads.length === 0) return wholes
  const endKeys = new Map<Tally, readonly string[]>()
  const possible = plain.filter(({ entry, tallies }) => {
    if (entry.topic !== undefined) return false
    for (const tally of tallies) endKeys.set(tally, keysOf(tally, END_WORDS))
    return tallies.every((tally) => endKeys.get(tally)!.length > 0)
  })
  const taken = new Set<Whole>()
  const folded = new Map<Whole, Whole>()
  for (const { head, states } of heads) {
    if (taken.has(head)) continue
    const stateOf = (tally: Tally) => states.get(endKeys.get(tally)!.find((key) => states.has(key)) ?? "")
    const ends = possible.filter(
      (whole) =>
        whole !== head &&
        !taken.has(whole) &&
        !folded.has(whole) &&
        whole.tallies.every((tally) => stateOf(tally) !== undefined),
    )
    if (ends.length === 0) continue
    for (const end of ends) taken.add(end)
    const whole = takeUp(head, ends)
    const end = endOf(head, ends, stateOf)
    const ended = { ...whole, entry: { ...whole.entry, end } }
    folded.set(head, end !== "lasts" && isLink(head) ? withoutAlarm(ended) : ended)
  }
  return wholes.filter((whole) => !taken.has(whole)).map((whole) => folded.get(whole) ?? whole)
}

function isLink({ entry: { form } }: Whole): boolean {
  const text = form.toLowerCase()
  return ENDS.some(({ state, isLink: isOfLink }) => isOfLink && before(text, state) !== undefined)
}

/** Tallies of states, by the keys of their ends. */
function statesOf(tallies: readonly Tally[]): ReadonlyMap<string, Tally> {
  const states = new Map<string, Tally>()
  for (const tally of tallies) {
    const text = tally.template.toLowerCase()
    for (const { state, ends } of ENDS) {
      const start = before(text, state)
      if (start !== undefined) for (const end of ends) states.set(`${start}${end.text}`, tally)
    }
  }
  return states
}

/** The text, with the host, up to the end of each of the words that stands in it. */
function keysOf({ template }: Tally, words: readonly Word[]): readonly string[] {
  const text = template.toLowerCase()
  return words.flatMap((each) => {
    const start = before(text, each)
    return start === undefined ? [] : [`${start}${each.text}`]
  })
}

/** The text before a word; undefined where the word is missing or too little stands before it. */
function before(text: string, { pattern }: Word): string | undefined {
  const at = text.search(pattern)
  if (at === -1) return undefined
  const start = text.slice(0, at)
  return start.trim().split(" ").length > LEAST_BEFORE ? start : undefined
}

function endOf(head: Whole, ends: readonly Whole[], stateOf: (end: Tally) => Tally | undefined): StateEnd | "lasts" {
  const endsOf = new Map<Tally, number>()
  for (const tally of ends.flatMap(({ tallies }) => tallies)) {
    const state = stateOf(tally)!
    endsOf.set(state, Math.max(endsOf.get(state) ?? 0, tally.lastMs))
  }
  if (head.tallies.some((state) => (endsOf.get(state) ?? 0) < state.lastMs)) return "lasts"
  const [only] = head.tallies
  const atMs = Math.max(...endsOf.values())
  const isOne = only !== undefined && head.entry.count === 1
  return { atMs, afterMs: isOne ? atMs - only.lastMs : undefined }
}
