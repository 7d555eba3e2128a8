/**
 * The main job with real peers at both ends: rsyslogd forwards, tamis sifts, a store keeps, an SMTP server gets the
 * digests. They are read back, and every number in them is held against what was sent.
 */

import assert from "node:assert/strict"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { type ReadAccount, readDigest } from "../support/digest-mail.ts"
import { eventually } from "../support/eventually.ts"
import { type RedisServer, startRedisServer, withoutRedisServer } from "../support/redis-server.ts"
import { unlessCommand } from "../support/requirement.ts"
import { type Forwarding, startRsyslogd } from "../support/rsyslogd.ts"
import { type Mailbox, startMailbox } from "../support/smtp-mailbox.ts"
import { startTamis, type TamisProcess } from "../support/tamis-process.ts"

const withoutRsyslogd = unlessCommand("rsyslogd")

/** A sending host, and how its rsyslogd forwards. */
const SENDERS: readonly (Omit<Forwarding, "port"> & { readonly host: string })[] = [
  { host: "udp-traditional", protocol: "udp", template: "RSYSLOG_TraditionalForwardFormat" },
  {
    host: "tcp-traditional",
    protocol: "tcp",
    template: "RSYSLOG_TraditionalForwardFormat",
    framing: "traditional",
  },
  { host: "tcp-forward", protocol: "tcp", template: "RSYSLOG_ForwardFormat" },
  { host: "tcp-protocol23", protocol: "tcp", template: "RSYSLOG_SyslogProtocol23Format" },
]

/** What each host sends: `<n>` is the line's number, `<host>` the host. */
interface Kind {
  readonly lines: number
  readonly text: string
  /** The section of the digest, or "ignored". */
  readonly section: string
}

const KINDS: readonly Kind[] = [
  { lines: 120, text: "<30>Nov 23 18:00:00 <host> backupd[<n>]: finished run <n> in <n> s", section: "ignored" },
  { lines: 40, text: "<28>Nov 23 18:00:00 <host> diskd[77]: sector <n> is slow", section: "System Events" },
  { lines: 7, text: "<29>Nov 23 18:00:01 <host> app: queue full, retrying (try <n>)", section: "System Events" },
  {
    lines: 3,
    text: "<37>Nov 23 18:00:02 <host> su[<n>]: FAILED SU (to root) ada on pts/0",
    section: "Security Events for su",
  },
  {
    lines: 2,
    text: "<33>Nov 23 18:00:03 <host> sniffer: promiscuous mode entered",
    section: "Security Alerts for sniffer",
  },
]

const SENT_LINES = KINDS.reduce((sum, { lines }) => sum + lines, 0)
const IGNORED_LINES = KINDS.filter(({ section }) => section === "ignored").reduce((sum, { lines }) => sum + lines, 0)

function messagesOf(host: string): string[] {
  return KINDS.flatMap(({ lines, text }) =>
    Array.from({ length: lines }, (_, n) => text.replaceAll("<n>", String(n + 1)).replaceAll("<host>", host)),
  )
}

