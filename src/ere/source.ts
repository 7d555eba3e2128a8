/**
 * A pattern while it is being parsed: its characters, how far the parser is, and the first thing wrong with it.
 */
export interface EreSource {
  /** A byte that is not UTF-8 stands as U+DC00 + byte. */
  readonly pattern: string
  /** In UTF-16 units, and so are the columns while the pattern is parsed; they are counted from 1. */
  at: number
  refusal: EreRefusal | undefined
}

/** Why a pattern cannot be used. */
export interface EreRefusal {
  /** 1-based, in characters. */
  readonly column: number
  /** In the operator's words, without a final period. */
  readonly message: string
  /** The way out. */
  readonly hint: string
}

export function ereSource(pattern: string): EreSource {
  return { pattern, at: 0, refusal: undefined }
}

/** Notes what is wrong, unless something was already, and moves to the end so that the parser winds up. */
export function refuse(source: EreSource, column: number, message: string, hint: string): void {
  source.refusal ??= { column, message, hint }
  source.at = source.pattern.length
}

/** Whether the text stands at the parser's position, or `ahead` units further on. */
export function startsWith(source: EreSource, text: string, ahead = 0): boolean {
  return source.pattern.startsWith(text, source.at + ahead)
}

/** The unit at the parser's position, 0 at the end; enough to tell ASCII characters. */
export function unitAt(source: EreSource): number {
  return source.at < source.pattern.length ? source.pattern.charCodeAt(source.at) : 0
}

/** Passes over one character and returns it, or undefined at the end. */
export function takeCharacter(source: EreSource): number | undefined {
  const codePoint = source.pattern.codePointAt(source.at)
  source.at += codePoint !== undefined && codePoint > 0xffff ? 2 : 1
  return codePoint
}

/** Where a column in units stands in characters. */
export function columnInCharacters(pattern: string, column: number): number {
  return Array.from(pattern.slice(0, column - 1)).length + 1
}
