/** A text with carets under a part of it. Of a long text, only the surroundings of the carets are shown. */
import { printable } from "../text/printable.ts"

/** Fits most terminals beside the margin. */
const WIDTH = 110

/** Columns shown before the carets. */
const BEFORE = 70

/** Returns two lines: the printable text, as far as it fits, and the carets. `start` and `end` are offsets in UTF-16 units. */
export function underline(text: string, start: number, end: number): readonly [text: string, carets: string] {
  const before = printable(text.slice(0, start))
  const marked = printable(text.slice(start, end))
  const whole = before + marked + printable(text.slice(end))
  const from = whole.length <= WIDTH ? 0 : Math.max(0, Math.min(before.length - BEFORE, whole.length - WIDTH))
  const to = Math.min(whole.length, from + WIDTH)
  const shown = `${from > 0 ? "…" : ""}${whole.slice(from, to)}${to < whole.length ? "…" : ""}`
  const column = before.length - from + Number(from > 0)
  // A place past the end gets one caret.
  const carets = Math.max(1, Math.min(marked.length, to - before.length))
  return [shown, " ".repeat(column) + "^".repeat(carets)]
}
