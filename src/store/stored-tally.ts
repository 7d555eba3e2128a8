/**
 * A tally as both stores keep it: its constant part as one JSON text, its samples as one text that further ones are
 * appended to, and the numbers beside them.
 */

import { isFurtherSample } from "../tally/merge.ts"
import type { PastWindow } from "../tally/past-window.ts"
import { MAX_SAMPLES, type Tally } from "../tally/tally.ts"
import { copyValues, mergeValues, type Values } from "../tally/values.ts"
import type { WindowId } from "../tally/window.ts"
import { pastWindow, placeValues, sample, tallyConstant } from "./stored-json.ts"

export interface StoredTally {
  readonly fingerprint: string
  readonly constant: string
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
  /** By severity, 0 to 7. */
  readonly severities: number[]
  /** As `addValues` writes them; empty for none. */
  readonly values: string
  readonly samples: string
}

/** Writes the constant part of a tally, which is the same for all its lines. */
export function writeConstant(tally: Tally): string {
  const { host, layer, sections, program, template, alarm, rules, coarseness } = tally
  // JSON leaves out an alarm that is undefined.
  return JSON.stringify({ host, layer, sections, program, template, rules, coarseness, alarm })
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
  const { fingerprint, constant, count, firstMs, lastMs, severities, values, samples } = stored
  const lines = samples.split("\n").slice(0, -1)
  return {
    fingerprint,
    ...tallyConstant.parse(JSON.parse(constant)),
    count,
    firstMs,
    lastMs,
    severities,
    values: readValues(values),
    samples: lines.map((line) => sample.parse(JSON.parse(line))),
  }
}

/** Adds the values of a tally to those that are stored; empty where there are none. */
export function addValues(stored: string, values: readonly Values[]): string {
  const sums = readValues(stored)
  for (const [place, each] of values.entries()) {
    const known = sums[place]
    if (known === undefined) sums.push(copyValues(each))
    else mergeValues(known, each)
  }
  return sums.length === 0 ? "" : JSON.stringify(sums.map(writableValues))
}

function readValues(stored: string): Values[] {
  return stored === "" ? [] : placeValues.parse(JSON.parse(stored))
}

/** As the schema `placeValues` reads them. */
function writableValues({ mask, counts, others, registers, least, greatest }: Values): unknown {
  return [mask, [...counts], others, registers ?? null, least ?? null, greatest ?? null]
}

/** A tally as the schemas of batches and remembered windows read it. */
export function writableTally(tally: Tally): unknown {
  return { ...tally, values: tally.values.map(writableValues) }
}

/** Writes a remembered window, without its id. */
export function writePast({ opensAtMs, closesAtMs, tallies }: PastWindow): string {
  return JSON.stringify({ opensAtMs, closesAtMs, tallies: tallies.map(writableTally) })
}

export function readPast(id: WindowId, stored: string): PastWindow {
  return { id, ...pastWindow.parse(JSON.parse(stored)) }
}
