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

/** The word of a state, and those of its end. */
const ENDS: readonly (readonly [state: string, ends: readonly string[], isLink: boolean])[] = [
  ["down", ["up"], true],
  ["lost", ["restored", "regained", "recovered", "gained", "established"], false],
  ["offline", ["online"], false],
  ["unreachable", ["reachable"], false],
  ["disconnected", ["connected", "reconnected"], false],
  ["not responding", ["ok", "responding"], false],
]

/** Before these words stand the tag and what is down. */
const LEAST_BEFORE = 2

const STATE = new RegExp(`\\b(?:${ENDS.map(([state]) => state).join("|")})\\b`, "i")

export function foldStates(wholes: readonly Whole[], withoutAlarm: (whole: Whole) => Whole): readonly Whole[] {
  const heads = wholes.filter(
    ({ entry }) => entry.layer === "system" && entry.coarseness === 0 && STATE.test(entry.form),
  )
  if (heads.length === 0) return wholes
  const taken = new Set<Whole>()
  const folded = new Map<Whole, Whole>()
  for (const head of heads) {
    const states = statesOf(head.tallies)
    if (states.size === 0) continue
    const isEnd = ({ entry, tallies }: Whole) =>
      entry.layer === "system" &&
      entry.topic === undefined &&
      tallies.every((tally) => startOfEnd(tally, states) !== undefined)
    const ends = wholes.filter((whole) => whole !== head && !taken.has(whole) && !folded.has(whole) && isEnd(whole))
    if (ends.length === 0) continue
    for (const end of ends) taken.add(end)
    const whole = takeUp(head, ends)
    const end = endOf(head, ends, states)
    const ended = { ...whole, entry: { ...whole.entry, end } }
    folded.set(head, end !== "lasts" && isLink(head) ? withoutAlarm(ended) : ended)
  }
  return wholes.filter((whole) => !taken.has(whole)).map((whole) => folded.get(whole) ?? whole)
}

function isLink({ entry: { form } }: Whole): boolean {
  return ENDS.some(([state, , isLinkState]) => isLinkState && before(form, state) !== undefined)
}

/** By the text before the state's word, with the host: the tally. */
function statesOf(tallies: readonly Tally[]): ReadonlyMap<string, Tally> {
  const states = new Map<string, Tally>()
  for (const tally of tallies) {
    for (const [state, ends] of ENDS) {
      const start = before(tally.template, state)
      if (start !== undefined) for (const end of ends) states.set(`${start}${end}`, tally)
    }
  }
  return states
}

/** The state that these lines end. */
function startOfEnd({ template }: Tally, states: ReadonlyMap<string, Tally>): Tally | undefined {
  for (const [, ends] of ENDS) {
    for (const end of ends) {
      const start = before(template, end)
      const state = start === undefined ? undefined : states.get(`${start}${end}`)
      if (state !== undefined) return state
    }
  }
  return undefined
}

/** The text before a word, in small letters; undefined where the word is missing or too little stands before it. */
function before(template: string, word: string): string | undefined {
  const text = template.toLowerCase()
  const at = new RegExp(`(?<=[ =:])${word}\\b`).exec(text)?.index
  if (at === undefined) return undefined
  const start = text.slice(0, at)
  return start.trim().split(" ").length > LEAST_BEFORE ? start : undefined
}

function endOf(head: Whole, ends: readonly Whole[], states: ReadonlyMap<string, Tally>): StateEnd | "lasts" {
  const endsOf = new Map<Tally, number>()
  for (const tally of ends.flatMap(({ tallies }) => tallies)) {
    const state = startOfEnd(tally, states)!
    endsOf.set(state, Math.max(endsOf.get(state) ?? 0, tally.lastMs))
  }
  if (head.tallies.some((state) => (endsOf.get(state) ?? 0) < state.lastMs)) return "lasts"
  const [only] = head.tallies
  const atMs = Math.max(...endsOf.values())
  const isOne = only !== undefined && head.entry.count === 1
  return { atMs, afterMs: isOne ? atMs - only.lastMs : undefined }
}
