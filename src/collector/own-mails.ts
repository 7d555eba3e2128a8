/**
 * Recognizes the lines of mail servers about mails of tamis itself. Otherwise a digest would report the delivery of the
 * digest before it, and each window would make a mail for ever.
 *
 *     cleanup[612]: AF5E22894B4: message-id=<tamis.8e39…@example.org>       the Message-ID, for ID_MS
 *     smtp[620]: AF5E22894B4: to=<admin@example.org>, … status=sent         the queue id, for ID_MS
 *     qmgr[301]: AF5E22894B4: from=<tamis@example.org>, size=3800, …        these forms, once a mail, for FORM_MS
 *     smtpd[598]: connect from localhost[127.0.0.1]
 *
 * Queue ids come from the answer of the mail server, and from lines that bear a Message-ID. Only lines that no rule knows, of
 * programs that move mail, come here: a sender who knows a Message-ID can hide nothing else. A line about a failure is never
 * recognized: somebody must read that a digest did not arrive.
 */
import type { OwnMail } from "../tally/own-mail.ts"
import { HOUR_MS, MINUTE_MS } from "../units.ts"

/** Mail servers keep a mail for longer where the next one is away, but then they log failures. */
const ID_MS = HOUR_MS

/** The longest that a delivery takes (RFC 5321 §4.5.3.2.6). */
const FORM_MS = 10 * MINUTE_MS

const MAX_MAILS = 200
const MAX_QUEUE_IDS = 1_000

/** Postfix, exim, sendmail, OpenSMTPD, and the filters and stores that mail servers pass a mail to. */
const MAIL_PROGRAM =
  /^(?:postfix[\w.-]*\/[\w/-]+|exim4?|sendmail|sm-mta|sm-msp-queue|smtpd|opendkim|amavis|rspamd|dovecot)$/

const FAILURE =
  / (?:\*\*|==) |\bstatus=(?!sent\b)|\bstat=(?!"?(?:Sent|queued)\b)|\bresult="(?!Ok)|\b(?:warning|fatal|panic|error|reject|rejected|milter-reject|NOQUEUE|bounced|deferred|non-delivery)\b/i

const MESSAGE_ID = /\btamis\.[0-9a-f]{32}@[^\s<>,;"')\]]+/g

/** Postfix and sendmail end it with a colon, exim and OpenSMTPD with a blank. */
const FIRST_WORD = /^([0-9A-Za-z-]{6,40})(?::? )/

/** OpenSMTPD's id of a message is the beginning of the ids of its envelopes. */
const OPENSMTPD_ID = /\b(?:msgid|evpid)=([0-9a-f]{8})/

/** Postfix: `queued as 4XyZ`. exim: `id=1rAbCd-0001Ab-3x`. sendmail, OpenSMTPD: `250 2.0.0 5d3e01f2 Message accepted`. */
const ANSWERED_ID =
  /\bqueued as ([0-9A-Za-z-]{5,40})|\bid=([0-9A-Za-z]{6}-[0-9A-Za-z-]{8,20})|^250 2\.\d\.\d ([0-9A-Za-z]{8,20}) Message accepted/

/** Lines that bear no id of the mail but the sender's address or the machine's. Each form recurs once for each mail. */
const FORMS: Readonly<Record<string, RegExp>> = {
  connect: /^connect from \S*\[([0-9a-fA-F.:]+)\]$/,
  tls: /^\S+ TLS connection established from \S*\[([0-9a-fA-F.:]+)\]: /,
  client: /^[0-9A-Za-z]{6,20}: client=\S*\[([0-9a-fA-F.:]+)\]/,
  sender: /^[0-9A-Za-z]{6,20}: from=<([^<>\s]+)>, size=\d+, nrcpt=\d+ \(queue active\)$/,
  eximConnect: /^SMTP connection from \[([0-9a-fA-F.:]+)\](?::\d+)? (?:I=\S+ )?\(TCP\/IP connection count = \d+\)$/,
  eximQuit:
    /^SMTP connection from (?:\S+ ){0,2}\[([0-9a-fA-F.:]+)\](?::\d+)?(?: I=\S+)? (?:D=\S+ )?closed by QUIT(?: D=\S+)?$/,
  // A command that failed stands there as "rcpt=0/1".
  disconnect: /^disconnect from \S*\[([0-9a-fA-F.:]+)\](?: [a-z]+=\d+)+$/,
}

interface Known {
  readonly mail: OwnMail
  /** Names of forms that were recognized. */
  readonly used: Set<string>
}

export class OwnMails {
  /** By Message-ID, the latest announcement last. */
  readonly #mails = new Map<string, Known>()
  /** Each with the time until which it is known. */
  readonly #queueIds = new Map<string, number>()

  /** Knows a mail from now on, or its answer in addition. */
  announce(mail: OwnMail): void {
    const before = this.#mails.get(mail.messageId)
    this.#mails.delete(mail.messageId)
    // A repeated delivery makes the same lines again.
    this.#mails.set(mail.messageId, { mail, used: before?.mail.atMs === mail.atMs ? before.used : new Set() })
    if (this.#mails.size > MAX_MAILS) forgetFirst(this.#mails)
    if (mail.answer !== undefined) this.#learn(mail.answer, mail.atMs)
  }

  /** Whether a line of this program is about a mail of tamis. `read` makes its text, which most lines do not need. */
  isOwn(program: string, read: () => string, nowMs: number): boolean {
    if (this.#mails.size === 0 || !MAIL_PROGRAM.test(program)) return false
    this.#forget(nowMs)
    const text = read()
    return !FAILURE.test(text) && (this.#hasId(text, nowMs) || this.#hasForm(text, nowMs))
  }

  #hasId(text: string, nowMs: number): boolean {
    const first = FIRST_WORD.exec(text)?.[1]
    const isNamed = (text.match(MESSAGE_ID) ?? []).some((id) => this.#mails.has(id))
    const message = OPENSMTPD_ID.exec(text)?.[1]
    const isQueued = [first, message].some((id) => id !== undefined && this.#queueIds.has(id))
    if (!isNamed && !isQueued) return false
    for (const id of [first, message]) if (id !== undefined) this.#know(id, nowMs)
    // The next mail server's queue id.
    this.#learn(text, nowMs)
    return true
  }

  #hasForm(text: string, nowMs: number): boolean {
    for (const [name, form] of Object.entries(FORMS)) {
      const found = form.exec(text)?.[1]
      if (found === undefined) continue
      for (const { mail, used } of this.#mails.values()) {
        const isTheirs = name === "sender" ? mail.sender === found : mail.sentFrom.includes(found)
        if (!isTheirs || used.has(name) || nowMs - mail.atMs > FORM_MS) continue
        used.add(name)
        return true
      }
    }
    return false
  }

  #learn(answer: string, atMs: number): void {
    const id = ANSWERED_ID.exec(answer)
      ?.slice(1)
      .find((group) => group !== undefined)
    if (id !== undefined) this.#know(id, atMs)
  }

  #know(queueId: string, atMs: number): void {
    this.#queueIds.set(queueId, atMs + ID_MS)
    if (this.#queueIds.size > MAX_QUEUE_IDS) forgetFirst(this.#queueIds)
  }

  #forget(nowMs: number): void {
    for (const [id, { mail }] of this.#mails) if (nowMs - mail.atMs > ID_MS) this.#mails.delete(id)
    for (const [id, untilMs] of this.#queueIds) if (nowMs > untilMs) this.#queueIds.delete(id)
  }
}

function forgetFirst(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key)
    return
  }
}
