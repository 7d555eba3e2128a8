/**
 * Finds identifiers in base64 and between brackets, and fingerprints of keys, that start at a place of a line.
 *
 * Every function returns the index after the match, or -1. It reads at most a few dozen characters more than it
 * consumes.
 */
import { EQUALS, GREATER, PLUS, SLASH, SPACE } from "../text/ascii.ts"
import { type Codes, DIGIT, isBoundary, kindAt, LOWER, startsWith, UPPER } from "./character.ts"
import { endsInAny } from "./keys.ts"

const SHORTEST_BASE64 = 32
// A longer text is judged by its beginning, so that the time for a line stays linear in its length.
const BASE64_PROBE = 256

/** Base64 of 24 bytes and more. Paths are made of the same characters, but have a slash more often. */
export function base64End(line: Codes, at: number, wordEnd: number): number {
  if (wordEnd - at < SHORTEST_BASE64 && line[wordEnd] !== PLUS && line[wordEnd] !== SLASH) return -1
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

const SHORTEST_FINGERPRINT = 40

/** OpenSSH's fingerprint of a key: 32 bytes in base64, 43 characters. */
export function sshFingerprintEnd(line: Codes, at: number, wordEnd: number): number {
  if (!startsWith(line, at, "SHA256:")) return -1
  let end = wordEnd + 1
  while (isBase64(line, end)) end += 1
  if (end - wordEnd <= SHORTEST_FINGERPRINT) return -1
  while (line[end] === EQUALS) end += 1
  return end
}

/** The identifier in `message-id=<…>` and `session=<…>`. */
export function bracketedIdEnd(line: Codes, at: number): number {
  if (line[at - 1] !== EQUALS || !endsInAny(line, at - 1, BRACKETED)) return -1
  let end = at
  while (line[end] !== GREATER && line[end] !== SPACE && line[end] !== 0) end += 1
  return line[end] === GREATER ? end + 1 : -1
}

const BRACKETED = ["message-id", "msgid", "session"]
