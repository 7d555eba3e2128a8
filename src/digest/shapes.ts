/**
 * Tells by its looks alone that a word is a value: no second template is needed.
 *
 *     storage1024       storage<n>        db1.example.net       <ip>
 *     blk_-<n>          blk_<n>           /var/log/syslog       <path>
 *     <hex>             <n>               org.example.app.Main  <class>
 *
 * One field may hold what different masks take: an id is `<n>` here and `<hex>` there. Shapes take no more notice of it.
 */

import { isStateWord } from "./vocabulary.ts"

export const NUMBER = "<n>"
export const HOST = "<ip>"
export const PATH = "<path>"
export const URL = "<url>"
export const MAIL = "<mail>"
export const CLASS_NAME = "<class>"
export const UNIT = "<unit>"

const CLASSES: ReadonlySet<string> = new Set([NUMBER, HOST, PATH, URL, MAIL, CLASS_NAME, UNIT])

/** Whether the whole word is a value. */
export function isClass(shape: string): boolean {
  return CLASSES.has(shape)
}

/** A word without its values. */
export interface Shape {
  readonly text: string
  /** Whether the whole word is a value. */
  readonly isValue: boolean
  /** Whether it holds one. */
  readonly holdsValue: boolean
  readonly looksLikeName: boolean
}

const NAME_LIKE = /[0-9./@$<]/

/** `eth0`, `db1.example` and `pts/0` are names; `my-name` may be what happens. */
export function looksLikeName(word: string): boolean {
  return NAME_LIKE.test(word)
}

export function shape(text: string): Shape {
  const holdsValue = text.includes("<")
  return { text, isValue: holdsValue && isClass(text), holdsValue, looksLikeName: looksLikeName(text) }
}

/** Of a word where it stands first, where it stands elsewhere, and behind a key whose values are events. */
export interface Shapes {
  readonly first: Shape
  readonly later: Shape
  readonly code: Shape
}

// Letters alone are looked at no further: most words.
const PLAIN = /^[A-Za-z]*$/

const SOLE_MASK = /^[-+]?<(?:n|hex|id|duration|size|time|date|uuid|mac)>$/
const MASK_OR_DIGITS = /<(?:n|hex|id|duration|size|time|date|uuid|mac)>|0x[0-9a-fA-F]+|\d+/g
const DIGIT_OR_MASK = /[\d<]/

/** Numbers that templates leave are codes: of an exit, of HTTP, of SMTP (RFC 3463). They say what happens. */
const CODE = /^\d+$|^[245]\.\d{1,3}\.\d{1,3}$/

export function isCode(word: string): boolean {
  return CODE.test(word)
}

export function shapesOf(word: string): Shapes {
  if (isCode(word)) return allOf(word)
  if (PLAIN.test(word)) {
    if (HEX_LETTERS.test(word)) return { ...allOf(NUMBER), code: shape(word) }
    return DISK.test(word) ? { ...allOf(withoutNumbers(word)), code: shape(word) } : allOf(word)
  }
  if (SOLE_MASK.test(word)) return allOf(NUMBER)
  if (word.includes("://")) return allOf(URL)
  const numbered = DIGIT_OR_MASK.test(word) ? withoutNumbers(word) : word
  const later = classOf(word) ?? (numbered === word ? word : (classOf(numbered) ?? numbered))
  const first = later === UNIT || BUNDLE.test(word) ? later : numbered
  return { first: shape(first), later: shape(later), code: shape(EVENT_CODE.test(word) ? word : later) }
}

function allOf(text: string): Shapes {
  const one = shape(text)
  return { first: one, later: one, code: one }
}

/** Behind a key: `E11`, `ORA-600`, `1/FAILURE`. */
const EVENT_CODE = /^[A-Z]+[-_]?\d+$|^\d+\//
/** The first word of a line is often the part of the program that speaks; the domain of a maker is none. */
const BUNDLE = /^(?:com|org|io|edu|gov|dev)\./

function classOf(word: string): string | undefined {
  if (isPath(word)) return PATH
  if (UNIT_NAME.test(word)) return UNIT
  if (word.includes("@")) return MAIL_ADDRESS.test(word) ? MAIL : undefined
  if (word.includes("<ip>") && ADDRESS.test(word)) return HOST
  if (!word.includes(".")) return undefined
  if (HOST_NAME.test(word)) return HOST
  return isDottedName(word) ? CLASS_NAME : undefined
}

function isPath(word: string): boolean {
  return (word.startsWith("/") && word !== "/<ip>") || word.startsWith("~/") || /^[A-Za-z]:\\/.test(word)
}

