/** Orders texts by code unit: the same order wherever tamis runs. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
