/** Lines that a careful person hides only after reading them: tamis makes a rule for them only when asked for it. */
import { isAccess } from "../digest/access.ts"
import { isTraceLine } from "../digest/trace-lines.ts"
import { headerOf } from "../rules/line-header.ts"
import type { Alarming } from "./alarming.ts"
import type { Leftover } from "./leftover.ts"

/** Wordings of logins beyond those of the system's own programs: mail, FTP, SSH, databases, sudo's relatives. */
const LOGIN =
  /\bsession opened\b|\bstart(?:ed|ing) session\b|\blogin: user=|\b(?:ftp|root|pop3?|imap) login\b|\blog(?:in|on) (?:ok|success\w*|succeeded)\b|\b(?:ok|success\w*) log(?:in|on)\b|\bsuccessfully authenticated\b|\bauthenticated as\b|\bauthori[sz]ed: user=|\bran command\b/i

/** A reason against a rule. */
export interface Care {
  readonly reason: string
  /** Whether no rule for other lines may hide them. */
  readonly isSensitive: boolean
  /** The topic, where the reason is an alarm. */
  readonly topic?: string
}

const ACCESS: Care = { reason: "the lines say who logged in or got rights", isSensitive: true }
const TRACE: Care = { reason: "the lines are parts of a stack trace or dump", isSensitive: false }
export const SINGLE: Care = { reason: "only one such line came", isSensitive: false }

/** `last message repeated 3 times`, in any wording: the line does not say what was repeated. */
const REPEATED = /^(?:[^ ]+: )?(?:-+ )?(?:last )?message repeated \d+ times?\b/

const UNNAMED: Care = { reason: "the lines do not say what was repeated", isSensitive: false }

/** Returns the reason against a rule for this line. */
export function careFor({ line, alarm }: Leftover, alarming: Alarming): Care | undefined {
  const topic = alarm ?? alarming.about(line)
  if (topic !== undefined) return { reason: `the lines look alarming: ${topic}`, isSensitive: true, topic }
  if (isAccess({ samples: [line], template: line }) || LOGIN.test(line)) return ACCESS
  const text = line.slice(headerOf(line).length)
  if (REPEATED.test(text)) return UNNAMED
  return isTraceLine(text) ? TRACE : undefined
}
