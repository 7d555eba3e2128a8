/**
 * Words get their shapes, and the keys that tell whether a name could stand there.
 */
import type { Lexeme } from "./lexicon.ts"
import { isOpen } from "./marks.ts"
import { NUMBER, PATH, type Shape, shape } from "./shapes.ts"
import type { Key, Token } from "./token.ts"
import { isPreposition, isProcess, NO_ROLE } from "./vocabulary.ts"

/** What stands before a word makes it a name; or it is what happens, or a command, whose path says what it does. */
type Role = Key | "event" | "command"

/** Gives the words their shapes and keys. */
export function shapeWords(tokens: readonly Token[]): void {
  let isFirst = true
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]!
    const { lexeme } = token
    if (lexeme === undefined) continue
    const key = keyOf(tokens, lexeme, at)
    const { text, isValue, holdsValue } = shapeOf(tokens, lexeme, at, key, isFirst)
    token.shape = isWrittenMark(tokens, at) ? `_${text}` : text
    token.isValue = isValue
    token.holdsValue = holdsValue
    if (key !== undefined && key !== "event" && key !== "command" && canStand(key, lexeme, tokens, at)) token.key = key
    isFirst = false
  }
}

function shapeOf(tokens: readonly Token[], lexeme: Lexeme, at: number, key: Role | undefined, isFirst: boolean): Shape {
  if (key === "command") return lexeme.later.text === PATH ? shape(lexeme.text) : lexeme.code
  if (key === "event") return lexeme.code
  return isFirst && !hasPort(tokens, at) ? lexeme.first : lexeme.later
}

/** Whether somebody wrote `<*>` or `<name>`. In a form it is `<_*>`, so that nobody opens a place by writing. */
function isWrittenMark(tokens: readonly Token[], at: number): boolean {
  const { text, isSpaced } = tokens[at]!
  return (
    (text === "*" || text === "name") && !isSpaced && tokens[at - 1]?.text === "<" && isUnspaced(tokens, at + 1, ">")
  )
}

/** A host with a port is one wherever it stands. */
function hasPort(tokens: readonly Token[], at: number): boolean {
  return tokens[at + 1]?.text === ":" && tokens[at + 2]?.lexeme?.later.text === NUMBER
}

/** Whether the word can be a name at a place with such a key. */
function canStand(
  key: Key,
  { isCode, isFunctionWord, isKeyWord }: Lexeme,
  tokens: readonly Token[],
  at: number,
): boolean {
  const { shape, isValue } = tokens[at]!
  if (isCode) return false
  if (isOpen(shape)) return true
  if (isValue)
    return (
      key === "person" ||
      key === "noun" ||
      key === "bare" ||
      (key === "known" && isEnclosed(tokens, at) && shape !== NUMBER)
    )
  if (!isFunctionWord && !isKeyWord) return true
  // "Invalid user user from" names a user, "user name" does not.
  return key === "person" && !isFunctionWord && endsName(tokens, at + 1)
}

function endsName(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at]
  if (next === undefined) return true
  return next.isWord ? isPreposition(next.text) : next.isSpaced ? next.text === "[" : ")]'\",;".includes(next.text)
}

const CLOSING: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
  ["<", ">"],
  ['"', '"'],
  ["'", "'"],
])

/** Whether the word alone stands in brackets or quotes. */
function isEnclosed(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]
  const after = tokens[at + 1]
  return before?.isWord === false && after?.isWord === false && after.text === CLOSING.get(before.text)
}

/** What speaks for a name, or that the word says what happens. */
function keyOf(tokens: readonly Token[], { later }: Lexeme, at: number): Role | undefined {
  // "by ada(uid=1000)"
  if (isUnspaced(tokens, at + 1, "(") && isUnspaced(tokens, at + 2, "uid")) return "person"
  const before = keyBefore(tokens, at)
  if (before !== undefined) return before
  if (isEnclosed(tokens, at)) {
    const opening = tokens[at - 1]!.text
    if (opening === "(" || opening === "[" || opening === "<") return "known"
    // `"user": "ada"` has a key in quotes.
    return opening === "{" || tokens[at + 2]?.text === ":" ? undefined : "assignment"
  }
  // "ada : TTY=pts/0 ; COMMAND=/bin/ls"
  if (at === 0 && tokens[1]?.text === ":" && tokens[1].isSpaced) return "known"
  return later.looksLikeName ? "look" : undefined
}

function isUnspaced(tokens: readonly Token[], at: number, text: string): boolean {
  return tokens[at]?.text === text && !tokens[at]!.isSpaced
}

/** Whether "process <n>" ends here, as in "Killed process 4711 (httpd)". */
function isNumberedProcess(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.shape === NUMBER && isProcess(tokens[at - 1]?.text ?? "")
}

function keyBefore(tokens: readonly Token[], at: number): Role | undefined {
  let before = at - 1
  if (before < 0) return undefined
  let isQuoted = false
  let sign = ""
  if (!tokens[before]!.isWord) {
    isQuoted = CLOSING.has(tokens[before]!.text)
    if (isQuoted) before -= 1
    if (isQuoted && isEnclosed(tokens, at) && isNumberedProcess(tokens, before)) return "noun"
    const text = tokens[before]?.text
    if (text === "=" || text === ":") {
      sign = text
      before -= 1
      // `"user": "ada"`
      if (tokens[before]?.text === '"') before -= 1
    }
  }
  const word = tokens[before]?.lexeme
  if (word === undefined || word.role === NO_ROLE)
    return sign === "=" && word !== undefined && word.text !== "" ? "assignment" : undefined
  const { role } = word
  if (role.isCommand) return "command"
  if (role.isEvent) return "event"
  if (role.isPerson) return "person"
  if (role.isNoun && (sign === "=" || (isQuoted && isEnclosed(tokens, at)))) return "noun"
  if (role.isBareNoun) return sign === "" ? "bare" : "noun"
  if (sign === "=") return "assignment"
  return role.isPreposition && sign === "" && !isQuoted ? "known" : undefined
}
