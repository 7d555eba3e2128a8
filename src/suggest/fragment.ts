/**
 * Makes a piece of a pattern from the texts seen in one place: the narrowest piece that matches all of them.
 *
 *     closed opened                 (closed|opened)
 *     203.0.113.7 2001:db8::7       ${IP}
 *     user=root user=marie          user=${USER}
 *     1377 4211                     [0-9]+
 *     /srv/a /srv/b/c.txt           [^ ]+
 *
 * The text before (`port 50022`) and all texts seen decide the variable. The common beginnings and endings of words stay
 * literal.
 */
import { escapeEre } from "../ere/escape.ts"
import { type Part, UPTIME_MASK } from "./words.ts"

/** A word seen in one place. */
export interface Seen extends Times {
  readonly parts: readonly Part[]
}

/** How often something was seen: in how many different lines, and in how many lines. */
export interface Times {
  readonly rows: number
  readonly lines: number
}

/** wide: variables and classes. narrow: the texts seen are written out, as long as the rule stays readable. */
export type Breadth = "wide" | "narrow"

/** The most words that are written out. If there are more, a class stands for them. */
const MAX_ALTERNATIVES: Readonly<Record<Breadth, number>> = { wide: 6, narrow: 24 }

/** An alternative in fewer of the lines is left out: it is an exception, and nobody looked into it. */
export const MIN_SHARE = 0.01

/** A number that is the same in this many different lines is constant: `uid=0`, `tty1`. */
const CONSTANT_ROWS = 4
const MAX_CONSTANT_DIGITS = 3

const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/
const IPV6 = /^(?:[0-9A-Fa-f]{0,4}:){2,8}(?:[0-9A-Fa-f]{0,4}|(?:\d{1,3}\.){3}\d{1,3})(?:%[-._A-Za-z0-9]+)?$/
const MAC = /^(?:[0-9A-Fa-f]{2}:){5}(?:(?:[0-9A-Fa-f]{2}:){8}(?:(?:[0-9A-Fa-f]{2}:){4})?)?[0-9A-Fa-f]{2}$/
const PORT = /^\d{1,5}$/
const USER = /^[-_.@+$\p{L}\p{N}]+$/u
const HOSTNAME = /^[-._\p{L}\p{N}]+$/u
const IFACE =
  /^(?:eth|en[ops]|em|wl|wlan|ww|br|bond|veth|tun|tap|ppp|vlan|docker|virbr|lan|wan|wg)[-._:@A-Za-z0-9]*\d[-._:@A-Za-z0-9]*$|^lo$/

