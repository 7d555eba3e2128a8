/** A group becomes the text of a rule, in the style of the shipped ones: `^${HEAD} tag\[${PID}\]: … $`. */
import { escapeEre } from "./escape.ts"
import { type Breadth, fragment, optional } from "./fragment.ts"
import { type Column, type Group, isWordy } from "./group.ts"

/** Longer rules are read by nobody. */
export const MAX_RULE_LENGTH = 1_000

/** Writes the rule of a group. Undefined where no rule that a person could judge takes all of it. */
export function patternOf(group: Group, breadth: Breadth): string | undefined {
  if (!saysEnough(group)) return undefined
  const body = bodyOf(group, breadth)
  const pattern = `^\${HEAD} ${tagOf(group)}${body === "" ? "" : `${group.tags === undefined ? "" : " "}${body}`}$`
  return isReadable(pattern) ? pattern : undefined
}

/** Whether a rule is short enough to be judged, and holds nothing that cannot be seen. */
export function isReadable(pattern: string): boolean {
  return (
    pattern.length <= MAX_RULE_LENGTH && pattern.isWellFormed() && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/u.test(pattern)
  )
}

export function tagOf({ program, tags }: Group): string {
  if (tags === undefined) return ""
  const pid = "\\[${PID}\\]"
  const withPid = tags.withoutPid ? `(${pid})?` : pid
  return `${escapeEre(program)}${tags.withPid ? withPid : ""}${tags.end}`
}

/** Writes what stands behind the tag. */
export function bodyOf(group: Group, breadth: Breadth): string {
  let body = ""
  let before = ""
  for (let at = 0; at < group.columns.length; ) {
    const first = group.columns[at]!
    let end = at + 1
    while (end < group.columns.length && first.absent.size > 0 && isEqual(first.absent, group.columns[end]!.absent))
      end += 1
    let run = ""
    for (; at < end; at += 1) {
      const column = group.columns[at]!
      const isFirst = at === 0
      run += `${isFirst ? "" : " "}${ofColumn(column, before, breadth)}`
      before = column.values.size === 1 ? `${before} ${[...column.values.keys()][0]} ` : `${before} \0 `
    }
    body += first.absent.size === 0 ? run : optional(run)
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

/** Words that are the same in all lines: without them a rule would be about anything that the program says. */
export function saysEnough(group: Group): boolean {
  const constant = group.columns.filter(
    (column) => column.absent.size === 0 && column.shapes.size === 1 && isWordy([...column.values.values()][0]!.word),
  )
  const isOneText = group.columns.every((column) => column.absent.size === 0 && column.shapes.size === 1)
  return constant.length >= (isOneText ? 1 : 2)
}

function isEqual(some: ReadonlySet<number>, others: ReadonlySet<number>): boolean {
  return some.size === others.size && [...some].every((row) => others.has(row))
}
