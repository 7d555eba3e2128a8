/**
 * Templates that are one sentence with different names in it.
 *
 *     sshd[<n>]: Invalid user ada from <ip> port <n>
 *     sshd[<n>]: Invalid user bob from <ip> port <n>        sshd[<n>]: Invalid user <*> from <ip> port <n>
 *
 * Two steps. A word that is a value by its looks (a path, a host name, a number in a name) gives way to its shape: no second
 * template is needed. A word where a name could stand (behind `user`, in `key=value`) gives way when many names were seen
 * there in otherwise equal templates; words that say what happens never do. Similarity counts for nothing: two templates that
 * differ in any other word stay apart.
 *
 * A pure function of the sets of templates and known forms: their order does not matter. More templates never close a place.
 */
import { compareText } from "../text/compare-text.ts"
import { type Form, FormReader } from "./form.ts"
import { Skeleton, type Variant } from "./skeleton.ts"

export interface FamilyInput {
  /** The host, a blank, and the template's text: a template as tallies have it. */
  readonly template: string
}

export interface Families {
  /**
   * By index of the templates: the template without its host, its values as their shapes, its open places as `<*>`, or as
   * `<name>` where only what looks like a name is taken. Equal for one family.
   */
  readonly forms: readonly string[]
  /** Forms with open places that were not known. To be known from now on: what is open stays open. */
  readonly opened: readonly string[]
}

/** What one round opens can open more in the next. Real lines take two. */
const MAX_ROUNDS = 8

/**
 * Finds the family of each template. `known` are forms of earlier calls; those without open places change nothing. A form
 * can stand among the templates, behind any host: it tells under which form it goes on.
 */
export function findFamilies(
  templates: readonly FamilyInput[],
  known: ReadonlySet<string>,
  reader: FormReader = new FormReader(),
): Families {
  const skeletons = new Map<string, Skeleton>()
  const skeletonOf = (form: Form) => {
    const there = skeletons.get(form.skeleton)
    if (there !== undefined) return there
    const skeleton = new Skeleton(form)
    skeletons.set(form.skeleton, skeleton)
    return skeleton
  }
  for (const text of [...known].sort(compareText)) {
    const form = reader.read(text, 0, true)
    skeletonOf(form).remember(form)
  }
  // Hosts share templates.
  const variants = new Map<string, Variant>()
  const variantOf = ({ template }: FamilyInput) => {
    const text = withoutHost(template)
    const there = variants.get(text)
    if (there !== undefined) return there
    const form = reader.read(template, hostEnd(template), known.has(text))
    const variant = skeletonOf(form).add(form)
    variants.set(text, variant)
    return variant
  }
  const found = templates.map(variantOf)
  openPlaces([...skeletons.values()].filter(({ canOpen }) => canOpen))
  const opened = new Set<string>()
  for (const variant of found) if (variant.isOpen && !known.has(variant.text)) opened.add(variant.text)
  return { forms: found.map(({ text }) => text), opened: [...opened].sort(compareText) }
}

function openPlaces(skeletons: readonly Skeleton[]): void {
  for (const skeleton of skeletons) skeleton.recall()
  const names = new Map<string, Set<string>>()
  let waiting = skeletons
  for (let round = 0; round < MAX_ROUNDS && waiting.length > 0; round += 1) {
    const known = new Map([...names].map(([tag, { size }]) => [tag, size]))
    for (const skeleton of round === 0 ? skeletons : waiting) skeleton.addNames(namesOf(names, skeleton))
    const opened = new Set(waiting.filter((skeleton) => skeleton.openPlaces(namesOf(names, skeleton))))
    for (const skeleton of opened) skeleton.addNames(namesOf(names, skeleton))
    waiting = skeletons.filter((skeleton) => {
      return opened.has(skeleton) || namesOf(names, skeleton).size > (known.get(skeleton.form.tag) ?? 0)
    })
  }
}

/** Accounts that the program has shown. */
function namesOf(names: Map<string, Set<string>>, { form: { tag } }: Skeleton): Set<string> {
  let ofTag = names.get(tag)
  if (ofTag === undefined) {
    ofTag = new Set()
    names.set(tag, ofTag)
  }
  return ofTag
}

export function withoutHost(template: string): string {
  return template.slice(hostEnd(template))
}

/** Returns where the text behind the host starts. */
export function hostEnd(template: string): number {
  return template.indexOf(" ") + 1
}
