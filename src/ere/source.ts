/**
 * A pattern while it is being parsed: its characters, the parser's position, and the first problem.
 */
export interface EreSource {
  /** A byte that is not UTF-8 is in it as U+DC00 + byte. */
  readonly pattern: string
  /** In UTF-16 units. So are the columns while the pattern is parsed; they are 1-based. */
  at: number
  refusal: EreRefusal | undefined
}

/** Why a pattern cannot be used. */
export interface EreRefusal {
  /** 1-based, in characters. */
  readonly column: number
  /** For the operator, without a final period. */
  readonly message: string
  /** The way out. */
  readonly hint: string
}

export function ereSource(pattern: string): EreSource {
  return { pattern, at: 0, refusal: undefined }
}

/** Records a problem, unless there is one already, and moves to the end so that the parser stops. */
export function refuse(source: EreSource, column: number, message: string, hint: string): void {
  source.refusal ??= { column, message, hint }
  source.at = source.pattern.length
}

/** Whether the text is at the parser's position, or `ahead` units after it. */
export function startsWith(source: EreSource, text: string, ahead = 0): boolean {
  return source.pattern.startsWith(text, source.at + ahead)
}

/** The UTF-16 unit at the parser's position, 0 at the end. Enough to recognize ASCII characters. */
export function unitAt(source: EreSource): number {
  return source.at < source.pattern.length ? source.pattern.charCodeAt(source.at) : 0
}

/** Consumes one character and returns it, or undefined at the end. */
export function takeCharacter(source: EreSource): number | undefined {
  const codePoint = source.pattern.codePointAt(source.at)
  source.at += codePoint !== undefined && codePoint > 0xffff ? 2 : 1
  return codePoint
}

/** Converts a column in units to a column in characters. */
export function columnInCharacters(pattern: string, column: number): number {
  return Array.from(pattern.slice(0, column - 1)).length + 1
}
