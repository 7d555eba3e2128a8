/**
 * Finds random words: ids of sessions, payments, objects. Names have few digits, and letters that often stand together.
 *
 *     4BqZ3T2Rk9z5xYJ   cus_NffrFeUfNV2Hib   01ARZ3NDEKTSV4RRFFQ69G5FAV   mhvXdrZT4jP5T8vBxuvm75
 *
 * Not `JohnSmith1985`, `enp0s31f6`, `QLThumbnailRequest`, `withRFC3339TimeFn`.
 *
 * Every function returns the index after the match, or -1.
 */
import { isDigit as isDigitCode, isLowerCase, isUpperCase, SMALL_A, SMALL_BIT } from "../text/ascii.ts"
import { type Codes, characterSet, DIGIT, digitChanges, isIn, kindAt, LOWER, UPPER } from "./character.ts"
import { standsLikeQueueId } from "./queue-ids.ts"

const SHORTEST = 10
/** The longest name that Linux allows an interface has 15 characters. */
const SHORTEST_OF_ONE_CASE = 16
const SHORTEST_OF_LETTERS = 20
const SHORTEST_ODD = 14

/** A word with digits in it. */
export function randomWordEnd(line: Codes, at: number, end: number, kinds: number): number {
  const length = end - at
  if (length < SHORTEST) return -1
  if (isUlid(line, at, end, kinds)) return end
  const bothCases = (kinds & (UPPER | LOWER)) === (UPPER | LOWER)
  if ((bothCases || length >= SHORTEST_ODD) && standsLikeQueueId(line, at, end)) return end
  if (!bothCases && length < SHORTEST_OF_ONE_CASE) return -1
  if (digitChanges(line, at, end) >= (bothCases ? 3 : 5)) return end
  return bothCases && length >= SHORTEST_ODD && isOdd(line, at, end) ? end : -1
}

/** A word of letters, large and small. */
export function randomLettersEnd(line: Codes, at: number, end: number): number {
  return end - at >= SHORTEST_OF_LETTERS && isOdd(line, at, end) ? end : -1
}

/** `cus_NffrFeUfNV2Hib`: the word before `at` says what kind of thing has the id. */
export function prefixedIdEnd(line: Codes, at: number, end: number, kinds: number): number {
  if (end - at < SHORTEST_ODD || !isLowerCase(line[at - 2]!)) return -1
  if (digitChanges(line, at, end) >= 5) return end
  if ((kinds & (UPPER | LOWER)) !== (UPPER | LOWER)) return -1
  const odd = oddities(line, at, end)
  if (odd * 4 >= end - at) return end
  if (isMadeOfWords(line, at, end)) return -1
  return odd * 6 >= end - at || kindChanges(line, at, end) * 2 >= end - at ? end : -1
}

const ULID = 26
/** Crockford's base 32. */
const ULID_CHARACTERS = characterSet("0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz")

function isUlid(line: Codes, at: number, end: number, kinds: number): boolean {
  if (end - at !== ULID || !isDigitCode(line[at]!) || (kinds & (UPPER | LOWER)) === (UPPER | LOWER)) return false
  for (let i = at; i < end; i += 1) if (!isIn(ULID_CHARACTERS, line[i]!)) return false
  return true
}

/** Random words have an oddity in every second place, and names in every tenth. */
function isOdd(line: Codes, at: number, end: number): boolean {
  const odd = oddities(line, at, end)
  return odd * 3 >= end - at || (odd * 4 >= end - at && !isMadeOfWords(line, at, end))
}

/**
 * By the first letter of a pair, the second letters that stand behind it less than 4 times in 10,000 pairs of letters
 * in words: counted in the 43,000 words of the documentation of Python's, Perl's and npm's packages.
 */
const RARE_PAIRS = [
  ...["aehjoqz", "bcdfghkmnpqtvwxz", "bgjnqvwxz", "ghjkqvwxyz", "jz", "bcdghjkmpqvwxyz", "bcdfgjkpqvwxyz"],
  ...["bcdfghjklnpquvwxyz", "hijkquwy", "abcdfghijklmnopqrtuvwxyz", "bcdfghjklmnopqrtuvwxyz", "hjkmnqrwxz"],
  ...["cfghjknqrvwxyz", "bhjqwxz", "ehjqyz", "bgjkmnqvwxz", "abcdefghijklmnopqrstvwxyz", "hjqwxz", "bgjqvwxz"],
  ...["gjkqvxz", "hjkoquvwxyz", "bcdfghjklmnpqrstuvwxyz", "bcdfghjklmpqtuvwxyz", "abdfghjklmnoqrsuvwxyz"],
  ...["abdfghjkoqruvxyz", "abcdfghijklmnpqrstuvwxyz"],
].map((seconds) => characterSet(seconds))

/** Counts the changes between letters and digits, and the pairs of letters that are rare in words. */
function oddities(line: Codes, at: number, end: number): number {
  let odd = digitChanges(line, at, end)
  for (let i = at + 1; i < end; i += 1) {
    const first = (line[i - 1]! | SMALL_BIT) - SMALL_A
    if (first >= 0 && first < RARE_PAIRS.length && isIn(RARE_PAIRS[first]!, line[i]! | SMALL_BIT)) odd += 1
  }
  return odd
}

/** Counts the places where digits, small and large letters meet: every second one in a random word. */
function kindChanges(line: Codes, at: number, end: number): number {
  const kinds = DIGIT | UPPER | LOWER
  let changes = 0
  for (let i = at + 1; i < end; i += 1) if ((kindAt(line, i) & kinds) !== (kindAt(line, i - 1) & kinds)) changes += 1
  return changes
}

/** Whether three quarters of it are words: `Thumbnail` and `Request` of `QLThumbnailRequest`. */
function isMadeOfWords(line: Codes, at: number, end: number): boolean {
  let inWords = 0
  let start = at
  for (let i = at + 1; i <= end; i += 1) {
    if (i < end && isLowerCase(line[i]!)) continue
    const isWord = i - start >= 3 && (isLowerCase(line[start]!) || isUpperCase(line[start]!))
    if (isWord) inWords += i - start
    start = i
  }
  return inWords * 4 >= (end - at) * 3
}
