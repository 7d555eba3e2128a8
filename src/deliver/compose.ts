/** A report becomes a mail, and the same report the same mail, so that repeating a delivery does not make two of it. */
import { hash } from "node:crypto"
import type { DigestConfig } from "../config/config.ts"
import { composeDocument } from "../report/document.ts"
import { renderHtml } from "../report/html.ts"
import type { Report } from "../report/report.ts"
import { subject } from "../report/subject.ts"
import { renderText } from "../report/text.ts"
import type { Delivery } from "../store/store.ts"
import { printable } from "../text/printable.ts"
import type { Mail } from "./mail.ts"

/** Composes the mail of a delivery, dated `nowMs`. */
export function composeMail(
  report: Report,
  delivery: Delivery,
  digest: Pick<DigestConfig, "recipients" | "subject" | "timeZone">,
  domain: string,
  nowMs: number,
): Mail {
  const document = composeDocument(report, digest.timeZone)
  return {
    recipients: digest.recipients,
    subject: subject(report, digest.subject),
    text: renderText(document),
    html: renderHtml(document),
    ruleFile: report.attachedRules,
    headers: new Map([
      ["Message-ID", `<${identifier(report, delivery)}@${domain}>`],
      // When it is sent and not when the window closed: a mail that is late must not hide among old ones.
      ["Date", new Date(nowMs).toUTCString().replace("GMT", "+0000")],
      // RFC 3834 §5: no answers by machines. "Precedence: bulk" said so before, and lets filters take it for advertising.
      ["Auto-Submitted", "auto-generated"],
      // RFC 2919: what a person sorts by.
      ["List-Id", `<${label(report.digest)}.tamis.${domain}>`],
      ["X-Tamis-Digest", printable(report.digest)],
    ]),
  }
}

/**
 * Depends on nothing but the windows, which a delivery seals.
 *
 * Mailboxes drop the second of two mails with one Message-ID, and the delivery's id is not enough to tell
 * apart two installations, or one before and after its store was thrown away. What they received is.
 */
function identifier({ opensAtMs, closesAtMs, accounts }: Report, { id }: Delivery): string {
  const { received, ignored, firstMs, lastMs } = accounts.total
  const content = JSON.stringify([id, opensAtMs, closesAtMs, received, ignored, firstMs, lastMs])
  return `tamis.${hash("sha256", content, "hex").slice(0, 32)}`
}

/** A digest's name where only letters, digits and hyphens may stand. */
function label(digest: string): string {
  return digest.replace(/[^A-Za-z0-9-]/g, "-")
}