// A domain of two parts is recognized by its end. Ends of file names (pl, py, rs, sh, so) are not among these.
const TOP_LEVEL = [
  "com|net|org|edu|gov|mil|int|info|biz|local|lan|internal|localdomain|arpa|io|de|tw|jp|cn|ru|br|uk|nl|it|fr|ro|kr|mx|ch|se",
  "be|ca|au|es|za|om|eu|us|cz|dk|fi|no|hu|gr|tr|ua|il|sg|hk|nz|pt|ar|cl|co|ie|at",
].join("|")
const LABEL = "(?:[A-Za-z0-9_-]|<[a-z]+>)+"
const HOST_NAME = new RegExp(`^/?(?:${LABEL}\\.)+(?:${TOP_LEVEL})\\.?$`, "i")
/** `<ip>`, `/<ip>`, `web1/<ip>`, `<ip>.rev.example`; of words that hold `<ip>`. */
const ADDRESS = /^\/?(?:[A-Za-z0-9_.-]|<[a-z]+>)+(?:\/<ip>)?$/
const MAIL_ADDRESS = new RegExp(`^[^@/]+@(?:${LABEL}\\.)+[A-Za-z]{2,}$`)
const UNIT_NAME = /^[^/]+\.(?:service|socket|timer|mount|automount|scope|slice|target|swap)$/

const DOTTED_NAME = /^[A-Za-z_$][\w$-]*(?:\.[A-Za-z_$<][\w$<>-]*){2,}(?:\/[\w.$]+)?(?:@(?:<[a-z]+>|\w+))?$/
const PACKAGE_AND_CLASS = /^[A-Za-z_]\w*(?:\.\w+)+\/[\w.$]+$/
/** What ends in these says what happens: `java.io.IOException`, `android.intent.action.SCREEN_ON`. */
const EVENT_NAME = /(?:Exception|Error|Failure|Fault|Timeout|Warning|Denied|NotFound|\.[A-Z][A-Z_]{2,})$/

/** `com.example.Update` is a name, `com.example.service.start` does something. */
const STARTS_LARGE = /^[A-Z]/

function isDottedName(word: string): boolean {
  if (!DOTTED_NAME.test(word) && !PACKAGE_AND_CLASS.test(word)) return false
  const last = word.slice(word.lastIndexOf(".") + 1)
  return !EVENT_NAME.test(word) && (STARTS_LARGE.test(last) || !isStateWord(last))
}

// Shorter than what the masks of templates take; and a device and its function (`0000:00:1f.2`). Words of letters alone are hexadecimal where they have the length of a number.
const HEX_DIGITS = /^(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{6,}$|^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/
const HEX_LETTERS = /^(?:[0-9a-f]{8}|[0-9a-f]{12}|[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/
/** An algorithm. */
const NO_HEX = "ed25519"

/** More numbers make a word an id, and a letter or two between them a part of it: `attempt_<n>_0020_m_<n>_0`. */
const MOST_NUMBERS = 2

function withoutNumbers(word: string): string {
  if (NUMBERED_NAME.test(word)) return word
  if (DISK.test(word)) return word.replace(DISK, `$1${NUMBER}`)
  if ((HEX_DIGITS.test(word) && word !== NO_HEX) || HEX_LETTERS.test(word)) return NUMBER
  let numbers = 0
  const marked = word.replace(MASK_OR_DIGITS, () => {
    numbers += 1
    return NUMBER
  })
  const joined = marked.replace(numbers > MOST_NUMBERS ? PARTS_OF_AN_ID : JOINED_NUMBERS, NUMBER)
  return joined.replaceAll("_-<n>", "_<n>").replace(SIGNED_NUMBER, NUMBER)
}

const JOINED_NUMBERS = /<n>(?:(?:_-|[-.:_/x,])?<n>)+/g
const PARTS_OF_AN_ID = /<n>(?:[^A-Za-z<]{0,3}[A-Za-z]{0,2}[^A-Za-z<]{0,3}<n>)+(?:[^A-Za-z<]{1,3}[A-Za-z]{1,2}$)?/g
const SIGNED_NUMBER = /^[-+]<n>$/

/** Disks are numbered by letters: `sda`, `sdb1`, `xvdaa`. */
const DISK = /^([shv]d|xvd)[a-z]{1,2}\d*$/

/** Digits that tell protocols and signals apart. */
const NUMBERED_NAME =
  /^(?:(?:ip|ipv|inet|tcp|udp|icmp|icmpv|dhcp|dhcpv|bootp|socks|http|smb|sha|md)\d{1,3}|SIG[A-Z]+\d)$/i
