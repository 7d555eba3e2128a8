/**
 * What stands in a template where its family has values.
 *
 *     web1 sshd[<n>]: Invalid user ada from <ip> port <n>
 *          sshd[<n>]: Invalid user <*> from <ip> port <n>        ada | <ip> | <n>
 */
import { hostEnd } from "./families.ts"
import type { FormReader } from "./form.ts"
import { OPEN } from "./marks.ts"

export interface Value {
  /** As it stands in the template: a word, a mask such as `<ip>`, or both. Empty where a value is missing. Of a list, the first item. */
  readonly text: string
  /** The index of its first character in the template: masks before it can be counted. */
  readonly at: number
}

/** Reads one template after the other; keeps what it knows of words. */
export class ValueReader {
  readonly #reader: FormReader

  constructor(reader: FormReader) {
    this.#reader = reader
  }

  /**
   * Returns the values of a template by place, in the order of the form that `findFamilies` returned for it. All templates of
   * a family have as many.
   */
  valuesOf(template: string, form: string): readonly Value[] {
    const marks = this.#reader.tokens(form, 0, true).map(({ shape }) => shape)
    const from = hostEnd(template)
    const words = this.#reader.tokens(template, from, template.slice(from) === form)
    if (words.length !== marks.length) return []
    return words.filter((_, index) => isMark(marks[index]!)).map(({ text, start }) => ({ text, at: start }))
  }
}

function isMark(token: string): boolean {
  return token === OPEN || /<[a-z]+>/.test(token)
}
