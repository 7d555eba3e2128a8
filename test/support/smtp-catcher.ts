/**
 * A mail server that keeps its mails and shows them over HTTP. It is a program, so that it can run in a container.
 *
 *     smtp-catcher.ts SMTP-PORT HTTP-PORT [SETTINGS.json]
 *     GET /mails/3     the fourth mail, as CaughtMail; the answer waits until it is there
 *
 * Port 0 lets the kernel choose a port. When both ports are open, standard output has them as JSON.
 */
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import { type MailboxOptions, startMailbox } from "./smtp-mailbox.ts"

export interface CaughtMail {
  readonly sender: string
  readonly recipients: readonly string[]
  readonly secure: boolean
  readonly user: string | undefined
  readonly messageId: string
  readonly subject: string
  readonly text: string
}

/** The longest time that setTimeout accepts (TIMEOUT_MAX in Node.js). */
const LONGEST_TIMER_MS = 2 ** 31 - 1

const [smtpPort, httpPort, settings] = process.argv.slice(2)
const options: MailboxOptions = settings === undefined ? {} : JSON.parse(readFileSync(settings, "utf8"))
// The client over HTTP decides how long to wait.
const mailbox = await startMailbox({
  ...options,
  host: "0.0.0.0",
  port: Number(smtpPort),
  patienceMs: LONGEST_TIMER_MS,
})

const mails: Promise<CaughtMail>[] = []
async function next(): Promise<CaughtMail> {
  const { parsed, sender, recipients, secure, user } = await mailbox.next()
  const { messageId = "", subject = "", text = "" } = parsed
  return { sender, recipients, secure, user, messageId, subject, text }
}

const server = createServer((request, response) => {
  const index = Number(/^\/mails\/(\d+)$/.exec(request.url ?? "")?.[1])
  if (Number.isNaN(index)) return void response.writeHead(404).end()
  while (mails.length <= index) mails.push(next())
  mails[index]?.then((mail) => response.end(JSON.stringify(mail)))
})
server.requestTimeout = 0
server.listen(Number(httpPort), "0.0.0.0")
await once(server, "listening")
const address = server.address()
const http = typeof address === "object" && address !== null ? address.port : 0
console.log(JSON.stringify({ smtp: mailbox.port, http }))
process.on("SIGTERM", () => process.exit())
