/** What a benchmark is: a question, measurements that answer it, and claims that the measurements bear out or not. */

export interface Bench {
  readonly name: string
  readonly question: string
  /** Measures. Ends everything that it started, also when it throws. */
  readonly run: (options: BenchOptions) => Promise<readonly Measurement[]>
  /** Judges measurements, those of a record as well as new ones. */
  readonly claims: (measured: Measured) => readonly Claim[]
}

export interface BenchOptions {
  /** A log file whose lines are used; without one, the lines of the corpus beside the repository. */
  readonly file: string | undefined
  /** A hundredth of the work: tries the benchmark, proves nothing. */
  readonly small: boolean
  /** Prints the lines that were judged wrongly, where a benchmark judges lines. */
  readonly misses: boolean
  /** A directory to write in, which is removed afterwards. */
  readonly scratch: string
}

export interface Measurement {
  /** What was measured: a program, a transport. */
  readonly case: string
  /** From 1; several runs of a case are told by their median. */
  readonly run: number
  /** With its unit, e.g. `wall clock s`. */
  readonly quantity: string
  readonly value: number
}

export interface Claim {
  readonly holds: boolean
  readonly sentence: string
}

/** Measurements by case and quantity. */
export class Measured {
  readonly #values = new Map<string, Map<string, number[]>>()

  constructor(measurements: readonly Measurement[]) {
    for (const { case: name, quantity, value } of measurements) {
      const quantities = this.#values.get(name) ?? new Map<string, number[]>()
      this.#values.set(name, quantities)
      const values = quantities.get(quantity) ?? []
      quantities.set(quantity, values)
      values.push(value)
    }
  }

  get cases(): readonly string[] {
    return [...this.#values.keys()]
  }

  quantities(name: string): readonly string[] {
    return [...(this.#values.get(name)?.keys() ?? [])]
  }

  /** Every run's value, in order. */
  values(name: string, quantity: string): readonly number[] {
    const values = this.#values.get(name)?.get(quantity)
    if (values === undefined) throw new Error(`nothing was measured of ${name}: ${quantity}`)
    return values
  }

  median(name: string, quantity: string): number {
    return median(this.values(name, quantity))
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Three digits that count, thousands apart. */
export function figure(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString("en")
  return value.toPrecision(3)
}
