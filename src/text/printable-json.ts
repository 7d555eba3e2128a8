/**
 * JSON that may be shown on a terminal: everything unprintable that JSON itself leaves as it is gets JSON's escapes.
 */
import { UNPRINTABLE } from "./printable.ts"

/** Renders a document, with a line feed at its end; on one line with an `indent` of 0. */
export function printableJson(document: unknown, indent = 2): string {
  return `${escapeJson(JSON.stringify(document, undefined, indent))}\n`
}

/** Escapes unprintable characters in a JSON text. Its line feeds are between values and stay. */
export function escapeJson(json: string): string {
  return json.replace(UNPRINTABLE, (character) => (character === "\n" ? character : escaped(character)))
}

/** By UTF-16 unit. */
function escaped(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("")
}
