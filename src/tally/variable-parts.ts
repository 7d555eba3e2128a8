/**
 * The parts that vary between similar lines, and the parts that only look variable.
 *
 * At the start of each word, the parts are tried in order, and the first match decides. A part without a mask stays as
 * it is. It is in the list so that it is taken whole, before a later part finds a number inside it.
 */

import { type Codes, codesOf, DIGIT, isDigit, OTHER_LETTER, textOf, UPPER } from "./character.ts"
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
  pciAddressEnd,
  prefixedHexEnd,
  randomWordEnd,
  sshFingerprintEnd,
  uuidEnd,
  vethEnd,
} from "./identifiers.ts"
import { ieeeStandardEnd, namingNumberEnd, numberEnd, sizeEnd, versionEnd } from "./numbers.ts"
import { clockEnd, dateEnd, durationEnd, timestampEnd, writtenTimeEnd } from "./times.ts"

export interface VariablePart {
  /** Replaces the part in the template; undefined if the part stays. */
  readonly mask: Codes | undefined
  /** Whether its values are sampled (values.ts). */
  readonly isSampled: boolean
  /**
   * Returns the index after the part, or -1. Its first word is from `at` to `wordEnd` and has characters of these
   * `kinds`.
   */
  readonly endOf: (line: Codes, at: number, wordEnd: number, kinds: number) => number
  /** The possible classes of the first word. */
  readonly first: readonly WordClass[]
  /** The marks that can follow the first word; undefined allows anything. */
  readonly before?: string
  /** Kinds of characters that the first word must have. */
  readonly having?: number
}

/** `42`, `4f`, `4x`, `f4`, `x4`, `face`, `word`, and the empty word before a mark. */
type WordClass = "digits" | "digit-hex" | "digit-word" | "hex" | "word" | "hex-letters" | "letters" | "none"

const HEXABLE: readonly WordClass[] = ["digits", "digit-hex", "hex", "hex-letters"]
const MIXED: readonly WordClass[] = ["digit-hex", "digit-word", "hex", "word"]
const MIXED_NUMBER: readonly WordClass[] = ["digit-hex", "digit-word"]

const KNOWN_PARTS: readonly Omit<VariablePart, "isSampled">[] = [
  { mask: codesOf("<time>"), endOf: timestampEnd, first: ["digits"], before: "-/" },
  { mask: codesOf("<time>"), endOf: timestampEnd, first: ["digit-word"] },
  { mask: codesOf("<date>"), endOf: dateEnd, first: ["digits"], before: "-/." },
  { mask: codesOf("<time>"), endOf: writtenTimeEnd, first: ["digits"], before: " " },
  { mask: codesOf("<time>"), endOf: writtenTimeEnd, first: ["letters", "hex-letters"], before: " ,", having: UPPER },
  { mask: codesOf("<ip>"), endOf: ipv4End, first: ["digits"], before: "." },
  { mask: codesOf("<ip>"), endOf: hyphenatedIpv4End, first: ["digits"], before: "-" },
  { mask: codesOf("<mac>"), endOf: macEnd, first: HEXABLE, before: ":-." },
  { mask: codesOf("<hex>"), endOf: hexPairsEnd, first: HEXABLE, before: ": " },
  { mask: undefined, endOf: pciAddressEnd, first: HEXABLE, before: ":" },
  { mask: codesOf("<ip>"), endOf: ipv6End, first: [...HEXABLE, "none"], before: ":" },
  { mask: codesOf("<time>"), endOf: clockEnd, first: ["digits"], before: ":" },
  { mask: codesOf("<uuid>"), endOf: uuidEnd, first: HEXABLE, before: "-" },
  { mask: codesOf("<hex>"), endOf: prefixedHexEnd, first: ["digit-word"] },
  { mask: undefined, endOf: ieeeStandardEnd, first: ["digits"], before: "." },
  { mask: codesOf("<duration>"), endOf: durationEnd, first: ["digits"], before: "." },
  { mask: codesOf("<duration>"), endOf: durationEnd, first: MIXED_NUMBER },
  { mask: codesOf("<size>"), endOf: sizeEnd, first: ["digits"], before: "." },
  { mask: codesOf("<size>"), endOf: sizeEnd, first: MIXED_NUMBER },
  { mask: undefined, endOf: versionEnd, first: ["digits"], before: "." },
  { mask: codesOf("<hex>"), endOf: auditArgumentEnd, first: HEXABLE },
  { mask: codesOf("SHA256:<id>"), endOf: sshFingerprintEnd, first: ["word"], before: ":" },
  { mask: codesOf("veth<hex>"), endOf: vethEnd, first: ["word"] },
  { mask: codesOf("<hex>"), endOf: hexWordEnd, first: ["digits"], before: ":>" },
  { mask: codesOf("<hex>"), endOf: hexWordEnd, first: ["digit-hex", "hex", "hex-letters"] },
  { mask: codesOf("<id>"), endOf: eximIdEnd, first: ["digits", ...MIXED_NUMBER], before: "-" },
  { mask: codesOf("<id>"), endOf: base64End, first: ["digits", ...MIXED, "letters", "hex-letters"], before: "+/" },
  { mask: codesOf("<id>"), endOf: randomWordEnd, first: MIXED },
  { mask: codesOf("<id>"), endOf: bracketedIdEnd, first: ["none"], before: "<" },
  { mask: undefined, endOf: namingNumberEnd, first: ["digits"] },
  { mask: codesOf("<n>"), endOf: numberEnd, first: ["digits", ...MIXED_NUMBER] },
]

