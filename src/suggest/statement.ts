/**
 * What a line says, without when and where: its tag and its words.
 *
 *     Jun 21 16:47:48 web1 sshd[4711]: Invalid user ada from 203.0.113.7
 *                          |    |      |____________________________ words
 *                          |    |_____ a PID
 *                          |__________ the program
 */
import { MAX_SAMPLE_LENGTH } from "../tally/tally-book.ts"
import { type KnownWords, type Word, wordsOf } from "./words.ts"

export interface Statement {
  /** As the tag writes it, `sshd(pam_unix)` or `postfix/smtpd`; where there is no tag, what the text begins with. */
  readonly program: string
  /** Undefined where the text does not begin with a tag, as in `last message repeated 3 times`. */
  readonly tag: Tag | undefined
  readonly words: readonly Word[]
}

export interface Tag {
  readonly hasPid: boolean
  /** `:`, or nothing. */
  readonly end: string
}

/** What ${HEAD} takes, with the blank behind it. */
const HEAD =
  /^(?:[A-Z][a-z]{2} [ :0-9]{11}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9]{2}:?[0-9]{2})) [-._:%@/\p{L}\p{N}]+ /u

const TAG = /^([^ :[\]]+)(\[[0-9]+\])?(:?)(?: |$)/

/** No rule is made for longer lines: it would be longer than anybody reads. */
const MAX_LINE_LENGTH = 4_096

/** Says why no rule can be made of a line; undefined where one can. */
export function unfitness(line: string): string | undefined {
  const isCut = line.length > MAX_SAMPLE_LENGTH && line.endsWith("…")
  if (isCut || line.length > MAX_LINE_LENGTH) return "the lines are too long"
  if (!line.isWellFormed() || line.includes("\ufffd")) return "the lines hold bytes that are not UTF-8"
  return HEAD.test(line) ? undefined : "the lines begin with no date and host that ${HEAD} would take"
}

/** Reads a line. Undefined where no rule can be made of it. */
export function statementOf(line: string, known?: KnownWords): Statement | undefined {
  if (unfitness(line) !== undefined) return undefined
  const [head = ""] = HEAD.exec(line) ?? []
  const text = line.slice(head.length)
  const [tag, program, pid, end] = TAG.exec(text) ?? []
  const isTag = tag !== undefined && (pid !== undefined || end === ":")
  if (!isTag || program === undefined || end === undefined) {
    const words = wordsOf(text, known)
    return { program: words[0]?.shape ?? "", tag: undefined, words }
  }
  const rest = text.slice(tag.length)
  // A blank behind the tag is there whenever anything is.
  const words = tag.endsWith(" ") ? wordsOf(rest, known) : []
  return { program, tag: { hasPid: pid !== undefined, end }, words }
}
