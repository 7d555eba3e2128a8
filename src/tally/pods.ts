/**
 * Finds what Kubernetes appends to the names of pods and replica sets.
 *
 *     web-7fb96c846b-x2x4z      web-<id>          pod of a deployment: a hash, and five random characters
 *     backup-29923407-k7r2p     backup-<id>       pod of a job: the minute, and five random characters
 *     kube-proxy-x2x4z          kube-proxy-<id>   pod of a daemon set
 *     web-7fb96c846b            web-<hex>         replica set (hexadecimal.ts)
 *
 * There are 27 random characters, which make no words (k8s.io/apimachinery/pkg/util/rand). Five of them without a digit
 * can be an abbreviation. Then the text before the name must say that it is the name of a pod.
 *
 * Every function returns the index after the match, or -1. A hyphen stands before it.
 */
import { DOT, isDigit as isDigitCode, isLowerCase, MINUS, SLASH, UNDERSCORE } from "../text/ascii.ts"
import {
  type Codes,
  characterSet,
  decimal,
  digitChanges,
  isBoundary,
  isIn,
  OTHER_LETTER,
  startsWith,
  UPPER,
} from "./character.ts"
import { isLetter, isWord, keyEnd } from "./keys.ts"

const RANDOM = characterSet("bcdfghjklmnpqrstvwxz2456789")
/** A hash is a decimal number of eight to ten digits, which are written with these. */
const HASH = characterSet("456789bcdf")
const SUFFIX = 5

/** The hash or the minute at `at`, and the random characters behind it. */
export function podEnd(line: Codes, at: number, wordEnd: number, kinds: number): number {
  const end = wordEnd + 1 + SUFFIX
  if ((kinds & UPPER) !== 0 || isBoundary(line, at - 2) || !isBoundary(line, end)) return -1
  if (!isHash(line, at, wordEnd) && !isMinute(line, at, wordEnd)) return -1
  if (areAll(RANDOM, line, wordEnd + 1, end)) return end
  if (!areAll(SMALL, line, wordEnd + 1, end)) return -1
  return digitChanges(line, wordEnd + 1, end) > 1 || isNameOf(POD, line, at) ? end : -1
}

const SMALL = characterSet("abcdefghijklmnopqrstuvwxyz0123456789")

/** The random characters of a pod without a hash. */
export function podSuffixEnd(line: Codes, at: number, wordEnd: number): number {
  if (wordEnd - at !== SUFFIX || !areAll(RANDOM, line, at, wordEnd) || isBoundary(line, at - 2)) return -1
  if (line[wordEnd] === MINUS && !isBoundary(line, wordEnd + 1)) return -1
  return digitChanges(line, at, wordEnd) > 1 || isNameOf(POD, line, at) ? wordEnd : -1
}

/** A hash without a pod, where it is no hexadecimal number. */
export function replicaSetEnd(line: Codes, at: number, wordEnd: number, kinds: number): number {
  if ((kinds & OTHER_LETTER) === 0 || isBoundary(line, at - 2)) return -1
  return areAll(RANDOM, line, at, wordEnd) && digitChanges(line, at, wordEnd) > 1 ? wordEnd : -1
}

/** A hash without a pod and without a letter: one in a hundred. */
export function replicaSetNumberEnd(line: Codes, at: number, wordEnd: number): number {
  return areAll(HASH, line, at, wordEnd) && isNameOf(REPLICA, line, at) ? wordEnd : -1
}

/** Takes other letters as well: names in documentation have them. */
function isHash(line: Codes, at: number, wordEnd: number): boolean {
  return areAll(RANDOM, line, at, wordEnd) || digitChanges(line, at, wordEnd) > 1
}

/** Minutes since 1970, of the years 2021 to 2036. Not the digits of a date. */
function isMinute(line: Codes, at: number, wordEnd: number): boolean {
  const minute = wordEnd - at === 8 ? decimal(line, at, wordEnd) : 0
  return minute > 26_800_000 && minute < 35_000_000
}

function areAll(set: Uint8Array, line: Codes, at: number, end: number): boolean {
  for (let i = at; i < end; i += 1) if (!isIn(set, line[i]!)) return false
  return true
}

/** Longer names are not followed back to their beginning: that of a pod, and of its namespace. */
const MAX_NAME = 128
const MAX_KEY = 16
const POD = "pod"
const REPLICA = "replica"

/**
 * Whether the text before the name says what it is: `pod/web-bcdfg`, `pod="kube-system/web-bcdfg"`,
 * `k8s_web_web-bcdfg_default`, `replica set web-4567`.
 */
function isNameOf(kind: string, line: Codes, at: number): boolean {
  let start = at
  while (at - start < MAX_NAME && isInPath(line[start - 1]!)) start -= 1
  if (isWord(line, start, kind) || startsWith(line, start, "k8s_")) return true
  const end = keyEnd(line, start)
  let key = end
  while (end - key < MAX_KEY && (isLetter(line[key - 1]!) || line[key - 1] === UNDERSCORE)) key -= 1
  return isWord(line, key, kind) || isWord(line, key - 1 - kind.length, kind)
}

function isInPath(code: number): boolean {
  if (isLowerCase(code) || isDigitCode(code)) return true
  return code === MINUS || code === DOT || code === SLASH || code === UNDERSCORE
}
