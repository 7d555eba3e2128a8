/**
 * Replaces `${NAME}` in a rule by the host's value, the rule file's default, or the built-in value.
 *
 *     ^${HEAD} kernel: … IN=${WAN_IF} OUT= …$
 *
 * Names have capitals, digits and "_". Any other `${` belongs to the pattern, and so does `\${`, an escaped dollar. A
 * value is an ERE fragment: `enp1s0` matches itself, `(eth0|eth1)` either. It becomes a group if it must stay together
 * (`eth0|eth1`, or `${NAME}?`). Values contain no variables.
 *
 * A back-reference counts the groups of the rule as written, without the groups in values.
 */

import { bracketEnd } from "../ere/bracket.ts"
import type { Problem } from "../problem.ts"
import { nearest } from "../text/nearest.ts"

/** A rule's pattern for the engine. */
export interface Expanded {
  readonly pattern: string
  /** Converts a column of the pattern to the column of the rule as written; both are 1-based. */
  readonly columnAsWritten: (column: number) => number
}

export type Expansion =
  | { readonly ok: true; readonly expanded: Expanded }
  | { readonly ok: false; readonly problem: Pick<Problem, "column" | "message" | "hint"> }

/** A part of the pattern that comes from a variable. Offsets are 0-based. */
interface Span {
  readonly patternStart: number
  readonly patternEnd: number
  readonly textStart: number
  readonly textEnd: number
}

const MAX_BACK_REFERENCE = 9

const VARIABLE_NAME = /^[A-Z_][A-Z0-9_]*$/

export function isVariableName(name: string): boolean {
  return VARIABLE_NAME.test(name)
}

/** The values of variables. A variable has its value from the first scope that defines it. */
export type Scopes = readonly ReadonlyMap<string, string>[]

/** Replaces the variables of a rule. */
export function expandVariables(text: string, scopes: Scopes): Expansion {
  if (!text.includes("${")) return { ok: true, expanded: { pattern: text, columnAsWritten: (column) => column } }
  let pattern = ""
  let copied = 0
  const spans: Span[] = []
  /** For each group of the rule as written, its number among all groups of the pattern; both are 1-based. */
  const groups = [0]
  let groupsSoFar = 0
  let inBracketUntil = -1
  for (let at = 0; at < text.length; at += 1) {
    const inBracket = at <= inBracketUntil
    if (text[at] === "\\") {
      const next = text[at + 1] ?? ""
      if (!inBracket && next >= "1" && next <= "9") {
        const group = groups[Number(next)] ?? 0
        if (group === 0 || group > MAX_BACK_REFERENCE) return { ok: false, problem: lostReference(next, at + 1, group) }
        pattern += `${text.slice(copied, at)}\\${group}`
        copied = at + 2
      }
      at += 1
      continue
    }
    if (text[at] === "[" && !inBracket) inBracketUntil = bracketEnd(text, at)
    if (text[at] === "(" && !inBracket) {
      groupsSoFar += 1
      groups.push(groupsSoFar)
    }
    if (text[at] !== "$" || text[at + 1] !== "{") continue
    const close = text.indexOf("}", at)
    const name = text.slice(at + 2, close)
    if (close === -1 || !isVariableName(name)) continue

    const value = scopes.find((scope) => scope.has(name))?.get(name)
    if (value === undefined) return { ok: false, problem: unknownVariable(name, at + 1, scopes) }
    pattern += text.slice(copied, at)
    const patternStart = pattern.length
    pattern += fallsApart(value, text[close + 1]) ? `(${value})` : value
    groupsSoFar += groupCount(pattern.slice(patternStart))
    spans.push({ patternStart, patternEnd: pattern.length, textStart: at, textEnd: close + 1 })
    copied = close + 1
    at = close
  }
  pattern += text.slice(copied)
  return { ok: true, expanded: { pattern, columnAsWritten: (column) => columnAsWritten(spans, column) } }
}

/** Whether the value must become a group, because it has alternatives or a repeat follows. */
function fallsApart(value: string, next: string | undefined): boolean {
  return (next !== undefined && "*+?{".includes(next)) || hasTopLevelAlternative(value)
}

function groupCount(fragment: string): number {
  let count = 0
  for (let at = 0; at < fragment.length; at += 1) {
    const character = fragment[at]
    if (character === "\\") at += 1
    else if (character === "[") at = bracketEnd(fragment, at)
    else if (character === "(") count += 1
  }
  return count
}

function hasTopLevelAlternative(fragment: string): boolean {
  let depth = 0
  for (let at = 0; at < fragment.length; at += 1) {
    const character = fragment[at]
    if (character === "\\") at += 1
    else if (character === "[") at = bracketEnd(fragment, at)
    else if (character === "(") depth += 1
    else if (character === ")") depth -= 1
    else if (character === "|" && depth <= 0) return true
  }
  return false
}

function columnAsWritten(spans: readonly Span[], column: number): number {
  const offset = column - 1
  let shift = 0
  for (const span of spans) {
    if (offset < span.patternStart) break
    // A problem inside a value is shown at its variable.
    if (offset < span.patternEnd) return span.textStart + 1
    shift = span.textEnd - span.patternEnd
  }
  return column + shift
}

function unknownVariable(name: string, column: number, scopes: Scopes): Pick<Problem, "column" | "message" | "hint"> {
  const near = nearest(name, new Set(scopes.flatMap((scope) => [...scope.keys()])))
  const meant = near === undefined ? "" : `did you mean \${${near}}? Otherwise `
  const hint = `${meant}set ${name} in the host's variables, or give it a default in this file: #= ${name}=…`
  return { column, message: `unknown variable \${${name}}`, hint }
}

/** `group` is the number of the group among all groups of the pattern; 0 if there is none. */
function lostReference(digit: string, column: number, group: number): Pick<Problem, "column" | "message" | "hint"> {
  if (group === 0) {
    return { column, message: `\\${digit} refers to no group before it`, hint: `write ${digit} for the digit` }
  }
  const message = `variables contain groups, so \\${digit} would be \\${group}, and back-references end at \\9`
  return { column, message, hint: "write out the variables before it, with fewer groups" }
}
