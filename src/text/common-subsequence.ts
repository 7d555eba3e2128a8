/** How alike two sequences of words are: by what they have in common, in the same order. */

/** Returns 0 (nothing in common) to 1 (the same): Dice's coefficient over the longest common subsequence. */
export function likeness(one: readonly string[], other: readonly string[]): number {
  const all = one.length + other.length
  return all === 0 ? 0 : (2 * commonLengths(one, other)[0]![0]!) / all
}

/** By place in both, the length of the longest common subsequence of what is left from there on. */
export function commonLengths(one: readonly string[], other: readonly string[]): readonly Uint16Array[] {
  const rows = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1))
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = other.length - 1; j >= 0; j -= 1) {
      rows[i]![j] = one[i] === other[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!)
    }
  }
  return rows
}
