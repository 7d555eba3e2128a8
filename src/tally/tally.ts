import type { Layer } from "../rules/rule.ts"

/** Lines of one fingerprint in one window: how many, when, and what they looked like. */
export interface Tally {
  /** 32 hex digits, a pure function of host, layer, sections and template. */
  readonly fingerprint: string
  readonly host: string
  readonly layer: Layer
  /** Section titles of the mail that these lines belong in. */
  readonly sections: readonly string[]
  readonly program: string
  /** The line without its header's time, with its variable parts masked. */
  readonly template: string
  /** The rules that raised the lines, as `path:line`, a few at most. */
  readonly rules: readonly string[]
  /**
   * 0: lines of one template. 1: all further lines of one program. 2: all further lines of one host.
   * 3: all further lines. Coarser tallies take what is beyond the caps, so that totals stay exact.
   */
  readonly coarseness: 0 | 1 | 2 | 3
  count: number
  firstMs: number
  lastMs: number
  /** Verbatim lines, the first ones seen, MAX_SAMPLES at most; but for the first, short ones only. */
  samples: string[]
}

export const MAX_SAMPLES = 3

/**
 * Of a sample that is not the first, as JSON in UTF-8. Three firewall lines have room; three of the longest lines that there
 * are would be most of what a window takes, and a reader is shown one.
 */
export const MAX_FURTHER_SAMPLE_BYTES = 400
