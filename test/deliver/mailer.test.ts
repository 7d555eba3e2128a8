import assert from "node:assert/strict"
import { once } from "node:events"
import { type AddressInfo, createServer, type Socket } from "node:net"
import test, { type TestContext } from "node:test"
import { DeliveryError, type Mail, type Outgoing } from "../../src/deliver/mail.ts"
import { type SmtpConfig, type SmtpPatience, smtpCourier } from "../../src/deliver/mailer.ts"
import { makeReport } from "../report/make.ts"
import { makeCertificate, trust, withoutOpenssl } from "../support/certificate.ts"
import { type Fault, type Mailbox, type MailboxOptions, startMailbox } from "../support/smtp-mailbox.ts"

const PATIENT: SmtpPatience = { connectMs: 10_000, answerMs: 10_000, wholeMs: 10_000 }
const NEVER = new AbortController().signal

const MAIL: Mail = {
  recipients: ["marie@example.org"],
  subject: "[tamis] default: System Events, 1 group on 1 host",
  text: "System Events\n=-=-=-=-=-=-=\n\nNov 23 09:00:00 web1 app[9]: started\n",
  html: "<h2>System Events</h2>\n<pre>Nov 23 09:00:00 web1 app[9]: started</pre>\n",
  ruleFile: "# 1 rule\n^${HEAD} app: größer$\n",
  headers: new Map([
    ["Message-ID", "<tamis.1@example.org>"],
    ["Date", "Mon, 23 Nov 2026 09:00:00 +0000"],
    ["Auto-Submitted", "auto-generated"],
    ["List-Id", "<default.tamis.example.org>"],
    ["X-Tamis-Digest", "default"],
  ]),
}

const OUTGOING: Outgoing = { mail: MAIL, report: makeReport() }

async function mailbox(t: TestContext, options: MailboxOptions = {}): Promise<Mailbox> {
  const started = await startMailbox(options)
  t.after(() => started.stop())
  return started
}

function config(port: number, fields: Partial<SmtpConfig> = {}): SmtpConfig {
  return {
    kind: "smtp",
    host: "localhost",
    port,
    tls: "none",
    from: "tamis <tamis@example.org>",
    user: undefined,
    password: undefined,
    ...fields,
  }
}

async function failure(
  port: number,
  fields: Partial<SmtpConfig> = {},
  patience: Partial<SmtpPatience> = {},
  signal = NEVER,
): Promise<DeliveryError> {
  const courier = smtpCourier(config(port, fields), { ...PATIENT, ...patience })
  const error = await courier.deliver(OUTGOING, signal).then(
    () => assert.fail("it was delivered"),
    (error: unknown) => error,
  )
  assert.ok(error instanceof DeliveryError, String(error))
  return error
}

test("a mail arrives unchanged", async (t) => {
  const box = await mailbox(t)
  const receipt = await smtpCourier(config(box.port)).deliver(OUTGOING, NEVER)
  assert.deepEqual(receipt.refused, [])
  assert.match(receipt.answer, /^250 /)
  const { sender, recipients, parsed, source } = await box.next()
  assert.equal(sender, "tamis@example.org")
  assert.deepEqual(recipients, ["marie@example.org"])
  assert.equal(parsed.subject, MAIL.subject)
  assert.equal(parsed.text, MAIL.text)
  assert.equal(parsed.html, MAIL.html)
  const [{ filename, contentType, contentDisposition, content } = assert.fail()] = parsed.attachments
  assert.deepEqual([filename, contentType, contentDisposition], ["suggested-rules.txt", "text/plain", "attachment"])
  assert.equal(content.toString(), MAIL.ruleFile)
  // RFC 2046 §5.1.4: what is shown where both can be comes last.
  assert.match(
    source,
    /^Content-Type: multipart\/alternative;.*^Content-Type: text\/plain;.*^Content-Type: text\/html;/ims,
  )
  assert.equal(parsed.from?.text, '"tamis" <tamis@example.org>')
  assert.equal(parsed.messageId, "<tamis.1@example.org>")
  assert.equal(parsed.date?.toISOString(), "2026-11-23T09:00:00.000Z")
  assert.equal(parsed.headers.get("auto-submitted"), "auto-generated")
  assert.equal(parsed.headers.get("x-tamis-digest"), "default")
  for (const once of [/^Message-ID:/gim, /^Date:/gim, /^List-ID:/gim]) assert.equal(source.match(once)?.length, 1)
})

