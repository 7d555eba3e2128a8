/**
 * A pattern while it is being parsed: its characters, how far the parser is, and the first thing wrong with it.
 */
export interface EreSource {
  /** Code points; a byte that is not UTF-8 stands as U+DC00 + byte. */
  readonly characters: readonly number[]
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
  // Not Array.from: over 1,500 rules its iterator takes longer than parsing them does.
  const characters: number[] = []
  for (let at = 0; at < pattern.length; at += 1) {
    const codePoint = pattern.codePointAt(at) ?? 0
    if (codePoint > 0xffff) at += 1
    characters.push(codePoint)
  }
  return { characters, at: 0, refusal: undefined }
}

/** Notes what is wrong, unless something was already, and moves to the end so that the parser winds up. */
export function refuse(source: EreSource, column: number, message: string, hint: string): void {
  source.refusal ??= { column, message, hint }
  source.at = source.characters.length
}

/** Whether the text stands at the parser's position, or `ahead` characters further on. */
export function startsWith(source: EreSource, text: string, ahead = 0): boolean {
  for (let index = 0; index < text.length; index++) {
    if (source.characters[source.at + ahead + index] !== text.charCodeAt(index)) return false
  }
  return true
}
