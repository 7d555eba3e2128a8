import { hash } from "node:crypto"

/** Crockford's base 32, small: no letter looks like a digit. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

/** 40 bits: of a thousand entries two have the same id once in two million digests. */
const LENGTH = 8

/** Names an entry by what makes it one. Costs microseconds. */
export function entryId(section: string, form: string, topic: string | undefined): string {
  const digest = hash(
    "sha256",
    JSON.stringify(topic === undefined ? [section, form] : [section, form, topic]),
    "buffer",
  )
  let bits = digest.readUIntBE(0, 5)
  let id = ""
  for (let at = 0; at < LENGTH; at += 1) {
    id = ALPHABET[bits % 32]! + id
    bits = Math.floor(bits / 32)
  }
  return id
}