test("long lines, other scripts and lines that look like SMTP survive", async (t) => {
  const box = await mailbox(t)
  const text = [
    `Nov 23 09:00:00 web1 app: ${"a b=c ".repeat(300)}end`,
    ".",
    "..",
    "From me",
    "漢字 Ünïcödé 🦀",
    "",
  ].join("\n")
  await smtpCourier(config(box.port)).deliver({ ...OUTGOING, mail: { ...MAIL, subject: "Ünïcödé 漢字", text } }, NEVER)
  const { parsed, source } = await box.next()
  assert.equal(parsed.text, text)
  assert.equal(parsed.subject, "Ünïcödé 漢字")
  assert.doesNotMatch(source, /flowed/)
  for (const line of source.split("\r\n")) assert.ok(line.length <= 998, "RFC 5321 §4.5.3.1.6")
})

test("a refused recipient does not keep the mail from the others", async (t) => {
  const box = await mailbox(t, { unknownRecipients: ["nobody@example.org"] })
  const recipients = ["nobody@example.org", "marie@example.org"]
  const receipt = await smtpCourier(config(box.port)).deliver({ ...OUTGOING, mail: { ...MAIL, recipients } }, NEVER)
  assert.deepEqual((await box.next()).recipients, ["marie@example.org"])
  assert.equal(receipt.refused.length, 1)
  assert.match(receipt.refused[0]!, /^nobody@example\.org: .*550/)
})

test("a mail with all recipients refused is not delivered", async (t) => {
  const box = await mailbox(t, { unknownRecipients: ["marie@example.org"] })
  const error = await failure(box.port)
  assert.equal(error.refused, true)
  assert.equal(error.refusesContent, false)
  assert.match(error.message, /^SMTP server localhost:\d+: .*550.*no such user/)
})

const refusals: Fault[] = [
  "turned away with 421",
  "sender refused with 451",
  "recipients refused with 451",
  "message refused with 451",
  "message refused with 554",
]
for (const fault of refusals) {
  test(`${fault} means certainly not delivered`, async (t) => {
    const box = await mailbox(t)
    box.fail(fault)
    const error = await failure(box.port)
    assert.equal(error.refused, true)
    assert.equal(error.refusesContent, fault === "message refused with 554")
    assert.match(error.message, new RegExp(fault.match(/\d+/)![0]))
    await smtpCourier(config(box.port)).deliver(OUTGOING, NEVER)
    assert.equal((await box.next()).parsed.messageId, "<tamis.1@example.org>")
  })
}

test("a hang-up after the message means perhaps delivered", async (t) => {
  const box = await mailbox(t)
  box.fail("hang-up after the message")
  assert.equal((await failure(box.port)).refused, false)
  assert.equal(box.waiting, 1)
})

test("silence after the message means perhaps delivered, after a bounded wait", async (t) => {
  const box = await mailbox(t)
  box.fail("silence after the message")
  assert.equal((await failure(box.port, {}, { answerMs: 200 })).refused, false)
  assert.equal(box.waiting, 1)
})

test("a server that never greets means certainly not delivered, after a bounded wait", async (t) => {
  const box = await mailbox(t)
  box.fail("no greeting")
  const error = await failure(box.port, {}, { connectMs: 200 })
  assert.equal(error.refused, true)
  assert.match(error.message, /Greeting never received/)
})