/** Times differ from line to line and say nothing: a tally has its first and last. */
const TIMES = ["<time>", "<date>"]

const PARTS: readonly VariablePart[] = KNOWN_PARTS.map((part) => {
  const { mask } = part
  return { ...part, isSampled: mask !== undefined && !TIMES.includes(textOf(mask, 0, mask.length)) }
})

/** The marks that parts distinguish; all others are "other". */
const MARKS = ["other", ...":-./ ,+<>"]
const MARK_ORDINALS = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, MARKS.indexOf(String.fromCharCode(code))),
)

// Every word of every reported line comes here, so the parts that can begin with it are in a table: by the bits of the
// word's kinds, whether it begins with a digit, and the mark after it.
const KIND_SETS = 32
const PARTS_BY_WORD = [false, true].flatMap((digitFirst) =>
  Array.from({ length: KIND_SETS }, (_, kinds) => ({ kinds, word: wordClass(kinds, digitFirst) })).flatMap(
    ({ kinds, word }) =>
      MARKS.map((mark) =>
        PARTS.filter(
          ({ first, before, having = 0 }) =>
            first.includes(word) && (before === undefined || before.includes(mark)) && (kinds & having) === having,
        ),
      ),
  ),
)

/** Returns the parts that can begin with the word from `at` to `wordEnd`, which may be empty. */
export function partsAt(line: Codes, at: number, wordEnd: number, kinds: number): readonly VariablePart[] {
  const code = line[wordEnd]!
  const mark = code < 0x80 ? MARK_ORDINALS[code]! : 0
  const word = isDigit(line, at) ? KIND_SETS + kinds : kinds
  return PARTS_BY_WORD[word * MARKS.length + mark]!
}

function wordClass(kinds: number, digitFirst: boolean): WordClass {
  if (kinds === 0) return "none"
  if (kinds === DIGIT) return "digits"
  const isHexadecimal = (kinds & OTHER_LETTER) === 0
  if ((kinds & DIGIT) === 0) return isHexadecimal ? "hex-letters" : "letters"
  if (digitFirst) return isHexadecimal ? "digit-hex" : "digit-word"
  return isHexadecimal ? "hex" : "word"
}
