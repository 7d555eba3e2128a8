/**
 * Finds addresses and identifiers that start at a place of a line.
 *
 * Every function returns the index after the match, or -1. It reads at most a few dozen characters more than it
 * consumes.
 */
import {
  COLON,
  DOT,
  EQUALS,
  GREATER,
  LESS,
  MINUS,
  PLUS,
  SLASH,
  SMALL_A,
  SMALL_BIT,
  SMALL_X,
  SPACE,
  ZERO,
} from "../text/ascii.ts"
import {
  type Codes,
  DIGIT,
  decimal,
  digitsEnd,
  HEX_LETTER,
  isBoundary,
  isDigit,
  isHex,
  kindAt,
  LOWER,
  startsWith,
  UPPER,
} from "./character.ts"

/** `192.0.2.1`, but not a version with five numbers. */
export function ipv4End(line: Codes, at: number): number {
  return fourOctetsEnd(line, at, DOT)
}

/** `192-0-2-1`, as providers write addresses into names. */
export function hyphenatedIpv4End(line: Codes, at: number): number {
  return fourOctetsEnd(line, at, MINUS)
}

function fourOctetsEnd(line: Codes, at: number, separator: number): number {
  let end = at
  for (let octet = 0; octet < 4; octet += 1) {
    if (octet > 0) {
      if (line[end] !== separator) return -1
      end += 1
    }
    const start = end
    end = digitsEnd(line, start)
    if (end === start || end - start > 3 || decimal(line, start, end) > 255) return -1
  }
  const isWhole = isBoundary(line, end) && !(line[end] === separator && isDigit(line, end + 1))
  return isWhole ? end : -1
}

/** RFC 4291 §2.2, also `::ffff:192.0.2.1`. Not `std::list` and `12:34:56`, and nothing without a digit. */
export function ipv6End(line: Codes, at: number): number {
  let group = at
  let groups = 0
  let digits = 0
  let compressed = false
  let end = -1
  if (line[at] === COLON) {
    if (line[at + 1] !== COLON || line[at - 1] === COLON || !isBoundary(line, at - 1)) return -1
    compressed = true
    group = at + 2
  }
  while (groups < 8) {
    let groupEnd = group
    while (groupEnd - group < 5 && isHex(line, groupEnd)) {
      if (isDigit(line, groupEnd)) digits += 1
      groupEnd += 1
    }
    if (groupEnd === group) break
    if (line[groupEnd] === DOT && (compressed || groups === 6)) {
      const ipv4 = ipv4End(line, group)
      if (ipv4 !== -1) return ipv4
    }
    if (groupEnd - group > 4) return -1
    groups += 1
    end = groupEnd
    if (line[groupEnd] !== COLON) break
    group = groupEnd + 1
    if (line[group] === COLON) {
      if (compressed) break
      compressed = true
      group += 1
      end = group
    }
  }
  if (groups === 0) return -1
  const isWhole = isBoundary(line, end) && (compressed ? groups < 8 : groups === 8)
  return isWhole && digits > 0 ? end : -1
}

// Two addresses of six bytes, and the type: the header that netfilter prints.
const LONGEST_MAC = 14

/** `00:1b:21:3c:4d:5e`, with hyphens, in Cisco's `001b.213c.4d5e`, and netfilter's fourteen bytes of MAC header. */
export function macEnd(line: Codes, at: number): number {
  const separator = line[at + 2]!
  if (separator === COLON || separator === MINUS) {
    const end = pairsEnd(line, at, separator, LONGEST_MAC + 1)
    const pairs = (end - at + 1) / 3
    return pairs === 6 || pairs === 8 || pairs === LONGEST_MAC ? end : -1
  }
  const isCisco = line[at + 4] === DOT && line[at + 9] === DOT && isBoundary(line, at + 14)
  if (!isCisco) return -1
  for (let i = 0; i < 14; i += 1) if (i % 5 !== 4 && !isHex(line, at + i)) return -1
  return at + 14
}

