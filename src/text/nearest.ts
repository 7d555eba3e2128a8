/** Finds the word that was probably meant; undefined if none is near, because a wrong guess is worse than none. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let found: string | undefined
  let foundDistance = Math.min(3, Math.floor(word.length / 2)) + 1
  for (const candidate of candidates) {
    const apart = distance(word.toLowerCase(), candidate.toLowerCase())
    if (apart < foundDistance && apart < candidate.length) {
      found = candidate
      foundDistance = apart
    }
  }
  return found
}

/** Returns `did you mean "common"?`, or undefined if no candidate is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const meant = nearest(word, candidates)
  return meant === undefined ? undefined : `did you mean ${JSON.stringify(meant)}?`
}

/** Levenshtein's distance: letters to insert, delete or replace. */
function distance(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= other.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    above = current
  }
  return above[other.length] ?? 0
}
