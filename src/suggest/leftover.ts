/** A line that no rule matches, standing for all equal lines of its host. */
export interface Leftover {
  /** The line with its header. */
  readonly line: string
  readonly host: string
  /** Number of lines that it stands for. */
  readonly count: number
  /** The topic of its alarm, where its line was judged with its severity. */
  readonly alarm?: string | undefined
}

/** Counts the lines that leftovers stand for, and their hosts. */
export function extentOf(leftovers: readonly Leftover[]): { readonly lines: number; readonly hosts: number } {
  return {
    lines: leftovers.reduce((sum, { count }) => sum + count, 0),
    hosts: new Set(leftovers.map(({ host }) => host)).size,
  }
}
