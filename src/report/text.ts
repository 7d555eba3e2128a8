/**
 * A report as the text of a mail.
 *
 *     tamis digest default, 2026-11-23 09:00 to 10:00 (Europe/Paris)          title
 *
 *     8,406 lines from 4 hosts; 19 to read: 1 new, 4 as usual.     summary
 *
 *     Security Events for su                                                  heading of a part
 *     =-=-=-=-=-=-=-=-=-=-=-
 *
 *     Nov 23 09:12:40 web1 su[2204]: FAILED SU (to root) marie on pts/0       entry
 *         2 lines on web1, 09:12:40 to 09:12:44; rule violations.d/su:3  #k3f9q2a1
 *
 * A sample stands at the margin and is never wrapped: people copy it into a rule file or into `tamis explain`. The word behind
 * the # is the entry's id.
 */

import { wrap } from "../text/wrap.ts"
import { accountsTable } from "./accounts.ts"
import type { Document, Part, Passage } from "./document.ts"
import { entryLines } from "./entry-text.ts"

/** Renders the document of a mail as text. */
export function renderText({ title, summary, parts }: Document): string {
  return [`${wrap(title)}\n${wrap(summary)}`, ...parts.map(partText)].join("\n")
}

function partText({ heading, passages }: Part): string {
  return `${underlined(heading)}\n${passages.map(passageText).join("\n")}`
}

/** Underlines as logcheck does. */
function underlined(heading: string): string {
  return `${heading}\n${"=-".repeat(heading.length).slice(0, heading.length)}\n`
}

function passageText(passage: Passage): string {
  switch (passage.kind) {
    case "prose":
      return wrap(passage.text)
    case "lines":
      return passage.lines.map((line) => `${line}\n`).join("")
    case "entries":
      return passage.entries.map(entryLines).join("")
    case "rules":
      return passage.rules.map(({ rule, note }) => `${rule}\n    ${note}\n`).join("")
    case "accounts":
      return accountsTable(passage.rows)
  }
}
