/** The log of deliveries in the Redis store: keys, arguments and answers of its scripts. */
import {
  DELIVERIES_LOGGED,
  type LoggedDelivery,
  MAIL_TEXTS_CHARACTERS,
  MAIL_TEXTS_LOGGED,
  MAX_LOGGED_TEXT_CHARACTERS,
} from "./delivery-log.ts"
import type { DigestKeys } from "./keys.ts"
import { readDelivery, writeDelivery } from "./stored-delivery.ts"

type LogKeys = Pick<DigestKeys, "deliveries" | "deliveriesOrder" | "mailTexts">

export function logDeliveryCall(
  { deliveries, deliveriesOrder, mailTexts }: LogKeys,
  entry: LoggedDelivery,
  text?: string,
) {
  const written = text === undefined ? ["none", ""] : ["text", text.slice(0, MAX_LOGGED_TEXT_CHARACTERS)]
  return {
    keys: [deliveries, deliveriesOrder, mailTexts],
    argv: [entry.id, writeDelivery(entry), ...written, DELIVERIES_LOGGED, MAIL_TEXTS_LOGGED, MAIL_TEXTS_CHARACTERS],
  }
}

export function deliveriesReply(reply: unknown): readonly LoggedDelivery[] {
  if (!Array.isArray(reply)) throw new TypeError("the script of the log of deliveries answered no list")
  return reply.map((entry) => readDelivery(String(entry)))
}
