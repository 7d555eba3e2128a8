/**
 * Sends mails to an SMTP server (RFC 5321), with one connection for each mail.
 *
 * The server has a mail only after it answered DATA with 354 and got the whole text. A failure before the text is sent is
 * therefore certainly no delivery, and neither is an answer that refuses the text. After a timeout or a lost connection
 * in between, the mail may have been accepted.
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
import { reasonOf } from "../errors.ts"
import { printable, printableStart } from "../text/printable.ts"
import { type Courier, DELIVERY_DEADLINE_MS, DeliveryError, type Receipt } from "./mail.ts"

export type SmtpConfig = Extract<DeliveryConfig, { kind: "smtp" }>

export interface SmtpPatience {
  /** For name resolution, connection, greeting and TLS together. */
  readonly connectMs: number
  /** For one answer: RFC 5321 §4.5.3.2 asks clients to wait 5 minutes for most. */
  readonly answerMs: number
  /** For the whole delivery, so that a server that answers slowly cannot hold it for ever. */
  readonly wholeMs: number
}

/** RFC 5321 §4.5.3.1.5: a line of an answer has at most 512 octets. */
const MAX_ANSWER_CHARACTERS = 512

const PATIENCE: SmtpPatience = { connectMs: 60_000, answerMs: 300_000, wholeMs: DELIVERY_DEADLINE_MS }

/** Verifies certificates whenever TLS is used; NODE_EXTRA_CA_CERTS adds a private authority. */
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
        // Quoted-printable keeps long lines unbroken, and the mail's source stays readable.
        textEncoding: "quoted-printable",
      }).compile()
      const patient = AbortSignal.any([signal, AbortSignal.timeout(patience.wholeMs)])
      const bytes = await message.build()
      return await send(config, patience, { ...message.getEnvelope(), size: bytes.length }, bytes, patient)
    },
  }
}

/** Every mail program shows a text file. A rule file has a name without a dot: saved by this one, it would be in force nowhere. */
function ruleAttachment(content: string) {
  return { filename: "suggested-rules.txt", content, contentType: "text/plain; charset=utf-8" }
}

async function send(
  config: SmtpConfig,
  patience: SmtpPatience,
  envelope: SMTPEnvelope,
  message: Buffer,
  signal: AbortSignal,
): Promise<Receipt> {
  const connection = new SMTPConnection(connectionOptions(config, patience))
  // An error may come at any time; without a listener it would end the process.
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
    const { rejectedErrors = [], response } = await Promise.race([converse(connection, config, envelope, text), failed])
    connection.quit()
    const answer = printableStart(withoutSecrets(response, config), MAX_ANSWER_CHARACTERS)
    return {
      answer,
      refused: rejectedErrors.map((error) => `${error.recipient}: ${explain(error, config)}`).map(printable),
    }
  } catch (error) {
    connection.close()
    const where = `SMTP server ${config.host}:${config.port}`
    const isCertain = !handedOver || isRefusal(error)
    throw new DeliveryError(printable(`${where}: ${explain(error, config)}`), isCertain, refusesContent(error))
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
    if (!connection.allowsAuth) throw new Error("the server offers no authentication, but mail.smtp.user is set")
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

/** Whether the server refused the mail in its last answer. */
function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && "responseCode" in error ? error.responseCode : undefined
  return typeof code === "number" && code >= 400 && code < 600
}

/**
 * Whether the server refuses the content or the size of the mail, and not its sender, its recipients or the login: a 5xx
 * answer to DATA or to the text, 552 to the announced size (RFC 1870 §6.1), or a size above the limit that the server named.
 */
function refusesContent(error: unknown): boolean {
  if (!(error instanceof Error && "command" in error)) return false
  const answer = "responseCode" in error && typeof error.responseCode === "number" ? error.responseCode : undefined
  if (error.command === "DATA") return answer !== undefined && answer >= 500
  if (error.command !== "MAIL FROM") return false
  return answer === 552 || (answer === undefined && "code" in error && error.code === "EMESSAGE")
}

function explain(error: unknown, config: SmtpConfig): string {
  return withoutSecrets(reasonOf(error), config)
}

/** Removes the password: servers may repeat a login in their answers. */
function withoutSecrets(text: string, { user, password }: SmtpConfig): string {
  if (password === undefined) return text
  const secrets = [password, base64(password), base64(`\0${user}\0${password}`)]
  return secrets.filter((secret) => secret !== "").reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text)
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64")
}

/** Returns `example.org` for `tamis@example.org` and for `tamis <tamis@example.org>`. */
function domainOf(address: string): string {
  return domainToASCII(address.slice(address.lastIndexOf("@") + 1).replace(/[>\s]+$/, "")) || "localhost"
}
