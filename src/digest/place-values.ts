/**
 * The values that stood in the places of an entry's form: those that masks and families took out of its lines.
 *
 *     sshd[<n>]: Invalid user <*> from <ip> port <n>        <*>: ada, bob; <ip>: 203.0.113.7; <n>: 40022 to 61000
 */
import type { Tally } from "../tally/tally.ts"
import { copyValues, distinctValues, mergeValues, noValues, type Values } from "../tally/values.ts"
import { OPEN, OPEN_NAME } from "./marks.ts"
import type { Value, ValueReader } from "./value-reader.ts"

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

/** Reads the values of an entry's tallies, place by place of their form. Places without a value are left out. */
export function placesOf(form: string, tallies: readonly Tally[], reader: ValueReader): readonly PlaceValues[] {
  const places = new Map<number, Values>()
  for (const tally of tallies) {
    const sketches = sketchesOf(tally)
    for (const [place, value] of reader.valuesOf(tally.template, form).entries()) {
      const values = valuesAt(value, tally, sketches)
      if (values === undefined) continue
      const known = places.get(place)
      if (known === undefined) places.set(place, copyValues(values))
      else mergeValues(known, values)
    }
  }
  return [...places].sort(([a], [b]) => a - b).map(([, values]) => placeValues(values))
}

/** By the index of a mask in the template: its values. */
type Sketches = ReadonlyMap<number, Values>

const MASK = /<[a-z]+>/g

/** Times have no values. Neither has a pid before a colon, nor a mask beyond the MAX_PLACES of a tally. */
function sketchesOf({ template, values }: Tally): Sketches {
  const sketches = new Map<number, Values>()
  let next = 0
  for (const { 0: mask, index } of template.matchAll(MASK)) {
    const sketch = values[next]
    if (sketch === undefined) break
    if (mask !== sketch.mask || (template[index - 1] === "[" && template.startsWith(`${mask}]:`, index))) continue
    next += 1
    if (!isUptime(template, index)) sketches.set(index, sketch)
  }
  return sketches
}

/** The seconds since its start, which the kernel puts before its lines (`kernel: [<n>]`), differ from line to line and say nothing. */
function isUptime(template: string, at: number): boolean {
  return template.startsWith("<n>]", at) && /^\S+ \S+: \[ *$/.test(template.slice(0, at))
}

/** The values of one tally in one place: a word, a mask's values, or a word with a mask in it (`db<n>`). */
function valuesAt({ text, at }: Value, { count }: Tally, sketches: Sketches): Values | undefined {
  if (text === "") return undefined
  const masks = [...text.matchAll(MASK)]
  const [mask] = masks
  if (mask === undefined) return ofWord(text, count)
  const sketch = sketches.get(at + mask.index)
  if (sketch === undefined || masks.length > 1) return undefined
  if (mask[0] === text) return sketch
  const counts = new Map([...sketch.counts].map(([value, lines]) => [text.replace(mask[0], () => value), lines]))
  return { ...sketch, mask: OPEN, counts, least: undefined, greatest: undefined }
}

function ofWord(word: string, count: number): Values {
  const values = noValues(OPEN)
  values.counts.set(word === OPEN_NAME ? OPEN : word, count)
  return values
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
