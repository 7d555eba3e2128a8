/**
 * What was seen in one place becomes the piece of a pattern that takes it: as narrow as what was seen allows.
 *
 *     closed opened                 (closed|opened)
 *     203.0.113.7 2001:db8::7       ${IP}
 *     user=root user=marie          user=${USER}
 *     1377 4211                     [0-9]+
 *     /srv/a /srv/b/c.txt           [^ ]+
 *
 * The variable is chosen by what stands before it (`port 50022`) and by all that was seen. What two words have in
 * common at their ends stays as it is.
 */
import { escapeEre } from "../ere/escape.ts"
import { type Part, UPTIME_MASK } from "./words.ts"

/** The pieces that stand in one place, each with how many different lines have it. */
export interface Seen {
  readonly parts: readonly Part[]
  readonly rows: number
}

/** narrow: what was seen is written out where a word would do, as far as that can be read. */
export type Breadth = "wide" | "narrow"

/** Words that are written out, at most, before a class takes all that look like them. */
const MAX_ALTERNATIVES: Readonly<Record<Breadth, number>> = { wide: 6, narrow: 24 }

/** A number that is the same in so many different lines is no accident: `uid=0`, `tty1`. */
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
const BEFORE_PORT = /(?:^|[^a-z])(?:port|spt|dpt|sport|dport)[ =:]*$/i
const BEFORE_USER = /(?:^|[^a-z])(?:[a-z]?user|for|login|logname|user name|username)[ =:"'(]*$/i
const BEFORE_HOST = /(?:^|[^a-z])(?:rhost|host|hostname|relay|helo|server|for|from|to)[ =:"'(<]*$/i
const BEFORE_IFACE = /(?:^|[^a-z])(?:in|out|dev|via|device|interface|iface|on)[ =:"'(]*$/i

/** Returns the pattern of what stands in one place. `before` is the literal text that leads to it. */
export function fragment(seen: readonly Seen[], before: string, breadth: Breadth): string {
  const [first] = seen
  if (first === undefined) return ""
  const isParallel = seen.every(({ parts }) => parts.length === first.parts.length) && haveSameMarks(seen)
  if (!isParallel) return aroundTheMiddle(seen, before, breadth)
  let written = ""
  let leading = before
  for (const [index, part] of first.parts.entries()) {
    const here = seen.map(({ parts, rows }) => ({ part: parts[index]!, rows }))
    const constant = here.every(({ part: { text } }) => text === part.text)
    written += piece(here, leading, breadth)
    leading = constant ? leading + part.text : `${leading}\0`
  }
  return written
}

interface SeenPart {
  readonly part: Part
  readonly rows: number
}

/** One part of words that are built alike. */
function piece(seen: readonly SeenPart[], before: string, breadth: Breadth): string {
  if (seen.every(({ part }) => part.mask === UPTIME_MASK)) return " *[0-9]+\\.[0-9]+"
  const isMasked = seen.some(({ part }) => part.mask !== undefined)
  const counts = countByText(seen.map(({ part: { text }, rows }) => ({ text, rows })))
  const [[text, rows] = ["", 0]] = counts
  if (counts.size === 1 && (!isMasked || isConstantNumber(text, rows, before))) return escapeEre(text)
  return varying(counts, before, isMasked, breadth)
}

function isConstantNumber(text: string, rows: number, before: string): boolean {
  return rows >= CONSTANT_ROWS && text.length <= MAX_CONSTANT_DIGITS && /^\d+$/.test(text) && !BEFORE_PID.test(before)
}

/** Words that are not built alike: what they begin and end with stays. */
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
    seen.map(({ parts, rows }) => ({ text: text(parts.slice(start, parts.length - end)), rows })),
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

/** What takes all of these texts, none of which is empty. */
function varying(counts: ReadonlyMap<string, number>, before: string, isMasked: boolean, breadth: Breadth): string {
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
  const rows = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const isWrittenOut =
    texts.length <= MAX_ALTERNATIVES[breadth] && (breadth === "narrow" || texts.length <= 3 || rows >= 2 * texts.length)
  if (isWrittenOut && !(isMasked && texts.some((text) => /\d/.test(text)))) {
    return alternation(texts)
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

/** Texts written out; an ending that one of two has and the other has not is optional: `failures?`. */
function alternation(texts: readonly string[]): string {
  const [one = "", other = ""] = texts
  if (texts.length === 2 && other.length === one.length + 1 && other.startsWith(one)) return `${escapeEre(other)}?`
  return texts.length === 1 ? escapeEre(one) : `(${texts.map(escapeEre).join("|")})`
}

/** More marks than these in a bracket expression, and nobody reads it. */
const MAX_MARKS = 4

/** The characters that were seen, as one bracket expression that repeats. */
function classOf(texts: readonly string[], before: string): string {
  const all = texts.join("")
  const marks = [...new Set(all.replace(/[\p{L}\p{N}]/gu, ""))]
  const hasBlank = marks.includes(" ")
  const arePaths = texts.some((text) => text.startsWith("/") || (before.endsWith("/") && text.includes("/")))
  if (arePaths || marks.length > MAX_MARKS || marks.some((mark) => !isPlain(mark))) {
    return hasBlank ? ".+" : "[^ ]+"
  }
  const letters = /\p{L}/u.test(all) ? "[:alnum:]" : "0-9"
  const others = marks.filter((mark) => !"]^-".includes(mark)).sort()
  const has = (mark: string) => (marks.includes(mark) ? mark : "")
  return `[${has("]")}${letters}${others.join("")}${has("^")}${has("-")}]+`
}

/** Whether it may stand in a bracket expression: no control, and no second half of anything. */
function isPlain(mark: string): boolean {
  return mark >= " " && mark <= "~" && mark !== "[" && mark !== "\\"
}

/** Whether the marks between letters and digits are the same, and in the same places. */
function haveSameMarks(seen: readonly Seen[]): boolean {
  const first = seen[0]!.parts
  return first.every((part, index) => {
    if (part.mask !== undefined || /[\p{L}\p{N}_]/u.test(part.text)) {
      return seen.every(({ parts }) => parts[index]!.mask !== undefined || /[\p{L}\p{N}_]/u.test(parts[index]!.text))
    }
    return seen.every(({ parts }) => parts[index]!.mask === undefined && parts[index]!.text === part.text)
  })
}

function countByText(seen: readonly { readonly text: string; readonly rows: number }[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { text, rows } of seen) counts.set(text, (counts.get(text) ?? 0) + rows)
  return counts
}
