/**
 * What varies between lines that a person calls the same, and what only looks like it.
 *
 * Each list is tried in order where a word or number begins, and the first that fits decides. A part without a mask
 * stays as it is: it is there to be taken whole before a later one sees a number in the middle of it.
 */
import {
  base64End,
  bracketedIdEnd,
  eximIdEnd,
  hexPairsEnd,
  hexWordEnd,
  hyphenatedIpv4End,
  ipv4End,
  ipv6End,
  macEnd,
  prefixedHexEnd,
  randomWordEnd,
  uuidEnd,
  vethEnd,
} from "./addresses.ts"
import { DIGIT, digitsEnd, isBoundary, isDigit, isHex, OTHER_LETTER } from "./character.ts"
import { clockEnd, dateEnd, durationEnd, timestampEnd, writtenTimeEnd } from "./times.ts"

export interface VariablePart {
  /** Stands in the template instead; undefined where the part stays. */
  readonly mask: string | undefined
  /** Returns the index after the part, or -1. The word that starts at `at` ends at `wordEnd` and has characters of these `kinds`. */
  readonly endOf: (line: string, at: number, wordEnd: number, kinds: number) => number
}

/** Returns what to try at `at`, where a word of these `kinds` begins, or a mark between words. */
export function variablePartsAt(line: string, at: number, kinds: number): readonly VariablePart[] {
  if (kinds === 0) {
    const mark = line[at]
    return mark === ":" || mark === "<" ? PARTS_OF_MARKS : NO_PARTS
  }
  if ((kinds & DIGIT) !== 0) return isDigit(line, at) ? PARTS_OF_NUMBERS : PARTS_OF_WORDS
  return (kinds & OTHER_LETTER) === 0 ? PARTS_OF_HEX_LETTERS : PARTS_OF_LETTERS
}

const MAC: VariablePart = { mask: "<mac>", endOf: macEnd }
const IPV6: VariablePart = { mask: "<ip>", endOf: ipv6End }
const HEX_PAIRS: VariablePart = { mask: "<hex>", endOf: hexPairsEnd }
const UUID: VariablePart = { mask: "<uuid>", endOf: uuidEnd }
const HEX_WORD: VariablePart = { mask: "<hex>", endOf: hexWordEnd }
const RANDOM_WORD: VariablePart = { mask: "<id>", endOf: randomWordEnd }
const BASE64: VariablePart = { mask: "<id>", endOf: base64End }
const WRITTEN_TIME: VariablePart = { mask: "<time>", endOf: writtenTimeEnd }

const NO_PARTS: readonly VariablePart[] = []

const PARTS_OF_MARKS: readonly VariablePart[] = [IPV6, { mask: "<id>", endOf: bracketedIdEnd }]

/** Words of letters that may be hexadecimal digits: `face`, `fd::1`, but also `Dec`. */
const PARTS_OF_HEX_LETTERS: readonly VariablePart[] = [WRITTEN_TIME, MAC, HEX_PAIRS, IPV6, UUID, HEX_WORD, BASE64]

/** Words of letters. */
const PARTS_OF_LETTERS: readonly VariablePart[] = [WRITTEN_TIME, BASE64]

/** Words that begin with a letter and have digits: `e1000e`, `fe80::1`, `SHA256`. */
const PARTS_OF_WORDS: readonly VariablePart[] = [
  MAC,
  HEX_PAIRS,
  IPV6,
  UUID,
  { mask: "SHA256:<id>", endOf: sshFingerprintEnd },
  { mask: "veth<hex>", endOf: vethEnd },
  HEX_WORD,
  BASE64,
  RANDOM_WORD,
]

/** Words that begin with a digit. */
const PARTS_OF_NUMBERS: readonly VariablePart[] = [
  { mask: "<time>", endOf: timestampEnd },
  { mask: "<date>", endOf: dateEnd },
  WRITTEN_TIME,
  { mask: "<ip>", endOf: ipv4End },
  MAC,
  HEX_PAIRS,
  { mask: undefined, endOf: pciAddressEnd },
  IPV6,
  { mask: "<time>", endOf: clockEnd },
  UUID,
  { mask: "<hex>", endOf: prefixedHexEnd },
  { mask: "<ip>", endOf: hyphenatedIpv4End },
  { mask: "<duration>", endOf: durationEnd },
  { mask: "<size>", endOf: sizeEnd },
  { mask: undefined, endOf: versionEnd },
  HEX_WORD,
  { mask: "<id>", endOf: eximIdEnd },
  BASE64,
  RANDOM_WORD,
  { mask: undefined, endOf: namingNumberEnd },
  { mask: "<n>", endOf: numberEnd },
]

/** OpenSSH's fingerprint of a key: 32 bytes in base64. */
function sshFingerprintEnd(line: string, at: number, wordEnd: number): number {
  return line.startsWith("SHA256:", at) ? base64End(line, wordEnd + 1, line.length) : -1
}

