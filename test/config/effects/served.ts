/** A service in this process: a test sends lines to it, and reads its report. */

import assert from "node:assert/strict"
import { mkdirSync } from "node:fs"
import { configuration } from "../../../src/cli/configuration.ts"
import { report } from "../../../src/cli/report.ts"
import type { Log } from "../../../src/log.ts"
import { type Service, startService } from "../../../src/service/assemble.ts"
import { within } from "../../support/eventually.ts"
import { sendDatagrams, sendStream } from "../../support/senders.ts"
import type { Settings, Trial } from "./effect.ts"

/** A window that stays open for the time of a test. */
export const NEVER = "0 0 1 1 *"

/** The alarm rules that tamis ships take longer to compile than all else that a start does. */
export const OWN_RULES = { rules: ["own"], alarms: false }

/** Receives on the loopback interface, judges all hosts by `rules`, and reports once a year. */
export const RECEIVING = {
  listen: { udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"] },
  ruleSets: { own: "rules" },
  hosts: [{ name: "*", ...OWN_RULES }],
  digests: [{ name: "lan", schedule: NEVER }],
  mail: "stdout",
  stateDirectory: "state",
} satisfies Settings

/** Ignores `app: usual` at the server level, and nothing else. */
export const RULES = { "rules/ignore.d.server/app": "^${HEAD} app: usual$\n" }

export const USUAL = "<13>Nov 23 18:00:00 web1 app: usual"
export const UNKNOWN = "<13>Nov 23 18:00:00 web1 app: unknown"

/** What `tamis report --json` prints. */
export interface PrintedReport {
  readonly entries: readonly {
    readonly section: string
    readonly hosts: readonly { readonly name: string; readonly count: number }[]
    readonly samples: readonly string[]
    readonly alarm?: string
  }[]
  readonly accounts: {
    readonly total: { readonly received: number; readonly ignored: number; readonly reported: number }
    readonly hosts: Readonly<Record<string, { readonly received: number }>>
    readonly losses: Readonly<Record<string, number>>
  }
}

export interface Served {
  readonly service: Service
  readonly ports: { readonly udp: number; readonly tcp: number }
  /** Resolves when everything that was received is stored. */
  stored(): Promise<void>
  /** Sends datagrams; resolves when they are stored. */
  datagrams(...lines: readonly string[]): Promise<void>
  /** Sends lines on one connection; resolves when they are stored. */
  stream(...lines: readonly string[]): Promise<void>
  /** What `tamis report --json` prints now. */
  report(digest?: string): Promise<PrintedReport>
}

export const SILENT: Log = { error() {}, warn() {}, info() {}, debug() {} }

/** Starts what `tamis serve` starts; it ends with the trial. */
export async function serve(trial: Trial): Promise<Served> {
  const { config } = configuration(trial.file)
  mkdirSync(config.stateDirectory, { recursive: true })
  const service = await startService(config, SILENT)
  trial.after(() => service.stop())
  const portOf = (wanted: string) =>
    service.collector.start.bound.find(({ transport }) => transport === wanted)?.port ?? 0
  const ports = { udp: portOf("udp"), tcp: portOf("tcp") }
  const failed = service.failed.then(() => assert.fail("the service ended by itself"))
  failed.catch(() => {})
  const stored = () => within("everything received to be stored", Promise.race([service.collector.flush(), failed]))
  return {
    service,
    ports,
    stored,
    async datagrams(...lines) {
      await sendDatagrams(ports.udp, lines)
      await stored()
    },
    async stream(...lines) {
      // In one piece: it is received before any window closes.
      await sendStream(ports.tcp, [lines.map((line) => `${line}\n`).join("")])
      await stored()
    },
    async report(digest = "lan") {
      const printed: string[] = []
      const output = { stdout: (text: string | Uint8Array) => printed.push(String(text)), stderr: assert.fail }
      await report({ config: trial.file, digest, json: true }, output)
      return JSON.parse(printed.join(""))
    },
  }
}