/** Bytes: `c9:7f:12:…` of a certificate or key, `28 00 05 2f 1a 80` of a device. Three pairs of digits are a time. */
export function hexPairsEnd(line: Codes, at: number): number {
  const separator = line[at + 2]!
  if (separator !== COLON && separator !== SPACE) return -1
  const end = pairsEnd(line, at, separator, Number.POSITIVE_INFINITY)
  return (end - at + 1) / 3 >= (separator === COLON ? 4 : 6) ? end : -1
}

/** Returns the index after the consecutive two-digit hexadecimal numbers, `most` of them at most. */
function pairsEnd(line: Codes, at: number, separator: number, most: number): number {
  let end = at - 1
  let pair = at
  while (pair - at < most * 3 && isHex(line, pair) && isHex(line, pair + 1) && isBoundary(line, pair + 2)) {
    end = pair + 2
    if (line[end] !== separator) break
    pair = end + 1
  }
  return end
}

/** `0000:00:1f.2` is the name of a device. */
export function pciAddressEnd(line: Codes, at: number, wordEnd: number): number {
  if (wordEnd - at !== 4 || line[at + 4] !== COLON || line[at + 7] !== COLON || line[at + 10] !== DOT) return -1
  const isAddress = [0, 1, 2, 3, 5, 6, 8, 9, 11].every((offset) => isHex(line, at + offset))
  return isAddress && isBoundary(line, at + 12) ? at + 12 : -1
}

/** RFC 9562 §4: 8-4-4-4-12 hexadecimal digits. */
export function uuidEnd(line: Codes, at: number): number {
  if (line[at + 8] !== MINUS || line[at + 13] !== MINUS || line[at + 18] !== MINUS || line[at + 23] !== MINUS) return -1
  for (let i = 0; i < 36; i += 1) if (line[at + i] !== MINUS && !isHex(line, at + i)) return -1
  return isBoundary(line, at + 36) ? at + 36 : -1
}

/** `0x1f` */
export function prefixedHexEnd(line: Codes, at: number, end: number): number {
  if (line[at] !== ZERO || (line[at + 1]! | SMALL_BIT) !== SMALL_X || end - at < 3) return -1
  for (let i = at + 2; i < end; i += 1) if (!isHex(line, i)) return -1
  return end
}

/** `a0=1b0`: the arguments of a system call in an audit record, hexadecimal without a prefix. */
export function auditArgumentEnd(line: Codes, at: number, end: number): number {
  const isArgument =
    line[at - 1] === EQUALS && isDigit(line, at - 2) && line[at - 3] === SMALL_A && line[at - 4] === SPACE
  return isArgument ? end : -1
}

// `e1000e` (6) is a driver, `3f2a1b7` (7) an abbreviated commit.
const SHORTEST_HEX = 7
const SHORTEST_HEX_OF_LETTERS = 16

/** Queue ids, hashes, kernel addresses: hexadecimal words that are too long for names. */
export function hexWordEnd(line: Codes, at: number, end: number, kinds: number): number {
  if ((kinds & ~(DIGIT | HEX_LETTER | UPPER | LOWER)) !== 0) return -1
  const length = end - at
  if ((kinds & DIGIT) === 0) return length >= SHORTEST_HEX_OF_LETTERS ? end : -1
  // One in a hundred has no letter in it.
  if ((kinds & HEX_LETTER) === 0) return length > SHORTEST_HEX && standsLikeHex(line, at, end) ? end : -1
  return length >= SHORTEST_HEX ? end : -1
}

/** Kernels print addresses as `[<02123456>]`. */
function standsLikeHex(line: Codes, at: number, end: number): boolean {
  return (line[at - 1] === LESS && line[end] === GREATER) || standsLikeQueueId(line, at, end)
}

/** Mail servers write their queue id first: `postfix/qmgr[7]: 3F2A1B7C9D: removed`. */
function standsLikeQueueId(line: Codes, at: number, end: number): boolean {
  return line[end] === COLON && line[end + 1] === SPACE && line[at - 1] === SPACE && line[at - 2] === COLON
}

