/** A report becomes a mail. The same report gets the same Message-ID, so that a repeated delivery does not make two mails. */
import { hash } from "node:crypto"
import type { DigestConfig } from "../config/config.ts"
import { composeDocument } from "../report/compose-document.ts"
import type { Document } from "../report/document.ts"
import { renderHtml } from "../report/html.ts"
import { reducedDocument, reducedSubject } from "../report/reduced-document.ts"
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

type MailSettings = Pick<DigestConfig, "recipients" | "subject" | "timeZone" | "maxBytes">

/** Composes the mail of a delivery, dated `nowMs`. */
export function composeMail(
  report: Report,
  delivery: Delivery,
  digest: MailSettings,
  domain: string,
  nowMs: number,
): Mail {
  return {
    recipients: digest.recipients,
    subject: subject(report, digest.subject),
    ...rendered(composeDocument(report, digest.timeZone, digest.maxBytes)),
    ruleFile: report.attachedRules,
    headers: headers(report, identifier(report, delivery), domain, nowMs),
  }
}

/** The answer of a server that refuses the content of a mail, and the mail's id in the log of deliveries. */
export interface ContentRefusal {
  readonly answer: string
  readonly id: string
}

/** Composes the mail that goes out in place of one that the server refused for its content. */
export function composeReducedMail(
  report: Report,
  delivery: Delivery,
  digest: MailSettings,
  domain: string,
  nowMs: number,
  { answer, id }: ContentRefusal,
): Mail {
  return {
    recipients: digest.recipients,
    subject: printable(reducedSubject(report)),
    ...rendered(reducedDocument(report, digest.timeZone, answer, id)),
    ruleFile: undefined,
    headers: headers(report, identifier(report, delivery, "reduced"), domain, nowMs),
  }
}

function rendered(document: Document): Pick<Mail, "text" | "html"> {
  return { text: renderText(document), html: renderHtml(document) }
}

function headers(report: Report, id: string, domain: string, nowMs: number): ReadonlyMap<string, string> {
  return new Map([
    ["Message-ID", `<${id}@${domain}>`],
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
  ])
}

/**
 * Depends only on the windows, which a delivery seals.
 *
 * Mailboxes drop the second of two mails with one Message-ID. The delivery's id alone may be the same in two
 * installations, or before and after a store was deleted, so counts and times of the windows go into the hash.
 */
function identifier({ opensAtMs, closesAtMs, accounts }: Report, { id }: Delivery, kind?: "reduced"): string {
  const { received, ignored, firstMs, lastMs } = accounts.total
  const content = JSON.stringify([
    id,
    opensAtMs,
    closesAtMs,
    received,
    ignored,
    firstMs,
    lastMs,
    ...(kind === undefined ? [] : [kind]),
  ])
  return `tamis.${hash("sha256", content, "hex").slice(0, 32)}`
}

/** A digest's name reduced to letters, digits and hyphens. */
function label(digest: string): string {
  return digest.replace(/[^A-Za-z0-9-]/g, "-")
}
