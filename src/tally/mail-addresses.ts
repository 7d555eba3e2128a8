/**
 * Finds mail addresses that start at a place of a line.
 *
 *     ada@example.net   bounce+42@lists.example.org   <bounce-ada=example.net@example.org>
 *
 * Other names have an `@` as well: units of systemd, accounts on hosts without a domain, algorithms of SSH
 * (`user@1000.service`, `ada@web1`, `hmac-sha2-256-etm@openssh.com`). They are no mail addresses.
 */
import { AT_SIGN, DOT, EQUALS, isDigit as isDigitCode, LESS, MINUS } from "../text/ascii.ts"
import { type Codes, characterSet, isAnyOf, isBoundary, isDigit, isIn } from "./character.ts"
import { isLetter } from "./keys.ts"

/** RFC 5321 §4.5.3.1: the lengths of the parts before and after the `@`. */
const MAX_LOCAL_PART = 64
const MAX_DOMAIN = 255

/** Marks in the part before the `@`, of those that RFC 5322 §3.2.3 allows: the others stand between words. */
const LOCAL_MARKS = characterSet(".+-_")

const LOCAL = 1
/** Mailing lists write the recipient into the sender: `<bounce-ada=example.net@…>`. Without `<`, a key ends there. */
const BRACKETED = 2

/** Whether a character can be in the part before the `@`, as these bits. One look-up for a character: this is hot. */
const LOCAL_KINDS = new Uint8Array(0x10000).fill(LOCAL | BRACKETED)
for (let code = 0; code < 128; code += 1) {
  const isLocal = isIn(LOCAL_MARKS, code) || isLetter(code) || isDigitCode(code)
  LOCAL_KINDS[code] = isLocal ? LOCAL | BRACKETED : code === EQUALS ? BRACKETED : 0
}

/** Returns the index after the mail address at `at`, or -1. No mark of the part before the `@` precedes it. */
export function mailEnd(line: Codes, at: number, wordEnd: number): number {
  const kind = line[at - 1] === LESS ? BRACKETED : LOCAL
  const last = at + MAX_LOCAL_PART
  let end = wordEnd
  while (end <= last && (LOCAL_KINDS[line[end]!]! & kind) !== 0) end += 1
  return line[end] === AT_SIGN && end <= last ? domainEnd(line, end + 1) : -1
}

function domainEnd(line: Codes, at: number): number {
  let end = at
  let label = at
  let labels = 1
  while (end - at < MAX_DOMAIN) {
    if (!isBoundary(line, end)) {
      end += 1
    } else if (line[end] === MINUS && end > label && !isBoundary(line, end + 1)) {
      end += 1
    } else if (line[end] === DOT && end > label && !isBoundary(line, end + 1)) {
      end += 1
      label = end
      labels += 1
    } else {
      break
    }
  }
  return labels > 1 && isTopLevel(line, label, end) && !isAnyOf(line, at, end, MAKERS) ? end : -1
}

/** Ends of other names with an `@` in them: units of systemd, pictures for dense screens. */
const NO_TOP_LEVELS = [
  ...["service", "socket", "timer", "mount", "automount", "scope", "slice", "target", "path", "device", "swap"],
  ...["png", "jpg", "svg"],
]

function isTopLevel(line: Codes, at: number, end: number): boolean {
  if (end - at < 2) return false
  for (let i = at; i < end; i += 1) if (isDigit(line, i) || isBoundary(line, i)) return false
  return !isAnyOf(line, at, end, NO_TOP_LEVELS)
}

/** RFC 4251 §6: whoever invents an algorithm writes its domain behind the name. */
const MAKERS = ["openssh.com", "libssh.org", "lysator.liu.se"]
