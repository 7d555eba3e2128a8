/**
 * Converts bytes to text and back without loss. Valid UTF-8 is decoded. Each byte b that is part of no valid sequence
 * becomes the lone surrogate U+DC80 + (b - 0x80), which valid UTF-8 cannot contain (the encoding known as UTF-8b).
 */
import { isUtf8 } from "node:buffer"

const INVALID_BYTE_BASE = 0xdc00

/** Decodes bytes; every byte of an ill-formed sequence becomes a lone surrogate. */
export function decodeUtf8b(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8")
  let text = ""
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    text += length === 0 ? String.fromCharCode(INVALID_BYTE_BASE + bytes[at]!) : bytes.toString("utf8", at, at + length)
    at += Math.max(length, 1)
  }
  return text
}

/** Encodes text from `decodeUtf8b` to the same bytes. */
export function encodeUtf8b(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, "utf8")
  return Buffer.concat(Array.from(text, (character) => encodeCharacter(character)))
}

function encodeCharacter(character: string): Buffer {
  const unit = character.charCodeAt(0)
  return character.isWellFormed() ? Buffer.from(character, "utf8") : Buffer.of(unit - INVALID_BYTE_BASE)
}

/** Returns the length of the well-formed sequence that starts at an offset, 0 if there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at]!
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0
}
