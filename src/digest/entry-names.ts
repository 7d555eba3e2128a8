/**
 * The names of entries: the form of each tally, and an id that stays when the form opens a place.
 *
 *     window 1    Invalid user ada from <ip>      #k3f9q2a1, the id of this form
 *     window 9    Invalid user <*> from <ip>      #k3f9q2a1 still: the id comes from the form that the digest saw first
 *
 * A pure function of tallies and memory: two instances with one store give the same ids.
 */
import type { DigestMemory, KnownForm } from "../tally/digest-memory.ts"
import type { Tally } from "../tally/tally.ts"
import { DigestForms } from "./digest-forms.ts"
import { entryId } from "./entry-id.ts"
import { keyOf, mergeKnown } from "./known-forms.ts"
import type { ValueReader } from "./value-reader.ts"

/** What tells an entry from all others of a digest. */
export interface EntryKey {
  readonly section: string
  readonly form: string
  readonly topic: string | undefined
}

export class EntryNames {
  /** The form of one of the tallies. */
  readonly formOf: (tally: Tally) => string
  /** Reads the values of a tally at the places of its form. */
  readonly values: ValueReader
  readonly #known = new Map<string, KnownForm>()

  constructor(tallies: readonly Tally[], memory: DigestMemory, forms = new DigestForms()) {
    const { formOf, knownFormOf } = forms.of(tallies, memory)
    this.formOf = formOf
    this.values = forms.values
    for (const each of memory.forms) {
      const now = { ...each, form: knownFormOf(each) }
      const there = this.#known.get(keyOf(now))
      this.#known.set(keyOf(now), there === undefined ? now : mergeKnown(there, now))
    }
  }

  /** The remembered forms under their names of now: forms that one family took up are one. */
  get knownForms(): Iterable<KnownForm> {
    return this.#known.values()
  }

  known(entry: Pick<EntryKey, "section" | "form">): KnownForm | undefined {
    return this.#known.get(keyOf(entry))
  }

  idOf(entry: EntryKey): string {
    return entryId(entry.section, this.known(entry)?.firstForm ?? entry.form, entry.topic)
  }

  /** Ids that the entry had, or that entries had which it took up. */
  formerIdsOf(entry: EntryKey): readonly string[] {
    const { formerForms = [] } = this.known(entry) ?? {}
    return [...formerForms, entry.form].map((form) => entryId(entry.section, form, entry.topic))
  }
}
