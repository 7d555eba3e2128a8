/**
 * The matcher for patterns with back-references, which RE2 does not support. It decides on the few lines that are
 * candidates.
 *
 * A reference matches the text that its group matched last on the same path. A line matches if any path through the
 * pattern does. The matcher tries the paths one after the other and remembers its places: a place is an instruction, a
 * position, and the contents of the groups that later references need. It visits each place once, and MAX_STEPS bounds
 * the number of its steps.
 */

import { anchorHolds } from "../ere/anchor.ts"
import { isAnchored } from "../ere/anchored.ts"
import { type Bracket, bracketTakes } from "../ere/bracket.ts"
import type { Ere, EreAnchor, EreNode } from "../ere/ere.ts"
import { isRawByte } from "../ere/utf8.ts"
import { Captures, NOTHING_CAPTURED, PlaceSet, UNSET } from "./places.ts"

/** Returns whether the pattern matches the line's characters, or undefined if that takes too many steps. */
export type BackReferenceMatcher = (characters: Int32Array) => boolean | undefined

/**
 * The most steps for a line of n characters is MAX_STEPS + n * MAX_STEPS_PER_CHARACTER. A step takes some 0.1 us: 10 ms
 * for a line of 200 characters that is made to be hard. A rule that is anchored at the start and has literal text
 * around its groups takes 5 steps a character.
 */
const MAX_STEPS = 100_000
const MAX_STEPS_PER_CHARACTER = 32

/** Compiles a pattern. Repeats are written out, so the caller must bound the pattern's size. */
export function compileBackReferences({ root }: Ere): BackReferenceMatcher {
  const program = compileProgram(root)
  const onlyFirst = isAnchored(root, "line-start")
  return (characters) => run(program, characters, onlyFirst ? 0 : characters.length)
}

const CHARACTER = 0
const SET = 1
const ANCHOR = 2
const SPLIT = 3
const JUMP = 4
const OPEN = 5
const CLOSE = 6
const REFERENCE = 7
const MATCH = 8

/** All instructions have one shape, for V8: the matcher reads nothing else. */
interface Instruction {
  readonly op: number
  /**
   * The code point, the group, or a target: JUMP goes there, SPLIT tries it if the next instruction leads to no match.
   */
  argument: number
  readonly takes: ((codePoint: number) => boolean) | undefined
  readonly anchor: EreAnchor["at"] | undefined
}

function instruction(op: number, argument = 0, more: Partial<Pick<Instruction, "takes" | "anchor">> = {}): Instruction {
  return { op, argument, takes: more.takes, anchor: more.anchor }
}

interface Program {
  readonly instructions: readonly Instruction[]
  /** By instruction, the groups that a later reference may need, as bits of their slots. */
  readonly wanted: Uint16Array
  /** By instruction, whether several paths lead there. */
  readonly joins: Uint8Array
  /** The number of groups that are referred to. */
  readonly slots: number
}

function compileProgram(root: EreNode): Program {
  const instructions: Instruction[] = []
  emit(root, instructions)
  instructions.push(instruction(MATCH))
  const slots = numberSlots(instructions)
  const joins = new Uint8Array(instructions.length)
  for (const { op, argument } of instructions) if (op === SPLIT || op === JUMP) joins[argument] = 1
  return { instructions, joins, wanted: wantedGroups(instructions), slots }
}

/** Numbers the groups that are referred to, from 0 on; -1 stands for all others. Returns their count. */
function numberSlots(instructions: readonly Instruction[]): number {
  const groups = [...new Set(instructions.filter(({ op }) => op === REFERENCE).map(({ argument }) => argument))]
  for (const each of instructions) {
    if (each.op === REFERENCE || each.op === OPEN || each.op === CLOSE) each.argument = groups.indexOf(each.argument)
  }
  return groups.length
}

function emit(node: EreNode, into: Instruction[]): void {
  switch (node.kind) {
    case "character":
      into.push(instruction(CHARACTER, node.codePoint))
      return
    case "text":
      for (const character of node.text) into.push(instruction(CHARACTER, character.charCodeAt(0)))
      return
    case "any":
      into.push(instruction(SET, 0, { takes: (codePoint) => !isRawByte(codePoint) }))
      return
    case "bracket":
      into.push(instruction(SET, 0, { takes: bracketTest(node) }))
      return
    case "anchor":
      into.push(instruction(ANCHOR, 0, { anchor: node.at }))
      return
    case "group":
      into.push(instruction(OPEN, node.index))
      emit(node.body, into)
      into.push(instruction(CLOSE, node.index))
      return
    case "back-reference":
      into.push(instruction(REFERENCE, node.group))
      return
    case "repeat":
      for (let round = 0; round < node.min; round += 1) emit(node.body, into)
      if (node.max === Number.POSITIVE_INFINITY) emitLoop(node.body, into)
      else emitOptional(node.body, node.max - node.min, into)
      return
    case "sequence":
      for (const part of node.parts) emit(part, into)
      return
    case "alternation":
      emitAlternation(node.branches, into)
  }
}

