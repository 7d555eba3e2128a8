/**
 * Lines that a pattern matches, made up from its automaton: what does not match all of them does not match all that the
 * pattern matches. The same pattern makes the same lines.
 */

import { encodeUtf8b } from "../text/utf8b.ts"
import { type Automaton, type Taking, takes } from "./automaton.ts"
import { classesOf } from "./character-classes.ts"

/** Longer lines tell no more; where one gets so long, the shortest way out is taken. */
const MAX_WANDERING = 300

/** Stands where a match may have neighbours, so that nothing matches there that insists on an end of the line. */
const BEFORE = "N~ é\u2603;"
const BEHIND = ";\u2603é ~"

/** Plain ones first. With a month's initial or a digit a line has a header's form, for which an engine is at hand. */
const CHARACTERS = Array.from("N2 x0:-.Qa_9/7=[(f]J~!\"#$%&'*+,;<>?@\\^`{|})éßЖ\u2603", (character) => {
  const codePoint = character.codePointAt(0)!
  return { codePoint, classes: classesOf(codePoint) }
})

/** Makes up to `count` lines, the shortest first. There are fewer where anchors stand in the way. */
export function exampleLines(automaton: Automaton, count: number): Buffer[] {
  const random = createRandom()
  const texts = Array.from({ length: count }, (_, index) => wander(automaton, index === 0 ? undefined : random))
  return texts.filter((text) => text !== undefined).map(encodeUtf8b)
}

type Random = () => number

/** Goes some way from the start to a match, without numbers the shortest; undefined where an anchor does not hold on that way. */
function wander({ states, distances, start, accept }: Automaton, random: Random | undefined): string | undefined {
  let text = ""
  let begun = false
  let ended = false
  for (let index = start; index !== accept; ) {
    const state = states[index]!
    if (state.kind === "fork") {
      const wanders = random !== undefined && text.length < MAX_WANDERING
      index = wanders ? pick(state.to, random) : nearest(state.to, distances)
    } else if (state.kind === "take") {
      const character = characterFor(state, text === "" ? undefined : random)
      if (ended || character === undefined) return undefined
      text += character
      index = state.next
    } else if (state.kind === "anchor") {
      // Other anchors are rare, and lines for them not worth the effort.
      if (state.at === "line-end") ended = true
      else if (state.at === "line-start" && text === "") begun = true
      else return undefined
      index = state.next
    }
  }
  return `${begun ? "" : BEFORE}${text}${ended ? "" : BEHIND}`
}

function characterFor(state: Taking, random: Random | undefined): string | undefined {
  if (typeof state.what === "number") return String.fromCodePoint(state.what)
  const taken = CHARACTERS.filter(({ codePoint, classes }) => takes(state, codePoint, classes))
  const chosen = random === undefined ? taken[0] : taken.length > 0 ? pick(taken, random) : undefined
  return chosen && String.fromCodePoint(chosen.codePoint)
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)]!
}

/** Of equally near ways the last, which leaves a loop whose rounds may take nothing. */
function nearest(ways: readonly number[], distances: readonly number[]): number {
  return ways.reduce((best, way) => (distances[way]! <= distances[best]! ? way : best))
}

/** Numbers in [0, 1), always the same: Marsaglia's xorshift (2003). */
function createRandom(): Random {
  let state = 0x9e3779b9
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 0x1_0000_0000
  }
}
