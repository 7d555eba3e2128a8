/**
 * Finds network addresses that start at a place of a line, and the names of hosts.
 *
 * Every function returns the index after the match, or -1. It reads at most a few dozen characters more than it
 * consumes.
 */
import { COLON, DOT, MINUS } from "../text/ascii.ts"
import {
  type Codes,
  characterSet,
  decimal,
  digitsEnd,
  isBoundary,
  isDigit,
  isHex,
  isIn,
  startsWith,
} from "./character.ts"
import { pairsEnd } from "./hexadecimal.ts"

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

/** `0000:00:1f.2` is the name of a device. */
export function pciAddressEnd(line: Codes, at: number, wordEnd: number): number {
  if (wordEnd - at !== 4 || line[at + 4] !== COLON || line[at + 7] !== COLON || line[at + 10] !== DOT) return -1
  const isAddress = [0, 1, 2, 3, 5, 6, 8, 9, 11].every((offset) => isHex(line, at + offset))
  return isAddress && isBoundary(line, at + 12) ? at + 12 : -1
}

/** In names of hosts, and in addresses. */
const HOST_MARKS = characterSet(".-_:%")

/** `rhost=dsl-7.example.net`: PAM writes a name or an address there, or nothing. */
export function remoteHostEnd(line: Codes, at: number): number {
  const host = at + 6
  if (!startsWith(line, at, "rhost=")) return -1
  let end = host
  while (!isBoundary(line, end) || isIn(HOST_MARKS, line[end]!)) end += 1
  // A mark that ends the clause. `::` ends addresses.
  if (line[end - 1] === DOT || (line[end - 1] === COLON && line[end - 2] !== COLON)) end -= 1
  return end > host ? end : -1
}
