/** An entry of the log of deliveries as both stores keep it: one JSON text. */
import * as z from "zod"
import { DELIVERY_OUTCOMES, type LoggedDelivery } from "./delivery-log.ts"

const loggedDelivery = z.object({
  id: z.string(),
  atMs: z.number(),
  outcome: z.enum(DELIVERY_OUTCOMES),
  opensAtMs: z.number(),
  closesAtMs: z.number(),
  windows: z.int(),
  reply: z.string(),
  refusedRecipients: z.array(z.string()),
  news: z.string(),
  mail: z
    .object({
      subject: z.string(),
      messageId: z.string(),
      isReduced: z.boolean(),
      sentFrom: z.array(z.string()),
    })
    .optional(),
})

export function writeDelivery(entry: LoggedDelivery): string {
  return JSON.stringify(entry)
}

/** Reads an entry. Throws where the text is not one that a store wrote. */
export function readDelivery(stored: string): LoggedDelivery {
  const { mail, ...entry } = loggedDelivery.parse(JSON.parse(stored))
  return { ...entry, mail }
}
