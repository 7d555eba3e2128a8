/**
 * `tamis report`: prints the open window's report now (logcheck -o -t), or mails it (--send: logcheck -t).
 *
 * Reads the store of the service, which may be running. The window stays open, and nothing is marked as sent.
 * Exit status 0: nothing to report; 1: something was reported.
 */

import { randomUUID } from "node:crypto"
import type { Config, DigestConfig } from "../config/config.ts"
import { composeMail } from "../deliver/compose.ts"
import { DeliveryError } from "../deliver/mail.ts"
import { OperatorError } from "../errors.ts"
import { composeDocument } from "../report/compose-document.ts"
import { renderJson } from "../report/json.ts"
import { isQuiet, type Report } from "../report/report.ts"
import { renderText } from "../report/text.ts"
import { findRot } from "../rot/find-rot.ts"
import { compileHostJudges } from "../rules/host-judges.ts"
import { loadRuleSets, makeCourier } from "../service/assemble.ts"
import { hostsOfDigest } from "../service/hosts-of-digest.ts"
import { makeReport } from "../service/make-report.ts"
import { pileUp } from "../tally/pile.ts"
import { configuration } from "./configuration.ts"
import { chooseDigests, openWindow, withStore } from "./open-windows.ts"
import type { Output } from "./output.ts"

export interface ReportOptions {
  readonly config?: string
  readonly digest?: string
  readonly send?: boolean
  readonly json?: boolean
}

export async function report(options: ReportOptions, output: Output): Promise<0 | 1> {
  const { config } = configuration(options.config)
  const digests = chooseDigests(config, options.digest)
  const ruleSets = loadRuleSets(config)
  const { quarantined } = compileHostJudges(config.hosts, ruleSets)
  const use = { hosts: config.hosts, ruleSets, quarantined }
  const isMailed = options.send === true
  const nowMs = Date.now()
  let reported = false
  await withStore(config, async (store) => {
    const settings = { quarantined, ruleSets, refusedReload: undefined, findRot: findRot.bind(undefined, store, use) }
    for (const [index, digest] of digests.entries()) {
      const pile = pileUp([await openWindow(store, digest.name)])
      // Only a mail can carry a rule file.
      const attachRules = digest.attachRules && isMailed
      const hosts = hostsOfDigest(config, digest.name)
      const parts = { ...settings, hosts, digest: { ...digest, attachRules } }
      const { report: now } = await makeReport(pile, parts, store, nowMs)
      if (!isQuiet(now)) reported = true
      if (isMailed) await send(now, digest, config, nowMs)
      else if (options.json === true) output.stdout(renderJson(now))
      else
        output.stdout(`${index > 0 ? "\n" : ""}${renderText(composeDocument(now, digest.timeZone, digest.maxBytes))}`)
    }
  })
  return reported ? 1 : 0
}

async function send(now: Report, digest: DigestConfig, config: Config, nowMs: number): Promise<void> {
  const courier = makeCourier(config.delivery)
  // A new id, so that mailboxes do not take the scheduled digest for a copy of this one.
  const delivery = { digest: digest.name, id: randomUUID(), windows: [], attempts: 0 }
  const mail = composeMail(now, delivery, digest, courier.domain, nowMs)
  const { refused } = await courier
    .deliver({ mail, report: now }, new AbortController().signal)
    .catch((error: unknown) => {
      if (error instanceof DeliveryError) throw new OperatorError(error.code, `not delivered: ${error.message}`)
      throw error
    })
  if (refused.length > 0) throw new OperatorError("TAMIS_RECIPIENTS_REFUSED", `not delivered to ${refused.join(", ")}`)
}
