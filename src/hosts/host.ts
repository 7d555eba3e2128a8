/** The host that a peer and its claimed hostname resolve to. It has rule sets, tallies and a part of the mail. */
export interface Host {
  /** The name in the mail: printable, bounded (MAX_HOST_NAME_LENGTH). */
  readonly name: string
  /** Index of its entry in the configuration's `hosts`, which decides rule sets, level and variables. */
  readonly entry: number
}
