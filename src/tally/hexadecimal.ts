/**
 * Finds hexadecimal numbers that start at a place of a line.
 *
 * One field holds `3f2a1b7c9d` in one line and `3427819055` in the next. Digits alone are a hexadecimal number where the
 * text before them, their length or their first zero shows it.
 *
 * Every function returns the index after the match, or -1. It reads at most a few dozen characters more than it
 * consumes.
 */
import {
  COLON,
  GREATER,
  LEFT_BRACKET,
  LESS,
  MINUS,
  PLUS,
  RIGHT_BRACKET,
  SLASH,
  SMALL_A,
  SMALL_BIT,
  SMALL_X,
  SPACE,
  UNDERSCORE,
  ZERO,
} from "../text/ascii.ts"
import { type Codes, DIGIT, HEX_LETTER, isBoundary, isDigit, isHex, LOWER, startsWith, UPPER } from "./character.ts"
import { followsKey } from "./keys.ts"
import { standsLikeQueueId } from "./queue-ids.ts"

/** Bytes: `c9:7f:12:…` of a certificate or key, `28 00 05 2f 1a 80` of a device. Three pairs of digits are a time. */
export function hexPairsEnd(line: Codes, at: number): number {
  const separator = line[at + 2]!
  if (separator !== COLON && separator !== SPACE) return -1
  const end = pairsEnd(line, at, separator, Number.POSITIVE_INFINITY)
  return (end - at + 1) / 3 >= (separator === COLON ? 4 : 6) ? end : -1
}

/** Returns the index after the consecutive two-digit hexadecimal numbers, `most` of them at most. */
export function pairsEnd(line: Codes, at: number, separator: number, most: number): number {
  let end = at - 1
  let pair = at
  while (pair - at < most * 3 && isHex(line, pair) && isHex(line, pair + 1) && isBoundary(line, pair + 2)) {
    end = pair + 2
    if (line[end] !== separator) break
    pair = end + 1
  }
  return end
}

const SHORTEST_GROUPS = 4

/** `6005-08b4-0001-00c6-0006`: the serial number of a device. */
export function hexGroupsEnd(line: Codes, at: number, wordEnd: number): number {
  if (wordEnd - at !== 4) return -1
  let end = wordEnd
  let groups = 0
  let digits = 0
  for (let group = at; isGroup(line, group); group = end + 1) {
    for (let i = group; i < group + 4; i += 1) if (isDigit(line, i)) digits += 1
    end = group + 4
    groups += 1
    if (line[end] !== MINUS) break
  }
  return groups >= SHORTEST_GROUPS && digits > 0 ? end : -1
}

function isGroup(line: Codes, at: number): boolean {
  for (let i = at; i < at + 4; i += 1) if (!isHex(line, i)) return false
  return isBoundary(line, at + 4)
}

/** RFC 9562 §4: 8-4-4-4-12 hexadecimal digits; systemd writes `_` for `-`. */
export function uuidEnd(line: Codes, at: number): number {
  const separator = line[at + 8]
  if (separator !== MINUS && separator !== UNDERSCORE) return -1
  for (let i = 0; i < 36; i += 1) {
    const isSeparator = i === 8 || i === 13 || i === 18 || i === 23
    if (isSeparator ? line[at + i] !== separator : !isHex(line, at + i)) return -1
  }
  return isBoundary(line, at + 36) ? at + 36 : -1
}

/** `kubepods-pod123e4567_e89b_12d3_a456_426614174000.slice` */
export function podUuidEnd(line: Codes, at: number): number {
  return startsWith(line, at, "pod") ? uuidEnd(line, at + 3) : -1
}

/** `0x1f` */
export function prefixedHexEnd(line: Codes, at: number, end: number): number {
  if (line[at] !== ZERO || (line[at + 1]! | SMALL_BIT) !== SMALL_X || end - at < 3) return -1
  for (let i = at + 2; i < end; i += 1) if (!isHex(line, i)) return -1
  return end
}

/** `a0=1b0`: the arguments of a system call in an audit record, hexadecimal without a prefix. */
export function auditArgumentEnd(line: Codes, at: number, wordEnd: number): number {
  const start = wordEnd + 1
  if (line[at] !== SMALL_A || !isDigit(line, at + 1)) return -1
  const end = hexEnd(line, start)
  return end > start && isBoundary(line, end) ? end : -1
}

