/**
 * `--verdicts`: one JSON object for every input line, in input order, for programs.
 *
 * A line that is left over has the ids of its entries in the report of the same lines. The last line may open the family of
 * the first, so the output comes after the last one. Meanwhile a line is a number of four bytes.
 */

import { digestEntries } from "../digest/entries.ts"
import { type Rule, ruleId } from "../rules/rule.ts"
import type { Verdict } from "../rules/verdict.ts"
import { noMemory } from "../tally/digest-memory.ts"
import type { Tally } from "../tally/tally.ts"
import { ScanBook } from "./scan-book.ts"
import type { ScanFormat, Write } from "./scan-format.ts"

/** Characters per write: a system call for each line would cost more than judging the line. */
const WRITE_CHARACTERS = 1 << 16

/** Lines in one block of memory. */
const BLOCK_LINES = 1 << 16

/** A verdict and a group: all their lines have the same output, but for its number. */
interface Kind {
  readonly verdict: Verdict
  readonly tally: Tally | undefined
  /** The lines that one of them stands for. */
  readonly times: number
}

export function verdictsFormat(nowMs: number, write: Write): ScanFormat {
  const book = new ScanBook(nowMs)
  const kinds: Kind[] = []
  // Most lines share a few verdicts, and equal verdicts are the same object.
  const numbers = new Map<Verdict, Map<Tally | undefined, number>>()
  const numberOf = (verdict: Verdict, tally: Tally | undefined, times: number): number => {
    // A line that says that another was repeated is rare.
    if (times !== 1) return kinds.push({ verdict, tally, times }) - 1
    const ofVerdict = numbers.get(verdict) ?? new Map<Tally | undefined, number>()
    numbers.set(verdict, ofVerdict)
    const known = ofVerdict.get(tally)
    if (known !== undefined) return known
    ofVerdict.set(tally, kinds.length)
    return kinds.push({ verdict, tally, times }) - 1
  }
  const blocks: Uint32Array[] = []
  let lines = 0
  return {
    take(line) {
      if (lines % BLOCK_LINES === 0) blocks.push(new Uint32Array(BLOCK_LINES))
      blocks.at(-1)![lines % BLOCK_LINES] = numberOf(line.verdict, book.take(line), line.times)
      lines += 1
    },
    finish() {
      const entriesOf = entryIds(book.finish()?.tallies ?? [], nowMs)
      const rendered = kinds.map((kind) => render(kind, entriesOf))
      let pending = ""
      for (let line = 0; line < lines; line += 1) {
        const kind = blocks[Math.floor(line / BLOCK_LINES)]![line % BLOCK_LINES]!
        pending += `{"line":${line + 1},${rendered[kind]}}\n`
        if (pending.length >= WRITE_CHARACTERS) {
          write(pending)
          pending = ""
        }
      }
      write(pending)
    },
  }
}

function render({ verdict, tally, times }: Kind, entriesOf: ReadonlyMap<Tally, readonly string[]>): string {
  const { layer, rules, sections, unjudged, alarm } = verdict
  const entries = (tally && entriesOf.get(tally)) ?? []
  const json = JSON.stringify({
    verdict: layer,
    rules: rules.map((rule: Rule) => ruleId(rule)),
    sections,
    ...(unjudged ? { unjudged } : {}),
    alarm,
    ...(times !== 1 && { times }),
    ...(entries.length > 0 && { entry: entries[0] }),
    ...(entries.length > 1 && { entries }),
  })
  return json.slice(1, -1)
}

/** The entries that have the lines of a tally: one in each of its sections, in their order. */
function entryIds(tallies: readonly Tally[], nowMs: number): ReadonlyMap<Tally, readonly string[]> {
  const { talliesOf } = digestEntries({ tallies, memory: noMemory(nowMs), spanMs: 1 })
  const ids = new Map<Tally, string[]>()
  for (const [{ section, id }, own] of talliesOf) {
    for (const tally of own) {
      const known = ids.get(tally) ?? []
      known[tally.sections.indexOf(section)] = id
      ids.set(tally, known)
    }
  }
  return ids
}
