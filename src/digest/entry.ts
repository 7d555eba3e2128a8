/**
 * An entry of a digest: the lines of one family in one section, over all hosts.
 */
import type { Layer } from "../rules/rule.ts"
import type { PlaceValues } from "./place-values.ts"
import type { StateEnd } from "./states.ts"

/**
 * Why an entry is worth reading, the first that holds: a rule of alarm.d or the sender's severity says so; this digest never
 * saw it, or not on this host, or an account or address is new in a login; it came far more often than before; none of these.
 */
export type News = "alarming" | "new" | "more" | "usual"

export interface EntryHost {
  readonly name: string
  readonly count: number
}

export interface DigestEntry {
  /** Short, and the same in every window and instance. */
  readonly id: string
  readonly news: News
  readonly layer: Layer
  /** The section's title, "Security Events for su". */
  readonly section: string
  /** The topic of the alarm, "disk"; undefined where nothing is alarming. */
  readonly topic: string | undefined
  /** The template without its host, open places as `<*>`. */
  readonly form: string
  readonly program: string
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
  /** Most lines first. */
  readonly hosts: readonly EntryHost[]
  /** Of a known form that is new: the hosts that never had it. */
  readonly newOn: readonly string[]
  /** By severity, 0 (emerg) to 7 (debug). */
  readonly severities: readonly number[]
  /** Verbatim lines, the first from the most frequent template, the others unlike it. */
  readonly samples: readonly string[]
  /** Rules that raised the lines, as `path:line`. */
  readonly rules: readonly string[]
  /** Values of its open and masked places. */
  readonly places: readonly PlaceValues[]
  /** As in Tally: above 0, lines beyond the caps. */
  readonly coarseness: 0 | 1 | 2 | 3
  /** Lines an hour before; undefined where there is no history. */
  readonly usuallyHourly: number | undefined
  /** Of a kernel's first line: the further lines of its start, which are in `count`. */
  readonly bootLines?: number
  /** The lines of stack traces and dumps that followed, which are in `count`. */
  readonly traceLines?: number
  /** Of a state, `Link is Down`, some of which ended: when the last one did. The lines of its end are in `count`. */
  readonly end?: StateEnd | "lasts"
}