/** Addresses of a crash: `segfault at 10 ip 00007f1f9b870d7d`, `ip:401234`, `libc.so.6[7f1f9b85e000+25000]`. */
export function crashAddressEnd(line: Codes, at: number, end: number): number {
  switch (line[at - 1]) {
    case SPACE:
      return startsWith(line, at - 12, "segfault at ") && line[end] === SPACE ? end : -1
    case COLON:
      return line[end] === SPACE && isPointer(line, at) ? end : -1
    case LEFT_BRACKET:
      return line[end] === PLUS && line[hexEnd(line, end + 1)] === RIGHT_BRACKET ? end : -1
    default:
      return line[end] === RIGHT_BRACKET && isMapping(line, at - 1) ? end : -1
  }
}

/** `ip:`, `sp:` before `at` */
function isPointer(line: Codes, at: number): boolean {
  return (startsWith(line, at - 3, "ip:") || startsWith(line, at - 3, "sp:")) && isBoundary(line, at - 4)
}

function hexEnd(line: Codes, at: number): number {
  let end = at
  while (end - at < 16 && isHex(line, end)) end += 1
  return end
}

/** Whether `[` and an address stand before the plus sign. */
function isMapping(line: Codes, plus: number): boolean {
  let start = plus
  while (plus - start < 16 && isHex(line, start - 1)) start -= 1
  return line[plus] === PLUS && start < plus && line[start - 1] === LEFT_BRACKET
}

// `e1000e` (6) is a driver, `3f2a1b7` (7) an abbreviated commit.
const SHORTEST_HEX = 7
const SHORTEST_HEX_OF_LETTERS = 16

/** Queue ids, hashes, kernel addresses: hexadecimal words that are too long for names. */
export function hexWordEnd(line: Codes, at: number, end: number, kinds: number): number {
  if ((kinds & ~(DIGIT | HEX_LETTER | UPPER | LOWER)) !== 0) return -1
  const length = end - at
  if ((kinds & DIGIT) === 0) return length >= SHORTEST_HEX_OF_LETTERS ? end : -1
  return length >= SHORTEST_HEX && !isEd25519(line, at, length) ? end : -1
}

/** The name of a kind of key. */
function isEd25519(line: Codes, at: number, length: number): boolean {
  return length === 7 && (line[at + 1]! | SMALL_BIT) === SMALL_D && startsWith(line, at + 2, "25519")
}

const SMALL_D = 0x64

/** MD5 has 32 hexadecimal digits. No count has so many. */
const SHORTEST_DIGEST = 32
/** Docker's short ids. */
const SHORT_ID = 12
const CONTAINERS = ["container", "image", "sandbox"]
const DIGESTS = ["commit", "sha", "hash", "digest", "checksum", "etag", "trace", "span", "fingerprint", "address"]

/** Digits that are a hexadecimal number without a letter in it: one queue id in a hundred. */
export function hexDigitsEnd(line: Codes, at: number, end: number): number {
  const length = end - at
  if (length < SHORTEST_HEX) return -1
  if (length >= SHORTEST_DIGEST || (line[at] === ZERO && (length === 8 || length === 16))) return end
  if (length > SHORTEST_HEX && standsLikeHex(line, at, end)) return end
  if (length === SHORT_ID) {
    // A hyphen in a name; else it is a sign.
    if (line[at - 1] === SLASH || (line[at - 1] === MINUS && !isBoundary(line, at - 2))) return end
    if (followsKey(line, at, CONTAINERS)) return end
  }
  return followsKey(line, at, DIGESTS) ? end : -1
}

/** Kernels print addresses as `[<02123456>]`. */
function standsLikeHex(line: Codes, at: number, end: number): boolean {
  return (line[at - 1] === LESS && line[end] === GREATER) || standsLikeQueueId(line, at, end)
}

/** OpenSSL's errors, some of which look like a size or a number: `error:1780813E:SSL routines`, `error:14094418:`. */
export function opensslErrorEnd(line: Codes, at: number, end: number): number {
  return startsWith(line, at - 6, "error:") ? end : -1
}

/** `vethab12cd3`, `cali12ab34cd56e`: container engines name these interfaces at random, so only the beginning is kept. */
export function namedInterfaceEnd(line: Codes, at: number, end: number, name: string): number {
  if (end - at < name.length + 6 || !startsWith(line, at, name)) return -1
  for (let i = at + name.length; i < end; i += 1) if (!isHex(line, i)) return -1
  return end
}
