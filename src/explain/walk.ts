/**
 * Finds how far a pattern matches a line: walks the automaton of the pattern over the line's characters, and if it does
 * not match, returns the place that was nearest to a match.
 *
 * The answer is the same as the engine's. It takes longer, and is meant for single lines.
 */

import { anchorHolds } from "../ere/anchor.ts"
import { type AnchorState, type Automaton, type Direction, type State, type Taking, takes } from "../ere/automaton.ts"
import { classesOf } from "../ere/character-classes.ts"
import { characterAt, encodedLength } from "../ere/utf8.ts"

/** A line as its characters; a byte that is not UTF-8 stands as U+DC00 + byte. */
export interface Characters {
  readonly codePoints: readonly number[]
  /** The character classes of each code point. */
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
  /** Where the nearest attempt began, in the direction of the walk. */
  readonly from: number
  /** How far the attempt matched: a place between two characters. */
  readonly to: number
  /** The fewest characters that were missing; 0 if only an anchor failed. */
  readonly missing: number
  /** The fewest characters that the whole pattern matches. */
  readonly length: number
  /** The states that expected more at `to`, the nearest to a match first. Empty if the pattern matched. */
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
    // Of equally near places, take the last: it matched most of the line.
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

/** The states that are alive at one place of the line. Attempts that began earlier come first. */
class Walker {
  accepted: number | undefined
  /** Whether no state is alive or can become alive. */
  dead = false
  readonly #automaton: Automaton
  readonly #line: Characters
  /** The anchor that holds only where the walk begins. */
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

  /** Enters a state at a place of the line, and all states that can be reached from it without taking a character. */
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

  /** Takes a character, and returns the states that did not accept it; all of them if there is none. */
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

  /** Enters, at the next place, the states that follow the character just taken. */
  move(at: number): void {
    const moved = this.#moved
    this.#moved = []
    for (const { state, from } of moved) this.enter(state, at, from)
  }
}
