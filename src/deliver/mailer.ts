/**
 * Mails to an SMTP server (RFC 5321), one connection for each.
 *
 * The server has a mail only after it answered DATA with 354, got the text, and got its end. So whatever fails before
 * the text is handed over is certain to be no delivery, and so is an answer that refuses the text. What
 * fails in between, a timeout or a connection lost, may be one.
 */
import { Readable } from "node:stream"
import { domainToASCII } from "node:url"
import MailComposer from "nodemailer/lib/mail-composer"
import SMTPConnection, {
  type SMTPConnectionOptions,
  type SMTPConnectionSendInfo,
  type SMTPEnvelope,
} from "nodemailer/lib/smtp-connection"
import type { DeliveryConfig } from "../config/config.ts"
import { printable } from "../text/printable.ts"
import { type Courier, DELIVERY_DEADLINE_MS, DeliveryError, type Receipt } from "./mail.ts"

export type SmtpConfig = Extract<DeliveryConfig, { kind: "smtp" }>

export interface SmtpPatience {
  /** For the name to be resolved, the connection, the greeting and TLS, all together. */
  readonly connectMs: number
  /** For one answer: RFC 5321 §4.5.3.2 has clients wait 5 minutes for most. */
  readonly answerMs: number
  /** For all of it, so that a server which says a little now and then cannot hold a delivery for ever. */
  readonly wholeMs: number
}

const PATIENCE: SmtpPatience = { connectMs: 60_000, answerMs: 300_000, wholeMs: DELIVERY_DEADLINE_MS }

/** Certificates are verified whenever TLS is used; NODE_EXTRA_CA_CERTS adds an authority of one's own. */
export function smtpCourier(config: SmtpConfig, patience: SmtpPatience = PATIENCE): Courier {
  return {
    domain: domainOf(config.from),
    async deliver({ mail }, signal) {
      const message = new MailComposer({
        from: config.from,
        to: [...mail.recipients],
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        attachments: mail.ruleFile === undefined ? [] : [ruleAttachment(mail.ruleFile)],
        headers: Object.fromEntries(mail.headers),
        // Long lines arrive unbroken in quoted-printable, and people can still read the mail's source.
        textEncoding: "quoted-printable",
      }).compile()
      const patient = AbortSignal.any([signal, AbortSignal.timeout(patience.wholeMs)])
      const bytes = await message.build()
      return await send(config, patience, { ...message.getEnvelope(), size: bytes.length }, bytes, patient)
    },
  }
}

/** Under a name that logcheck and tamis take for a rule file. */
function ruleAttachment(content: string) {
  return { filename: "suggested-rules", content, contentType: "text/plain; charset=utf-8" }
}

async function send(
  config: SmtpConfig,
  patience: SmtpPatience,
  envelope: SMTPEnvelope,
  message: Buffer,
  signal: AbortSignal,
): Promise<Receipt> {
  const connection = new SMTPConnection(connectionOptions(config, patience))
  // An error may come at any time, also when nothing is waited for; without a listener it would end the process.
  const failed = new Promise<never>((_, reject) => {
    connection.on("error", reject)
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  })
  let handedOver = false
  const text = Readable.from(
    (function* () {
      handedOver = true
      yield message
    })(),
  )
  try {
    signal.throwIfAborted()
    const { rejectedErrors = [] } = await Promise.race([converse(connection, config, envelope, text), failed])
    connection.quit()
    return { refused: rejectedErrors.map((error) => `${error.recipient}: ${explain(error, config)}`).map(printable) }
  } catch (error) {
    connection.close()
    const where = `SMTP server ${config.host}:${config.port}`
    throw new DeliveryError(printable(`${where}: ${explain(error, config)}`), !handedOver || isRefusal(error))
  }
}

async function converse(
  connection: SMTPConnection,
  { user, password }: SmtpConfig,
  envelope: SMTPEnvelope,
  text: Readable,
): Promise<SMTPConnectionSendInfo> {
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()))
  })
  if (user !== undefined) {
    if (!connection.allowsAuth) throw new Error("it offers no authentication, but a user is configured")
    await new Promise<void>((resolve, reject) => {
      connection.login({ credentials: { user, pass: password } }, (error) => (error ? reject(error) : resolve()))
    })
  }
  return await new Promise((resolve, reject) => {
    connection.send(envelope, text, (error, info) => (error ? reject(error) : resolve(info)))
  })
}

function connectionOptions({ host, port, tls }: SmtpConfig, patience: SmtpPatience): SMTPConnectionOptions {
  return {
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    connectionTimeout: patience.connectMs,
    dnsTimeout: patience.connectMs,
    greetingTimeout: patience.connectMs,
    socketTimeout: patience.answerMs,
  }
}

/** Whether the server's last word was that it does not take the mail. */
function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && "responseCode" in error ? error.responseCode : undefined
  return typeof code === "number" && code >= 400 && code < 600
}

/** What went wrong, without the password: servers repeat in their answers what they did not understand. */
function explain(error: unknown, { user, password }: SmtpConfig): string {
  const message = error instanceof Error ? error.message : String(error)
  if (password === undefined) return message
  const secrets = [password, base64(password), base64(`\0${user}\0${password}`)]
  return secrets
    .filter((secret) => secret !== "")
    .reduce((text, secret) => text.replaceAll(secret, "[secret]"), message)
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64")
}

/** Of `tamis@example.org` and of `tamis <tamis@example.org>`. */
function domainOf(address: string): string {
  return domainToASCII(address.slice(address.lastIndexOf("@") + 1).replace(/[>\s]+$/, "")) || "localhost"
}
