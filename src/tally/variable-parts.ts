/**
 * What varies between lines that a person calls the same, and what only looks like it.
 *
 * Each list is tried in order where a word or number begins, and the first that fits decides. A part without a mask
 * stays as it is: it is there to be taken whole before a later one sees a number in the middle of it.
 */
import {
  auditArgumentEnd,
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
  /** Returns the index after the part, or -1. Its first word goes from `at` to `wordEnd` and has characters of these `kinds`. */
  readonly endOf: (line: string, at: number, wordEnd: number, kinds: number) => number
  /** What the first word can be. */
  readonly first: readonly WordClass[]
  /** What can stand behind the first word: one of these characters; anything where undefined. */
  readonly before?: string
}

/** `42`, `4f`, `4x`, `f4`, `x4`, `face`, `word`, and the empty word before a mark. */
type WordClass = (typeof WORD_CLASSES)[number]
const WORD_CLASSES = ["digits", "digit-hex", "digit-word", "hex", "word", "hex-letters", "letters", "none"] as const

/** The marks that parts ask for. */
const MARKS = ":-./ ,+<>"

const HEXABLE: readonly WordClass[] = ["digits", "digit-hex", "hex", "hex-letters"]
const MIXED: readonly WordClass[] = ["digit-hex", "digit-word", "hex", "word"]
const MIXED_NUMBER: readonly WordClass[] = ["digit-hex", "digit-word"]

const PARTS: readonly VariablePart[] = [
  { mask: "<time>", endOf: timestampEnd, first: ["digits"], before: "-/" },
  { mask: "<time>", endOf: timestampEnd, first: ["digit-word"] },
  { mask: "<date>", endOf: dateEnd, first: ["digits"], before: "-/." },
  { mask: "<time>", endOf: writtenTimeEnd, first: ["digits", "letters", "hex-letters"], before: " ," },
  { mask: "<ip>", endOf: ipv4End, first: ["digits"], before: "." },
  { mask: "<ip>", endOf: hyphenatedIpv4End, first: ["digits"], before: "-" },
  { mask: "<mac>", endOf: macEnd, first: HEXABLE, before: ":-." },
  { mask: "<hex>", endOf: hexPairsEnd, first: HEXABLE, before: ": " },
  { mask: undefined, endOf: pciAddressEnd, first: HEXABLE, before: ":" },
  { mask: "<ip>", endOf: ipv6End, first: [...HEXABLE, "none"], before: ":" },
  { mask: "<time>", endOf: clockEnd, first: ["digits"], before: ":" },
  { mask: "<uuid>", endOf: uuidEnd, first: HEXABLE, before: "-" },
  { mask: "<hex>", endOf: prefixedHexEnd, first: ["digit-word"] },
  { mask: undefined, endOf: ieeeStandardEnd, first: ["digits"], before: "." },
  { mask: "<duration>", endOf: durationEnd, first: ["digits"], before: "." },
  { mask: "<duration>", endOf: durationEnd, first: MIXED_NUMBER },
  { mask: "<size>", endOf: sizeEnd, first: ["digits"], before: "." },
  { mask: "<size>", endOf: sizeEnd, first: MIXED_NUMBER },
  { mask: undefined, endOf: versionEnd, first: ["digits"], before: "." },
  { mask: "<hex>", endOf: auditArgumentEnd, first: HEXABLE },
  { mask: "SHA256:<id>", endOf: sshFingerprintEnd, first: ["word"], before: ":" },
  { mask: "veth<hex>", endOf: vethEnd, first: ["word"] },
  { mask: "<hex>", endOf: hexWordEnd, first: ["digits"], before: ":>" },
  { mask: "<hex>", endOf: hexWordEnd, first: ["digit-hex", "hex", "hex-letters"] },
  { mask: "<id>", endOf: eximIdEnd, first: ["digits", ...MIXED_NUMBER], before: "-" },
  { mask: "<id>", endOf: base64End, first: ["digits", ...MIXED, "letters", "hex-letters"], before: "+/" },
  { mask: "<id>", endOf: randomWordEnd, first: MIXED },
  { mask: "<id>", endOf: bracketedIdEnd, first: ["none"], before: "<" },
  { mask: undefined, endOf: namingNumberEnd, first: ["digits"] },
  { mask: "<n>", endOf: numberEnd, first: ["digits", ...MIXED_NUMBER] },
]
// Every word of every line comes here, so the parts that can begin with it are looked up, not searched.
const MARK_ORDINALS = Uint8Array.from({ length: 128 }, (_, code) => MARKS.indexOf(String.fromCharCode(code)) + 1)
const PARTS_BY_WORD: readonly (readonly VariablePart[])[] = WORD_CLASSES.flatMap((wordClass) =>
  ["", ...MARKS].map((mark) =>
    PARTS.filter(
      ({ first, before }) =>
        first.includes(wordClass) && (before === undefined || (mark !== "" && before.includes(mark))),
    ),
  ),
)

/** Returns what the word from `at` to `wordEnd`, which may be empty, can be the beginning of. */
export function partsAt(line: string, at: number, wordEnd: number, kinds: number): readonly VariablePart[] {
  const code = wordEnd < line.length ? line.charCodeAt(wordEnd) : 0
  const mark = code < 128 ? MARK_ORDINALS[code]! : 0
  return PARTS_BY_WORD[wordClassAt(line, at, kinds) * (MARKS.length + 1) + mark]!
}

/** Returns an index into WORD_CLASSES. */
function wordClassAt(line: string, at: number, kinds: number): number {
  if (kinds === 0) return 7
  if (kinds === DIGIT) return 0
  const isHexadecimal = (kinds & OTHER_LETTER) === 0
  if ((kinds & DIGIT) === 0) return isHexadecimal ? 5 : 6
  if (isDigit(line, at)) return isHexadecimal ? 1 : 2
  return isHexadecimal ? 3 : 4
}

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

/** `802.11ac`, `802.1X` */
function ieeeStandardEnd(line: string, at: number): number {
  if (!line.startsWith("802.", at) || !isDigit(line, at + 4)) return -1
  let end = digitsEnd(line, at + 4)
  while (!isBoundary(line, end)) end += 1
  return end
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
  if (line[wordEnd] === "_" && !isBoundary(line, wordEnd + 1)) return wordEnd
  const mark = line[at - 1]
  if (mark === "-") {
    // One digit tells things apart (dm-0, gw-1, %LINK-3-UPDOWN), more of them count: session-12. And session-7.scope.
    const isNumbered = wordEnd - at === 1 && !isBoundary(line, at - 2) && !isDigit(line, at - 2)
    return isNumbered && !(line[wordEnd] === "." && !isBoundary(line, wordEnd + 1)) ? wordEnd : -1
  }
  if (mark === "_" ? isBoundary(line, at - 2) : (mark !== "." && mark !== "/") || !isDigit(line, at - 2)) return -1
  return followsLetter(line, at - 2) ? wordEnd : -1
}

/** Whether digits, and the marks between them, go on from a letter: the `0.` of `eth0.100` does, that of `1.0.100` does not. */
function followsLetter(line: string, last: number): boolean {
  let before = last
  while (last - before < 16 && (isDigit(line, before) || "./_".includes(line[before] ?? "-"))) before -= 1
  return !isBoundary(line, before) && !isDigit(line, before)
}

/** `42`, `0.25`, `1e-05`, `45C`: a number by itself, or with its unit, which stays. */
function numberEnd(line: string, at: number, wordEnd: number, kinds: number): number {
  if (kinds === DIGIT && line[wordEnd] !== ".") return wordEnd
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
