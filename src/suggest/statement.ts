/**
 * What a line says, without when and where: its tag and its words.
 *
 *     Jun 21 16:47:48 web1 sshd[4711]: Invalid user ada from 203.0.113.7
 *                          |    |      |____________________________ words
 *                          |    |_____ a PID
 *                          |__________ the program
 */
import { type Word, wordsOf } from "./words.ts"

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

/** Longer lines are read to here: what follows is one word with what it stands behind. */
const MAX_TEXT_LENGTH = 4_096

/** Reads a line. Undefined where it has no date or no host, so that no rule could hold on to its beginning. */
export function statementOf(line: string): Statement | undefined {
  const [head] = HEAD.exec(line) ?? []
  if (head === undefined || line.length > MAX_TEXT_LENGTH) return undefined
  const text = line.slice(head.length)
  const [tag, program, pid, end] = TAG.exec(text) ?? []
  const isTag = tag !== undefined && (pid !== undefined || end === ":")
  if (!isTag || program === undefined || end === undefined) {
    const words = wordsOf(text)
    return { program: words[0]?.shape ?? "", tag: undefined, words }
  }
  const rest = text.slice(tag.length)
  // A blank behind the tag is there whenever anything is.
  const words = tag.endsWith(" ") ? wordsOf(rest) : []
  return { program, tag: { hasPid: pid !== undefined, end }, words }
}
