/**
 * The hot path on one page: a frame becomes a message, a message a line, a line gets a verdict, verdicts are tallied.
 *
 * One Pipeline belongs to one collector thread. Nothing here waits, and an ignored line allocates only the view on its
 * bytes: message, line and counters are reused for every frame.
 */

import type { Host } from "../hosts/host.ts"
import type { Peer } from "../hosts/peer.ts"
import type { HostResolver } from "../hosts/resolve.ts"
import type { Judge } from "../rules/judge.ts"
import type { Verdict } from "../rules/verdict.ts"
import { CanonicalLine } from "../syslog/canonical.ts"
import { Defect, emptyMessage, type Message } from "../syslog/message.ts"
import { parseMessage } from "../syslog/parse.ts"
import { repeatOf } from "../syslog/repeats.ts"
import { programName } from "../syslog/text.ts"
import { LastLines } from "../tally/last-lines.ts"
import type { TallyBook } from "../tally/tally-book.ts"
import type { OwnMails } from "./own-mails.ts"

/** A resolver and the judges of its hosts: they belong together. */
export interface Judgement {
  readonly resolver: HostResolver
  /** By `Host.entry`. */
  readonly judges: readonly Judge[]
}

export interface PipelineParts extends Judgement {
  readonly book: TallyBook
  readonly ownMails: OwnMails
  /** Notes when programs speak. */
  readonly ear: { hear(host: string, message: Message, nowMs: number): void }
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** The longest text that is searched for mails of tamis. */
const MAX_READ_BYTES = 2_048

export class Pipeline {
  #parts: PipelineParts
  readonly #message: Message = emptyMessage()
  readonly #line = new CanonicalLine()
  readonly #lastLines = new LastLines<Host>()

  constructor(parts: PipelineParts) {
    this.#parts = parts
  }

  /** Judges by these from the next frame on. */
  judgeBy(judgement: Judgement): void {
    this.#parts = { ...this.#parts, ...judgement }
    this.#lastLines.forget()
  }

  /** Takes one frame through to the tally. Never throws, whatever a frame contains. The listener counts cut frames. */
  accept(peer: Peer, bytes: Buffer, start: number, end: number): void {
    const { resolver, judges, book, ear, now } = this.#parts
    const message = this.#message
    const receivedAtMs = now()
    parseMessage(bytes, start, end, message)
    const host = resolver.resolve(peer, bytes, message.hostnameStart, message.hostnameEnd)
    if ((message.defects & Defect.empty) !== 0) {
      book.rejected(host.name, receivedAtMs)
      return
    }

    ear.hear(host.name, message, receivedAtMs)
    const line = this.#line
    line.write(message, host.name, receivedAtMs)
    const judge = judges[host.entry]
    if (judge === undefined) throw new Error(`no judge for host entry ${host.entry}`)
    const severity = (message.defects & Defect.priMissing) === 0 ? message.severity : undefined
    let verdict = judge.judge(line, severity)
    let times = 1
    const last = this.#lastLines.of(host)
    const repeat = repeatOf(message)
    if (repeat?.enclosed !== undefined) {
      times = repeat.times
      // A rule that ignores the line as it stands decides.
      if (verdict.layer !== "ignored") {
        message.textStart = repeat.enclosed.start
        message.textEnd = repeat.enclosed.end
        line.write(message, host.name, receivedAtMs)
        verdict = judge.judge(line, severity)
      }
    } else if (repeat !== undefined) {
      const repeated = verdict.layer === "ignored" ? undefined : last.verdictFor(peer.address, receivedAtMs)
      last.repeated(receivedAtMs)
      if (repeated !== undefined) {
        if (repeated.layer === "ignored") book.ignored(host.name, receivedAtMs, repeat.times)
        else book.reported(host.name, repeated, last.program, last, receivedAtMs, last.severity, repeat.times)
        return
      }
    }
    const isOwn = repeat === undefined || repeat.enclosed !== undefined
    if (verdict.layer === "ignored") {
      book.ignored(host.name, receivedAtMs, times)
      if (isOwn) last.ignored(peer.address, verdict, receivedAtMs)
    } else {
      const program = programName(message)
      if (isPlain(verdict) && this.#parts.ownMails.isOwn(program, this.#readText, receivedAtMs)) {
        last.verdict = undefined
        book.ownMail(host.name, receivedAtMs, times)
        return
      }
      book.reported(host.name, verdict, program, line, receivedAtMs, severity, times)
      if (isOwn) last.reported(peer.address, verdict, program, line, receivedAtMs, severity)
    }
  }

  readonly #readText = (): string => {
    const { bytes, textStart, textEnd } = this.#message
    return bytes.toString("latin1", textStart, Math.min(textEnd, textStart + MAX_READ_BYTES))
  }
}

/** Whether a line is reported only because no rule knows it. */
function isPlain({ layer, rules, alarm, unjudged }: Verdict): boolean {
  return layer === "system" && rules.length === 0 && alarm === undefined && !unjudged
}
