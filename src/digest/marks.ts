/** Marks in angle brackets: the masks of templates, the shapes of words, and the open places of forms. */
import { GREATER, isLowerCase, LESS } from "../text/ascii.ts"

/** An open place. */
export const OPEN = "<*>"
/** An open place that takes only what looks like a name: `eth0`, `db1.example`. */
export const OPEN_NAME = "<name>"

/** Whether this is an open place of a form. */
export function isOpen(token: string): boolean {
  return token === OPEN || token === OPEN_NAME
}

/** What stands in templates and in forms instead of values. What else is in angle brackets was written so. */
const MASKS: ReadonlySet<string> = new Set(
  "n ip hex id time date duration size mac uuid path url mail class unit".split(" ").map((name) => `<${name}>`),
)
const LONGEST_MASK = 10

/** Returns the index after the mask at `at`, such as `<ip>`; `at` where there is none. */
export function maskEnd(text: string, at: number, end: number, isForm: boolean): number {
  if (text.charCodeAt(at) !== LESS) return at
  if (isForm && text.startsWith(OPEN, at)) return at + OPEN.length
  let last = at + 1
  while (last < end && last - at < LONGEST_MASK && isLowerCase(text.charCodeAt(last))) last += 1
  if (last >= end || text.charCodeAt(last) !== GREATER) return at
  const mask = text.slice(at, last + 1)
  return MASKS.has(mask) || (isForm && mask === OPEN_NAME) ? last + 1 : at
}
