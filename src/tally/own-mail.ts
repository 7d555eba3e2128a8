/** A mail of tamis itself, as far as the log of a mail server may name it. */
export interface OwnMail {
  /** Without its angle brackets. */
  readonly messageId: string
  /** The address that it is from. */
  readonly sender: string
  /** Addresses of the machine that sends it. */
  readonly sentFrom: readonly string[]
  readonly atMs: number
  /** The last answer of the server that accepted it, which may hold its queue id; undefined before that. */
  readonly answer: string | undefined
}
