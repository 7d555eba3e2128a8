/** Remembered forms: what tells them apart, and the one that two of them become when a family takes both up. */
import { EVERY_HOST, type KnownForm, MAX_ACCESSES, MAX_FORMER_FORMS, MAX_HOSTS } from "../tally/digest-memory.ts"
import { compareText } from "../text/compare-text.ts"

export function keyOf({ section, form }: Pick<KnownForm, "section" | "form">): string {
  return `${section}\0${form}`
}

/** Adds up two known forms of one family. The id of the older one goes on. */
export function mergeKnown(one: KnownForm, other: KnownForm): KnownForm {
  const isOlder = one.firstMs - other.firstMs || compareText(one.firstForm, other.firstForm)
  const [older, younger] = isOlder <= 0 ? [one, other] : [other, one]
  const former = new Set([...older.formerForms, younger.firstForm, ...younger.formerForms])
  former.delete(older.firstForm)
  return {
    section: one.section,
    form: one.form,
    firstForm: older.firstForm,
    formerForms: [...former].slice(0, MAX_FORMER_FORMS),
    firstMs: older.firstMs,
    lastMs: Math.max(one.lastMs, other.lastMs),
    windows: Math.max(one.windows, other.windows),
    hourly: one.hourly + other.hourly,
    peak: one.peak + other.peak,
    hosts: boundedHosts([...one.hosts, ...other.hosts]),
    accesses: [...new Set([...one.accesses, ...other.accesses])].slice(0, MAX_ACCESSES),
  }
}

export function boundedHosts(hosts: readonly string[]): readonly string[] {
  const distinct = [...new Set(hosts)].sort(compareText)
  return distinct.length > MAX_HOSTS || distinct.includes(EVERY_HOST) ? [EVERY_HOST] : distinct
}
