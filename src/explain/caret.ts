/** A text with carets under a part of it. What is long is shown around them. */
import { printable } from "../text/printable.ts"

/** Fits most terminals beside the margin. */
const WIDTH = 110

/** Of the width, what is shown before the carets. */
const BEFORE = 70

/** Returns two lines: what of the text fits, as it may be shown, and the carets. `start` and `end` are offsets in UTF-16 units. */
export function underline(text: string, start: number, end: number): readonly [text: string, carets: string] {
  const before = printable(text.slice(0, start))
  const marked = printable(text.slice(start, end))
  const whole = before + marked + printable(text.slice(end))
  const from = whole.length <= WIDTH ? 0 : Math.max(0, Math.min(before.length - BEFORE, whole.length - WIDTH))
  const to = Math.min(whole.length, from + WIDTH)
  const shown = `${from > 0 ? "…" : ""}${whole.slice(from, to)}${to < whole.length ? "…" : ""}`
  const column = before.length - from + Number(from > 0)
  // Past the end there is one place to point at, too.
  const carets = Math.max(1, Math.min(marked.length, to - before.length))
  return [shown, " ".repeat(column) + "^".repeat(carets)]
}
