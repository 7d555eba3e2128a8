/**
 * The values that stood in one masked place of a template, within bounds.
 *
 *     Invalid user ada from <ip> port <n>        <ip>: 218.75.153.170 ×695, 192.0.2.7 ×12, …
 *
 * `counts` and `others` add up to the lines, always. While `others` is 0, all is exact. Beyond that a count is a lower bound: its
 * value may be among the others, too; and the number of distinct values is an estimate (HyperLogLog: Flajolet, Fusy, Gandouet,
 * Meunier 2007, with 64 registers; its standard error is 13 %).
 */
import { compareText } from "../text/compare-text.ts"

export interface Values {
  /** The mask that stands for them in the template, "<ip>". */
  readonly mask: string
  /** Lines by value. */
  counts: Map<string, number>
  /** Lines of further values. */
  others: number
  /** The registers of the estimate, a character each; undefined while `others` is 0. */
  registers: string | undefined
  /** Of numbers. */
  least: number | undefined
  greatest: number | undefined
}

/** Values that are kept by name. */
export const MAX_VALUES = 16

/** The same within one batch of a collector, so that a value which comes late and often still gets its place. */
const MAX_VALUES_IN_BATCH = 64

/** Longer values are cut there. */
export const MAX_VALUE_LENGTH = 40

const REGISTERS = 64
const REGISTER_BITS = 6
const ZERO_CODE = "0".charCodeAt(0)
const NO_REGISTERS = "0".repeat(REGISTERS)

export function noValues(mask: string): Values {
  return { mask, counts: new Map(), others: 0, registers: undefined, least: undefined, greatest: undefined }
}

/** Counts lines with this value. Returns whether the value is new here. */
export function countValue(values: Values, written: string, lines = 1): boolean {
  const value = written.length > MAX_VALUE_LENGTH ? `${written.slice(0, MAX_VALUE_LENGTH)}…` : written
  const { counts } = values
  const count = counts.get(value)
  if (count !== undefined) {
    counts.set(value, count + lines)
  } else if (counts.size < MAX_VALUES_IN_BATCH) {
    counts.set(value, lines)
    if (values.registers !== undefined) values.registers = withValues(values.registers, [value])
  } else {
    values.registers = withValues(values.registers ?? withValues(NO_REGISTERS, counts.keys()), [value])
    values.others += lines
  }
  const number = values.mask === "<n>" ? Number(value) : Number.NaN
  if (!Number.isNaN(number)) {
    values.least = Math.min(values.least ?? number, number)
    values.greatest = Math.max(values.greatest ?? number, number)
  }
  return count === undefined
}

/** Adds `from` to `into`; both are of one place. */
export function mergeValues(into: Values, from: Values): void {
  const isApproximate = into.registers !== undefined || from.registers !== undefined
  if (isApproximate) into.registers = union(registersOf(into), registersOf(from))
  for (const [value, count] of from.counts) into.counts.set(value, (into.counts.get(value) ?? 0) + count)
  into.others += from.others
  into.least = smaller(into.least, from.least, Math.min)
  into.greatest = smaller(into.greatest, from.greatest, Math.max)
  trimValues(into)
}

/** Keeps the values with most lines, as a batch leaves or a store writes. */
export function trimValues(values: Values): void {
  if (values.counts.size <= MAX_VALUES) return
  values.registers ??= withValues(NO_REGISTERS, values.counts.keys())
  const byLines = [...values.counts].sort(([a, some], [b, more]) => more - some || compareText(a, b))
  for (const [, count] of byLines.slice(MAX_VALUES)) values.others += count
  values.counts = new Map(byLines.slice(0, MAX_VALUES))
}

export function copyValues(values: Values): Values {
  return { ...values, counts: new Map(values.counts) }
}

/** How many distinct values there were: exact while `others` is 0. */
export function distinctValues({ counts, registers }: Values): number {
  if (registers === undefined) return counts.size
  let sum = 0
  let zeros = 0
  for (let at = 0; at < REGISTERS; at += 1) {
    const rank = registers.charCodeAt(at) - ZERO_CODE
    sum += 2 ** -rank
    if (rank === 0) zeros += 1
  }
  // The constant for 64 registers, and linear counting where many of them are empty (ibid., figure 3).
  const raw = (0.709 * REGISTERS * REGISTERS) / sum
  const estimate = raw <= 2.5 * REGISTERS && zeros > 0 ? REGISTERS * Math.log(REGISTERS / zeros) : raw
  return Math.max(counts.size + 1, Math.round(estimate))
}

function registersOf({ counts, registers }: Values): string {
  return registers ?? withValues(NO_REGISTERS, counts.keys())
}

function withValues(registers: string, values: Iterable<string>): string {
  const ranks = Array.from(registers, (character) => character.charCodeAt(0) - ZERO_CODE)
  for (const value of values) {
    const bits = hash(value)
    const register = bits & (REGISTERS - 1)
    const rank = Math.clz32(bits >>> REGISTER_BITS) - REGISTER_BITS + 1
    ranks[register] = Math.max(ranks[register]!, rank)
  }
  return String.fromCharCode(...ranks.map((rank) => rank + ZERO_CODE))
}

function union(one: string, other: string): string {
  return Array.from(one, (rank, at) => (rank > other[at]! ? rank : other[at]!)).join("")
}

/** FNV-1a over UTF-16 units, and MurmurHash3's finalizer, which spreads its bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}

function smaller(
  one: number | undefined,
  other: number | undefined,
  choose: (one: number, other: number) => number,
): number | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return choose(one, other)
}
