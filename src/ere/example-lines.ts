/**
 * Example lines that a pattern matches, made from its automaton. Another pattern that does not match all of them does
 * not match everything that this pattern matches. The same pattern always makes the same lines.
 */

import { encodeUtf8b } from "../text/utf8b.ts"
import { type Automaton, type Taking, takes } from "./automaton.ts"
import { classesOf } from "./character-classes.ts"

/** Longer lines are no better. When a line is this long, the shortest way to a match follows. */
const MAX_WANDERING = 300

/** Put around a match that is not anchored, so that a pattern which is anchored there does not match the line. */
const BEFORE = "N~ é\u2603;"
const BEHIND = ";\u2603é ~"

/**
 * Plain characters first. A line that begins with a month's initial or a digit has a header's form, for which an engine
 * is ready.
 */
const CHARACTERS = Array.from("N2 x0:-.Qa_9/7=[(f]J~!\"#$%&'*+,;<>?@\\^`{|})éßЖ\u2603", (character) => {
  const codePoint = character.codePointAt(0)!
  return { codePoint, classes: classesOf(codePoint) }
})

/** Makes up to `count` lines, the shortest first. Anchors can make some of them impossible. */
export function exampleLines(automaton: Automaton, count: number): Buffer[] {
  const random = createRandom()
  const texts = Array.from({ length: count }, (_, index) => wander(automaton, index === 0 ? undefined : random))
  return texts.filter((text) => text !== undefined).map(encodeUtf8b)
}

type Random = () => number

/**
 * Follows a path from the start to a match: a random one, or the shortest without `random`. Undefined if an anchor on
 * the path does not hold.
 */
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
      // Other anchors are rare, and making lines for them is not worth the effort.
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

/** Prefers the last of equally near ways: it leaves a loop whose rounds may be empty. */
function nearest(ways: readonly number[], distances: readonly number[]): number {
  return ways.reduce((best, way) => (distances[way]! <= distances[best]! ? way : best))
}

/** Numbers in [0, 1), the same in every run: Marsaglia's xorshift (2003). */
function createRandom(): Random {
  let state = 0x9e3779b9
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 0x1_0000_0000
  }
}
