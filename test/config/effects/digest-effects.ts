/** The effects of the options under `digests`: content, recipients and times of the mails. */
import assert from "node:assert/strict"
import type { TestContext } from "node:test"
import { eventually, within } from "../../support/eventually.ts"
import { type Mailbox, type ReceivedMail, startMailbox } from "../../support/smtp-mailbox.ts"
import { closesAfter, mailedAfter, secondMailAfter } from "./closing-window.ts"
import { type Effect, effect, effectWithPeers, type Settings, type Trial } from "./effect.ts"
import { RECEIVING, RULES, serve, UNKNOWN, USUAL } from "./served.ts"

/** A window closes every second. */
const LAN = { name: "lan", schedule: "* * * * * *", to: ["marie@example.org"], attachRules: false }

/** A mail is received. */
const mailed = {
  peers: openMailbox,
  rest: (mailbox: Mailbox) => mailing(mailbox, LAN),
  files: RULES,
}

/** Lines that are alike and that no rule knows. */
const ALIKE = Array.from({ length: 30 }, (_, n) => `<13>Nov 23 18:00:00 web1 backup[${n}]: job ${n} is done`)

/** Lines that have nothing in common. */
const DISTINCT = Array.from(
  { length: 200 },
  (_, n) =>
    `<13>Nov 23 18:00:00 web1 app: ${"abcdefghij"[n % 10]}${"klmnopqrst"[Math.floor(n / 10) % 10]} went ${n < 100 ? "up" : "down"}`,
)