/** Exim's message ids: `1rAbCd-0001Ab-3x`, and since 4.97 `1rAbCd-00000001AbC-3xYz`. */
export function eximIdEnd(line: Codes, at: number, end: number): number {
  if (end - at !== 6 || !isDigit(line, at) || line[end] !== MINUS) return -1
  const second = end + 1
  const longForm = line[second + 6] !== MINUS
  const third = second + (longForm ? 12 : 7)
  const idEnd = third + (longForm ? 4 : 2)
  if (line[third - 1] !== MINUS || !isBoundary(line, idEnd)) return -1
  for (let i = second; i < idEnd; i += 1) if (i !== third - 1 && isBoundary(line, i)) return -1
  return idEnd
}

/** Random names: sessions, queue ids in base 52 and 62. Not `JohnSmith1985` and `enp0s31f6`. */
export function randomWordEnd(line: Codes, at: number, end: number, kinds: number): number {
  const length = end - at
  if (length < 10 || (kinds & DIGIT) === 0) return -1
  const bothCases = (kinds & (UPPER | LOWER)) === (UPPER | LOWER)
  if (bothCases && standsLikeQueueId(line, at, end)) return end
  // The longest name that Linux allows an interface has 15 characters.
  if (!bothCases && length < 16) return -1
  let changes = 0
  for (let i = at + 1; i < end; i += 1) if (isDigit(line, i) !== isDigit(line, i - 1)) changes += 1
  return changes >= (bothCases ? 3 : 5) ? end : -1
}

const SHORTEST_BASE64 = 32
// A longer text is judged by its beginning, so that the time for a line stays linear in its length.
const BASE64_PROBE = 256

/** Base64 of 24 bytes and more. Paths are made of the same characters, but have a slash more often. */
export function base64End(line: Codes, at: number, wordEnd: number): number {
  if (wordEnd - at < SHORTEST_BASE64 && line[wordEnd] !== PLUS && line[wordEnd] !== SLASH) return -1
  return base64EndOf(line, at)
}

function base64EndOf(line: Codes, at: number): number {
  const probeEnd = at + BASE64_PROBE
  let end = at
  let kinds = 0
  let slashes = 0
  while (end < probeEnd && isBase64(line, end)) {
    const kind = kindAt(line, end)
    if (kind === 0) slashes += 1
    kinds |= kind
    end += 1
  }
  const all = DIGIT | UPPER | LOWER
  if (end - at < SHORTEST_BASE64 || (kinds & all) !== all || slashes * 12 > end - at) return -1
  while (isBase64(line, end)) end += 1
  while (line[end] === EQUALS) end += 1
  return end
}

function isBase64(line: Codes, at: number): boolean {
  return !isBoundary(line, at) || line[at] === PLUS || line[at] === SLASH
}

/** OpenSSH's fingerprint of a key: 32 bytes in base64. */
export function sshFingerprintEnd(line: Codes, at: number, wordEnd: number): number {
  return startsWith(line, at, "SHA256:") ? base64EndOf(line, wordEnd + 1) : -1
}

/** `vethab12cd3`: container engines make a new random name at every start, so only `veth` is kept. */
export function vethEnd(line: Codes, at: number, end: number): number {
  if (end - at < 10 || !startsWith(line, at, "veth")) return -1
  for (let i = at + 4; i < end; i += 1) if (!isHex(line, i)) return -1
  return end
}

/** The identifier in `message-id=<…>` and `session=<…>`. */
export function bracketedIdEnd(line: Codes, at: number): number {
  if (!BRACKETED.some((key) => startsWith(line, at - key.length, key))) return -1
  let end = at
  while (line[end] !== GREATER && line[end] !== SPACE && line[end] !== 0) end += 1
  return line[end] === GREATER ? end + 1 : -1
}

const BRACKETED = ["message-id=", "msgid=", "session="]
