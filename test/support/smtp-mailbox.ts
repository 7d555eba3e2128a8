/**
 * A real SMTP server on the loopback interface. It keeps its mails, and fails when a test asks for it.
 */

import type { AddressInfo, Socket } from "node:net"
import { buffer } from "node:stream/consumers"
import { type ParsedMail, simpleParser } from "mailparser"
import { SMTPServer, type SMTPServerSession } from "smtp-server"
import type { Certificate } from "./certificate.ts"
import { DEADLINE_MS, within } from "./eventually.ts"

/** A failure of one connection. */
export type Fault =
  | "no greeting"
  | "turned away with 421"
  | "sender refused with 451"
  | "recipients refused with 451"
  | "message refused with 451"
  | "message refused with 554"
  /** The mailbox has the message, and the sender gets no answer. */
  | "hang-up after the message"
  | "silence after the message"

export interface ReceivedMail {
  readonly sender: string
  readonly recipients: readonly string[]
  /** Whether it was sent over TLS. */
  readonly secure: boolean
  readonly user: string | undefined
  /** The bytes of the message, as Latin-1. */
  readonly source: string
  readonly parsed: ParsedMail
}

export interface MailboxOptions {
  readonly tls?: "starttls" | "implicit"
  readonly certificate?: Certificate
  readonly login?: { readonly user: string; readonly password: string }
  /** Recipients that are refused with 550; all others are accepted. */
  readonly unknownRecipients?: readonly string[]
  readonly maxBytes?: number
  /** By default 127.0.0.1, and a port that the kernel chooses. */
  readonly host?: string
  readonly port?: number
  /** Called with each mail before it is answered, as a server writes its log. */
  readonly onMail?: (mail: ReceivedMail) => Promise<void>
  /** How long `next` waits for a mail. */
  readonly patienceMs?: number
}

export interface Mailbox {
  readonly port: number
  /** Takes the oldest mail; waits until there is one. Fails if none comes. */
  next(): Promise<ReceivedMail>
  /** The number of mails that nobody has taken yet. */
  readonly waiting: number
  /** Makes the next connection fail. Each further call is for the connection after that. */
  fail(fault: Fault): void
  stop(): Promise<void>
}

export async function startMailbox(options: MailboxOptions = {}): Promise<Mailbox> {
  const { tls, certificate, login, unknownRecipients = [], maxBytes } = options
  const { host = "127.0.0.1", port = 0, patienceMs = DEADLINE_MS } = options
  const sockets = new Map<number, Socket>()
  const planned: Fault[] = []
  const faults = new Map<string, Fault | undefined>()
  const mails: ReceivedMail[] = []
  const takers: ((mail: ReceivedMail) => void)[] = []

  function keep(mail: ReceivedMail): void {
    const taker = takers.shift()
    if (taker === undefined) mails.push(mail)
    else taker(mail)
  }

  const server = new SMTPServer({
    ...certificate,
    ...(maxBytes === undefined ? {} : { size: maxBytes }),
    secure: tls === "implicit",
    disabledCommands: [...(tls === "starttls" ? [] : ["STARTTLS"]), ...(login === undefined ? ["AUTH"] : [])],
    allowInsecureAuth: true,
    authOptional: login === undefined,
    disableReverseLookup: true,
    onConnect(session, done) {
      const fault = planned.shift()
      faults.set(session.id, fault)
      if (fault === "turned away with 421") done(answer(421, "too busy"))
      else if (fault !== "no greeting") done()
    },
    onAuth(auth, _session, done) {
      const known = auth.username === login?.user && auth.password === login?.password
      done(known ? null : answer(535, "wrong user or password"), known ? { user: auth.username } : undefined)
    },
    onMailFrom(_address, session, done) {
      const refused = faults.get(session.id) === "sender refused with 451"
      done(refused ? answer(451, "not now") : null)
    },
    onRcptTo({ address }, session, done) {
      if (unknownRecipients.includes(address)) done(answer(550, "no such user"))
      else done(faults.get(session.id) === "recipients refused with 451" ? answer(451, "greylisted") : null)
    },
    async onData(stream, session, done) {
      const source = await buffer(stream)
      const fault = faults.get(session.id)
      if (fault === "message refused with 451") return done(answer(451, "try later"))
      if (fault === "message refused with 554") return done(answer(554, "looks like spam"))
      const mail = await receivedMail(session, source)
      await options.onMail?.(mail)
      keep(mail)
      if (fault === "hang-up after the message") sockets.get(session.remotePort)?.destroy()
      else if (fault !== "silence after the message") done()
    },
  })
  // In some tests, the peer hangs up early.
  server.on("error", () => {})
  server.server.on("connection", (socket: Socket) => {
    const port = socket.remotePort ?? 0
    sockets.set(port, socket)
    socket.once("close", () => sockets.delete(port))
  })
  await new Promise<void>((resolve) => server.listen(port, host, resolve))

  return {
    port: (server.server.address() as AddressInfo).port,
    async next() {
      return mails.shift() ?? (await within("a mail", new Promise((resolve) => takers.push(resolve)), patienceMs))
    },
    get waiting() {
      return mails.length
    },
    fail(fault) {
      planned.push(fault)
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(resolve))
      for (const socket of sockets.values()) socket.destroy()
      await closed
    },
  }
}

async function receivedMail({ envelope, secure, user }: SMTPServerSession, source: Buffer): Promise<ReceivedMail> {
  return {
    sender: envelope.mailFrom === false ? "" : envelope.mailFrom.address,
    recipients: envelope.rcptTo.map(({ address }) => address),
    secure,
    user: typeof user === "string" ? user : undefined,
    source: source.toString("latin1"),
    parsed: await simpleParser(source),
  }
}

function answer(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
