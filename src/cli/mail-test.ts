/**
 * `tamis mail test`: sends a small mail as digests are sent, and prints the answer of the mail server.
 *
 * Needs no running service and no store. Exit status 0: the server accepted the mail for all recipients.
 */
import { randomBytes } from "node:crypto"
import { hostname } from "node:os"
import type { Config } from "../config/config.ts"
import { mailAddress } from "../config/values.ts"
import { DeliveryError, type Mail } from "../deliver/mail.ts"
import { OperatorError } from "../errors.ts"
import { makeCourier } from "../service/assemble.ts"
import { escapeMarkup } from "../text/markup.ts"
import { printable } from "../text/printable.ts"
import { configuration } from "./configuration.ts"
import type { Output } from "./output.ts"

export interface MailTestOptions {
  readonly config?: string
  readonly to?: string
}

export async function mailTest(options: MailTestOptions, output: Output): Promise<0> {
  const { config } = configuration(options.config)
  const courier = makeCourier(config.delivery)
  const mail = testMail(recipients(config, options.to), courier.domain)
  const { answer, refused } = await courier
    .deliver({ mail, report: undefined }, new AbortController().signal)
    .catch((error: unknown) => {
      if (!(error instanceof DeliveryError)) throw error
      throw new OperatorError(error.code, `the test mail was not delivered: ${error.message}\n${wayOut(error)}`)
    })
  if (config.delivery.kind === "stdout") {
    output.stderr("tamis: the configuration has no mail server (mail.smtp); digests go to standard output\n")
    return 0
  }
  const { host, port } = config.delivery
  if (refused.length > 0)
    throw new OperatorError("TAMIS_RECIPIENTS_REFUSED", `${host}:${port} refused ${refused.join(", ")}`)
  output.stdout(`${host}:${port} accepted the test mail for ${mail.recipients.join(", ")}.\nIts answer: ${answer}\n`)
  return 0
}

/** The recipients of all digests, or the one that the command names. */
function recipients({ digests }: Config, to: string | undefined): readonly string[] {
  if (to === undefined) return [...new Set(digests.flatMap((digest) => digest.recipients))]
  const address = mailAddress().safeParse(to)
  if (address.success) return [address.data]
  throw new OperatorError("TAMIS_COMMAND_MISUSED", `--to: ${address.error.issues[0]?.message}`)
}

function wayOut({ refusesContent, refused }: DeliveryError): string {
  if (refusesContent)
    return "The server accepts neither this text nor, probably, a digest: exempt tamis from its filters."
  if (refused) return "Check mail.smtp in the configuration: host, port, tls, from, user and password."
  return "The mail may have arrived: look into the mailbox, then check the mail server."
}

function testMail(to: readonly string[], domain: string): Mail {
  const text = `This is a test mail of tamis on ${printable(hostname())}.\n\nDigests come this way.\n`
  return {
    recipients: to,
    subject: "[tamis] test mail",
    text,
    html: `<p>${escapeMarkup(text)}</p>\n`,
    ruleFile: undefined,
    headers: new Map([
      ["Message-ID", `<tamis.${randomBytes(16).toString("hex")}@${domain}>`],
      ["Date", new Date().toUTCString().replace("GMT", "+0000")],
      ["Auto-Submitted", "auto-generated"],
    ]),
  }
}
