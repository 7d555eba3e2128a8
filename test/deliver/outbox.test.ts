import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import test, { type TestContext } from "node:test"
import type { DigestConfig } from "../../src/config/config.ts"
import { type Courier, DeliveryError, type Mail, type Receipt } from "../../src/deliver/mail.ts"
import { smtpCourier } from "../../src/deliver/mailer.ts"
import { Outbox, type OutboxParts, type OutboxSettings } from "../../src/deliver/outbox.ts"
import { makeReport } from "../../src/service/make-report.ts"
import { sqliteStore } from "../../src/store/sqlite.ts"
import type { TallyStore } from "../../src/store/store.ts"
import { makeTally, makeWindow, type WindowFields } from "../report/make.ts"
import { ANY_HOST } from "../support/any-host.ts"
import { InterruptibleStore } from "../support/interruptible-store.ts"
import { startMailbox } from "../support/smtp-mailbox.ts"
import { UNANNOUNCED } from "../support/unannounced.ts"

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const DIGEST: DigestConfig = {
  name: "default",
  hosts: ["*"],
  schedule: "2 * * * *",
  timeZone: "UTC",
  recipients: ["marie@example.org"],
  subject: "[tamis] %d: %t",
  send: "news",
  daily: "0 7 * * *",
  suggestedRules: 0,
  attachRules: false,
  maxBytes: 65_536,
}

interface Logged {
  readonly level: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly sentence: string
}

/** An outbox on a real store, with windows of an hour, and a courier that does as it is told. */
class Scene {
  readonly store: TallyStore
  readonly log: Logged[] = []
  readonly sent: Mail[] = []
  /** What becomes of the next mails; those without a word here are delivered. */
  readonly fates: (DeliveryError | Receipt)[] = []
  #closedAtMs = 0
  #sequence = 0

  constructor(store: TallyStore) {
    this.store = store
  }

  outbox(changed: Partial<OutboxSettings & Pick<OutboxParts, "owner" | "store">> = {}): Outbox {
    const { owner = "one", store = this.store, ...fields } = changed
    const courier: Courier = {
      domain: "example.org",
      deliver: async ({ mail }) => {
        const fate = this.fates.shift() ?? { answer: "250 OK", refused: [] }
        this.sent.push(mail)
        if (fate instanceof DeliveryError) throw fate
        return fate
      },
    }
    const write = (level: string) => (fields: Logged["fields"], sentence: string) => {
      this.log.push({ level, fields, sentence })
    }
    const log = { info: write("info"), warn: write("warn"), error: write("error") }
    const parts = {
      quarantined: [],
      ruleSets: new Map(),
      refusedReload: undefined,
      hosts: ANY_HOST,
      findRot: async () => [],
    }
    const { digest = DIGEST } = fields
    const settings: OutboxSettings = {
      digest,
      courier,
      makeReport: (pile, nowMs) => makeReport(pile, { ...parts, digest }, store, nowMs),
      ...fields,
    }
    return new Outbox({ announcer: UNANNOUNCED, store, owner, settings: () => settings, log })
  }

