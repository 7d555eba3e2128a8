import type { Layer } from "../rules/rule.ts"
import { SEVERITIES, type Severity } from "../syslog/severity.ts"
import type { Values } from "./values.ts"

/** The lines of one fingerprint in one window: their number, times and samples. */
export interface Tally {
  /** 32 hex digits, a pure function of host, layer, sections and template. */
  readonly fingerprint: string
  readonly host: string
  readonly layer: Layer
  /** Titles of the mail's sections that show these lines. */
  readonly sections: readonly string[]
  readonly program: string
  /** The line without its header's time, with its variable parts masked. */
  readonly template: string
  /** The topic of the alarm that these lines are, "disk"; undefined where they are none. Part of the fingerprint. */
  readonly alarm?: string | undefined
  /** The rules that raised the lines, as `path:line`, a few at most. */
  readonly rules: readonly string[]
  /**
   * 0: lines of one template. 1: all further lines of one program. 2: all further lines of one host.
   * 3: all further lines. Coarser tallies count the lines beyond the limits, so that totals stay exact.
   */
  readonly coarseness: 0 | 1 | 2 | 3
  count: number
  firstMs: number
  lastMs: number
  /** Lines by the severity in their PRI, 0 (emerg) to 7 (debug). Lines without a PRI are in none. */
  severities: number[]
  /** The values of its masked places, MAX_PLACES at most, in their order. None where lines are beyond the caps. */
  values: Values[]
  /** The first lines seen, verbatim, at most MAX_SAMPLES. All but the first must be short. */
  samples: string[]
}

export const MAX_SAMPLES = 3

/**
 * For a sample that is not the first, as JSON in UTF-8. A firewall's line fits. Three samples of the longest lines
 * would be most of a window's memory, and a reader sees only one.
 */
export const MAX_FURTHER_SAMPLE_BYTES = 400

/** The severities of no lines. */
export function noSeverities(): number[] {
  return SEVERITIES.map(() => 0)
}

/** The gravest severity that occurs; undefined where no line had a PRI. */
export function worstSeverity({ severities }: Pick<Tally, "severities">): Severity | undefined {
  return SEVERITIES[severities.findIndex((count) => count > 0)]
}

/** How many lines had which severity, the gravest first, without those that none had. */
export function severityCounts({ severities }: Pick<Tally, "severities">): Partial<Record<Severity, number>> {
  const counted = SEVERITIES.map((name, severity) => [name, severities[severity] ?? 0] as const)
  return Object.fromEntries(counted.filter(([, count]) => count > 0))
}
