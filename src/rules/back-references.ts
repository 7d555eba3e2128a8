/**
 * The matcher for patterns with back-references, which RE2 has not. It decides on the few lines that are candidates.
 *
 * A reference repeats what its group matched last on the way there, and a line matches where any way through the
 * pattern does. The matcher tries the ways one after the other and remembers where it has been: a place is an
 * instruction, a position, and what the groups hold that a reference still asks for. So it comes to each place once,
 * and the number of its steps is bounded: see MAX_STEPS.
 */
import type { Ere, EreAnchor, EreNode } from "./ere.ts"
import { isWord } from "./ere-alphabet.ts"
import { isAnchored } from "./ere-anchored.ts"
import { type Bracket, bracketTakes } from "./ere-bracket.ts"
import { isRawByte } from "./ere-utf8.ts"

/** Tells whether the pattern matches the line's characters, or undefined where that takes too many steps. */
export type BackReferenceMatcher = (characters: Int32Array) => boolean | undefined

/**
 * A line of n characters is worth so many steps, some 30 ns each: 3 ms for a line of 200 characters that is made to be hard.
 * Rules that hold on to the line's start and name what stands around their groups take 5 steps a character.
 */
const MAX_STEPS = 100_000
const MAX_STEPS_PER_CHARACTER = 32

/** Compiles a pattern. Its repeats are written out, so its size must be bounded. */
export function compileBackReferences({ root }: Ere): BackReferenceMatcher {
  const program = compileProgram(root)
  const onlyFirst = isAnchored(root, "line-start")
  return (characters) => run(program, characters, onlyFirst ? 0 : characters.length)
}

type Instruction =
  | { readonly op: "character"; readonly codePoint: number }
  | { readonly op: "set"; readonly takes: (codePoint: number) => boolean }
  | { readonly op: "anchor"; readonly at: EreAnchor["at"] }
  /** To `to`, or else on to the next. */
  | { readonly op: "split"; to: number }
  | { readonly op: "jump"; to: number }
  | { readonly op: "open"; readonly group: number }
  | { readonly op: "close"; readonly group: number }
  | { readonly op: "reference"; readonly group: number }
  | { readonly op: "match" }

interface Program {
  readonly instructions: readonly Instruction[]
  /** By instruction, the groups whose text may still be asked for there, as bits. */
  readonly wanted: Uint16Array
  /** By instruction, whether several ways lead there. */
  readonly joins: Uint8Array
}

function compileProgram(root: EreNode): Program {
  const instructions: Instruction[] = []
  emit(root, instructions)
  instructions.push({ op: "match" })
  const joins = new Uint8Array(instructions.length)
  for (const instruction of instructions) if ("to" in instruction) joins[instruction.to] = 1
  return { instructions, joins, wanted: wantedGroups(instructions) }
}

function emit(node: EreNode, into: Instruction[]): void {
  switch (node.kind) {
    case "character":
      into.push({ op: "character", codePoint: node.codePoint })
      return
    case "text":
      for (const character of node.text) into.push({ op: "character", codePoint: character.charCodeAt(0) })
      return
    case "any":
      into.push({ op: "set", takes: (codePoint) => !isRawByte(codePoint) })
      return
    case "bracket":
      into.push({ op: "set", takes: bracketTest(node) })
      return
    case "anchor":
      into.push({ op: "anchor", at: node.at })
      return
    case "group":
      into.push({ op: "open", group: node.index })
      emit(node.body, into)
      into.push({ op: "close", group: node.index })
      return
    case "back-reference":
      into.push({ op: "reference", group: node.group })
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
  const split: Instruction = { op: "split", to: 0 }
  into.push(split)
  emit(body, into)
  into.push({ op: "jump", to: start })
  split.to = into.length
}

function emitOptional(body: EreNode, rounds: number, into: Instruction[]): void {
  const splits: Extract<Instruction, { op: "split" }>[] = []
  for (let round = 0; round < rounds; round += 1) {
    const split = { op: "split" as const, to: 0 }
    splits.push(split)
    into.push(split)
    emit(body, into)
  }
  for (const split of splits) split.to = into.length
}

function emitAlternation(branches: readonly EreNode[], into: Instruction[]): void {
  const jumps: Extract<Instruction, { op: "jump" }>[] = []
  for (const [index, branch] of branches.entries()) {
    const isLast = index === branches.length - 1
    const split = { op: "split" as const, to: 0 }
    if (!isLast) into.push(split)
    emit(branch, into)
    if (isLast) continue
    const jump = { op: "jump" as const, to: 0 }
    jumps.push(jump)
    into.push(jump)
    split.to = into.length
  }
  for (const jump of jumps) jump.to = into.length
}

/** ASCII is looked up, anything else asked for. */
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
      const instruction = instructions[at]!
      const mask = wantedBefore(instruction, wanted[at + 1] ?? 0, wanted)
      if (mask === wanted[at]) continue
      wanted[at] = mask
      changed = true
    }
  }
  return wanted
}