/** `0000:00:1f.2` is the name of a device. */
function pciAddressEnd(line: string, at: number, wordEnd: number): number {
  if (wordEnd - at !== 4 || line[at + 4] !== ":" || line[at + 7] !== ":" || line[at + 10] !== ".") return -1
  const isAddress = [0, 1, 2, 3, 5, 6, 8, 9, 11].every((offset) => isHex(line, at + offset))
  return isAddress && isBoundary(line, at + 12) ? at + 12 : -1
}

/** `2.4.57`, `5.10.0-21-amd64`, `9.2p1`, `2.36-9+deb12u3`; but `1.5` is a number, and `HTTP/1.1` is not. */
function versionEnd(line: string, at: number): number {
  let end = digitsEnd(line, at)
  let numbers = 1
  while (line[end] === "." && isDigit(line, end + 1)) {
    end = digitsEnd(line, end + 1)
    numbers += 1
  }
  if (numbers === 1) return -1
  if (numbers === 2 && (unitEnd(line, end) !== -1 || isExponent(line, end))) return -1
  const hasSuffix = !isBoundary(line, end) || (isSuffixMark(line, end) && !isBoundary(line, end + 1))
  const followsName = line[at - 1] === "/" && !isBoundary(line, at - 2) && !isDigit(line, at - 2)
  if (numbers === 2 && !hasSuffix && !followsName) return -1
  while (!isBoundary(line, end) || ((isSuffixMark(line, end) || line[end] === ".") && !isBoundary(line, end + 1))) {
    end += 1
  }
  return end
}

function isSuffixMark(line: string, at: number): boolean {
  return line[at] === "-" || line[at] === "+" || line[at] === "~"
}

/** The units of a size: an amount of data, also per second. Written apart they are words. */
function sizeEnd(line: string, at: number): number {
  const number = decimalEnd(line, at)
  let end = number
  if ("kKMGTPE".includes(line[end] ?? "-")) end += 1
  if (end > number && line[end] === "i") end += 1
  if (line[end] === "B" || line[end] === "b") end += 1
  if (end === number) return -1
  if (line.startsWith("it", end)) end += 2
  if (line.startsWith("ps", end) || line.startsWith("/s", end)) end += 2
  return isBoundary(line, end) ? end : -1
}

const UNITS: ReadonlySet<string> = new Set([
  ...["Hz", "kHz", "MHz", "GHz", "V", "mV", "A", "mA", "W", "mW", "C", "rpm", "RPM", "dB", "dBm", "pps", "ppm", "x"],
])

/** Returns the index after a unit that is written directly behind its number, or -1. */
function unitEnd(line: string, at: number): number {
  let end = at
  while (end - at < 4 && !isBoundary(line, end) && !isDigit(line, end)) end += 1
  return isBoundary(line, end) && UNITS.has(line.slice(at, end)) ? end : -1
}

/** A number that is part of a name: `dm-0`, `eth0.100`, `GigabitEthernet0/1`, `python3.11`, `TLS_AES_256`. */
function namingNumberEnd(line: string, at: number, wordEnd: number, kinds: number): number {
  if (kinds !== DIGIT || wordEnd - at > 4) return -1
  let before = at - 1
  const mark = line[before]
  if (mark === "_" || line[wordEnd] === "_") return wordEnd
  if (mark === "-") {
    // One digit tells things apart (dm-0, gw-1, %LINK-3-UPDOWN), more of them count: session-12. And session-7.scope.
    const isNumbered = wordEnd - at === 1 && !isBoundary(line, at - 2) && !isDigit(line, at - 2)
    return isNumbered && !(line[wordEnd] === "." && !isBoundary(line, wordEnd + 1)) ? wordEnd : -1
  }
  if ((mark !== "." && mark !== "/") || !isDigit(line, at - 2)) return -1
  while (at - before < 16 && (isDigit(line, before) || line[before] === "." || line[before] === "/")) before -= 1
  return isBoundary(line, before) ? -1 : wordEnd
}

/** `42`, `0.25`, `1e-05`, `45C`: a number by itself, or with its unit, which stays. */
function numberEnd(line: string, at: number, wordEnd: number, kinds: number): number {
  const end = decimalEnd(line, at)
  if (isExponent(line, end)) return digitsEnd(line, end + 2)
  if (kinds === DIGIT && end <= wordEnd) return wordEnd
  return isBoundary(line, end) || unitEnd(line, end) !== -1 ? end : -1
}

function decimalEnd(line: string, at: number): number {
  const end = digitsEnd(line, at)
  return line[end] === "." && isDigit(line, end + 1) ? digitsEnd(line, end + 1) : end
}

function isExponent(line: string, at: number): boolean {
  const isSigned = line[at + 1] === "-" || line[at + 1] === "+"
  return (
    (line[at] === "e" || line[at] === "E") &&
    isSigned &&
    isDigit(line, at + 2) &&
    isBoundary(line, digitsEnd(line, at + 2))
  )
}
