/**
 * Recognizes host names: in the header of a message, and in the line that rules see.
 */
import { AT_SIGN, COLON, COMMA, DOT, isDigit, isHexDigit, PERCENT, SLASH, SPACE } from "../text/ascii.ts"
import { isAt } from "./header-steps.ts"

/** The bytes of Debian's `[._[:alnum:]-]`, which rsyslog also accepts in a host name, as 1. */
const HOSTNAME_BYTES = new Uint8Array(256)
for (const byte of Buffer.from("._-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")) {
  HOSTNAME_BYTES[byte] = 1
}

export function isHostnameByte(byte: number): boolean {
  return HOSTNAME_BYTES[byte] === 1
}

/** Finds the end of the host name that begins at `at`; returns `at` if none does. */
export function skipHostname(bytes: Buffer, at: number, end: number): number {
  let next = at
  while (next < end && HOSTNAME_BYTES[bytes[next]!] === 1) next += 1
  return next
}

/** "0000:0000:0000:0000:0000:ffff:255.255.255.255" */
const MAX_IPV6_LENGTH = 45

/**
 * Whether this word is an IPv6 address (RFC 4291 §2.2), with or without a zone: eight groups, or fewer around one `::`.
 */
export function isIpv6Address(bytes: Buffer, start: number, wordEnd: number): boolean {
  const end = withoutZone(bytes, start, wordEnd)
  if (end - start < 2 || end - start > MAX_IPV6_LENGTH) return false
  let groups = 0
  let gaps = 0
  let at = start
  while (at < end) {
    if (bytes[at] === COLON) {
      const isGap = at + 1 < end && bytes[at + 1] === COLON
      if (isGap) gaps += 1
      else if (at === start || at + 1 === end) return false
      at += isGap ? 2 : 1
      if (isGap && at < end && bytes[at] === COLON) return false
    }
    const groupStart = at
    while (at < end && isHexDigit(bytes[at]!)) at += 1
    if (at < end && bytes[at] === DOT) {
      groups += 2
      if (!isDottedQuad(bytes, groupStart, end)) return false
      at = end
    } else if (at > groupStart) {
      groups += 1
      if (at - groupStart > 4) return false
    }
    if (at < end && bytes[at] !== COLON) return false
  }
  return gaps === 0 ? groups === 8 : gaps === 1 && groups <= 7
}

/** The length of a MAC address without separators. */
const MAC_LENGTH = 12

/**
 * UniFi's access points and switches: `U6LR,0200000000aa,v6.5.28`, with or without a colon after it.
 *
 * Returns the end of model and MAC, which name the device; `at` if there is no such name. With the firmware's version,
 * each update would make a new host.
 */
export function endOfUnifiName(bytes: Buffer, at: number, end: number): number {
  const comma = skipHostname(bytes, at, end)
  const macEnd = comma + 1 + MAC_LENGTH
  if (comma === at || macEnd >= end || bytes[comma] !== COMMA || bytes[macEnd] !== COMMA) return at
  for (let i = comma + 1; i < macEnd; i += 1) {
    if (!isHexDigit(bytes[i]!)) return at
  }
  return macEnd
}

/**
 * syslog-ng's chain_hostnames: "src@web1", "relay/web1". Returns its end; `at` if there is none.
 *
 * A tag may look the same ("postfix/smtpd"), so a word that ends in a colon must follow.
 */
export function endOfChain(bytes: Buffer, at: number, end: number): number {
  let next = at
  while (next < end && (isHostnameByte(bytes[next]!) || bytes[next] === AT_SIGN || bytes[next] === SLASH)) next += 1
  if (next === at || !isAt(bytes, next, end, SPACE)) return at
  let tagEnd = next + 1
  while (tagEnd < end && bytes[tagEnd] !== SPACE && bytes[tagEnd] !== COLON) tagEnd += 1
  return tagEnd > next + 1 && isAt(bytes, tagEnd, end, COLON) ? next : at
}

function withoutZone(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end && at - start <= MAX_IPV6_LENGTH; at += 1) {
    if (bytes[at] === PERCENT) return at + 1 < end && skipHostname(bytes, at + 1, end) === end ? at : start
  }
  return end
}

function isDottedQuad(bytes: Buffer, start: number, end: number): boolean {
  let dots = 0
  let digits = 0
  for (let at = start; at < end; at += 1) {
    if (isDigit(bytes[at]!)) digits += 1
    else if (bytes[at] === DOT && digits > 0) {
      dots += 1
      digits = 0
    } else return false
    if (digits > 3) return false
  }
  return dots === 3 && digits > 0
}

/** Whether a word ends here: at a blank or with the frame. */
export function isWordEnd(bytes: Buffer, at: number, end: number): boolean {
  return at >= end || bytes[at] === SPACE
}
