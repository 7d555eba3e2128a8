/**
 * A list counts as one of its items, and a quantity as a number without its unit.
 *
 *     delete blk_<n> blk_<n> blk_<n>           delete blk_<n>
 *     took <n> ms, lifetime <<n> sec           took <n>, lifetime <n>
 *
 * Lines of one meaning have them in different numbers, and in different units.
 */
import { NUMBER } from "./shapes.ts"
import type { Token } from "./token.ts"

/** Words and signs of an item. */
const MAX_ITEM = 8

/** Fewer bare numbers in a row are no list: each has its own meaning. */
const MIN_NUMBERS = 4

const UNITS: ReadonlySet<string> = new Set(
  `ns us µs ms msec sec s second seconds millisecond milliseconds minute minutes min hour hours day days
  B byte bytes kB KB MB GB TB KiB MiB GiB TiB`.split(/\s+/),
)

/** Lists of lists fold in two passes; nobody writes deeper ones. */
const MAX_PASSES = 4

/** Returns the tokens that stay. */
export function foldLists(tokens: readonly Token[]): readonly Token[] {
  let folded = tokens
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const { length } = folded
    folded = foldItems(foldQuantities(folded))
    if (folded.length === length) break
  }
  return folded
}

/** `<n>:<n>` is one number, and so is `<n> ms`. */
function foldQuantities(tokens: readonly Token[]): readonly Token[] {
  if (!hasQuantity(tokens)) return tokens
  const folded: Token[] = []
  let at = 0
  while (at < tokens.length) {
    const end = quantityEnd(tokens, at)
    const token = tokens[at]!
    if (end > at + 1 && isUnitAt(tokens, end - 1) && isComparison(folded.at(-1))) {
      folded.pop()
      token.isSpaced = true
    }
    folded.push(token)
    at = end
  }
  return folded
}

function hasQuantity(tokens: readonly Token[]): boolean {
  for (let at = 0; at < tokens.length; at += 1) if (quantityEnd(tokens, at) > at + 1) return true
  return false
}

/** Returns the index after the number at `at` and what belongs to it. */
function quantityEnd(tokens: readonly Token[], at: number): number {
  let end = at + 1
  if (tokens[at]!.shape !== NUMBER) return end
  for (;;) {
    if (isUnspaced(tokens[end], ":") && isUnspaced(tokens[end + 1], NUMBER)) end += 2
    else if (isUnitAt(tokens, end)) end += 1
    else return end
  }
}

function isUnitAt(tokens: readonly Token[], at: number): boolean {
  const unit = tokens[at]
  return unit?.isSpaced === true && UNITS.has(unit.shape)
}

function isUnspaced(token: Token | undefined, shape: string): boolean {
  return token !== undefined && token.shape === shape && !token.isSpaced
}

/** `<1 sec` is less than a second. */
function isComparison(token: Token | undefined): boolean {
  return token?.isSpaced === true && (token.shape === "<" || token.shape === ">")
}

function foldItems(tokens: readonly Token[]): readonly Token[] {
  if (!hasTwoValues(tokens)) return tokens
  const folded: Token[] = []
  let at = 0
  while (at < tokens.length) {
    const { size, end } = listAt(tokens, at)
    for (let i = at; i < at + size; i += 1) folded.push(tokens[i]!)
    at = end
  }
  return folded
}

function hasTwoValues(tokens: readonly Token[]): boolean {
  let values = 0
  for (let at = 0; at < tokens.length; at += 1) if (tokens[at]!.holdsValue) values += 1
  return values > 1
}

/** Returns how many tokens the item that starts at `at` has, and where its list ends. */
function listAt(tokens: readonly Token[], at: number): { readonly size: number; readonly end: number } {
  if (!standsAgain(tokens, at)) return { size: 1, end: at + 1 }
  let hasValue = false
  for (let size = 1; size <= MAX_ITEM && at + size < tokens.length; size += 1) {
    const last = tokens[at + size - 1]!
    if (last.holdsValue) hasValue = true
    if (!hasValue || !last.isWord) continue
    const end = repeatedUntil(tokens, at, size)
    if (end > at + size) return { size, end }
  }
  return { size: 1, end: at + 1 }
}

/** Whether an item that starts at `at` could be followed by another. */
function standsAgain(tokens: readonly Token[], at: number): boolean {
  const { shape } = tokens[at]!
  const last = Math.min(at + MAX_ITEM + 2, tokens.length - 1)
  for (let i = at + 1; i <= last; i += 1) if (tokens[i]!.shape === shape) return true
  return false
}

/** Returns the index after the last repetition of the item. */
function repeatedUntil(tokens: readonly Token[], at: number, size: number): number {
  const isNumber = size === 1 && tokens[at]!.shape === NUMBER
  let end = at + size
  let items = 1
  for (;;) {
    let next = end
    while (next < tokens.length && isBetweenItems(tokens[next]!.shape)) next += 1
    if (next + size > tokens.length || !(next > end || tokens[next]!.isSpaced)) break
    if (!isSame(tokens, at, next, size)) break
    end = next + size
    items += 1
  }
  return isNumber && items < MIN_NUMBERS ? at + size : end
}

function isBetweenItems(shape: string): boolean {
  return shape === "," || shape === ":"
}

function isSame(tokens: readonly Token[], at: number, other: number, size: number): boolean {
  for (let i = 0; i < size; i += 1) if (tokens[at + i]!.shape !== tokens[other + i]!.shape) return false
  return true
}
