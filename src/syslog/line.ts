/**
 * A line that rules are matched against.
 *
 * It is valid only while it is judged: the next message overwrites its buffer.
 */
export interface Line {
  /** Without trailing blanks and without line feed. */
  readonly bytes: Buffer
  /** Whether every byte is below 0x80. Nearly all lines are ASCII, and they need no encoding. */
  readonly ascii: boolean
  /**
   * The same line with its header in the other form (`2026-11-23T17:45:00.000000+00:00 host …`, with 32 characters as
   * Debian's rules require), for rules that match only that form. Undefined if there is no second form: `scan` takes
   * the lines of a file unchanged.
   */
  isoForm(): Buffer | undefined
}
