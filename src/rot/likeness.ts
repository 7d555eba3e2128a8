/** How alike two lines are: by the words that they have in common, in the same order. */

/** Returns 0 (nothing in common) to 1 (the same words). Date and host are left out, and so are numbers. */
export function likeness(line: string, other: string): number {
  const [one, two] = [wordsOf(line), wordsOf(other)]
  const all = one.length + two.length
  return all === 0 ? 0 : (2 * longestCommon(one, two)) / all
}

/** More say no more. */
const MAX_WORDS = 60

export function wordsOf(line: string): readonly string[] {
  return (line.slice(textStart(line)).match(/[A-Za-z][A-Za-z_-]*/g) ?? []).slice(0, MAX_WORDS)
}

/** Where the host ends, in a line as `serve` writes it: `Mmm dd hh:mm:ss host program[pid]: text`. */
function textStart(line: string): number {
  const blank = line.indexOf(" ", "Mmm dd hh:mm:ss ".length)
  return blank === -1 ? 0 : blank + 1
}

/** Length of the longest common subsequence. */
function longestCommon(one: readonly string[], two: readonly string[]): number {
  let row = new Array<number>(two.length + 1).fill(0)
  for (const word of one) {
    const next = [0]
    for (let at = 1; at <= two.length; at += 1) {
      next.push(word === two[at - 1] ? row[at - 1]! + 1 : Math.max(row[at]!, next[at - 1]!))
    }
    row = next
  }
  return row[two.length]!
}