function wantedBefore(instruction: Instruction, next: number, wanted: Uint16Array): number {
  switch (instruction.op) {
    case "split":
      return next | wanted[instruction.to]!
    case "jump":
      return wanted[instruction.to]!
    // A group is not referred to from inside, so what it held before is forgotten where it opens.
    case "open":
      return next & ~(1 << instruction.group)
    case "reference":
      return next | (1 << instruction.group)
    case "match":
      return 0
    default:
      return next
  }
}

/** Tries the ways from each of the first positions. */
function run(program: Program, characters: Int32Array, lastStart: number): boolean | undefined {
  const { instructions, wanted, joins } = program
  const { length } = characters
  const maxSteps = MAX_STEPS + MAX_STEPS_PER_CHARACTER * length
  const captures = new CaptureTable()
  const been = new Set<number>()
  /** Places that are still to be tried, three numbers each. */
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
          const place = (held * (length + 1) + position) * instructions.length + at
          if (been.has(place)) break
          been.add(place)
        }
        const instruction = instructions[at]!
        at += 1
        switch (instruction.op) {
          case "character":
            onItsWay = position < length && characters[position] === instruction.codePoint
            position += 1
            break
          case "set":
            onItsWay = position < length && instruction.takes(characters[position]!)
            position += 1
            break
          case "anchor":
            onItsWay = holds(instruction.at, characters, position)
            break
          case "split":
            ways.push(instruction.to, position, held)
            break
          case "jump":
            at = instruction.to
            break
          case "open":
            if ((wanted[at]! & (1 << instruction.group)) !== 0) held = captures.open(held, instruction.group, position)
            break
          case "close":
            if ((wanted[at]! & (1 << instruction.group)) !== 0) held = captures.close(held, instruction.group, position)
            break
          case "reference": {
            const from = captures.from(held, instruction.group)
            const to = captures.to(held, instruction.group)
            const equal = to === UNSET ? UNSET : equalCharacters(characters, from, to, position)
            steps += Math.max(equal, 0)
            onItsWay = to !== UNSET && equal === to - from
            position += to - from
            break
          }
          case "match":
            return true
        }
      }
    }
  }
  return false
}

/** How many characters from a position on are those from another on, to the end of those. */
function equalCharacters(characters: Int32Array, from: number, to: number, position: number): number {
  let count = 0
  while (from + count < to && characters[position + count] === characters[from + count]) count += 1
  return count
}

const UNSET = -1
const NOTHING_CAPTURED = 0

/** From and to of each of the groups 1 to 9. */
const SLOTS = 20

/** What groups hold, each combination kept once and known by its number. */
class CaptureTable {
  readonly #slots: Int32Array[] = [new Int32Array(SLOTS).fill(UNSET)]
  /** The groups that hold something, as bits. */
  readonly #masks: number[] = [0]
  readonly #numbers = new Map<string, number>([[this.#slots[0]!.join(), NOTHING_CAPTURED]])

  from(held: number, group: number): number {
    return this.#slots[held]![2 * group]!
  }

  to(held: number, group: number): number {
    return this.#slots[held]![2 * group + 1]!
  }

  open(held: number, group: number, position: number): number {
    const slots = this.#slots[held]!.slice()
    slots[2 * group] = position
    slots[2 * group + 1] = UNSET
    return this.#number(slots, this.#masks[held]! | (1 << group))
  }

  close(held: number, group: number, position: number): number {
    const slots = this.#slots[held]!.slice()
    slots[2 * group + 1] = position
    return this.#number(slots, this.#masks[held]!)
  }

  /** Forgets what other groups hold. */
  only(held: number, groups: number): number {
    const mask = this.#masks[held]!
    if ((mask & ~groups) === 0) return held
    const slots = this.#slots[held]!.slice()
    for (let group = 1; 2 * group < SLOTS; group += 1) {
      if ((groups & (1 << group)) === 0) slots.fill(UNSET, 2 * group, 2 * group + 2)
    }
    return this.#number(slots, mask & groups)
  }

  #number(slots: Int32Array, mask: number): number {
    const key = slots.join()
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.#slots.length
    this.#slots.push(slots)
    this.#masks.push(mask)
    this.#numbers.set(key, number)
    return number
  }
}

function holds(at: EreAnchor["at"], characters: Int32Array, position: number): boolean {
  if (at === "line-start") return position === 0
  if (at === "line-end") return position === characters.length
  const before = position > 0 && isWord(characters[position - 1]!)
  const behind = position < characters.length && isWord(characters[position]!)
  switch (at) {
    case "word-start":
      return !before && behind
    case "word-end":
      return before && !behind
    case "word-edge":
      return before !== behind
    case "not-word-edge":
      return before === behind
  }
}
