/**
 * Makes coarser groups for lines beyond a limit: they lose detail, but each line is counted.
 *
 *     0  one template       host  layer  sections     program  template
 *     1  one program        host  layer  sections     program  (other lines of sshd)
 *     2  one host           host  layer  plain title           (other lines)
 *     3  everything else    (other hosts)  layer  plain title  (other lines)
 *
 * Senders can invent any number of programs and combinations of sections, so level 1 needs a limit of its own. Level 2
 * has at most one group for each host, layer and topic of an alarm, and level 3 one for each layer and topic, so they
 * need none: no sender invents topics. Lines that are alarms keep their topic.
 */
import { LAYER_TITLES } from "../rules/section-title.ts"
import { fingerprint } from "./fingerprint.ts"
import { copyTally } from "./merge.ts"
import type { Tally } from "./tally.ts"

/**
 * A coarse sample represents many lines and mainly shows their program. A window has twice as many of them as of whole
 * ones.
 */
const MAX_COARSE_SAMPLE_LENGTH = 250

/** The name for all hosts beyond the limit, in tallies and in counters. No claimed host name contains a blank. */
export const OTHER_HOSTS = "(other hosts)"

/**
 * Returns a copy of `tally` at `level`, or at its own level if that is as coarse. Counts and times stay; long samples
 * are cut.
 */
export function coarsen(tally: Tally, level: 1 | 2 | 3): Tally {
  if (tally.coarseness >= level) return copyTally(tally)
  const samples = tally.samples.map(coarseSample)

  const { layer } = tally
  const host = level === 3 ? OTHER_HOSTS : tally.host
  const sections = level === 1 ? tally.sections : [LAYER_TITLES[layer]]
  const program = level === 1 ? tally.program : ""
  const template =
    level === 1 ? `(other lines ${program === "" ? "without a program" : `of ${program}`})` : "(other lines)"
  return {
    ...tally,
    fingerprint: fingerprint(host, layer, sections, template, tally.alarm),
    host,
    sections,
    program,
    template,
    // The rules that raised one line need not have raised the next.
    rules: [],
    coarseness: level,
    severities: [...tally.severities],
    values: [],
    samples,
  }
}

/** Cuts the sample of a coarse group. Returns a copy, because a slice would keep the whole line in memory. */
export function coarseSample(line: string): string {
  if (line.length <= MAX_COARSE_SAMPLE_LENGTH) return line
  return `${Buffer.from(line.slice(0, MAX_COARSE_SAMPLE_LENGTH)).toString()}…`
}
