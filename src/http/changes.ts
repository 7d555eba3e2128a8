/** The answer of `POST /reload`: what a reload changed, for people and programs. */
export interface Changes {
  /** Rules in force now. */
  readonly rules: number
  /** `file:line`. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Rules that are out of force and were not before: `file:line:column: why; way out`. */
  readonly quarantined: readonly string[]
  /** `file:line` of rules that are out of force no longer: repaired, or gone. */
  readonly released: readonly string[]
  /** What else is different, a few words each: `host router: variables`, `digest lan: added`. */
  readonly configuration: readonly string[]
  /** Options that are different in the file and stay as they were until the next start. */
  readonly needsRestart: readonly string[]
}
