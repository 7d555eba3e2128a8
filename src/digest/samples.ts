/** Which lines of an entry are shown: one of its most frequent template, and those that are least like it. */
import type { Tally } from "../tally/tally.ts"

const MAX_SAMPLES = 3

/** Of an entry's templates, the most frequent first: more are not compared. */
const MAX_COMPARED = 40

/** Takes an entry's tallies, most lines first. */
export function chooseSamples(tallies: readonly Tally[]): readonly string[] {
  const lines = [...new Set(tallies.slice(0, MAX_COMPARED).flatMap(({ samples }) => samples))]
  const chosen = lines.slice(0, 1)
  while (chosen.length < MAX_SAMPLES && chosen.length < lines.length) {
    const further = lines.filter((line) => !chosen.includes(line))
    const distance = (line: string) => Math.min(...chosen.map((other) => differingWords(line, other)))
    chosen.push(further.reduce((best, line) => (distance(line) > distance(best) ? line : best)))
  }
  return chosen
}

/** Words that only one of two lines has. The date and the host at their start differ without meaning. */
function differingWords(one: string, other: string): number {
  const words = (line: string) => new Set(line.split(" ").slice(4))
  const [ofOne, ofOther] = [words(one), words(other)]
  let differing = 0
  for (const word of ofOne) if (!ofOther.has(word)) differing += 1
  for (const word of ofOther) if (!ofOne.has(word)) differing += 1
  return differing
}
