/** Tells where in a line an anchor holds. */

import { isWord } from "./alphabet.ts"
import type { EreAnchor } from "./ere.ts"

/** Whether the anchor holds before the character at `place`, or after the last character. Takes code points. */
export function anchorHolds(at: EreAnchor["at"], characters: ArrayLike<number>, place: number): boolean {
  if (at === "line-start") return place === 0
  if (at === "line-end") return place === characters.length
  const before = place > 0 && isWord(characters[place - 1]!)
  const behind = place < characters.length && isWord(characters[place]!)
  switch (at) {
    case "word-start":
      return !before && behind
    case "word-end":
      return before && !behind
    case "word-edge":
      return before !== behind
    case "not-word-edge":
      return before === behind
  }
}
