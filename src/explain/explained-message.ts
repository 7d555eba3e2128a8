/** The whole explanation of one message: from the frame to the digest. */
import type { Level, Quarantined } from "../rules/rule.ts"
import type { Explanation } from "./explanation.ts"
import type { MessageFields } from "./message-fields.ts"
import type { ExplainedHost } from "./sender.ts"

export interface ExplainedMessage {
  readonly frame: { readonly bytes: number; readonly framing: "octet-counted" | "line"; readonly truncated: boolean }
  readonly message: MessageFields
  /** What the message says about others: how often one came; and whether that is the sender's last, which it does not name. */
  readonly repeats?: { readonly times: number; readonly last: boolean }
  /** Undefined if no configuration is used: the rules were given on the command line. */
  readonly host: Omit<ExplainedHost, "index"> | undefined
  readonly ruleSets: readonly { readonly name: string; readonly directory: string; readonly rules: number }[]
  readonly level: Level
  readonly quarantined: readonly Quarantined[]
  /** Undefined for an empty message: it is rejected, and no rule sees it. */
  readonly explanation: Explanation | undefined
  /** The digests that report the host. */
  readonly digests: readonly string[]
}