function endToEnd(store: string, configuredStore: () => string): void {
  let directory: string
  let mailbox: Mailbox
  let tamis: TamisProcess

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tamis-e2e-"))
    mailbox = await startMailbox()
    const ruleFiles = {
      "ignore.d.server/backup": "^${HEAD} backupd\\[${PID}\\]: finished run [0-9]+ in [0-9]+ s$\n",
      "violations.d/su": "FAILED SU\n",
      "cracking.d/sniffer": "promiscuous mode entered$\n",
    }
    for (const [file, text] of Object.entries(ruleFiles)) {
      await mkdir(join(directory, "rules", file, ".."), { recursive: true })
      await writeFile(join(directory, "rules", file), text)
    }
    await writeFile(
      join(directory, "tamis.yml"),
      `listen: { udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"] }
ruleSets: { own: rules }
hosts: [{ name: "*", rules: [own], alarms: false }]
digests: [{ name: lan, schedule: "* * * * * *", timeZone: UTC, send: leftovers, to: [admin@example.org] }]
store: ${configuredStore()}
mail: { smtp: { host: 127.0.0.1, port: ${mailbox.port}, tls: none, from: tamis@example.org } }
stateDirectory: state
`,
    )
    tamis = await startTamis(join(directory, "tamis.yml"))
  })
  after(async () => {
    await tamis.stop()
    await mailbox.stop()
    await rm(directory, { recursive: true })
  })

  test(`every line of four rsyslogds is accounted for in the mails, on ${store}`, async (context) => {
    await Promise.all(
      SENDERS.map(async ({ host, ...forwarding }) => {
        const rsyslogd = await startRsyslogd({ ...forwarding, port: tamis.ports[forwarding.protocol] })
        // Not before everything has arrived: an rsyslogd that is stopped while it sends may send a line twice.
        context.after(() => rsyslogd.stop())
        await rsyslogd.write(messagesOf(host))
      }),
    )

    const accounts = new Map<string, ReadAccount>()
    const sections = new Map<string, number>()
    const reportedBy = (host: string) => accounts.get(host)?.reported ?? 0
    // Ignored lines alone make no mail, so the reported ones show when all are here.
    await eventually("every reported line in the mails", async () => {
      const mail = await mailbox.next()
      const digest = readDigest(mail.parsed.text ?? "")
      assert.deepEqual(mail.recipients, ["admin@example.org"])
      assert.equal(mail.parsed.headers.get("auto-submitted"), "auto-generated")
      for (const [title, lines] of digest.sections) sections.set(title, (sections.get(title) ?? 0) + lines)
      const reportedInSections = digest.sections.values().reduce((sum, lines) => sum + lines, 0)
      let reportedInAccounts = 0
      for (const [label, { received, ignored, reported, rejected }] of digest.accounts) {
        assert.equal(received, ignored + reported + rejected, `the account of ${label} adds up`)
        if (label.endsWith("in all") || label.includes("further host")) continue
        reportedInAccounts += reported
        const before = accounts.get(label) ?? { received: 0, ignored: 0, reported: 0, rejected: 0 }
        accounts.set(label, {
          received: before.received + received,
          ignored: before.ignored + ignored,
          reported: before.reported + reported,
          rejected: before.rejected + rejected,
        })
      }
      assert.equal(reportedInSections, reportedInAccounts, "the sections show what the accounts say was reported")
      return SENDERS.every(({ host }) => reportedBy(host) >= SENT_LINES - IGNORED_LINES)
    })

    for (const title of new Set(KINDS.map(({ section }) => section))) {
      const ofOne = KINDS.filter(({ section }) => section === title).reduce((sum, { lines }) => sum + lines, 0)
      if (title !== "ignored") assert.equal(sections.get(title), SENDERS.length * ofOne, title)
    }

    // A window in which everything is ignored makes no mail: the sums since the beginning are the service's to tell.
    const status = await tamis.status()
    const [lan] = status.digests
    for (const { host } of SENDERS) {
      const { lastSeenAt: _, ...counted } = lan?.hosts[host] ?? { lastSeenAt: "" }
      const expected = {
        received: SENT_LINES,
        ignored: IGNORED_LINES,
        reported: SENT_LINES - IGNORED_LINES,
        rejected: 0,
        unjudged: 0,
        own_mail: 0,
      }
      assert.deepEqual(counted, expected, host)
    }
  })
}

describe("rsyslogd to tamis to SQLite to SMTP", { skip: withoutRsyslogd }, () => {
  endToEnd("SQLite", () => "{ sqlite: state/tamis.db }")
})

describe("rsyslogd to tamis to Redis to SMTP", { skip: withoutRsyslogd || withoutRedisServer }, () => {
  let redis: RedisServer
  before(async () => {
    redis = await startRedisServer()
  })
  after(() => redis.stop())
  endToEnd("Redis", () => `{ redis: { url: "${redis.url}" } }`)
})
