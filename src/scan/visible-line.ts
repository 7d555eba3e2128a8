/**
 * Makes a line of a log file safe for a terminal, since the network wrote it: tabs stay, other controls are escaped, and
 * bytes that are not UTF-8 are shown as \xNN.
 */
import { printable } from "../text/printable.ts"
import { decodeUtf8b } from "../text/utf8b.ts"

export function visibleLine(line: Buffer): string {
  const text = decodeUtf8b(line).replace(
    /[\udc80-\udcff]/gu,
    (stray) => `\\x${(stray.charCodeAt(0) - 0xdc00).toString(16)}`,
  )
  return text.split("\t").map(printable).join("\t")
}
