/**
 * The twelve character classes of POSIX (`[[:alpha:]]` …) as glibc's C.UTF-8 defines them, for any code point.
 */
import { CLASS_RUNS, CLASS_SETS } from "./character-class-table.ts"

/** In the order of the bits of a mask. */
export const CLASS_NAMES: readonly string[] = [
  "alnum",
  "alpha",
  "blank",
  "cntrl",
  "digit",
  "graph",
  "lower",
  "print",
  "punct",
  "space",
  "upper",
  "xdigit",
]

/** Returns the class's bit, or undefined if there is no class of that name. Case matters, as in POSIX. */
export function classBit(name: string): number | undefined {
  const index = CLASS_NAMES.indexOf(name)
  return index === -1 ? undefined : 1 << index
}

const runs = decodeRuns()

/** Returns the character's classes, as bits. */
export function classesOf(codePoint: number): number {
  // The last run that starts at or before the code point.
  let low = 0
  let high = runs.starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((runs.starts[middle] ?? 0) <= codePoint) low = middle
    else high = middle - 1
  }
  return runs.masks[low] ?? 0
}

/** The distinct sets of classes of all characters beyond ASCII: only a dozen. */
export const CLASS_SETS_BEYOND_ASCII: readonly number[] = [
  ...new Set(runs.masks.filter((_, run) => (runs.starts[run + 1] ?? 0x11_0000) > 0x80)),
]

function decodeRuns(): { starts: Uint32Array; masks: Uint16Array } {
  const maskOf = new Map<string, number>()
  for (const [letter, names] of Object.entries(CLASS_SETS)) {
    maskOf.set(
      letter,
      names.split(" ").reduce((mask, name) => mask | (classBit(name) ?? 0), 0),
    )
  }
  const fields = [...CLASS_RUNS.matchAll(/([A-Z])(\d*)/g)]
  const starts = new Uint32Array(fields.length)
  const masks = new Uint16Array(fields.length)
  let start = 0
  for (const [run, [, letter = "", length = ""]] of fields.entries()) {
    starts[run] = start
    masks[run] = maskOf.get(letter) ?? 0
    start += length === "" ? 1 : Number.parseInt(length, 10)
  }
  return { starts, masks }
}
