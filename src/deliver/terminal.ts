/** Writes mails to a stream instead of a mailbox, to try tamis out or to pass digests to another program. */
import type { Writable } from "node:stream"
import { promisify } from "node:util"
import { reasonOf } from "../errors.ts"
import { printable } from "../text/printable.ts"
import { type Courier, DeliveryError } from "./mail.ts"

/** A mail counts as delivered when the stream has taken all of it. */
export function terminalCourier(stream: Writable): Courier {
  return {
    domain: "localhost",
    async deliver({ mail: { subject, text } }) {
      try {
        await promisify((chunk: string, done: (error?: Error | null) => void) => stream.write(chunk, done))(
          `Subject: ${subject}\n\n${text}\n`,
        )
      } catch (error) {
        throw new DeliveryError(`cannot write the mail: ${printable(reasonOf(error))}`, true)
      }
      return { answer: "written to standard output", refused: [] }
    },
  }
}
