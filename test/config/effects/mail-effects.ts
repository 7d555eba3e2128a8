/** The effects of the options under `mail`: how a digest is delivered, and with which sender and login. */
import type { TestContext } from "node:test"
import { report } from "../../../src/cli/report.ts"
import { OperatorError } from "../../../src/errors.ts"
import { makeCertificate, trust, withoutOpenssl } from "../../support/certificate.ts"
import { eventually } from "../../support/eventually.ts"
import { sendDatagrams } from "../../support/senders.ts"
import { type Mailbox, type MailboxOptions, startMailbox } from "../../support/smtp-mailbox.ts"
import { startTamis } from "../../support/tamis-process.ts"
import { type Effect, effectWithPeers, type Settings, type Trial } from "./effect.ts"
import { RECEIVING, RULES, serve, UNKNOWN } from "./served.ts"

const LAN = { name: "lan", schedule: "0 0 1 1 *", to: ["marie@example.org"] }

const PASSWORD = "correct horse battery"
const FILES = { ...RULES, secret: `${PASSWORD}\n`, "wrong-secret": "tr0ub4dor\n" }
const LOGIN = { user: "tamis", passwordFile: "secret" }

export const MAIL_EFFECTS: readonly Effect[] = [
  effectWithPeers({
    option: "mail",
    fact: "a digest is printed or mailed",
    peers: (t) => mailbox(t),
    rest: () => ({ ...RECEIVING, digests: [{ ...LAN, schedule: "* * * * * *" }] }),
    files: RULES,
    values: (box) => ["stdout", { smtp: smtp(box) }],
    observe: async (trial, box) => {
      const tamis = await startTamis(trial.file)
      trial.after(() => tamis.stop())
      await sendDatagrams(tamis.ports.udp, [UNKNOWN])
      return await eventually("a digest", () => {
        if (box.waiting > 0) return "mailed"
        return tamis.stdout().includes("web1 app: unknown") && "printed"
      })
    },
    seen: ["printed", "mailed"],
  }),
  effectWithPeers({
    option: "mail.smtp.host",
    fact: "the server on this host gets the mail",
    peers: async (t) => {
      const one = await mailbox(t)
      return [one, await mailbox(t, { host: "127.0.0.2", port: one.port })] as const
    },
    rest: ([one]) => mailing(one),
    files: FILES,
    values: () => ["127.0.0.1", "127.0.0.2"],
    observe: takenBy,
    seen: ["1 in the first, 0 in the second", "0 in the first, 1 in the second"],
  }),
  effectWithPeers({
    option: "mail.smtp.port",
    fact: "the server on this port gets the mail",
    peers: async (t) => [await mailbox(t), await mailbox(t)] as const,
    rest: ([one]) => mailing(one),
    files: FILES,
    values: ([one, other]) => [one.port, other.port],
    observe: takenBy,
    seen: ["1 in the first, 0 in the second", "0 in the first, 1 in the second"],
  }),
  effectWithPeers({
    option: "mail.smtp.tls",
    fact: "the mail comes over TLS",
    missing: withoutOpenssl,
    peers: (t) => {
      const certificate = makeCertificate()
      trust(certificate)
      return mailbox(t, { tls: "starttls", certificate })
    },
    rest: (box) => mailing(box),
    files: FILES,
    values: () => ["none", "starttls"],
    observe: async (trial, box) => {
      await send(trial)
      return (await box.next()).secure
    },
    seen: [false, true],
  }),
  effectWithPeers({
    option: "mail.smtp.from",
    fact: "the mail is from this address",
    peers: (t) => mailbox(t),
    rest: (box) => mailing(box),
    files: FILES,
    values: () => ["tamis@example.org", "logs <logs@example.org>"],
    observe: async (trial, box) => {
      await send(trial)
      const { sender, parsed } = await box.next()
      return [sender, parsed.from?.text]
    },
    seen: [
      ["tamis@example.org", "tamis@example.org"],
      ["logs@example.org", '"logs" <logs@example.org>'],
    ],
  }),
  effectWithPeers({
    option: "mail.smtp.user",
    fact: "tamis logs in as this user",
    peers: (t) => mailbox(t, { login: { user: "tamis", password: PASSWORD } }),
    rest: (box) => mailing(box, { passwordFile: "secret" }),
    files: FILES,
    values: () => ["tamis", "stranger"],
    observe: loggedIn,
    seen: ["tamis", "refused"],
  }),
  effectWithPeers({
    option: "mail.smtp.passwordFile",
    fact: "tamis logs in with the password in this file",
    peers: (t) => mailbox(t, { login: { user: "tamis", password: PASSWORD } }),
    rest: (box) => mailing(box, LOGIN),
    files: FILES,
    values: () => ["secret", "wrong-secret"],
    observe: loggedIn,
    seen: ["tamis", "refused"],
  }),
]

async function mailbox(t: TestContext, options: MailboxOptions = {}): Promise<Mailbox> {
  const box = await startMailbox(options)
  t.after(() => box.stop())
  return box
}

function smtp({ port }: Mailbox): Settings {
  return { host: "127.0.0.1", port, tls: "none", from: "tamis@example.org" }
}

function mailing(box: Mailbox, more: Settings = {}): Settings {
  return { ...RECEIVING, digests: [LAN], mail: { smtp: { ...smtp(box), ...more } } }
}

/** Receives a line, and mails what `tamis report --send` mails. */
async function send(trial: Trial): Promise<void> {
  const { datagrams } = await serve(trial)
  await datagrams(UNKNOWN)
  await report({ config: trial.file, send: true }, { stdout() {}, stderr() {} })
}

/** Which mailbox has the mail, once the command has ended. */
async function takenBy(trial: Trial, boxes: readonly [Mailbox, Mailbox]): Promise<string> {
  await send(trial)
  const [one, other] = boxes.map(({ waiting }) => waiting)
  for (const box of boxes) if (box.waiting > 0) await box.next()
  return `${one} in the first, ${other} in the second`
}

/** The user of the mail, or "refused". */
async function loggedIn(trial: Trial, box: Mailbox): Promise<string | undefined> {
  try {
    await send(trial)
  } catch (error) {
    if (error instanceof OperatorError) return "refused"
    throw error
  }
  return (await box.next()).user
}
