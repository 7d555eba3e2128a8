/** `--json`: one object. It is written mail by mail, since the mails of a year are more than one string can hold. */

import { entryDocument, silenceDocument } from "../report/json.ts"
import { isoTime } from "../text/iso-time.ts"
import { printableJson } from "../text/printable-json.ts"
import type { ReplayFormat } from "./replay-format.ts"
import type { ReplayTotals } from "./replay-totals.ts"

/** With `texts`, each mail has its text as well. */
export function replayJson(texts: boolean, write: (text: string) => void): ReplayFormat {
  const all: ReplayTotals[] = []
  let mails = 0
  write('{"mails":[')
  return {
    mail({ name }, { report, news, subject, textLines, text, entries, leftOut }) {
      const document = {
        digest: name,
        opensAt: isoTime(report.opensAtMs),
        closesAt: isoTime(report.closesAtMs),
        news,
        subject,
        textLines,
        entries: entries.map(entryDocument),
        leftOut,
        ...silenceDocument(report),
        usual: Object.fromEntries(report.usual),
        ...(texts && { text }),
      }
      write(`${mails > 0 ? "," : ""}\n${printableJson(document, 0).trimEnd()}`)
      mails += 1
    },
    digest(_, totals) {
      all.push(totals)
    },
    finish(lines) {
      const sum = (of: (totals: ReplayTotals) => number) => all.reduce((total, each) => total + of(each), 0)
      const rest = {
        windows: sum(({ windows }) => windows),
        quietWindows: sum(({ quietWindows }) => quietWindows),
        lines,
        digests: all.map(({ digest, windows, quietWindows, mails, days, meanEntries, meanTextLines }) => ({
          digest,
          windows,
          quietWindows,
          mails,
          days,
          meanEntries,
          meanTextLines,
        })),
      }
      write(`\n],${printableJson(rest, 0).slice(1)}`)
    },
  }
}
