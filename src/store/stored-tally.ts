/**
 * A tally as both stores keep it: what is the same for all its lines as one JSON text, its samples as one text that
 * further ones are appended to, and the numbers beside them.
 */
import { isFurtherSample } from "../tally/merge.ts"
import type { PastWindow } from "../tally/past-window.ts"
import { MAX_SAMPLES, type Tally } from "../tally/tally.ts"
import type { WindowId } from "../tally/window.ts"
import { pastWindow, sample, tallyConstant } from "./stored-json.ts"

export interface StoredTally {
  readonly fingerprint: string
  readonly constant: string
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
  /** By severity, 0 to 7. */
  readonly severities: number[]
  readonly samples: string
}

/** Writes what is the same for all lines of a tally. */
export function writeConstant(tally: Tally): string {
  const { host, layer, sections, program, template, rules, coarseness } = tally
  return JSON.stringify({ host, layer, sections, program, template, rules, coarseness })
}

/** Adds samples as `addSample` does. JSON escapes line feeds, so that each is one line. */
export function appendSamples(stored: string, samples: readonly string[]): string {
  const lines = stored.split("\n").slice(0, -1)
  for (const sample of samples) {
    if (lines.length >= MAX_SAMPLES) break
    const line = JSON.stringify(sample)
    if (!lines.includes(line) && (lines.length === 0 || isFurtherSample(line))) lines.push(line)
  }
  return lines.map((line) => `${line}\n`).join("")
}

/** Reads a tally. Throws where a text is not what a store wrote. */
export function readTally(stored: StoredTally): Tally {
  const { fingerprint, constant, count, firstMs, lastMs, severities, samples } = stored
  const lines = samples.split("\n").slice(0, -1)
  return {
    fingerprint,
    ...tallyConstant.parse(JSON.parse(constant)),
    count,
    firstMs,
    lastMs,
    severities,
    samples: lines.map((line) => sample.parse(JSON.parse(line))),
  }
}

/** Writes a window that is to be remembered, without its id. */
export function writePast({ opensAtMs, closesAtMs, tallies }: PastWindow): string {
  return JSON.stringify({ opensAtMs, closesAtMs, tallies })
}

export function readPast(id: WindowId, stored: string): PastWindow {
  return { id, ...pastWindow.parse(JSON.parse(stored)) }
}
