/** What a peer and its claimed hostname resolve to: the owner of a rule set, of tallies, of a part of the mail. */
export interface Host {
  /** As it stands in the mail: printable, bounded (MAX_HOST_NAME_LENGTH). */
  readonly name: string
  /** Index of the configuration's `hosts` entry that took it; it decides rule sets, level and variables. */
  readonly entry: number
}
