/** The log of deliveries in the SQLite store. */
import {
  DELIVERIES_LOGGED,
  type LoggedDelivery,
  MAIL_TEXTS_CHARACTERS,
  MAIL_TEXTS_LOGGED,
  MAX_LOGGED_TEXT_CHARACTERS,
} from "./delivery-log.ts"
import { type Row, text } from "./sqlite-rows.ts"
import { readDelivery, writeDelivery } from "./stored-delivery.ts"

export const DELIVERY_TABLE = `
CREATE TABLE IF NOT EXISTS deliveries (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  digest TEXT NOT NULL REFERENCES digests,
  id TEXT NOT NULL,
  delivery TEXT NOT NULL, -- JSON
  mail_text TEXT, -- NULL: none, or not kept any longer
  UNIQUE (digest, id)
) STRICT;
`

/** As much of a prepared statement as is needed here. */
interface Prepared {
  run(...values: (string | number | null)[]): unknown
  get(...values: (string | number)[]): Row | undefined
  all(...values: (string | number)[]): readonly Row[]
}

type DeliveryStatements = ReturnType<typeof deliveryStatements<Prepared>>

export function deliveryStatements<Statement>(prepare: (sql: string) => Statement) {
  return {
    log: prepare(`
      INSERT INTO deliveries (digest, id, delivery, mail_text) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET delivery = excluded.delivery, mail_text = ifnull(excluded.mail_text, mail_text)`),
    forget: prepare(`
      DELETE FROM deliveries WHERE digest = ?1 AND number IN
        (SELECT number FROM deliveries WHERE digest = ?1 ORDER BY number DESC LIMIT -1 OFFSET ?2)`),
    forgetTexts: prepare(`
      UPDATE deliveries SET mail_text = NULL WHERE number IN (
        SELECT number FROM (
          SELECT number, row_number() OVER newer AS mails, sum(length(mail_text)) OVER newer AS characters
          FROM deliveries WHERE digest = ?1 AND mail_text IS NOT NULL WINDOW newer AS (ORDER BY number DESC)
        ) WHERE mails > ?2 OR characters > ?3)`),
    newest: prepare("SELECT delivery FROM deliveries WHERE digest = ? ORDER BY number DESC LIMIT ?"),
    mailText: prepare("SELECT mail_text FROM deliveries WHERE digest = ? AND id = ? AND mail_text IS NOT NULL"),
  }
}

export function logDelivery(db: DeliveryStatements, digest: string, entry: LoggedDelivery, mailText?: string): void {
  db.log.run(digest, entry.id, writeDelivery(entry), mailText?.slice(0, MAX_LOGGED_TEXT_CHARACTERS) ?? null)
  db.forget.run(digest, DELIVERIES_LOGGED)
  if (mailText !== undefined) db.forgetTexts.run(digest, MAIL_TEXTS_LOGGED, MAIL_TEXTS_CHARACTERS)
}

export function deliveries(db: DeliveryStatements, digest: string, most: number): readonly LoggedDelivery[] {
  return db.newest
    .all(digest, most)
    .map((row) => readDelivery(text(row, "delivery")))
    .toReversed()
}

export function mailText(db: DeliveryStatements, digest: string, id: string): string | undefined {
  const row = db.mailText.get(digest, id)
  return row === undefined ? undefined : text(row, "mail_text")
}
