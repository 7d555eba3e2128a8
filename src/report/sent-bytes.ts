/**
 * The size of a text as it is sent: quoted-printable (RFC 2045 §6.7), in which a character beyond ASCII takes three bytes for
 * each of its own and a long line is broken every 76.
 */
const LINE = 76
const SOFT_BREAK_BYTES = 3

export function sentBytes(text: string): number {
  const others = Buffer.byteLength(text) - plainCharacters(text)
  const encoded = plainCharacters(text) + 3 * others
  return encoded + Math.ceil(encoded / (LINE - 1)) * SOFT_BREAK_BYTES
}

/** Characters that stand for themselves. */
function plainCharacters(text: string): number {
  let plain = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x0a || (code >= 0x20 && code < 0x7f && code !== 0x3d)) plain += 1
  }
  return plain
}
