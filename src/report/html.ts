/**
 * A report as the HTML of a mail: the same document as the text, for readers that show HTML.
 *
 * The page loads nothing and runs nothing. It fits a telephone, follows the reader's light or dark scheme, and stays
 * readable if a mail program drops the style sheet. Samples can be copied unchanged.
 */

import { grouped } from "../text/amount.ts"
import { escapeMarkup } from "../text/markup.ts"
import { ACCOUNT_COLUMNS, type AccountRow } from "./accounts.ts"
import type { Document, Part, Passage } from "./document.ts"
import type { Entry } from "./layout.ts"

const STYLE = `
body { font: 15px/1.45 system-ui, sans-serif; margin: 1em auto; padding: 0 1em; max-width: 60em; }
h1 { font-size: 1.05em; }
h2 { font-size: 1.05em; margin: 2em 0 .8em; padding: .2em .6em; border-left: .35em solid #8a8f98; }
h2.cracking { border-color: #c62828; }
h2.violations { border-color: #ef8f00; }
h3 { font-size: 1em; margin: 1.4em 0 .5em; }
pre { font: 13px/1.4 ui-monospace, monospace; margin: .7em 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.note { color: #767b84; font-size: .87em; margin: .1em 0 0 1.5em; }
table { border-collapse: collapse; font-size: .87em; font-variant-numeric: tabular-nums; }
th, td { padding: .15em 0 .15em .8em; text-align: right; font-weight: normal; white-space: nowrap; }
th { color: #767b84; }
td:first-child { padding-left: 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
`

/** Renders the document of a mail as a whole page. */
export function renderHtml({ title, summary, parts }: Document): string {
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
${parts.map(partHtml).join("")}</body>
</html>
`
}

function partHtml({ heading, layer, passages }: Part): string {
  const kind = layer === undefined ? "" : ` class="${layer}"`
  return `<h2${kind}>${escapeMarkup(heading)}</h2>\n${passages.map(passageHtml).join("")}`
}

function passageHtml(passage: Passage): string {
  switch (passage.kind) {
    case "prose":
      return `<p>${escapeMarkup(passage.text)}</p>\n`
    case "lines":
      return passage.lines.map((line) => `<pre>${escapeMarkup(line)}</pre>\n`).join("")
    case "host":
      return `<h3>${escapeMarkup(passage.heading)}</h3>\n${passage.entries.map(entryHtml).join("")}${note(passage.rest)}`
    case "entries":
      return passage.entries.map(entryHtml).join("")
    case "accounts":
      return accountsHtml(passage.rows)
  }
}

function entryHtml({ sample, notes }: Entry): string {
  return `<pre>${escapeMarkup(sample)}</pre>\n${note(notes.join("; "))}`
}

function note(text: string): string {
  return text === "" ? "" : `<div class="note">${escapeMarkup(text)}</div>\n`
}

function accountsHtml(rows: readonly AccountRow[]): string {
  const head = ACCOUNT_COLUMNS.map(
    ({ counter, sign }) => `<th>${sign === "" ? "" : `${sign}&nbsp;`}${counter}</th>`,
  ).join("")
  const body = rows.map(({ label, counters }) => {
    const cells = ACCOUNT_COLUMNS.map(({ counter }) => `<td>${grouped(counters[counter])}</td>`).join("")
    return `<tr><td>${escapeMarkup(label)}</td>${cells}</tr>\n`
  })
  return `<table>\n<tr><th></th>${head}</tr>\n${body.join("")}</table>\n`
}
