/**
 * A syntax tree as a nondeterministic automaton (Thompson's construction): states that take one character each, and the
 * transitions between them. It answers questions that RE2 does not: how far a pattern matched, what it expected next,
 * and whether another pattern matches everything that it matches.
 *
 * A back-reference is replaced by the group that it refers to, so the automaton matches everything that the pattern
 * matches, and may match more.
 */

import { type Bracket, bracketTakes } from "./bracket.ts"
import type { EreAnchor, EreGroup, EreNode } from "./ere.ts"
import { isRawByte } from "./utf8.ts"

export interface Automaton {
  readonly states: readonly State[]
  /** For each state, the least number of characters that complete the pattern from there. */
  readonly distances: readonly number[]
  readonly start: number
  readonly accept: number
}

export type State = Taking | Fork | AnchorState | { readonly kind: "accept" }

/** Takes one character. */
export interface Taking {
  readonly kind: "take"
  /** The one code point that it takes, the bracket that lists them, or "any". */
  readonly what: number | Bracket | "any"
  readonly next: number
  /** The node to show to people: the one that the state comes from, or the repeat of it. */
  readonly node: EreNode
  /** The character's index if the node is a text. */
  readonly index: number
}

export interface Fork {
  readonly kind: "fork"
  readonly to: readonly number[]
}

export interface AnchorState {
  readonly kind: "anchor"
  readonly at: EreAnchor["at"]
  readonly next: number
  readonly node: EreNode
}

/** The direction in which the automaton reads a line. A backward automaton starts where a match ends. */
export type Direction = "forward" | "backward"

/** Patterns that an engine runs have fewer. */
const MAX_STATES = 40_000

/** Makes the automaton of a pattern; undefined if repeats would make it very large. */
export function automatonOf(root: EreNode, direction: Direction = "forward"): Automaton | undefined {
  const builder: Builder = { states: [{ kind: "accept" }], distances: [0], direction, groups: new Map() }
  collectGroups(root, builder.groups)
  const start = build(root, ACCEPT, undefined, builder)
  const { states, distances } = builder
  return states.length > MAX_STATES ? undefined : { states, distances, start, accept: ACCEPT }
}

/** Whether the state takes the character, whose classes are `classes`. */
export function takes({ what }: Taking, codePoint: number, classes: number): boolean {
  if (typeof what === "number") return what === codePoint
  return what === "any" ? !isRawByte(codePoint) : bracketTakes(what, codePoint, classes)
}

interface Builder {
  readonly states: State[]
  readonly distances: number[]
  readonly direction: Direction
  readonly groups: Map<number, EreGroup>
}

const ACCEPT = 0

function collectGroups(node: EreNode, groups: Map<number, EreGroup>): void {
  switch (node.kind) {
    case "group":
      groups.set(node.index, node)
      collectGroups(node.body, groups)
      return
    case "repeat":
      collectGroups(node.body, groups)
      return
    case "sequence":
      for (const part of node.parts) collectGroups(part, groups)
      return
    case "alternation":
      for (const branch of node.branches) collectGroups(branch, groups)
  }
}

/** Adds the states that match the node and continue at `next`; returns the first of them. */
function build(node: EreNode, next: number, shown: EreNode | undefined, builder: Builder): number {
  const { states, direction } = builder
  if (states.length > MAX_STATES) return next
  switch (node.kind) {
    case "character":
      return add({ kind: "take", what: node.codePoint, next, node: shown ?? node, index: 0 }, builder)
    case "any":
      return add({ kind: "take", what: "any", next, node: shown ?? node, index: 0 }, builder)
    case "bracket":
      return add({ kind: "take", what: node, next, node: shown ?? node, index: 0 }, builder)
    case "text": {
      let entry = next
      for (let step = 0; step < node.text.length; step += 1) {
        const index = direction === "forward" ? node.text.length - 1 - step : step
        entry = add({ kind: "take", what: node.text.charCodeAt(index), next: entry, node, index }, builder)
      }
      return entry
    }
    case "anchor":
      return add({ kind: "anchor", at: node.at, next, node }, builder)
    case "group":
      return build(node.body, next, undefined, builder)
    case "back-reference": {
      const group = builder.groups.get(node.group)
      return group === undefined ? next : build(group.body, next, node, builder)
    }
    case "repeat":
      return buildRepeat(node, next, builder)
    case "sequence": {
      const parts = direction === "forward" ? node.parts.toReversed() : node.parts
      let entry = next
      for (const part of parts) entry = build(part, entry, undefined, builder)
      return entry
    }
    case "alternation": {
      const to = node.branches.map((branch) => build(branch, next, undefined, builder))
      return addFork(to, Math.min(...to.map((way) => builder.distances[way]!)), builder)
    }
  }
}

function buildRepeat(node: Extract<EreNode, { kind: "repeat" }>, next: number, builder: Builder): number {
  const { body, min, max } = node
  const { states } = builder
  const one = (to: number) => build(body, to, node, builder)
  let entry = next
  if (max === Number.POSITIVE_INFINITY) {
    const ways: number[] = []
    // Another round leads back here, so it does not shorten the distance.
    entry = addFork(ways, builder.distances[next]!, builder)
    ways.push(one(entry), next)
  } else {
    for (let round = min; round < max && states.length <= MAX_STATES; round += 1) {
      entry = addFork([one(entry), next], builder.distances[next]!, builder)
    }
  }
  for (let round = 0; round < min && states.length <= MAX_STATES; round += 1) entry = one(entry)
  return entry
}

function addFork(to: readonly number[], distance: number, { states, distances }: Builder): number {
  distances.push(distance)
  return states.push({ kind: "fork", to }) - 1
}

function add(state: Taking | AnchorState, { states, distances }: Builder): number {
  distances.push(distances[state.next]! + Number(state.kind === "take"))
  return states.push(state) - 1
}
