/**
 * `tamis mails`: lists what became of each window: the mails that went out, the windows without a mail, and the failures.
 * `tamis mails show ID` prints one again.
 *
 * Reads the store of the service, which may be running. Exit status of the list: 0, or 1 if the last mail of a digest was
 * not accepted.
 */
import type { DigestConfig } from "../config/config.ts"
import { OperatorError } from "../errors.ts"
import { zonedTime } from "../report/zoned-time.ts"
import type { LoggedDelivery } from "../store/delivery-log.ts"
import { DELIVERIES_LOGGED } from "../store/delivery-log.ts"
import type { TallyStore } from "../store/store.ts"
import { amount } from "../text/amount.ts"
import { isoTime } from "../text/iso-time.ts"
import { printable } from "../text/printable.ts"
import { printableJson } from "../text/printable-json.ts"
import { table } from "../text/table.ts"
import { configuration } from "./configuration.ts"
import { chooseDigests, withStore } from "./open-windows.ts"
import type { Output } from "./output.ts"

export interface MailsOptions {
  readonly config?: string
  /** How many entries of each digest. */
  readonly last: number
  readonly json?: boolean
}

interface DigestMails {
  readonly digest: DigestConfig
  readonly entries: readonly LoggedDelivery[]
  /** Closed windows that are not delivered. */
  readonly waitingWindows: number
  readonly retryAtMs: number | undefined
}

export async function mails(name: string | undefined, options: MailsOptions, output: Output): Promise<0 | 1> {
  const { config } = configuration(options.config)
  const digests = chooseDigests(config, name)
  const all = await withStore(config, (store) =>
    Promise.all(digests.map((digest) => readMails(store, digest, options.last))),
  )
  output.stdout(options.json === true ? printableJson({ digests: all.map(document) }) : all.map(list).join("\n"))
  return all.some(({ entries }) => isFailure(entries.at(-1))) ? 1 : 0
}

export async function showMail(id: string, options: Pick<MailsOptions, "config">, output: Output): Promise<0> {
  const { config } = configuration(options.config)
  const [found, text] = await withStore(config, async (store) => {
    for (const digest of config.digests) {
      const entries = await store.deliveries(digest.name, DELIVERIES_LOGGED)
      const entry = entries.findLast((each) => each.id === id)
      if (entry !== undefined) return [{ digest, entry }, await store.mailText(digest.name, id)] as const
    }
    return []
  })
  if (found === undefined) {
    throw new OperatorError(
      "TAMIS_MAIL_UNKNOWN",
      `the log of deliveries has no mail ${JSON.stringify(id)}; \`tamis mails\` lists them`,
    )
  }
  output.stdout(show(found.digest, found.entry, text))
  return 0
}

async function readMails(store: TallyStore, digest: DigestConfig, last: number): Promise<DigestMails> {
  const entries = await store.deliveries(digest.name, last)
  const overview = await store.overview(digest.name)
  return {
    digest,
    entries,
    waitingWindows: overview?.undelivered.length ?? 0,
    retryAtMs: overview?.retryAtMs,
  }
}

function isFailure(entry: LoggedDelivery | undefined): boolean {
  return entry !== undefined && (entry.outcome === "refused" || entry.outcome === "postponed")
}

function list({ digest, entries, waitingWindows, retryAtMs }: DigestMails): string {
  const { minute } = zonedTime(digest.timeZone)
  const rows = entries.map((entry) => [minute(entry.atMs), outcome(entry), entry.id, remark(entry)])
  const lines = [
    `digest ${digest.name}, times in ${digest.timeZone}`,
    ...table(rows, ["left", "left", "left", "left"]),
    ...(entries.length === 0 ? ["  no window has been reported yet"] : []),
  ]
  if (waitingWindows > 0) {
    const next = retryAtMs === undefined ? "delivery is under way" : `next attempt ${minute(retryAtMs)}`
    lines.push(`  ! ${amount(waitingWindows, "closed window")} not delivered yet, ${next}`)
  }
  return `${lines.map(printable).join("\n")}\n`
}

const OUTCOMES: Readonly<Record<LoggedDelivery["outcome"], string>> = {
  sending: "being sent",
  sent: "sent",
  quiet: "no mail",
  refused: "refused",
  postponed: "not sent",
}

function outcome({ outcome, mail }: LoggedDelivery): string {
  return outcome === "sent" && mail?.isReduced === true ? "sent counts" : OUTCOMES[outcome]
}

function remark({ outcome, mail, reply, refusedRecipients }: LoggedDelivery): string {
  if (outcome === "quiet") return reply
  if (isFailureOutcome(outcome)) return reply
  const refused = refusedRecipients.length === 0 ? "" : `; refused for ${amount(refusedRecipients.length, "recipient")}`
  return `${mail?.subject ?? ""}${reply === "" ? "" : ` (${reply}${refused})`}`
}

function isFailureOutcome(outcome: LoggedDelivery["outcome"]): boolean {
  return outcome === "refused" || outcome === "postponed"
}

function show(digest: DigestConfig, entry: LoggedDelivery, text: string | undefined): string {
  const { minute } = zonedTime(digest.timeZone)
  const { mail, reply, refusedRecipients, atMs, opensAtMs, closesAtMs, news } = entry
  const fields = [
    ["Digest", digest.name],
    ["At", `${minute(atMs)} (${digest.timeZone})`],
    ["Lines", `${minute(opensAtMs)} to ${minute(closesAtMs)}`],
    ["Outcome", `${outcome(entry)}${reply === "" ? "" : `: ${reply}`}`],
    ...refusedRecipients.map((refused) => ["Refused", refused]),
    ...(mail === undefined
      ? []
      : [
          ["News", news],
          ["Message-ID", `<${mail.messageId}>`],
          ["Subject", mail.subject],
        ]),
  ]
  const head = fields.map(([name, value]) => printable(`${name}: ${value}`)).join("\n")
  if (mail === undefined) return `${head}\n`
  // The text was made printable when it was composed; its line feeds are its own.
  return `${head}\n\n${text?.split("\n").map(printable).join("\n") ?? "The text of this mail is not kept any longer.\n"}`
}

function document({ digest, entries, waitingWindows, retryAtMs }: DigestMails) {
  return {
    name: digest.name,
    mails: entries.map(({ atMs, opensAtMs, closesAtMs, mail, ...entry }) => ({
      ...entry,
      at: isoTime(atMs),
      opensAt: isoTime(opensAtMs),
      closesAt: isoTime(closesAtMs),
      ...(mail && { subject: mail.subject, messageId: mail.messageId, isReduced: mail.isReduced }),
    })),
    waitingWindows,
    ...(retryAtMs !== undefined && { nextAttemptAt: isoTime(retryAtMs) }),
  }
}