export const DIGEST_EFFECTS: readonly Effect[] = [
  effectWithPeers({
    option: "digests.name",
    fact: "the mail has this name",
    ...mailed,
    values: () => ["lan", "wan"],
    observe: async (trial, mailbox) => {
      const { parsed } = await nextMail(trial, mailbox, [UNKNOWN])
      return parsed.headers.get("x-tamis-digest")
    },
    seen: ["lan", "wan"],
  }),
  effect({
    option: "digests.hosts",
    fact: "the digest reports the lines of these hosts",
    rest: { ...RECEIVING, digests: [RECEIVING.digests[0], { ...RECEIVING.digests[0], name: "web", hosts: ["web*"] }] },
    files: RULES,
    values: [["*"], ["db*"]],
    observe: async (trial) => {
      const { datagrams, report } = await serve(trial)
      await datagrams(UNKNOWN)
      return (await report("lan")).accounts.total.received
    },
    seen: [1, 0],
  }),
  effect({
    option: "digests.only",
    fact: "the digest takes lines of these classes",
    rest: { ...RECEIVING, digests: [RECEIVING.digests[0], { ...RECEIVING.digests[0], name: "all" }] },
    files: { ...RULES, "rules/violations.d/app": "unknown$\n" },
    values: [["violations"], ["cracking", "alarming"]],
    observe: async (trial) => {
      const { datagrams, report } = await serve(trial)
      await datagrams(UNKNOWN)
      return (await report("lan")).accounts.total.reported
    },
    seen: [1, 0],
  }),
  effect({
    option: "digests.pause",
    fact: "the next mail comes after this time",
    rest: { ...RECEIVING, digests: [{ name: "lan", only: ["alarming"] }, { name: "all" }] },
    files: RULES,
    values: ["1m", "30m"],
    observe: (trial) => secondMailAfter(trial, "2026-11-23T00:00:00Z"),
    seen: [60_000, 1_800_000],
  }),
  effect({
    option: "digests.schedule",
    fact: "the window closes at this time",
    rest: { ...RECEIVING, digests: [{ name: "lan", timeZone: "UTC" }] },
    files: RULES,
    values: ["0 7 * * *", "30 6 * * *"],
    observe: (trial) => closesAfter(trial, "2026-11-23T00:00:00Z"),
    seen: ["2026-11-23T07:00:00.000Z", "2026-11-23T06:30:00.000Z"],
  }),
  effect({
    option: "digests.timeZone",
    fact: "the window closes by the clock of this zone",
    rest: { ...RECEIVING, digests: [{ name: "lan", schedule: "0 7 * * *" }] },
    files: RULES,
    values: ["UTC", "Europe/Paris"],
    observe: (trial) => closesAfter(trial, "2026-11-23T00:00:00Z"),
    seen: ["2026-11-23T07:00:00.000Z", "2026-11-23T06:00:00.000Z"],
  }),
  effectWithPeers({
    option: "digests.to",
    fact: "the mail goes to these addresses",
    ...mailed,
    values: () => [["marie@example.org"], ["paul@example.org", "ada@example.org"]],
    observe: async (trial, mailbox) => (await nextMail(trial, mailbox, [UNKNOWN])).recipients,
    seen: [["marie@example.org"], ["paul@example.org", "ada@example.org"]],
  }),
  effectWithPeers({
    option: "digests.subject",
    fact: "the mail has this subject",
    ...mailed,
    values: () => ["news of %d", "%t"],
    observe: async (trial, mailbox) => (await nextMail(trial, mailbox, [UNKNOWN])).parsed.subject,
    seen: ["news of lan", "app on web1"],
  }),
  effectWithPeers({
    option: "digests.send",
    fact: "a window in which nothing is reported makes a mail",
    ...mailed,
    values: () => ["leftovers", "always"],
    observe: async (trial, mailbox) => {
      const { service, stream } = await serve(trial)
      await stream(USUAL)
      // That its host is new is worth a mail. Then there is nothing to report.
      await within("the mail of the new host", mailbox.next())
      const windows = async () => (await service.store.overview("lan")) ?? assert.fail("no digest")
      const { id } = (await windows()).open
      await eventually("a quiet window to close and to be settled", async () => {
        const { open, undelivered } = await windows()
        return open.id > id && undelivered.length === 0
      })
      return mailbox.waiting > 0
    },
    seen: [false, true],
  }),
  effect({
    option: "digests.daily",
    fact: "a mail comes at this time in any case",
    rest: { ...RECEIVING, digests: [{ name: "lan", schedule: "0 * * * *", timeZone: "UTC" }] },
    files: RULES,
    values: ["07:00", "09:30"],
    observe: (trial) => mailedAfter(trial, "2026-11-23T00:00:00Z"),
    seen: ["2026-11-23T07:00:00.000Z", "2026-11-23T10:00:00.000Z"],
  }),
  effectWithPeers({
    option: "digests.suggestedRules",
    fact: "the mail suggests a rule",
    ...mailed,
    values: () => [0, 1],
    observe: async (trial, mailbox) => {
      const { parsed } = await nextMail(trial, mailbox, ALIKE)
      return parsed.text?.split("\n").filter((line) => line.startsWith("^${HEAD} backup")).length
    },
    seen: [0, 1],
  }),
  effectWithPeers({
    option: "digests.attachRules",
    fact: "a rule file is attached to the mail",
    ...mailed,
    values: () => [false, true],
    observe: async (trial, mailbox) => (await nextMail(trial, mailbox, ALIKE)).parsed.attachments.length,
    seen: [0, 1],
  }),
  effectWithPeers({
    option: "digests.maxSize",
    fact: "the text of the mail is no longer",
    ...mailed,
    values: () => ["4KiB", "256KiB"],
    observe: async (trial, mailbox) => {
      const { parsed } = await nextMail(trial, mailbox, DISTINCT)
      return Buffer.byteLength(parsed.text ?? "") <= 4096
    },
    seen: [true, false],
  }),
]

async function openMailbox(t: TestContext): Promise<Mailbox> {
  const mailbox = await startMailbox()
  t.after(() => mailbox.stop())
  return mailbox
}

function mailing({ port }: Mailbox, digest: Settings): Settings {
  const smtp = { host: "127.0.0.1", port, tls: "none", from: "tamis@example.org" }
  return { ...RECEIVING, digests: [digest], mail: { smtp } }
}

/** The mail that tells of these lines. */
async function nextMail(trial: Trial, mailbox: Mailbox, lines: readonly string[]): Promise<ReceivedMail> {
  const { stream } = await serve(trial)
  await stream(...lines)
  return await within("a mail", mailbox.next())
}