function emitLoop(body: EreNode, into: Instruction[]): void {
  const start = into.length
  const split = instruction(SPLIT)
  into.push(split)
  emit(body, into)
  into.push(instruction(JUMP, start))
  split.argument = into.length
}

function emitOptional(body: EreNode, rounds: number, into: Instruction[]): void {
  const splits: Instruction[] = []
  for (let round = 0; round < rounds; round += 1) {
    const split = instruction(SPLIT)
    splits.push(split)
    into.push(split)
    emit(body, into)
  }
  for (const split of splits) split.argument = into.length
}

function emitAlternation(branches: readonly EreNode[], into: Instruction[]): void {
  const jumps: Instruction[] = []
  for (const [index, branch] of branches.entries()) {
    const isLast = index === branches.length - 1
    const split = instruction(SPLIT)
    if (!isLast) into.push(split)
    emit(branch, into)
    if (isLast) continue
    const jump = instruction(JUMP)
    jumps.push(jump)
    into.push(jump)
    split.argument = into.length
  }
  for (const jump of jumps) jump.argument = into.length
}

/** ASCII characters are looked up in a table; others are tested one by one. */
function bracketTest(bracket: Bracket): (codePoint: number) => boolean {
  const ascii = Uint8Array.from({ length: 0x80 }, (_, codePoint) => (bracketTakes(bracket, codePoint) ? 1 : 0))
  return (codePoint) => (codePoint < 0x80 ? ascii[codePoint] === 1 : bracketTakes(bracket, codePoint))
}

/** Follows the program backwards from its references until nothing changes. */
function wantedGroups(instructions: readonly Instruction[]): Uint16Array {
  const wanted = new Uint16Array(instructions.length)
  for (let changed = true; changed; ) {
    changed = false
    for (let at = instructions.length - 1; at >= 0; at -= 1) {
      const mask = wantedBefore(instructions[at]!, wanted[at + 1] ?? 0, wanted)
      if (mask === wanted[at]) continue
      wanted[at] = mask
      changed = true
    }
  }
  return wanted
}

function wantedBefore({ op, argument }: Instruction, next: number, wanted: Uint16Array): number {
  switch (op) {
    case SPLIT:
      return next | wanted[argument]!
    case JUMP:
      return wanted[argument]!
    // A group is not referred to from inside, so its previous content is not needed once it opens.
    case OPEN:
      return argument < 0 ? next : next & ~(1 << argument)
    case REFERENCE:
      return next | (1 << argument)
    default:
      return next
  }
}

/** Tries the paths from each start position. */
function run(program: Program, characters: Int32Array, lastStart: number): boolean | undefined {
  const { instructions, wanted, joins } = program
  const { length } = characters
  const maxSteps = MAX_STEPS + MAX_STEPS_PER_CHARACTER * length
  const captures = new Captures(program.slots)
  const been = new PlaceSet()
  /** Places that remain to be tried, three numbers each. */
  const ways: number[] = []
  let steps = 0

  for (let start = 0; start <= lastStart; start += 1) {
    ways.push(0, start, NOTHING_CAPTURED)
    while (ways.length > 0) {
      let held = ways.pop()!
      let position = ways.pop()!
      let at = ways.pop()!
      for (let onItsWay = true; onItsWay; ) {
        steps += 1
        if (steps > maxSteps) return undefined
        if (joins[at] === 1) {
          held = captures.only(held, wanted[at]!)
          if (!been.add((held * (length + 1) + position) * instructions.length + at)) break
        }
        const { op, argument, takes, anchor } = instructions[at]!
        at += 1
        switch (op) {
          case CHARACTER:
            onItsWay = position < length && characters[position] === argument
            position += 1
            break
          case SET:
            onItsWay = position < length && takes!(characters[position]!)
            position += 1
            break
          case ANCHOR:
            onItsWay = anchorHolds(anchor!, characters, position)
            break
          case SPLIT:
            ways.push(argument, position, held)
            break
          case JUMP:
            at = argument
            break
          case OPEN:
            if (argument >= 0 && (wanted[at]! & (1 << argument)) !== 0) held = captures.open(held, argument, position)
            break
          case CLOSE:
            if (argument >= 0 && (wanted[at]! & (1 << argument)) !== 0) held = captures.close(held, argument, position)
            break
          case REFERENCE: {
            const from = captures.from(held, argument)
            const to = captures.to(held, argument)
            onItsWay = to !== UNSET
            if (!onItsWay) break
            const equal = equalCharacters(characters, from, to, position)
            steps += equal
            onItsWay = equal === to - from
            position += equal
            break
          }
          case MATCH:
            return true
        }
      }
    }
  }
  return false
}

/** Counts how many characters of [from, to) also follow at `position`, up to the first that differs. */
function equalCharacters(characters: Int32Array, from: number, to: number, position: number): number {
  let count = 0
  while (from + count < to && characters[position + count] === characters[from + count]) count += 1
  return count
}
