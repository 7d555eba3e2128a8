/**
 * The forms of a window's tallies, and those under which the remembered ones go on.
 *
 * What it read of one window serves the next ones, if it is kept: a log of a year has thousands of windows, and hardly one has a
 * template that none before had. It changes no result.
 */
import type { DigestMemory, KnownForm } from "../tally/digest-memory.ts"
import type { Tally } from "../tally/tally.ts"
import { BOOT, isBoot } from "./boots.ts"
import { findFamilies, withoutHost } from "./families.ts"
import { FormReader } from "./form.ts"
import { ValueReader } from "./value-reader.ts"

export interface Forms {
  readonly formOf: (tally: Tally) => string
  /** The form under which a known one goes on: itself, or that of the family that took it up. */
  readonly knownFormOf: (known: KnownForm) => string
}

/** Stands for the host of a form that the memory brings. */
const NO_HOST = "- "

/** Twice the forms that a digest remembers (MAX_FORMS). Beyond that, all are forgotten. */
const MAX_KEPT = 10_000

export class DigestForms {
  readonly #reader = new FormReader(MAX_KEPT)
  readonly values = new ValueReader(this.#reader)
  /** Forms by the templates of the windows so far, without their host. */
  #known = new Map<string, string>()

  of(tallies: readonly Tally[], memory: DigestMemory): Forms {
    const templates = new Set(tallies.filter(({ coarseness }) => coarseness === 0).map(({ template }) => template))
    const isNew = [...templates].some((template) => !this.#known.has(withoutHost(template)))
    const ofKnown = isNew ? this.#find([...templates], memory) : undefined
    return {
      formOf: (tally) => {
        if (isBoot(tally)) return BOOT
        return tally.coarseness > 0 ? tally.template : this.#known.get(withoutHost(tally.template))!
      },
      knownFormOf: ({ form }) => ofKnown?.get(form) ?? form,
    }
  }

  /** Returns the forms by those that the memory knows. */
  #find(templates: readonly string[], memory: DigestMemory): ReadonlyMap<string, string> {
    const remembered = [...new Set(memory.forms.map(({ form }) => form))].filter((form) => !isCoarse(form))
    const inputs = [...templates, ...remembered.map((form) => `${NO_HOST}${form}`)]
    const { forms } = findFamilies(
      inputs.map((template) => ({ template })),
      new Set(remembered),
      this.#reader,
    )
    const ofKnown = new Map(remembered.map((form, index) => [form, forms[templates.length + index]!]))
    const known = this.#known.size < MAX_KEPT ? [...this.#known] : []
    this.#known = new Map(known.map(([template, form]) => [template, ofKnown.get(form) ?? form]))
    for (const [index, template] of templates.entries()) this.#known.set(withoutHost(template), forms[index]!)
    return ofKnown
  }
}

/** Lines beyond the caps have no template: "(other lines of sshd)". */
function isCoarse(form: string): boolean {
  return form.startsWith("(other lines")
}