test("a slowly answering server is abandoned at the deadline of the whole delivery", async (t) => {
  const server = createServer((socket: Socket) => {
    socket.write("220 here\r\n")
    socket.on("error", () => {})
    socket.once("data", () => {
      const trickle = setInterval(() => socket.write("250-and\r\n"), 20)
      socket.once("close", () => clearInterval(trickle))
    })
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const error = await failure(port, {}, { wholeMs: 200 })
  assert.equal(error.refused, true)
  assert.match(error.message, /timeout/)
})

test("a closed port means certainly not delivered", async () => {
  const box = await startMailbox()
  await box.stop()
  const error = await failure(box.port)
  assert.equal(error.refused, true)
  assert.match(error.message, /ECONNREFUSED/)
})

test("a message above the server's size limit is not sent", async (t) => {
  const box = await mailbox(t, { maxBytes: 100 })
  const error = await failure(box.port)
  assert.equal(error.refused, true)
  assert.equal(error.refusesContent, true)
  assert.match(error.message, /larger than allowed|exceeds/)
})

test("an aborted attempt ends soon", async (t) => {
  const box = await mailbox(t)
  box.fail("silence after the message")
  const stopping = new AbortController()
  const [error] = await Promise.all([
    failure(box.port, {}, {}, stopping.signal),
    box.next().then(() => stopping.abort(new Error("tamis is stopping"))),
  ])
  assert.equal(error.refused, false)
  assert.match(error.message, /tamis is stopping/)
  const { refused } = await failure(box.port, {}, {}, AbortSignal.abort(new Error("tamis is stopping")))
  assert.equal(refused, true)
})

test("tamis logs in with user and password", async (t) => {
  const box = await mailbox(t, { login: { user: "tamis", password: "s3cret" } })
  await smtpCourier(config(box.port, { user: "tamis", password: "s3cret" })).deliver(OUTGOING, NEVER)
  assert.equal((await box.next()).user, "tamis")
})

test("a wrong password means certainly not delivered, and is in no message", async (t) => {
  const box = await mailbox(t, { login: { user: "tamis", password: "right" } })
  const error = await failure(box.port, { user: "tamis", password: "hunter2" })
  assert.equal(error.refused, true)
  assert.match(error.message, /535 wrong user or password/)
  assert.ok(!JSON.stringify(error).includes("hunter2") && !String(error.stack).includes("hunter2"))
})

test("without a login on the server, a configured user prevents the mail from being sent", async (t) => {
  const box = await mailbox(t)
  const error = await failure(box.port, { user: "tamis", password: "hunter2" })
  assert.equal(error.refused, true)
  assert.match(error.message, /offers no authentication/)
})

test("a server's answer that repeats the password is shown without it and without control characters", async (t) => {
  const server = createServer((socket: Socket) => {
    socket.write("220 here\r\n")
    socket.on("error", () => {})
    socket.on("data", (data) => {
      const line = data.toString().trimEnd()
      if (line.startsWith("EHLO")) socket.write("250-here\r\n250 AUTH PLAIN\r\n")
      else socket.write(`500 \u001b[31m? ${line}, hunter2\r\n`)
    })
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const { message } = await failure(port, { user: "tamis", password: "hunter2" })
  assert.match(message, /500 \\x1b\[31m\? AUTH PLAIN \[secret\], \[secret\]/)
})

test("with tls starttls, a server without STARTTLS gets no mail", async (t) => {
  const box = await mailbox(t)
  const error = await failure(box.port, { tls: "starttls" })
  assert.equal(error.refused, true)
  assert.match(error.message, /STARTTLS/)
  assert.equal(box.waiting, 0)
})

test("with tls opportunistic, a server without TLS gets the mail", async (t) => {
  const box = await mailbox(t)
  await smtpCourier(config(box.port, { tls: "opportunistic" })).deliver(OUTGOING, NEVER)
  assert.equal((await box.next()).secure, false)
})

test("TLS", { skip: withoutOpenssl }, async (t) => {
  const certificate = makeCertificate()

  await t.test("a certificate that cannot be verified is refused", async (t) => {
    for (const tls of ["starttls", "implicit"] as const) {
      const box = await mailbox(t, { tls, certificate })
      const error = await failure(box.port, { tls })
      assert.equal(error.refused, true)
      assert.match(error.message, /self-signed certificate/)
    }
  })

  trust(certificate)

  const modes = [
    { name: "starttls", server: "starttls", client: "starttls", secure: true },
    { name: "implicit", server: "implicit", client: "implicit", secure: true },
    { name: "opportunistic uses it when offered", server: "starttls", client: "opportunistic", secure: true },
    { name: "none uses none", server: "starttls", client: "none", secure: false },
  ] as const
  for (const { name, server, client, secure } of modes) {
    await t.test(name, async (t) => {
      const box = await mailbox(t, { tls: server, certificate })
      await smtpCourier(config(box.port, { tls: client })).deliver(OUTGOING, NEVER)
      assert.equal((await box.next()).secure, secure)
    })
  }
})
