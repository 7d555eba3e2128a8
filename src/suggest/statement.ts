/**
 * The statement of a line: its tag and its words, without time and host.
 *
 *     Jun 21 16:47:48 web1 sshd[4711]: Invalid user ada from 203.0.113.7
 *                          |    |      |____________________________ words
 *                          |    |_____ a PID
 *                          |__________ the program
 */
import { headerOf } from "../rules/line-header.ts"
import { MAX_SAMPLE_LENGTH } from "../tally/tally-book.ts"
import { type KnownWords, type Word, wordsOf } from "./words.ts"

export interface Statement {
  /** As written in the tag, `sshd(pam_unix)` or `postfix/smtpd`; without a tag, the first word's shape. */
  readonly program: string
  /** Undefined if the text does not begin with a tag, as in `last message repeated 3 times`. */
  readonly tag: Tag | undefined
  readonly words: readonly Word[]
}

export interface Tag {
  readonly hasPid: boolean
  /** `:`, or nothing. */
  readonly end: string
}

const TAG = /^([^ :[\]]+)(\[[0-9]+\])?(:?)(?: |$)/

/** Longer lines get no rule: it would be too long to read. */
const MAX_LINE_LENGTH = 4_096

/** Returns the reason why no rule can be made for a line; undefined if one can. */
export function unfitness(line: string): string | undefined {
  const isCut = line.length > MAX_SAMPLE_LENGTH && line.endsWith("…")
  if (isCut || line.length > MAX_LINE_LENGTH) return "the lines are too long"
  if (!line.isWellFormed() || line.includes("\ufffd")) return "the lines contain bytes that are not UTF-8"
  return headerOf(line) !== "" ? undefined : "the lines do not begin with a date and a host that ${HEAD} matches"
}

/** Reads a line. Undefined if no rule can be made for it. */
export function statementOf(line: string, known?: KnownWords): Statement | undefined {
  if (unfitness(line) !== undefined) return undefined
  const text = line.slice(headerOf(line).length)
  const [tag, program, pid, end] = TAG.exec(text) ?? []
  const isTag = tag !== undefined && (pid !== undefined || end === ":")
  if (!isTag || program === undefined || end === undefined) {
    const words = wordsOf(text, known)
    return { program: words[0]?.shape ?? "", tag: undefined, words }
  }
  const rest = text.slice(tag.length)
  // A text after the tag always has a blank before it.
  const words = tag.endsWith(" ") ? wordsOf(rest, known) : []
  return { program, tag: { hasPid: pid !== undefined, end }, words }
}
