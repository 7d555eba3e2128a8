/** What tamis is run against, and tamis itself: processes of this machine, or containers with the same in them. */

import type { Status } from "../../src/http/status.ts"
import { within } from "./eventually.ts"
import type { RedisServer } from "./redis-server.ts"
import type { CaughtMail } from "./smtp-catcher.ts"

export interface Backing {
  readonly name: string
  /** The reason to skip what needs it, or false. */
  readonly missing: string | false
  /** Starts a Redis server, a mail server and what connects them. */
  open(): Promise<Surroundings>
}

export interface Surroundings {
  /** As the tests reach it. */
  readonly redis: RedisServer
  readonly mail: Catcher
  /** As tamis reaches them. */
  readonly redisUrl: string
  readonly smtp: { readonly host: string; readonly port: number }
  /** Starts tamis with this configuration, but for where it listens and keeps its state. */
  startService(configuration: string): Promise<Service>
  close(): Promise<void>
}

export interface Catcher {
  /** As the tests reach it. */
  readonly port: number
  /** Resolves with the next mail, once there is one. */
  next(): Promise<CaughtMail>
}

export interface Service {
  readonly ports: { readonly udp: number; readonly tcp: number }
  status(): Promise<Status>
  /** SIGTERM; resolves with the exit status. */
  stop(): Promise<number | null>
  /** SIGKILL. */
  kill(): Promise<void>
  /** Starts it again with the same state. */
  start(): Promise<void>
}

/** Reads a catcher's mails one after the other. */
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
