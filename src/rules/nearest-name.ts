/** Finds the known name that was most likely meant, or undefined where none is near. */
export function nearestName(wrong: string, known: Iterable<string>): string | undefined {
  // A third of the letters wrong is a typo; more is another word.
  let least = Math.max(1, Math.floor(wrong.length / 3)) + 1
  let nearest: string | undefined
  for (const name of known) {
    const distance = editDistance(wrong, name)
    if (distance < least) {
      least = distance
      nearest = name
    }
  }
  return nearest
}

/** Levenshtein's distance: letters to insert, delete or replace. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1))
    }
    previous = current
  }
  return previous[to.length]!
}
