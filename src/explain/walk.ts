/**
 * How far a pattern comes in a line: the automaton of the pattern is walked over the line's characters, and where it
 * comes to nothing, the place is told that was nearest to a match.
 *
 * It answers as the engine does; it is the slower way to the same answer, for one line that somebody asks about.
 */

import { anchorHolds } from "../ere/anchor.ts"
import { type AnchorState, type Automaton, type Direction, type State, type Taking, takes } from "../ere/automaton.ts"
import { classesOf } from "../ere/character-classes.ts"
import { characterAt, encodedLength } from "../ere/utf8.ts"

/** A line as its characters; a byte that is not UTF-8 stands as U+DC00 + byte. */
export interface Characters {
  readonly codePoints: readonly number[]
  /** The classes that each is in. */
  readonly classes: readonly number[]
}

export function charactersOf(line: Buffer): Characters {
  const codePoints: number[] = []
  for (let at = 0; at < line.length; ) {
    const codePoint = characterAt(line, at)
    codePoints.push(codePoint)
    at += encodedLength(codePoint)
  }
  return { codePoints, classes: codePoints.map((codePoint) => classesOf(codePoint)) }
}

/** The characters from one place to another, as text. */
export function textOf({ codePoints }: Characters, start: number, end = codePoints.length): string {
  return Array.from(codePoints.slice(Math.max(0, start), end), (codePoint) =>
    codePoint > 0x10_ffff ? "\ufffd" : String.fromCodePoint(codePoint),
  ).join("")
}

export interface Walk {
  readonly matched: boolean
  /** Where the attempt that came nearest began, in the direction of the walk. */
  readonly from: number
  /** How far it came: the place between two characters before which everything was as the pattern wants it. */
  readonly to: number
  /** How many characters were missing at least; 0 where only an anchor was in the way. */
  readonly missing: number
  /** The least that the whole pattern takes. */
  readonly length: number
  /** What was waited for at `to`, the nearest to a match first. Empty where the pattern matched. */
  readonly waiting: readonly (Taking | AnchorState)[]
}

/** Walks a pattern's automaton over a line; backward from the line's end if it was made for that direction. */
export function walk(automaton: Automaton, line: Characters, direction: Direction = "forward"): Walk {
  const forward = direction === "forward"
  const { distances: distance } = automaton
  const length = distance[automaton.start]!
  const end = line.codePoints.length
  const walker = new Walker(automaton, line, forward ? "line-start" : "line-end")
  let missing = length
  let to = 0
  let nearestStuck: readonly Stuck[] = []
  for (let step = 0; step <= end; step += 1) {
    const at = forward ? step : end - step
    walker.enter(automaton.start, at, at)
    if (walker.accepted !== undefined) {
      return { matched: true, from: walker.accepted, to: at, missing: 0, length, waiting: [] }
    }
    const character = forward ? at : at - 1
    const stuck = walker.take(step < end ? character : undefined)
    let nearest = Number.POSITIVE_INFINITY
    for (const { state } of stuck) nearest = Math.min(nearest, distance[state]!)
    // Of places that are equally near to a match, the last: there was most of the line behind it.
    if (nearest <= missing) {
      missing = nearest
      to = at
      nearestStuck = stuck
    }
    if (walker.dead) break
    walker.move(forward ? at + 1 : at - 1)
  }
  const waiting = nearestStuck.toSorted((one, other) => distance[one.state]! - distance[other.state]!)
  return {
    matched: false,
    from: waiting[0]?.from ?? to,
    to,
    missing,
    length,
    waiting: waiting.map(({ state }) => automaton.states[state]!).filter(isWaiting),
  }
}

function isWaiting(state: State): state is Taking | AnchorState {
  return state.kind === "take" || state.kind === "anchor"
}

interface Stuck {
  readonly state: number
  readonly from: number
}

/** The states that are alive at one place of the line. An attempt that began earlier goes before one that began later. */
class Walker {
  accepted: number | undefined
  /** Whether nothing is alive any more, and nothing will be. */
  dead = false
  readonly #automaton: Automaton
  readonly #line: Characters
  /** The anchor at the end of the line where the walk begins: past that, it never holds again. */
  readonly #beginning: AnchorState["at"]
  /** By state, the last place at which it was entered, plus 1. */
  readonly #entered: Int32Array
  #alive: Stuck[] = []
  #blocked: Stuck[] = []
  #moved: Stuck[] = []

  constructor(automaton: Automaton, line: Characters, beginning: AnchorState["at"]) {
    this.#automaton = automaton
    this.#line = line
    this.#beginning = beginning
    this.#entered = new Int32Array(automaton.states.length)
  }

  /** Enters a state at a place of the line, and all that can be reached from it without taking a character. */
  enter(start: number, at: number, from: number): void {
    const { states } = this.#automaton
    const pending = [start]
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (this.#entered[index] === at + 1) continue
      this.#entered[index] = at + 1
      const state = states[index]!
      switch (state.kind) {
        case "accept":
          this.accepted ??= from
          break
        case "take":
          this.#alive.push({ state: index, from })
          break
        case "anchor":
          if (anchorHolds(state.at, this.#line.codePoints, at)) pending.push(state.next)
          else if (state.at !== this.#beginning) this.#blocked.push({ state: index, from })
          break
        case "fork":
          pending.push(...state.to)
      }
    }
  }

  /** Takes a character, and returns the states that did not take it; all of them where there is none. */
  take(character: number | undefined): readonly Stuck[] {
    const { states } = this.#automaton
    const stuck = this.#blocked
    this.dead = this.#alive.length === 0 && stuck.length === 0
    for (const alive of this.#alive) {
      const state = states[alive.state]
      if (state?.kind !== "take") continue
      const { codePoints, classes } = this.#line
      if (character !== undefined && takes(state, codePoints[character]!, classes[character]!)) {
        this.#moved.push({ state: state.next, from: alive.from })
      } else {
        stuck.push(alive)
      }
    }
    this.#alive = []
    this.#blocked = []
    return stuck
  }

  /** Enters, at the next place, the states behind the character that was taken. */
  move(at: number): void {
    const moved = this.#moved
    this.#moved = []
    for (const { state, from } of moved) this.enter(state, at, from)
  }
}
