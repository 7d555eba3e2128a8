/**
 * The text that rules are matched against.
 *
 * Valid during the judgement only: the bytes belong to a buffer that the next message overwrites.
 */
export interface Line {
  /** Without trailing blanks and without line feed. */
  readonly bytes: Buffer
  /** Whether every byte is below 0x80, which nearly all lines are and which has a cheaper engine. */
  readonly ascii: boolean
  /**
   * The same line with its header in the other form (`2026-11-23T17:45:00.000000+00:00 host …`, 32
   * characters as Debian's rules want them), for rules that were written for that form only.
   * Undefined where there is no second form, as in `scan`, which takes a file's line as it stands.
   */
  isoForm(): Buffer | undefined
}
