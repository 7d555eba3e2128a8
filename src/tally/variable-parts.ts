/**
 * The parts that vary between similar lines, and the parts that only look variable.
 *
 * At the start of each word, the parts are tried in order, and the first match decides. A part without a mask stays as
 * it is. It is in the list so that it is taken whole, before a later part finds a number inside it.
 *
 * A part says which words can begin it, so that few are tried (part-table.ts).
 */

import { hyphenatedIpv4End, ipv4End, ipv6End, macEnd, pciAddressEnd, remoteHostEnd } from "./addresses.ts"
import { type Codes, codesOf, LOWER, UPPER } from "./character.ts"
import {
  auditArgumentEnd,
  crashAddressEnd,
  hexDigitsEnd,
  hexGroupsEnd,
  hexPairsEnd,
  hexWordEnd,
  namedInterfaceEnd,
  opensslErrorEnd,
  podUuidEnd,
  prefixedHexEnd,
  uuidEnd,
} from "./hexadecimal.ts"
import { base64End, bracketedIdEnd, sshFingerprintEnd } from "./identifiers.ts"
import { mailEnd } from "./mail-addresses.ts"
import { ieeeStandardEnd, namingNumberEnd, numberEnd, sizeEnd, versionEnd } from "./numbers.ts"
import { podEnd, podSuffixEnd, replicaSetEnd, replicaSetNumberEnd } from "./pods.ts"
import { eximIdEnd, postfixIdEnd, queuedIdEnd, sendmailIdEnd } from "./queue-ids.ts"
import { prefixedIdEnd, randomLettersEnd, randomWordEnd } from "./random-words.ts"
import { codeEnd, hexCodeEnd } from "./status-codes.ts"
import { clockEnd, dateEnd, durationEnd, klogTimeEnd, timestampEnd, writtenTimeEnd } from "./times.ts"

export interface VariablePart {
  /** Replaces the part in the template; undefined if the part stays. */
  readonly mask: Codes | undefined
  /** Characters at the beginning of the part that stay before the mask: `rhost=`. */
  readonly keeps: number
  /** Whether its values are sampled (values.ts). */
  readonly isSampled: boolean
  /**
   * Returns the index after the part, or -1. Its first word is from `at` to `wordEnd` and has characters of these
   * `kinds`. Undefined if the part is its first word, whatever that is.
   */
  readonly endOf: ((line: Codes, at: number, wordEnd: number, kinds: number) => number) | undefined
  /** The possible classes of the first word. */
  readonly first: readonly WordClass[]
  /** The marks that can precede the first word; undefined allows anything. */
  readonly after?: string
  /** The marks that cannot precede it. */
  readonly notAfter?: string
  /** The marks that can follow the first word; undefined allows anything. */
  readonly before?: string
  /** The marks that cannot follow it. */
  readonly notBefore?: string
  /** Kinds of characters that the first word must have. */
  readonly having?: number
  /** How short the first word can be. */
  readonly least?: number
  /** How long the first word can be. */
  readonly most?: number
}

/** `42`, `4f`, `4x`, `f4`, `x4`, `face`, `word`, and the empty word before a mark. */
export type WordClass = "digits" | "digit-hex" | "digit-word" | "hex" | "word" | "hex-letters" | "letters" | "none"

const HEXABLE: readonly WordClass[] = ["digits", "digit-hex", "hex", "hex-letters"]
const MIXED: readonly WordClass[] = ["digit-hex", "digit-word", "hex", "word"]
const MIXED_NUMBER: readonly WordClass[] = ["digit-hex", "digit-word"]

/** Before a status code; after these, its key is looked for. */
const CODE_MARKS = " =:\"'(-"

const WORDS: readonly WordClass[] = ["digits", ...MIXED, "letters", "hex-letters"]

interface KnownPart extends Omit<VariablePart, "isSampled" | "keeps" | "mask"> {
  readonly mask?: string
  readonly keeps?: number
}