const BEFORE_PID = /(?:^|[^a-z])pid[ =:(]*$/i
/** A single id is who does it: not a number as any other. */
const BEFORE_ID = /(?:^|[^a-z])[ef]?[ug]id=$/i
const BEFORE_PORT = /(?:^|[^a-z])(?:port|spt|dpt|sport|dport)[ =:]*$/i
const BEFORE_USER = /(?:^|[^a-z])(?:[a-z]?user|for|login|logname|user name|username)[ =:"'(]*$/i
const BEFORE_HOST = /(?:^|[^a-z])(?:rhost|host|hostname|relay|helo|server|for|from|to)[ =:"'(<]*$/i
const BEFORE_IFACE = /(?:^|[^a-z])(?:in|out|dev|via|device|interface|iface|on)[ =:"'(]*$/i

/** Returns the pattern for the words in one place. `before` is the literal text before them. */
export function fragment(seen: readonly Seen[], before: string, breadth: Breadth): string {
  const [first] = seen
  if (first === undefined) return ""
  const isParallel = seen.every(({ parts }) => parts.length === first.parts.length) && haveSameMarks(seen)
  if (!isParallel) return aroundTheMiddle(seen, before, breadth)
  let written = ""
  let leading = before
  for (const [index, part] of first.parts.entries()) {
    const here = seen.map(({ parts, rows, lines }) => ({ part: parts[index]!, rows, lines }))
    const constant = here.every(({ part: { text } }) => text === part.text)
    written += piece(here, leading, breadth)
    leading = constant ? leading + part.text : `${leading}\0`
  }
  return written
}

interface SeenPart extends Times {
  readonly part: Part
}

/** One part of words with the same structure. */
function piece(seen: readonly SeenPart[], before: string, breadth: Breadth): string {
  if (seen.every(({ part }) => part.mask === UPTIME_MASK)) return " *[0-9]+\\.[0-9]+"
  const isMasked = seen.some(({ part }) => part.mask !== undefined)
  const counts = countByText(seen.map(({ part: { text }, ...times }) => ({ text, ...times })))
  const [[text, { rows }] = ["", NEVER]] = counts
  if (counts.size === 1 && (!isMasked || isConstantNumber(text, rows, before))) return escapeEre(text)
  return varying(counts, before, isMasked, breadth)
}

function isConstantNumber(text: string, rows: number, before: string): boolean {
  return (
    (rows >= CONSTANT_ROWS || BEFORE_ID.test(before)) &&
    text.length <= MAX_CONSTANT_DIGITS &&
    /^\d+$/.test(text) &&
    !BEFORE_PID.test(before)
  )
}

/** Words of different structure: their common beginning and ending stay literal. */
function aroundTheMiddle(seen: readonly Seen[], before: string, breadth: Breadth): string {
  const lists = seen.map(({ parts }) => parts)
  const shortest = Math.min(...lists.map(({ length }) => length))
  const isCommon = (at: number) => {
    const part = lists[0]?.at(at)
    return part?.mask === undefined && lists.every((parts) => parts.at(at)?.text === part?.text)
  }
  let start = 0
  while (start < shortest && isCommon(start)) start += 1
  let end = 0
  while (end < shortest - start && isCommon(-1 - end)) end += 1
  const text = (parts: readonly Part[]) => parts.map((part) => part.text).join("")
  const common = lists[0]!
  const prefix = text(common.slice(0, start))
  const suffix = text(common.slice(common.length - end))
  const counts = countByText(
    seen.map(({ parts, rows, lines }) => ({ text: text(parts.slice(start, parts.length - end)), rows, lines })),
  )
  const isMasked = lists.some((parts) => parts.slice(start, parts.length - end).some(({ mask }) => mask !== undefined))
  const withEmpty = counts.delete("")
  const middle = varying(counts, before + prefix, isMasked, breadth)
  return `${escapeEre(prefix)}${withEmpty ? optional(middle) : middle}${escapeEre(suffix)}`
}

/** Makes a piece that may be missing. */
export function optional(pattern: string): string {
  return /^\([^()]*\)$/.test(pattern) || /^\\?.$/.test(pattern) ? `${pattern}?` : `(${pattern})?`
}

/** A piece that matches all of these texts, none of which is empty. */
function varying(counts: ReadonlyMap<string, Times>, before: string, isMasked: boolean, breadth: Breadth): string {
  const texts = [...counts.keys()].sort()
  const all = (form: RegExp) => texts.every((text) => form.test(text))
  if (all(MAC)) return "${MAC}"
  if (texts.every(isIp)) return "${IP}"
  if (all(/^\d+$/)) {
    if (BEFORE_PID.test(before)) return "${PID}"
    return BEFORE_PORT.test(before) && all(PORT) ? "${PORT}" : "[0-9]+"
  }
  if (all(/^[-+]?\d+$/)) return "[-+]?[0-9]+"
  if (all(/^[-+]?\d+\.\d+$/)) return all(/^\d/) ? "[0-9]+\\.[0-9]+" : "[-+]?[0-9]+\\.[0-9]+"
  if (all(/^0x[0-9A-Fa-f]+$/)) return "0x[0-9A-Fa-f]+"
  if (all(IFACE) && (texts.length > 1 || BEFORE_IFACE.test(before))) return "${IFACE}"
  if (isMasked && all(/^[0-9a-f]+$/)) return "[0-9a-f]+"
  if (isMasked && all(/^[0-9A-Fa-f]+$/)) return "[0-9A-Fa-f]+"
  const areNames = texts.every((text) => isIp(text) || (HOSTNAME.test(text) && /\.\p{L}/u.test(text)))
  if (areNames && breadth === "wide") return texts.some(isIp) ? "(${IP}|${HOSTNAME})" : "${HOSTNAME}"
  if (breadth === "wide" && BEFORE_USER.test(before) && all(USER) && !texts.some(isIp)) return "${USER}"
  const rows = [...counts.values()].reduce((sum, times) => sum + times.rows, 0)
  const isWrittenOut =
    texts.length <= MAX_ALTERNATIVES[breadth] && (breadth === "narrow" || texts.length <= 3 || rows >= 2 * texts.length)
  if (isWrittenOut && !(isMasked && texts.some((text) => /\d/.test(text)))) {
    return alternation(withoutExceptions(counts))
  }
  if (
    texts.every((text) => isIp(text) || HOSTNAME.test(text)) &&
    texts.some((text) => isIp(text) || /\.\p{L}/u.test(text))
  ) {
    return texts.some(isIp) ? "(${IP}|${HOSTNAME})" : "${HOSTNAME}"
  }
  if (BEFORE_HOST.test(before) && texts.every((text) => HOSTNAME.test(text) && /[-.]/.test(text))) return "${HOSTNAME}"
  return classOf(texts, before)
}

function isIp(text: string): boolean {
  return IPV4.test(text) || (/::|^([^:]+:){7}[^:]+$/.test(text) && IPV6.test(text))
}

/** The texts in order, without those in too few lines. */
function withoutExceptions(counts: ReadonlyMap<string, Times>): readonly string[] {
  const all = [...counts.values()].reduce((sum, { lines }) => sum + lines, 0)
  return [...counts.keys()].filter((text) => counts.get(text)!.lines >= MIN_SHARE * all).sort()
}

/** Texts written out as alternatives. If two texts differ only in a last character, it is optional: `failures?`. */
function alternation(texts: readonly string[]): string {
  const [one = "", other = ""] = texts
  if (texts.length === 2 && other.length === one.length + 1 && other.startsWith(one)) return `${escapeEre(other)}?`
  return texts.length === 1 ? escapeEre(one) : `(${texts.map(escapeEre).join("|")})`
}

/** Punctuation in one bracket expression: with more, it is unreadable. */
const MAX_MARKS = 4

/** What a rule may not have: it would hide whatever the program says. */
export const ANYTHING = ".+"

/** The characters seen, as one repeated bracket expression. */
function classOf(texts: readonly string[], before: string): string {
  const all = texts.join("")
  const marks = [...new Set(all.replace(/[\p{L}\p{N}]/gu, ""))]
  const hasBlank = marks.includes(" ")
  const arePaths = texts.some((text) => text.startsWith("/") || (before.endsWith("/") && text.includes("/")))
  if (arePaths || marks.length > MAX_MARKS || marks.some((mark) => !isPlain(mark))) {
    return hasBlank ? ANYTHING : "[^ ]+"
  }
  const letters = /\p{L}/u.test(all) ? "[:alnum:]" : "0-9"
  const others = marks.filter((mark) => !"]^-".includes(mark)).sort()
  const has = (mark: string) => (marks.includes(mark) ? mark : "")
  return `[${has("]")}${letters}${others.join("")}${has("^")}${has("-")}]+`
}

/** Whether a character may stand in a bracket expression without an escape: printable ASCII, not `[` or `\`. */
function isPlain(mark: string): boolean {
  return mark >= " " && mark <= "~" && mark !== "[" && mark !== "\\"
}

/** Whether the words have the same punctuation in the same places. */
function haveSameMarks(seen: readonly Seen[]): boolean {
  const first = seen[0]!.parts
  return first.every((part, index) => {
    if (part.mask !== undefined || /[\p{L}\p{N}_]/u.test(part.text)) {
      return seen.every(({ parts }) => parts[index]!.mask !== undefined || /[\p{L}\p{N}_]/u.test(parts[index]!.text))
    }
    return seen.every(({ parts }) => parts[index]!.mask === undefined && parts[index]!.text === part.text)
  })
}

const NEVER: Times = { rows: 0, lines: 0 }

function countByText(seen: readonly ({ readonly text: string } & Times)[]): Map<string, Times> {
  const counts = new Map<string, Times>()
  for (const { text, rows, lines } of seen) {
    const before = counts.get(text) ?? NEVER
    counts.set(text, { rows: before.rows + rows, lines: before.lines + lines })
  }
  return counts
}