  /** Closes a window an hour after the last one, and returns when. */
  async window(fields: WindowFields): Promise<number> {
    const { id } = await this.store.openWindow(DIGEST.name, this.#closedAtMs)
    const entry = makeWindow({ opensAtMs: this.#closedAtMs, ...fields })
    await this.store.add(DIGEST.name, { collector: "c", sequence: ++this.#sequence }, entry, this.#closedAtMs)
    this.#closedAtMs += HOUR
    await this.store.closeWindow(DIGEST.name, id, this.#closedAtMs)
    return this.#closedAtMs
  }

  async undelivered(): Promise<number | undefined> {
    return (await this.store.overview(DIGEST.name))?.undelivered.length
  }
}

async function scene(t: TestContext): Promise<Scene> {
  const directory = mkdtempSync(join(tmpdir(), "tamis-outbox-"))
  const store = sqliteStore({ file: join(directory, "tamis.sqlite") })
  await store.open()
  t.after(async () => {
    await store.close()
    rmSync(directory, { recursive: true })
  })
  const made = new Scene(store)
  // The first window also knows its hosts for the first time, which is news; have that behind us.
  const closedAtMs = await made.window({ ignored: { web1: 1 } })
  await made.outbox().attempt(closedAtMs)
  made.sent.length = 0
  made.log.length = 0
  return made
}

function line(text: string): WindowFields {
  return { tallies: [makeTally({ host: "web1", program: "app", samples: [text] })] }
}

const REFUSED = new DeliveryError("refused", true)
const LOST = new DeliveryError("connection lost", false)

function messageIds(mails: readonly Mail[]): (string | undefined)[] {
  return mails.map(({ headers }) => headers.get("Message-ID"))
}

test("a closed window is delivered once", async (t) => {
  const at = await scene(t)
  const nowMs = await at.window(line("web1 app: one"))
  assert.equal(await at.outbox().attempt(nowMs), "delivered")
  assert.equal(await at.outbox().attempt(nowMs), "idle")
  assert.equal(at.sent.length, 1)
  assert.match(at.sent[0]!.text, /^web1 app: one {2}/m)
  assert.equal(await at.undelivered(), 0)
  assert.deepEqual(
    at.log.map(({ level, sentence }) => [level, sentence]),
    [["info", "Delivered a digest."]],
  )
})

test("an open window is not delivered", async (t) => {
  const at = await scene(t)
  assert.equal(await at.outbox().attempt(2 * HOUR), "idle")
})

test("a quiet window sends no mail", async (t) => {
  const at = await scene(t)
  const nowMs = await at.window({ ignored: { web1: 7 } })
  assert.equal(await at.outbox().attempt(nowMs), "quiet")
  assert.equal(at.sent.length, 0)
  assert.equal(await at.undelivered(), 0)
})

test("with send: always, a quiet window sends a mail", async (t) => {
  const at = await scene(t)
  const nowMs = await at.window({ ignored: { web1: 7 } })
  assert.equal(await at.outbox({ digest: { ...DIGEST, send: "always" } }).attempt(nowMs), "delivered")
  assert.equal(at.sent[0]?.subject, "[tamis] default: all quiet")
})

test("lines as usual wait, and the next mail accounts for them", async (t) => {
  const at = await scene(t)
  assert.equal(await at.outbox().attempt(await at.window(line("web1 app: one"))), "delivered")
  assert.equal(await at.outbox().attempt(await at.window(line("web1 app: one"))), "quiet")
  assert.equal(await at.outbox().attempt(await at.window(line("web1 app: one"))), "quiet")
  assert.equal(await at.outbox().attempt(await at.window(line("web1 db: two"))), "delivered")
  const text = at.sent[1]?.text ?? ""
  assert.match(text, /^3 lines from 1 host; 3 to read: 1 new\./m)
  assert.match(text, /include 2\s+earlier windows/)
  assert.match(text, /^2 lines: app 2\.$/m)
})

test("with send: leftovers, a window of lines as usual sends a mail", async (t) => {
  const at = await scene(t)
  const outbox = at.outbox({ digest: { ...DIGEST, send: "leftovers" } })
  await outbox.attempt(await at.window(line("web1 app: one")))
  assert.equal(await outbox.attempt(await at.window(line("web1 app: one"))), "delivered")
  assert.equal(at.sent[1]?.subject, "[tamis] default: all as usual")
})

test("once a day a mail comes in any case, and says how all is", async (t) => {
  const at = await scene(t)
  const outbox = at.outbox()
  const results: string[] = []
  // The mail before went out at 01:00, and the day's mail is due at 07:00.
  for (let hour = 2; hour <= 32; hour += 1)
    results.push(await outbox.attempt(await at.window({ ignored: { web1: 7 } })))
  assert.deepEqual(
    results.flatMap((result, index) => (result === "delivered" ? [index + 2] : [])),
    [7, 31],
  )
  assert.equal(at.sent[1]?.subject, "[tamis] default: all quiet")
  assert.match(at.sent[1]?.text ?? "", /168 lines from 1 host, none to report\./)
})

test("a 4xx answer keeps the mail in the outbox, and the retry a minute later includes windows that closed meanwhile", async (t) => {
  const at = await scene(t)
  const outbox = at.outbox()
  at.fates.push(REFUSED)
  let nowMs = await at.window(line("web1 app: one"))
  assert.equal(await outbox.attempt(nowMs), "postponed")
  assert.equal((await at.store.overview(DIGEST.name))?.retryAtMs, nowMs + MINUTE)
  assert.equal(await outbox.attempt(nowMs + MINUTE - 1), "idle")
  nowMs = await at.window(line("web1 app: two"))
  assert.equal(await outbox.attempt(nowMs), "delivered")
  assert.match(at.sent[1]!.text, /^web1 app: one {2}/m)
  assert.match(at.sent[1]!.text, /^web1 app: two {2}/m)
  assert.notEqual(messageIds(at.sent)[0], messageIds(at.sent)[1])
  assert.equal(await at.undelivered(), 0)
})

test("a mail that may have arrived is repeated unchanged, under its Message-ID", async (t) => {
  const at = await scene(t)
  at.fates.push(LOST, LOST)
  const nowMs = await at.window(line("web1 app: one"))
  assert.equal(await at.outbox().attempt(nowMs), "postponed")
  await at.window(line("web1 app: two"))
  assert.equal(await at.outbox({ owner: "two" }).attempt(nowMs + MINUTE), "postponed")
  assert.equal(await at.outbox({ owner: "three" }).attempt(nowMs + 3 * MINUTE), "delivered")
  assert.equal(new Set(messageIds(at.sent)).size, 1)
  assert.equal(new Set(at.sent.map(({ text }) => text)).size, 1)
  assert.equal(await at.outbox().attempt(nowMs + 2 * HOUR), "delivered")
  assert.match(at.sent[3]!.text, /^web1 app: two {2}/m)
})

test("pauses grow, and from the third failure on the log level is error", async (t) => {
  const at = await scene(t)
  const outbox = at.outbox()
  let nowMs = await at.window(line("web1 app: one"))
  const pauses: number[] = []
  for (let failures = 0; failures < 8; failures++) {
    at.fates.push(REFUSED)
    assert.equal(await outbox.attempt(nowMs), "postponed")
    const retryAtMs = (await at.store.overview(DIGEST.name))!.retryAtMs!
    pauses.push((retryAtMs - nowMs) / MINUTE)
    nowMs = retryAtMs
  }
  assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 60, 60])
  assert.deepEqual(
    at.log.slice(0, 4).map(({ level }) => level),
    ["warn", "warn", "error", "error"],
  )
  assert.deepEqual(at.log[2]?.fields.attempts, 3)
  assert.equal(at.log[2]?.fields.code, "TAMIS_MAIL_UNDELIVERED")
})

test("while one instance delivers, another finds nothing to do, and takes over if the first dies", async (t) => {
  const at = await scene(t)
  const nowMs = await at.window(line("web1 app: one"))
  const crashed = at.outbox({ courier: { domain: "", deliver: async () => Promise.reject(new Error("crash")) } })
  await assert.rejects(crashed.attempt(nowMs), /crash/)
  assert.equal(await at.outbox({ owner: "two" }).attempt(nowMs + 10 * MINUTE), "idle")
  assert.equal(await at.outbox({ owner: "two" }).attempt(nowMs + 12 * MINUTE), "delivered")
})

test("an accepted mail does not go out again if the store was away", async (t) => {
  const at = await scene(t)
  const nowMs = await at.window(line("web1 app: one"))
  const store = new InterruptibleStore(at.store, ["settle"])
  const outbox = at.outbox({ store })
  await assert.rejects(outbox.attempt(nowMs), /nobody answers/)
  await assert.rejects(outbox.attempt(nowMs + HOUR), /nobody answers/)
  store.away = []
  assert.equal(await outbox.attempt(nowMs + 2 * HOUR), "idle")
  assert.equal(at.sent.length, 1)
  assert.equal(await at.undelivered(), 0)
})

test("a mail suggests rules, with the number of lines that they would have hidden in earlier mails", async (t) => {
  const at = await scene(t)
  const jobs = (count: number): WindowFields => {
    const samples = ["Nov 23 18:00:00 web1 app[7]: job ada is done"]
    return { tallies: [makeTally({ host: "web1", program: "app", count, firstMs: HOUR, samples })] }
  }
  const outbox = at.outbox({ digest: { ...DIGEST, send: "leftovers", suggestedRules: 1, attachRules: true } })
  await outbox.attempt(await at.window(jobs(6)))
  assert.doesNotMatch(at.sent[0]?.text ?? "", /Suggested rules/)
  at.fates.push(LOST)
  const nowMs = await at.window(jobs(12))
  await outbox.attempt(nowMs)
  await outbox.attempt(nowMs + HOUR)
  const [, lost, repeated] = at.sent
  assert.match(
    lost?.text ?? "",
    /\nSuggested rules\n.*\n\^\$\{HEAD\} app\\\[\$\{PID\}\\\]: job ada is done\$\n {4}would have hidden 18 lines on 1 host in 1 day\n/,
  )
  assert.match(lost?.ruleFile ?? "", /^# Would have hidden 18 lines on 1 host in 1 day\.\n#\+ .*\n\^\$\{HEAD\} app/m)
  assert.deepEqual([repeated?.text, repeated?.ruleFile], [lost?.text, lost?.ruleFile])
})

test("a mail's largest groups are remembered for two weeks, with one line each and within a size limit", async (t) => {
  const at = await scene(t)
  const tallies = Array.from({ length: 60 }, (_, n) =>
    makeTally({ host: "web1", count: n + 1, samples: [`Nov 23 18:00:00 web1 app: ${n} ${"x".repeat(900)}`] }),
  )
  await at.outbox().attempt(await at.window({ tallies }))
  const [past] = await at.store.remembered(DIGEST.name)
  const counts = past?.tallies.map(({ count }) => count) ?? []
  assert.ok(counts.length < 60 && counts.includes(60) && !counts.includes(1))
  assert.ok(JSON.stringify(past).length < 34_000)
  let closedAtMs = 0
  for (let hour = 0; hour < 15 * 24; hour += 24) {
    for (let i = 0; i < 24; i += 1) closedAtMs = await at.window(i === 0 ? line(`web1 app: ${hour}`) : {})
    await at.outbox().attempt(closedAtMs)
  }
  const remembered = await at.store.remembered(DIGEST.name)
  // The first of these days, and what was remembered before it, is more than two weeks before the last one.
  assert.equal(remembered.length, 15)
  const newest = remembered.at(-1)?.closesAtMs ?? 0
  assert.deepEqual(remembered[0]?.closesAtMs, newest - 14 * 24 * HOUR)
})

test("refused recipients are named in the log", async (t) => {
  const at = await scene(t)
  at.fates.push({ answer: "250 OK", refused: ["nobody@example.org: 550 no such user"] })
  assert.equal(await at.outbox().attempt(await at.window(line("web1 app: one"))), "delivered")
  assert.equal(at.log[1]?.level, "error")
  assert.equal(at.log[1]?.fields.code, "TAMIS_RECIPIENTS_REFUSED")
  assert.deepEqual(at.log[1]?.fields.refused, ["nobody@example.org: 550 no such user"])
})

test("a hang-up of the SMTP server after the message leads to two mails with one Message-ID and no third", async (t) => {
  const at = await scene(t)
  const mailbox = await startMailbox()
  t.after(() => mailbox.stop())
  const smtp = { kind: "smtp", host: "localhost", port: mailbox.port, tls: "none", from: "tamis@example.org" } as const
  const outbox = at.outbox({ courier: smtpCourier({ ...smtp, user: undefined, password: undefined }) })
  mailbox.fail("hang-up after the message")
  const nowMs = await at.window(line("web1 app: one"))
  assert.equal(await outbox.attempt(nowMs), "postponed")
  assert.equal(await outbox.attempt(nowMs + MINUTE), "delivered")
  assert.equal(await outbox.attempt(nowMs + HOUR), "idle")
  const [first, second] = [await mailbox.next(), await mailbox.next()]
  assert.equal(first.parsed.messageId, second.parsed.messageId)
  assert.equal(first.parsed.text, second.parsed.text)
  assert.equal(mailbox.waiting, 0)
})

const CONTENT = new DeliveryError("SMTP server mx:25: Message failed: 554 5.7.1 spam content", true, true)

async function logged(at: Scene) {
  return (await at.store.deliveries(DIGEST.name, 100)).slice(1)
}

test("the log of deliveries has each attempt with the server's answer, and the mail's text", async (t) => {
  const at = await scene(t)
  const outbox = at.outbox()
  let nowMs = await at.window(line("web1 app: one"))
  at.fates.push(REFUSED)
  await outbox.attempt(nowMs)
  at.fates.push({ answer: "250 2.0.0 Ok: queued as 4XyZ", refused: ["nobody@example.org: 550 no such user"] })
  await outbox.attempt(nowMs + MINUTE)
  nowMs = await at.window(line("web1 app: one"))
  await outbox.attempt(nowMs)
  const [postponed, sent, quiet] = await logged(at)
  assert.deepEqual([postponed?.outcome, postponed?.reply, postponed?.atMs], ["postponed", "refused", nowMs - HOUR])
  assert.deepEqual([sent?.outcome, sent?.reply, sent?.news], ["sent", "250 2.0.0 Ok: queued as 4XyZ", "new"])
  assert.deepEqual(sent?.refusedRecipients, ["nobody@example.org: 550 no such user"])
  assert.equal(sent?.mail?.subject, at.sent[1]?.subject)
  assert.equal(`<${sent?.mail?.messageId}>`, at.sent[1]?.headers.get("Message-ID"))
  assert.equal(await at.store.mailText(DIGEST.name, sent?.id ?? ""), at.sent[1]?.text)
  assert.deepEqual([quiet?.outcome, quiet?.reply, quiet?.mail], ["quiet", "1 line, all as usual", undefined])
})

test("before a mail goes out, the log has it as being sent", async (t) => {
  const at = await scene(t)
  const nowMs = await at.window(line("web1 app: one"))
  const crashed = at.outbox({ courier: { domain: "", deliver: async () => Promise.reject(new Error("crash")) } })
  await assert.rejects(crashed.attempt(nowMs), /crash/)
  assert.deepEqual(
    (await logged(at)).map(({ outcome }) => outcome),
    ["sending"],
  )
})

test("a log of deliveries that cannot be written keeps no mail back, and sends none twice", async (t) => {
  const at = await scene(t)
  const outbox = at.outbox({ store: new InterruptibleStore(at.store, ["logDelivery"]) })
  const nowMs = await at.window(line("web1 app: one"))
  assert.equal(await outbox.attempt(nowMs), "delivered")
  assert.equal(await outbox.attempt(nowMs + HOUR), "idle")
  assert.equal(at.sent.length, 1)
  assert.equal(at.log[0]?.sentence, "Could not write to the log of deliveries.")
})

test("if the server refuses a mail for its content, one with counts goes out, and later windows go their own way", async (t) => {
  const at = await scene(t)
  const outbox = at.outbox()
  at.fates.push(CONTENT)
  let nowMs = await at.window(line("web1 app: buy pills"))
  assert.equal(await outbox.attempt(nowMs), "delivered")
  const [whole, reduced] = at.sent
  assert.equal(reduced?.subject, "[tamis] digest default: 1 new; the mail server refused the whole mail")
  const [refusedEntry, sentEntry] = await logged(at)
  for (const content of [reduced?.text, reduced?.html, reduced?.subject])
    assert.doesNotMatch(content ?? "", /pills|web1/)
  assert.match(reduced?.text ?? "", /^SMTP server mx:25: Message failed: 554 5\.7\.1 spam content$/m)
  assert.match(reduced?.text ?? "", new RegExp(`^tamis mails show ${refusedEntry?.id}$`, "m"))
  assert.match(reduced?.text ?? "", /^ +1 +0 +1 +0 {2}1 host$/m)
  assert.notEqual(messageIds(at.sent)[0], messageIds(at.sent)[1])
  assert.deepEqual([refusedEntry?.outcome, refusedEntry?.mail?.isReduced], ["refused", false])
  assert.deepEqual([sentEntry?.outcome, sentEntry?.mail?.isReduced], ["sent", true])
  assert.equal(await at.store.mailText(DIGEST.name, refusedEntry?.id ?? ""), whole?.text)

  nowMs = await at.window(line("web1 db: two"))
  assert.equal(await outbox.attempt(nowMs), "delivered")
  assert.match(at.sent[2]?.text ?? "", /^web1 db: two {2}/m)
  assert.doesNotMatch(at.sent[2]?.text ?? "", /pills/)
})

test("if the server refuses the mail with counts as well, the windows wait for the next attempt", async (t) => {
  const at = await scene(t)
  const outbox = at.outbox()
  at.fates.push(CONTENT, CONTENT)
  const nowMs = await at.window(line("web1 app: buy pills"))
  assert.equal(await outbox.attempt(nowMs), "postponed")
  assert.equal(at.sent.length, 2)
  assert.equal(await at.undelivered(), 1)
  at.fates.push(CONTENT)
  assert.equal(await outbox.attempt(nowMs + MINUTE), "delivered")
  assert.deepEqual(
    (await logged(at)).map(({ outcome }) => outcome),
    ["refused", "refused", "refused", "sent"],
  )
  assert.equal(await at.undelivered(), 0)
})

test("a real SMTP server that answers the text with 554 gets the mail with counts", async (t) => {
  const at = await scene(t)
  const mailbox = await startMailbox()
  t.after(() => mailbox.stop())
  const smtp = { kind: "smtp", host: "localhost", port: mailbox.port, tls: "none", from: "tamis@example.org" } as const
  const outbox = at.outbox({ courier: smtpCourier({ ...smtp, user: undefined, password: undefined }) })
  mailbox.fail("message refused with 554")
  assert.equal(await outbox.attempt(await at.window(line("web1 app: one"))), "delivered")
  const { parsed } = await mailbox.next()
  assert.match(parsed.text ?? "", /^SMTP server localhost:\d+: Message failed: 554 looks like spam$/m)
  assert.doesNotMatch(parsed.text ?? "", /app: one/)
})

test("a digest of some classes says what it has, accounts for nothing else, and has no daily mail", async (t) => {
  const at = await scene(t)
  const only = ["cracking", "alarming"] as const
  const outbox = at.outbox({ digest: { ...DIGEST, only } })
  for (let hour = 2; hour <= 32; hour += 1) assert.equal(await outbox.attempt(await at.window({})), "quiet")

  await at.outbox({ digest: { ...DIGEST, only, send: "always" } }).attempt(await at.window({}))
  assert.equal(at.sent[0]?.subject, "[tamis] default: all quiet")
  assert.match(
    at.sent[0]?.text.replaceAll("\n", " ") ?? "",
    /^tamis .* This digest has only Security Alerts, alarming lines: no such line\. All other lines are in other digests\. /,
  )
  assert.doesNotMatch(at.sent[0]?.text ?? "", /Accounts|received/)
})
