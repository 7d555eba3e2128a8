/** A group becomes the text of a rule, in the style of the shipped ones: `^${HEAD} tag\[${PID}\]: … $`. */
import { escapeEre } from "../ere/escape.ts"
import { isPrintable } from "../text/printable.ts"
import { ANYTHING, type Breadth, fragment, MIN_SHARE, optional } from "./fragment.ts"
import type { Column, Group } from "./group.ts"

/** Nobody reads longer rules. */
export const MAX_RULE_LENGTH = 200

/**
 * Writes the rule of a group. Undefined if the rule would not be readable. It misses the lines with a word that too few
 * lines have.
 */
export function patternOf(group: Group, breadth: Breadth): string | undefined {
  const tag = tagOf(group)
  const body = bodyOf(group, breadth)
  const pattern = `^\${HEAD} ${tag}${tag === "" || body === "" ? "" : " "}${body}$`
  return isReadable(pattern) ? pattern : undefined
}

function tagOf({ program, tags }: Group): string {
  if (tags === undefined) return ""
  const pid = "\\[${PID}\\]"
  return `${escapeEre(program)}${tags.withPid ? (tags.withoutPid ? `(${pid})?` : pid) : ""}${tags.end}`
}

/** Whether a rule is short enough to review, says what it matches, and contains only visible characters. */
function isReadable(pattern: string): boolean {
  const saysAnything = pattern.replace(/\\./g, "").includes(ANYTHING)
  return pattern.length <= MAX_RULE_LENGTH && !saysAnything && isPrintable(pattern) && !pattern.includes("\ufffd")
}

/** Writes the pattern after the tag. */
function bodyOf(group: Group, breadth: Breadth): string {
  const columns = group.columns.filter(({ absentLines }) => group.lines - absentLines >= MIN_SHARE * group.lines)
  let body = ""
  let blank = ""
  let before = ""
  for (let at = 0; at < columns.length; ) {
    const { absent, absentLines } = columns[at]!
    const isOptional = absent.size > 0 && absentLines >= MIN_SHARE * group.lines
    let end = at + 1
    while (isOptional && end < columns.length && isEqual(absent, columns[end]!.absent)) end += 1
    let run = ""
    for (const column of columns.slice(at, end)) {
      run += `${blank}${ofColumn(column, before, breadth)}`
      blank = " "
      before += column.values.size === 1 ? ` ${[...column.values.keys()][0]} ` : " \0 "
    }
    if (isOptional && body === "") {
      // The blank after it is optional as well.
      run += " "
      blank = ""
    }
    body += isOptional ? optional(run) : run
    at = end
  }
  return body
}

function ofColumn({ values }: Column, before: string, breadth: Breadth): string {
  return fragment(
    [...values.values()].map(({ word: { parts }, rows, lines }) => ({ parts, rows, lines })),
    before,
    breadth,
  )
}

/** Whether the lines have enough constant words: otherwise the rule would match nearly everything of its program. */
export function saysEnough(group: Group): boolean {
  const constant = group.columns.filter(
    (column) => column.absent.size === 0 && column.shapes.size === 1 && [...column.values.values()][0]!.word.isWordy,
  )
  const isOneText = group.columns.every((column) => column.absent.size === 0 && column.shapes.size === 1)
  return constant.length >= (isOneText ? 1 : 2)
}

function isEqual(some: ReadonlySet<number>, others: ReadonlySet<number>): boolean {
  return some.size === others.size && [...some].every((row) => others.has(row))
}
