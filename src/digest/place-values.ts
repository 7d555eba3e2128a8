/** The values that stood in the places of an entry's form: those that masks and families took out of its lines. */
import type { Tally } from "../tally/tally.ts"
import { copyValues, distinctValues, mergeValues, noValues, type Values } from "../tally/values.ts"
import { withoutHost } from "./families.ts"

export interface PlaceValues {
  /** "<ip>", or "<*>" for a place that a family opened. */
  readonly mask: string
  readonly distinct: number
  /** Whether `distinct` and the counts are exact. */
  readonly isExact: boolean
  /** Values with their lines, most lines first. */
  readonly top: readonly (readonly [value: string, lines: number])[]
  /** Least and greatest, of numbers. */
  readonly range: readonly [least: number, greatest: number] | undefined
}

const OPEN = "<*>"

/** Reads the values of an entry's tallies: open places first, then masked ones of templates that have the same masks. */
export function placesOf(form: string, tallies: readonly Tally[]): readonly PlaceValues[] {
  return [...openValues(form, tallies), ...maskedValues(tallies)].map(placeValues)
}

function openValues(form: string, tallies: readonly Tally[]): Values[] {
  const texts = form.split(OPEN)
  const places = Array.from({ length: texts.length - 1 }, () => noValues(OPEN))
  for (const tally of tallies) {
    const words = wordsAt(texts, withoutHost(tally.template))
    for (const [place, word] of words.entries()) {
      const values = noValues(OPEN)
      values.counts.set(word, tally.count)
      mergeValues(places[place]!, values)
    }
  }
  return places.filter(({ counts }) => counts.size > 0)
}

/** The words of a template at the open places of its form; none where the template is not written as the form is. */
function wordsAt(texts: readonly string[], template: string): readonly string[] {
  const [first = "", ...others] = texts
  if (!template.startsWith(first)) return []
  const words: string[] = []
  let at = first.length
  for (const [index, text] of others.entries()) {
    const isLast = index === others.length - 1
    const end = text === "" && isLast ? template.length : template.indexOf(text, at)
    if (end === -1) return []
    words.push(template.slice(at, end))
    at = end + text.length
  }
  return words
}

function maskedValues(tallies: readonly Tally[]): Values[] {
  const masks = tallies[0]?.values.map(({ mask }) => mask).join(" ")
  const places: Values[] = []
  for (const { values } of tallies) {
    if (values.map(({ mask }) => mask).join(" ") !== masks) continue
    for (const [place, each] of values.entries()) {
      const known = places[place]
      if (known === undefined) places.push(copyValues(each))
      else mergeValues(known, each)
    }
  }
  return places
}

function placeValues(values: Values): PlaceValues {
  const { mask, counts, others, least, greatest } = values
  return {
    mask,
    distinct: distinctValues(values),
    isExact: others === 0,
    top: [...counts].sort(([a, some], [b, more]) => more - some || (a < b ? -1 : 1)),
    range: least === undefined || greatest === undefined ? undefined : [least, greatest],
  }
}
