/**
 * A report as the HTML of a mail: the same document as the text, for readers that show HTML.
 *
 * The page loads nothing and runs nothing. It fits a telephone, follows the reader's light or dark scheme, and stays
 * readable if a mail program drops the style sheet. Samples can be copied unchanged.
 */

import { amount, grouped } from "../text/amount.ts"
import { escapeMarkup } from "../text/markup.ts"
import { ACCOUNT_COLUMNS, type AccountRow } from "./accounts.ts"
import type { Document, Part, Passage } from "./document.ts"
import type { EntryText } from "./entry-text.ts"
import { sentBytes } from "./sent-bytes.ts"

const STYLE = `
body { font: 15px/1.45 system-ui, sans-serif; margin: 1em auto; padding: 0 1em; max-width: 60em; }
h1 { font-size: 1.05em; }
h2 { font-size: 1.05em; margin: 2em 0 .8em; padding: .2em .6em; border-left: .35em solid #8a8f98; }
h2.alerts, h2.alarming { border-color: #c62828; }
h2.events { border-color: #ef8f00; }
h2.new, h2.more { border-color: #1976d2; }
pre { font: 13px/1.4 ui-monospace, monospace; margin: .7em 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.note { color: #6a6f78; font-size: .87em; margin: .1em 0 0 1.5em; }
table { border-collapse: collapse; font-size: .87em; font-variant-numeric: tabular-nums; }
th, td { padding: .15em 0 .15em .8em; text-align: right; font-weight: normal; white-space: nowrap; }
th { color: #6a6f78; }
td:first-child { padding-left: 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
.bar { height: .25em; background: #8a8f98; }
@media (max-width: 30em) { table { font-size: .76em; } th, td { padding-left: .5em; } td:first-child { min-width: 6em; } }
@media (prefers-color-scheme: dark) { .note, th { color: #a9afb9; } }
`

/** Gmail clips a page at 102 kB. */
const MAX_PAGE_BYTES = 100_000

/** Renders the document of a mail as a whole page, with as many entries as it has room for. */
export function renderHtml(document: Document): string {
  const pieces = document.parts.map((part) => ({ part, entries: entriesOf(part).map(entryHtml) }))
  let room = MAX_PAGE_BYTES - sentBytes(page(document, (part) => partHtml(part, [], 0))) - sentBytes(omission(9_999))
  const shown = new Map<Part, readonly string[]>()
  for (const { part, entries } of pieces) {
    const fitting: string[] = []
    for (const entry of entries) {
      const bytes = sentBytes(entry)
      if (bytes > room) break
      fitting.push(entry)
      room -= bytes
    }
    shown.set(part, fitting)
  }
  return page(document, (part) => {
    const entries = shown.get(part) ?? []
    return partHtml(part, entries, entriesOf(part).length - entries.length)
  })
}

function page({ title, summary, parts }: Document, render: (part: Part) => string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeMarkup(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeMarkup(title)}</h1>
<p>${escapeMarkup(summary)}</p>
${parts.map(render).join("")}</body>
</html>
`
}

function entriesOf({ passages }: Part): readonly EntryText[] {
  return passages.flatMap((passage) => (passage.kind === "entries" ? passage.entries : []))
}

function partHtml({ heading, class: kind, passages }: Part, entries: readonly string[], omitted: number): string {
  const attribute = kind === undefined ? "" : ` class="${kind}"`
  const others = passages.map(passageHtml).join("")
  return `<h2${attribute}>${escapeMarkup(heading)}</h2>\n${entries.join("")}${omission(omitted)}${others}`
}

function omission(entries: number): string {
  return entries === 0 ? "" : note(`The text part of this mail has ${amount(entries, "more entry", "more entries")}.`)
}

function passageHtml(passage: Passage): string {
  switch (passage.kind) {
    case "prose":
      return `<p>${escapeMarkup(passage.text)}</p>\n`
    case "lines":
      return passage.lines.map((line) => `<pre>${escapeMarkup(line)}</pre>\n`).join("")
    case "entries":
      return ""
    case "rules":
      return passage.rules.map(({ rule, note: text }) => `<pre>${escapeMarkup(rule)}</pre>\n${note(text)}`).join("")
    case "accounts":
      return accountsHtml(passage.rows)
  }
}

function entryHtml({ id, sample, notes }: EntryText): string {
  return `<pre>${escapeMarkup(sample)}</pre>\n${note([...notes, `#${id}`].join("; "))}`
}

function note(text: string): string {
  return text === "" ? "" : `<div class="note">${escapeMarkup(text)}</div>\n`
}

function accountsHtml(rows: readonly AccountRow[]): string {
  const head = ACCOUNT_COLUMNS.map(
    ({ counter, sign }) => `<th>${sign === "" ? "" : `${sign}&nbsp;`}${counter}</th>`,
  ).join("")
  const body = rows.map(({ label, counters, share }) => {
    const cells = ACCOUNT_COLUMNS.map(({ counter }) => `<td>${grouped(counters[counter])}</td>`).join("")
    return `<tr><td>${escapeMarkup(label)}${bar(share ?? 0)}</td>${cells}</tr>\n`
  })
  return `<table>\n<tr><th></th>${head}</tr>\n${body.join("")}</table>\n`
}

/** A bar for a part of all lines to read. */
function bar(share: number): string {
  const percent = share === 0 ? 0 : Math.max(Math.round(share * 100), 1)
  return percent === 0 ? "" : `<div class="bar" style="width: ${percent}%"></div>`
}
