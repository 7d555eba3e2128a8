/**
 * Coarser groups, for what is beyond a cap: the lines lose their detail, and not one of them is lost.
 *
 *     0  one template       host  layer  sections     program  template
 *     1  one program        host  layer  sections     program  (other lines of sshd)
 *     2  one host           host  layer  plain title           (other lines)
 *     3  everything else    (other hosts)  layer  plain title  (other lines)
 *
 * Programs and combinations of sections are as many as senders like, so level 1 needs a cap of its own.
 * Level 2 cannot exceed one group for each host and layer, and level 3 one for each layer:
 * they may always be made.
 */
import { LAYER_TITLES } from "../rules/section-title.ts"
import { fingerprint } from "./fingerprint.ts"
import { copyTally } from "./merge.ts"
import type { Tally } from "./tally.ts"

/** Of a line that stands for many others, and of which its program is what counts: a window has twice as many of them as of whole ones. */
const MAX_COARSE_SAMPLE_LENGTH = 250

/** Stands for the hosts beyond the cap, in tallies and in the counters. No claimed hostname holds a blank. */
export const OTHER_HOSTS = "(other hosts)"

/**
 * Returns a copy of `tally` at `level`, or as it is where it is as coarse already. Counts and times stay, and samples are
 * cut where they are long.
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
    fingerprint: fingerprint(host, layer, sections, template),
    host,
    sections,
    program,
    template,
    // The rules that raised one line say nothing about the next.
    rules: [],
    coarseness: level,
    severities: [...tally.severities],
    samples,
  }
}

/** What is shown of a line that is counted with others for want of room. A copy: a slice would keep all of it in memory. */
export function coarseSample(line: string): string {
  if (line.length <= MAX_COARSE_SAMPLE_LENGTH) return line
  return `${Buffer.from(line.slice(0, MAX_COARSE_SAMPLE_LENGTH)).toString()}…`
}
