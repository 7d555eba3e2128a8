/** Lines for which no rule is suggested, summed up by program and reason. */
import type { Leftover } from "./leftover.ts"
import { statementOf } from "./statement.ts"

export interface Refusal {
  readonly reason: string
  readonly program: string
  readonly lines: number
  readonly hosts: number
  /** The first of the lines in alphabetical order. */
  readonly sample: string
}

export class Refusals {
  readonly #refused = new Map<
    string,
    { reason: string; program: string; lines: number; hosts: Set<string>; sample: string }
  >()

  add(reason: string, { line, host, count }: Leftover): void {
    const program = statementOf(line)?.program ?? ""
    const key = `${program}\0${reason}`
    const known = this.#refused.get(key)
    if (known === undefined)
      this.#refused.set(key, { reason, program, lines: count, hosts: new Set([host]), sample: line })
    else {
      known.lines += count
      known.hosts.add(host)
      if (line < known.sample) known.sample = line
    }
  }

  /** Sorted by number of lines, most first. */
  list(): readonly Refusal[] {
    return [...this.#refused.values()]
      .map((each) => ({ ...each, hosts: each.hosts.size }))
      .sort((a, b) => b.lines - a.lines || (a.sample < b.sample ? -1 : 1))
  }
}
