/** A report becomes a mail. The same report gets the same Message-ID, so that a repeated delivery does not make two mails. */
import { hash } from "node:crypto"
import type { DigestConfig } from "../config/config.ts"
import { composeDocument } from "../report/compose-document.ts"
import { renderHtml } from "../report/html.ts"
import { newsOf, type Report } from "../report/report.ts"
import { subject } from "../report/subject.ts"
import { renderText } from "../report/text.ts"
import type { Delivery } from "../store/store.ts"
import { printable } from "../text/printable.ts"
import type { Mail } from "./mail.ts"

/** RFC 2156 §5.3.4, and the field that older mail programs know. */
const IMPORTANT: readonly (readonly [string, string])[] = [
  ["Importance", "high"],
  ["X-Priority", "1"],
]

/** Composes the mail of a delivery, dated `nowMs`. */
export function composeMail(
  report: Report,
  delivery: Delivery,
  digest: Pick<DigestConfig, "recipients" | "subject" | "timeZone" | "maxBytes">,
  domain: string,
  nowMs: number,
): Mail {
  const document = composeDocument(report, digest.timeZone, digest.maxBytes)
  return {
    recipients: digest.recipients,
    subject: subject(report, digest.subject),
    text: renderText(document),
    html: renderHtml(document),
    ruleFile: report.attachedRules,
    headers: new Map([
      ["Message-ID", `<${identifier(report, delivery)}@${domain}>`],
      // The time of sending, not of the window's end: a late mail must not hide among old ones.
      ["Date", new Date(nowMs).toUTCString().replace("GMT", "+0000")],
      // RFC 3834 §5: no automatic replies. The older "Precedence: bulk" makes filters take the mail for advertising.
      ["Auto-Submitted", "auto-generated"],
      // RFC 2919: lets people sort digests into folders.
      ["List-Id", `<${label(report.digest)}.tamis.${domain}>`],
      ["X-Tamis-Digest", printable(report.digest)],
      // For filters: alarming, new, more, usual.
      ["X-Tamis-News", newsOf(report)],
      ...(newsOf(report) === "alarming" ? IMPORTANT : []),
    ]),
  }
}

/**
 * Depends only on the windows, which a delivery seals.
 *
 * Mailboxes drop the second of two mails with one Message-ID. The delivery's id alone may be the same in two
 * installations, or before and after a store was deleted, so counts and times of the windows go into the hash.
 */
function identifier({ opensAtMs, closesAtMs, accounts }: Report, { id }: Delivery): string {
  const { received, ignored, firstMs, lastMs } = accounts.total
  const content = JSON.stringify([id, opensAtMs, closesAtMs, received, ignored, firstMs, lastMs])
  return `tamis.${hash("sha256", content, "hex").slice(0, 32)}`
}

/** A digest's name reduced to letters, digits and hyphens. */
function label(digest: string): string {
  return digest.replace(/[^A-Za-z0-9-]/g, "-")
}
