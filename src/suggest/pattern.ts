/** A group becomes the text of a rule, in the style of the shipped ones: `^${HEAD} tag\[${PID}\]: … $`. */
import { escapeEre } from "../ere/escape.ts"
import { isPrintable } from "../text/printable.ts"
import { type Breadth, fragment, optional } from "./fragment.ts"
import type { Column, Group } from "./group.ts"

/** Nobody reads longer rules. */
export const MAX_RULE_LENGTH = 1_000

/** Writes the rule of a group. Undefined if the rule would not be readable. */
export function patternOf(group: Group, breadth: Breadth): string | undefined {
  const pattern = ruleText([group], bodyOf(group, breadth))
  return isReadable(pattern) ? pattern : undefined
}

/** Writes a rule for groups of one program whose tags have the same end. */
export function ruleText(groups: readonly Group[], body: string): string {
  const tag = tagOf(groups)
  return `^\${HEAD} ${tag}${tag === "" || body === "" ? "" : " "}${body}$`
}

function tagOf(groups: readonly Group[]): string {
  const [first] = groups
  if (first?.tags === undefined) return ""
  const pid = "\\[${PID}\\]"
  const withPid = groups.some(({ tags }) => tags?.withPid)
  const withoutPid = groups.some(({ tags }) => tags?.withoutPid)
  return `${escapeEre(first.program)}${withPid ? (withoutPid ? `(${pid})?` : pid) : ""}${first.tags.end}`
}

/** Whether a rule is short enough to review, and contains only visible characters. */
function isReadable(pattern: string): boolean {
  return pattern.length <= MAX_RULE_LENGTH && isPrintable(pattern) && !pattern.includes("\ufffd")
}

/** Writes the pattern after the tag. */
export function bodyOf(group: Group, breadth: Breadth): string {
  const { columns } = group
  let body = ""
  let blank = ""
  let before = ""
  for (let at = 0; at < columns.length; ) {
    const { absent } = columns[at]!
    const isOptional = absent.size > 0
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
    [...values.values()].map(({ word: { parts }, rows }) => ({ parts, rows })),
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
