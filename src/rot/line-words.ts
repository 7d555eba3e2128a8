/** The words of a line, without date, host and numbers. */
import { tagStart } from "../rules/line-header.ts"

/** Words compared: more do not change the result much. */
const MAX_WORDS = 60

/** Reads a line as `serve` writes it. */
export function wordsOf(line: string): readonly string[] {
  return (line.slice(tagStart(line)).match(/[A-Za-z][A-Za-z_-]*/g) ?? []).slice(0, MAX_WORDS)
}
