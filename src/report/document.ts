/** The content of a mail in its order: the one structure from which both its text and its HTML are made. */
import type { EntryClass } from "../digest/order.ts"
import type { AccountRow } from "./accounts.ts"
import type { EntryText } from "./entry-text.ts"

export interface Document {
  /** The digest and its time span. */
  readonly title: string
  readonly summary: string
  readonly parts: readonly Part[]
}

export interface Part {
  readonly heading: string
  /** The class of its entries, if it has any. */
  readonly class?: EntryClass
  readonly passages: readonly Passage[]
}

export type Passage =
  /** Sentences, to be wrapped. */
  | { readonly kind: "prose"; readonly text: string }
  /** Lines shown unchanged, however long. */
  | { readonly kind: "lines"; readonly lines: readonly string[] }
  | { readonly kind: "entries"; readonly entries: readonly EntryText[] }
  | { readonly kind: "rules"; readonly rules: readonly { readonly rule: string; readonly note: string }[] }
  /** The table of the accounts (promise 1). */
  | { readonly kind: "accounts"; readonly rows: readonly AccountRow[] }
