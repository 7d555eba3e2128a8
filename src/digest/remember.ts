/** Takes the entries of a window into a digest's memory. Pure: the memory before in, the memory after out. */

import { type DigestMemory, type KnownForm, MAX_ACCESSES, MAX_FORMS } from "../tally/digest-memory.ts"
import { compareText } from "../text/compare-text.ts"
import { HOUR_MS } from "../units.ts"
import { boundedHosts, keyOf } from "./known-forms.ts"

/** An entry, as far as the memory keeps it. */
export interface Occurrence {
  readonly section: string
  readonly form: string
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
  readonly hosts: readonly string[]
  readonly accesses: readonly string[]
}

/** How much one window weighs in the mean; a mean over about eight of them. */
const WEIGHT = 1 / 8

/** What a peak loses with each window: half of it in eleven. */
const FADING = 1 / 16

/** Adds a window of `spanMs`. `known` are the forms of the memory, under the names that they have now. The forms seen last stay. */
export function remember(
  memory: DigestMemory,
  known: Iterable<KnownForm>,
  occurrences: readonly Occurrence[],
  spanMs: number,
): DigestMemory {
  const hours = Math.max(spanMs, 1) / HOUR_MS
  const forms = new Map<string, KnownForm>()
  for (const form of known) forms.set(keyOf(form), fade(form))
  for (const occurrence of occurrences) {
    const key = keyOf(occurrence)
    forms.set(key, addTo(forms.get(key), occurrence, occurrence.count / hours, memory.windows === 0))
  }
  const kept = [...forms.values()].sort((a, b) => b.lastMs - a.lastMs || compareText(keyOf(a), keyOf(b)))
  return { ...memory, windows: memory.windows + 1, forms: kept.slice(0, MAX_FORMS) }
}

function fade(known: KnownForm): KnownForm {
  return { ...known, hourly: known.hourly * (1 - WEIGHT), peak: known.peak * (1 - FADING) }
}

/** `known` has faded already. */
function addTo(known: KnownForm | undefined, seen: Occurrence, hourly: number, isFirst: boolean): KnownForm {
  const { section, form, firstMs, lastMs } = seen
  const hosts = boundedHosts([...(known?.hosts ?? []), ...seen.hosts])
  const accesses = [...new Set([...seen.accesses, ...(known?.accesses ?? [])])].slice(0, MAX_ACCESSES)
  if (known === undefined) {
    return {
      section,
      form,
      firstForm: form,
      formerForms: [],
      firstMs,
      lastMs,
      windows: 1,
      hourly: isFirst ? hourly : hourly * WEIGHT,
      peak: hourly,
      hosts,
      accesses,
    }
  }
  return {
    ...known,
    firstMs: Math.min(known.firstMs, firstMs),
    lastMs: Math.max(known.lastMs, lastMs),
    windows: known.windows + 1,
    hourly: known.hourly + hourly * WEIGHT,
    peak: Math.max(known.peak, hourly),
    hosts,
    accesses,
  }
}
