/** Takes the entries of a window into a digest's memory. Pure: the memory before in, the memory after out. */

import {
  type DigestMemory,
  EVERY_HOST,
  type KnownForm,
  MAX_ACCESSES,
  MAX_FORMS,
  MAX_HOSTS,
} from "../tally/digest-memory.ts"
import { compareText } from "../text/compare-text.ts"
import { HOUR_MS } from "../units.ts"

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

/**
 * Adds a window of `spanMs`. `formOf` tells under which form a known one goes on: itself, or that of the family that took it
 * up. The forms seen last stay.
 */
export function remember(
  memory: DigestMemory,
  occurrences: readonly Occurrence[],
  spanMs: number,
  formOf: (known: KnownForm) => string,
): DigestMemory {
  const hours = Math.max(spanMs, 1) / HOUR_MS
  const forms = new Map<string, KnownForm>()
  for (const known of memory.forms) {
    const moved = { ...fade(known), form: formOf(known) }
    const there = forms.get(keyOf(moved))
    forms.set(keyOf(moved), there === undefined ? moved : merge(there, moved))
  }
  for (const occurrence of occurrences) {
    const key = keyOf(occurrence)
    forms.set(key, addTo(forms.get(key), occurrence, occurrence.count / hours, memory.windows === 0))
  }
  const kept = [...forms.values()].sort((a, b) => b.lastMs - a.lastMs || compareText(keyOf(a), keyOf(b)))
  return { ...memory, windows: memory.windows + 1, forms: kept.slice(0, MAX_FORMS) }
}

export function keyOf({ section, form }: Pick<KnownForm, "section" | "form">): string {
  return `${section}\0${form}`
}

function fade(known: KnownForm): KnownForm {
  return { ...known, hourly: known.hourly * (1 - WEIGHT), peak: known.peak * (1 - FADING) }
}

/** `known` has faded already. */
function addTo(known: KnownForm | undefined, seen: Occurrence, hourly: number, isFirst: boolean): KnownForm {
  const { section, form, firstMs, lastMs } = seen
  const hosts = bounded([...(known?.hosts ?? []), ...seen.hosts], MAX_HOSTS)
  const accesses = [...new Set([...seen.accesses, ...(known?.accesses ?? [])])].slice(0, MAX_ACCESSES)
  if (known === undefined) {
    return {
      section,
      form,
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
    section,
    form,
    firstMs: Math.min(known.firstMs, firstMs),
    lastMs: Math.max(known.lastMs, lastMs),
    windows: known.windows + 1,
    hourly: known.hourly + hourly * WEIGHT,
    peak: Math.max(known.peak, hourly),
    hosts,
    accesses,
  }
}

/** Two forms that became one. */
function merge(one: KnownForm, other: KnownForm): KnownForm {
  return {
    section: one.section,
    form: one.form,
    firstMs: Math.min(one.firstMs, other.firstMs),
    lastMs: Math.max(one.lastMs, other.lastMs),
    windows: Math.max(one.windows, other.windows),
    hourly: one.hourly + other.hourly,
    peak: one.peak + other.peak,
    hosts: bounded([...one.hosts, ...other.hosts], MAX_HOSTS),
    accesses: [...new Set([...one.accesses, ...other.accesses])].slice(0, MAX_ACCESSES),
  }
}

function bounded(hosts: readonly string[], most: number): readonly string[] {
  const distinct = [...new Set(hosts)].sort(compareText)
  return distinct.length > most || distinct.includes(EVERY_HOST) ? [EVERY_HOST] : distinct
}
