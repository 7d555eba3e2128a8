/**
 * A tally as both stores keep it: what is the same for all its lines as one JSON text, its samples as one text that
 * further ones are appended to, and the numbers beside them. A store reads back only what it wrote itself.
 */
import type { Loss } from "../tally/loss.ts"
import { isFurtherSample } from "../tally/merge.ts"
import type { PastWindow } from "../tally/past-window.ts"
import { MAX_SAMPLES, type Tally } from "../tally/tally.ts"
import type { WindowId } from "../tally/window.ts"

export interface StoredTally {
  readonly fingerprint: string
  readonly constant: string
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
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

export function readTally(stored: StoredTally): Tally {
  const { fingerprint, constant, count, firstMs, lastMs, samples } = stored
  const lines = samples.split("\n").slice(0, -1)
  return {
    fingerprint,
    ...JSON.parse(constant),
    count,
    firstMs,
    lastMs,
    samples: lines.map((line) => JSON.parse(line)),
  }
}

/** Writes a window that is to be remembered, without its id. */
export function writePast({ opensAtMs, closesAtMs, tallies }: PastWindow): string {
  return JSON.stringify({ opensAtMs, closesAtMs, tallies })
}

export function readPast(id: WindowId, stored: string): PastWindow {
  return { id, ...JSON.parse(stored) }
}

const LOSSES: Readonly<Record<Loss, true>> = {
  udp_kernel_drops: true,
  peers_refused: true,
  connections_refused: true,
  connections_idle_closed: true,
  proxy_headers_missing: true,
  frames_truncated: true,
  stream_bytes_skipped: true,
}

export function isLoss(name: string): name is Loss {
  return Object.hasOwn(LOSSES, name)
}
