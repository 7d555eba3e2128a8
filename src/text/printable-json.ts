/** JSON that may be shown on a terminal: what JSON itself leaves as it is, is escaped the way JSON escapes. */
import { UNPRINTABLE } from "./printable.ts"

/** Renders a document, with a line feed at its end; on one line with an `indent` of 0. */
export function printableJson(document: unknown, indent = 2): string {
  // JSON itself escapes only what is below U+0020; line feeds here are its own.
  const text = JSON.stringify(document, undefined, indent).replace(UNPRINTABLE, (character) =>
    character === "\n" ? character : escaped(character),
  )
  return `${text}\n`
}

/** By UTF-16 unit. */
function escaped(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("")
}
