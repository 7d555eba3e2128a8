/** Numbers as people read them: `1,204`, `1 line`, `1,204 lines`. */

const THOUSANDS = new Intl.NumberFormat("en-GB")

export function grouped(count: number): string {
  return THOUSANDS.format(count)
}

/** `plural` is needed if it is not the singular with an s. */
export function amount(count: number, singular: string, plural = `${singular}s`): string {
  return `${grouped(count)} ${count === 1 ? singular : plural}`
}
