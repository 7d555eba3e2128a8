/**
 * What a character is to the template: part of a word, of a number, of a hexadecimal number, or between them.
 */

export const DIGIT = 1
export const HEX_LETTER = 2
export const OTHER_LETTER = 4
export const UPPER = 8
export const LOWER = 16

const KINDS = new Uint8Array(128)
for (let code = 0; code < 128; code += 1) {
  const character = String.fromCharCode(code)
  if (character >= "0" && character <= "9") KINDS[code] = DIGIT
  if (character >= "a" && character <= "z") KINDS[code] = LOWER | (character <= "f" ? HEX_LETTER : OTHER_LETTER)
  if (character >= "A" && character <= "Z") KINDS[code] = UPPER | (character <= "F" ? HEX_LETTER : OTHER_LETTER)
}

/** Returns the bits of the character at `at`; 0 for what stands between words, and beyond the end. */
export function kindAt(line: string, at: number): number {
  if (at < 0 || at >= line.length) return 0
  const code = line.charCodeAt(at)
  // Letters of other scripts are letters here. So is what else is not ASCII, which splits no word that matters.
  return code < 128 ? KINDS[code]! : OTHER_LETTER
}

export function isDigit(line: string, at: number): boolean {
  return kindAt(line, at) === DIGIT
}

export function isHex(line: string, at: number): boolean {
  return (kindAt(line, at) & (DIGIT | HEX_LETTER)) !== 0
}

/** Whether a word or number that ends before `at` is whole. */
export function isBoundary(line: string, at: number): boolean {
  return kindAt(line, at) === 0
}

/** Returns the index after the digits that start at `at`. */
export function digitsEnd(line: string, at: number): number {
  let end = at
  while (isDigit(line, end)) end += 1
  return end
}

/** Returns the number written in the digits from `at` to `end`. */
export function decimal(line: string, at: number, end: number): number {
  let value = 0
  for (let i = at; i < end; i += 1) value = value * 10 + line.charCodeAt(i) - 48
  return value
}