const KNOWN_PARTS: readonly KnownPart[] = [
  { mask: "<mail>", endOf: mailEnd, first: WORDS, notAfter: ".-+_", before: "@.-+_" },
  { mask: "<mail>", endOf: mailEnd, first: WORDS, after: "<", before: "=" },
  { mask: "<ip>", keeps: 6, endOf: remoteHostEnd, first: ["letters"], before: "=", least: 5, most: 5 },
  { mask: "<id>", endOf: eximIdEnd, first: ["digits", ...MIXED_NUMBER], before: "-", least: 6, most: 6 },
  { mask: "<time>", endOf: timestampEnd, first: ["digits"], before: "-/", most: 4 },
  { mask: "<time>", endOf: timestampEnd, first: ["digit-word"], least: 15 },
  { mask: "<date>", endOf: dateEnd, first: ["digits"], before: "-/", most: 4 },
  { mask: "<date>", endOf: dateEnd, first: ["digits"], before: ".", most: 2 },
  { mask: "<time>", endOf: writtenTimeEnd, first: ["digits"], before: " ", most: 2 },
  {
    mask: "<time>",
    endOf: writtenTimeEnd,
    first: ["letters", "hex-letters"],
    before: " ,",
    having: UPPER,
    least: 3,
    most: 3,
  },
  {
    mask: "<time>",
    keeps: 1,
    endOf: klogTimeEnd,
    first: ["hex", "word"],
    before: " ",
    having: UPPER,
    least: 5,
    most: 9,
  },
  { mask: "<ip>", endOf: ipv4End, first: ["digits"], before: ".", most: 3 },
  { mask: "<ip>", endOf: hyphenatedIpv4End, first: ["digits"], before: "-", most: 3 },
  { mask: "<mac>", endOf: macEnd, first: HEXABLE, before: ":-.", least: 2, most: 4 },
  { mask: "<hex>", endOf: hexPairsEnd, first: HEXABLE, before: ": ", least: 2, most: 2 },
  { endOf: pciAddressEnd, first: HEXABLE, before: ":", least: 4, most: 4 },
  { mask: "<ip>", endOf: ipv6End, first: [...HEXABLE, "none"], before: ":", most: 4 },
  { mask: "<time>", endOf: clockEnd, first: ["digits"], before: ":", most: 3 },
  { mask: "<uuid>", endOf: uuidEnd, first: HEXABLE, before: "-_", least: 8, most: 8 },
  { mask: "<uuid>", keeps: 3, endOf: podUuidEnd, first: ["word", "letters"], before: "-_", least: 11, most: 11 },
  { mask: "<hex>", endOf: hexGroupsEnd, first: HEXABLE, before: "-", least: 4, most: 4 },
  { mask: "<hex>", endOf: auditArgumentEnd, keeps: 3, first: ["hex"], after: " ", before: "=", least: 2, most: 2 },
  { mask: "<hex>", endOf: crashAddressEnd, first: HEXABLE, after: " :", before: " ", most: 16 },
  { mask: "<hex>", endOf: crashAddressEnd, first: HEXABLE, after: "[", before: "+", most: 16 },
  { mask: "<hex>", endOf: crashAddressEnd, first: HEXABLE, after: "+", before: "]", most: 16 },
  { endOf: hexCodeEnd, first: ["digit-word"], after: CODE_MARKS, least: 3, most: 10 },
  { mask: "<hex>", endOf: prefixedHexEnd, first: ["digit-word"], least: 3 },
  { endOf: ieeeStandardEnd, first: ["digits"], before: ".", least: 3, most: 3 },
  { mask: "<id>", endOf: queuedIdEnd, first: ["digits", ...MIXED], after: " ", before: ")\0" },
  { mask: "<id>", endOf: sendmailIdEnd, first: MIXED, after: " ", before: ":", least: 11, most: 20 },
  { mask: "<hex>", endOf: postfixIdEnd, first: MIXED_NUMBER, after: " ", before: ":", least: 8, most: 20 },
  { mask: "<id>", endOf: podEnd, first: WORDS, after: "-", before: "-", least: 8, most: 10 },
  { mask: "<id>", endOf: podSuffixEnd, first: ["digits", ...MIXED, "letters"], after: "-", least: 5, most: 5 },
  { mask: "<id>", endOf: replicaSetEnd, first: MIXED, after: "-", least: 8, most: 10 },
  { mask: "<hex>", endOf: replicaSetNumberEnd, first: ["digits"], after: "-", least: 8, most: 10 },
  { mask: "<hex>", endOf: opensslErrorEnd, first: HEXABLE, after: ":", before: ":", least: 8, most: 8 },
  { mask: "<duration>", endOf: durationEnd, first: ["digits"], before: "." },
  { mask: "<duration>", endOf: durationEnd, first: ["digit-word"] },
  { mask: "<duration>", endOf: durationEnd, first: ["digit-hex"], most: 6 },
  { mask: "<size>", endOf: sizeEnd, first: ["digits"], before: "." },
  { mask: "<size>", endOf: sizeEnd, first: MIXED_NUMBER },
  { endOf: versionEnd, first: ["digits"], before: "." },
  { endOf: codeEnd, first: ["digits"], after: CODE_MARKS, most: 10 },
  { endOf: codeEnd, first: ["digits"], after: "/", least: 3, most: 3 },
  { mask: "<id>", keeps: 7, endOf: sshFingerprintEnd, first: ["word"], before: ":", least: 6, most: 6 },
  ...["veth", "cali", "lxc"].map(
    (name): KnownPart => ({
      mask: "<hex>",
      keeps: name.length,
      endOf: (line, at, wordEnd) => namedInterfaceEnd(line, at, wordEnd, name),
      first: ["word"],
      least: name.length + 6,
    }),
  ),
  { mask: "<hex>", endOf: hexDigitsEnd, first: ["digits"], least: 7 },
  { mask: "<hex>", endOf: hexWordEnd, first: ["digit-hex", "hex", "hex-letters"], least: 7 },
  { mask: "<id>", endOf: base64End, first: WORDS, before: "+/" },
  { mask: "<id>", endOf: prefixedIdEnd, first: [...MIXED, "letters"], after: "_", least: 14 },
  { mask: "<id>", endOf: randomWordEnd, first: MIXED, least: 10 },
  { mask: "<id>", endOf: randomLettersEnd, first: ["letters"], having: UPPER | LOWER, least: 20 },
  { mask: "<id>", endOf: bracketedIdEnd, first: ["none"], before: "<" },
  { endOf: namingNumberEnd, first: ["digits"], after: "_-/.", most: 4 },
  { endOf: namingNumberEnd, first: ["digits"], notAfter: "_-/.", before: "_", most: 4 },
  { mask: "<n>", endOf: undefined, first: ["digits"], notBefore: "." },
  { mask: "<n>", endOf: numberEnd, first: ["digits"], before: "." },
  { mask: "<n>", endOf: numberEnd, first: MIXED_NUMBER },
]

/** Times differ from line to line and say nothing: a tally has its first and last. */
const TIMES = ["<time>", "<date>"]

export const PARTS: readonly VariablePart[] = KNOWN_PARTS.map((part) => ({
  ...part,
  mask: part.mask === undefined ? undefined : codesOf(part.mask),
  keeps: part.keeps ?? 0,
  isSampled: part.mask !== undefined && !TIMES.includes(part.mask),
}))
