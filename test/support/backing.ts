/** Redis, a mail server and tamis, as processes of this machine or in containers. */

import type { Status } from "../../src/http/status.ts"
import { within } from "./eventually.ts"
import type { RedisServer } from "./redis-server.ts"
import type { CaughtMail } from "./smtp-catcher.ts"

export interface Backing {
  readonly name: string
  /** The reason to skip tests that need this backing, or false. */
  readonly missing: string | false
  /** Starts a Redis server and a mail server, in one network. */
  open(): Promise<Surroundings>
}

export interface Surroundings {
  /** Under the address that tests use. */
  readonly redis: RedisServer
  readonly mail: Catcher
  /** Under the addresses that tamis uses. */
  readonly redisUrl: string
  readonly smtp: { readonly host: string; readonly port: number }
  /** Starts tamis with this configuration. Its addresses and its state directory are added. */
  startService(configuration: string): Promise<Service>
  close(): Promise<void>
}

export interface Catcher {
  /** Under the address that tests use. */
  readonly port: number
  /** Resolves with the next mail as soon as it is there. */
  next(): Promise<CaughtMail>
}

export interface Service {
  readonly ports: { readonly udp: number; readonly tcp: number }
  status(): Promise<Status>
  /** Sends SIGTERM; resolves with the exit status. */
  stop(): Promise<number | null>
  /** Sends SIGKILL. */
  kill(): Promise<void>
  /** Starts it again with the same state directory. */
  start(): Promise<void>
}

/** Reads the mails of a running smtp-catcher.ts, one after the other. */
export function catcherAt(smtpPort: number, httpPort: number): Catcher {
  let taken = 0
  return {
    port: smtpPort,
    async next() {
      const answer = await within(`mail ${taken + 1}`, fetch(`http://127.0.0.1:${httpPort}/mails/${taken}`))
      taken += 1
      return (await answer.json()) as CaughtMail
    },
  }
}
