/**
 * The shared store: Redis 6.2 or newer, for several receivers with one mail.
 *
 * Every method is one Lua script, and so atomic; keys.ts has the keys. What an answer promises is what the server
 * promises: with `appendfsync always` that nothing acknowledged is lost, with `everysec` that at most a second is.
 * The server must not evict keys (`maxmemory-policy noeviction`).
 *
 * While the server is away every method rejects at once; the connection comes back by itself.
 */
import { createHash, randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { Redis } from "ioredis"
import { OperatorError } from "../errors.ts"
import { OTHER_HOSTS } from "../tally/coarsen.ts"
import type { RuleActivity } from "../tally/rule-activity.ts"
import { MAX_SAMPLES } from "../tally/tally.ts"
import { digestKeys, ruleHistoryKeys } from "./keys.ts"
import { COLLECTORS_REMEMBERED, PAST_WINDOWS } from "./limits.ts"
import {
  addReply,
  deliveryReply,
  overviewReply,
  pastReply,
  ruleHistoryReply,
  ruleSumsReply,
  spanReply,
  windowReply,
  writeActivity,
  writeEntry,
} from "./redis-format.ts"
import { DAYS_KEPT, type Day, dayOf, type RuleHistory, type RuleSums } from "./rule-history.ts"
import {
  type BatchId,
  DEFAULT_STORE_LIMITS,
  type Delivery,
  type DigestOverview,
  type Entry,
  type PastWindow,
  type StoreLimits,
  type TallyStore,
  type WindowContents,
  type WindowId,
  type WindowSpan,
} from "./store.ts"
import { writePast } from "./stored-tally.ts"

const RECONNECT_FIRST_MS = 50
const RECONNECT_LONGEST_MS = 5_000

/** Longer than any script here takes; a connection that is silent for this long is broken. */
const SILENCE_MS = 5_000

/**
 * Answers of a server that cannot serve us but may soon, or whose successor can: a primary that became a replica,
 * a replica that lost its primary, a server that reads its data. Connecting anew finds the right one.
 */
const AWAY = /\b(READONLY|MASTERDOWN|LOADING)\b/

/** Answers to a wrong or missing password. */
const UNAUTHORISED = /^(WRONGPASS|NOAUTH|NOPERM|ERR invalid password)/

export interface RedisStoreOptions {
  /** `redis://` or `rediss://` (TLS) with host, port and database, or the path of a socket. */
  readonly url: string
  readonly password?: string
  /** Begins every key, e.g. "tamis:". */
  readonly keyPrefix: string
  readonly limits?: StoreLimits
  /** How long the server may be silent when it owes an answer. */
  readonly silenceMs?: number
  /** Told when the server goes away after `open`, and when it is back. */
  readonly onState?: (state: "ready" | "away", error?: Error) => void
}

export function redisStore(options: RedisStoreOptions): TallyStore {
  return new RedisStore(options)
}

class RedisStore implements TallyStore {
  readonly #options: RedisStoreOptions
  readonly #limits: StoreLimits
  readonly #scripts = loadScripts()
  #connection: Connection | undefined

  constructor(options: RedisStoreOptions) {
    this.#options = options
    this.#limits = options.limits ?? DEFAULT_STORE_LIMITS
  }

  /** Resolves when the server is ready; rejects when it is not there, and may be called again. */
  async open(): Promise<void> {
    this.#connection ??= await connect(this.#options)
  }

  async openWindow(digest: string, nowMs: number): Promise<WindowSpan> {
    const { state } = this.#keys(digest)
    return spanReply(await this.#run("open-window", [state], [nowMs, randomBytes(8).toString("hex")]))
  }

  async add(digest: string, batch: BatchId, entry: Entry, nowMs: number): Promise<void> {
    const { state, applied, hosts, perHost, window } = this.#keys(digest)
    const { groupsPerHost, groupsPerWindow, hostsPerDigest } = this.#limits
    const settings = [
      ...[batch.collector, batch.sequence, nowMs, COLLECTORS_REMEMBERED],
      ...[groupsPerHost, groupsPerWindow, hostsPerDigest, MAX_SAMPLES, OTHER_HOSTS],
    ]
    // Coarser groups cost a hash and bytes each, and are rarely needed: they go along where the script asks for them.
    const withoutRoom = new Set<number>()
    for (;;) {
      const argv = [...settings, ...writeEntry(entry, withoutRoom)]
      const answer = addReply(await this.#run("add", [state, applied, hosts, perHost, ...window("open")], argv))
      if (answer === "no window") await this.openWindow(digest, nowMs)
      else if (answer === "done") return
      else for (const tally of answer) withoutRoom.add(tally)
    }
  }

  async closeWindow(digest: string, id: WindowId, closesAtMs: number): Promise<boolean> {
    const { state, closed, perHost, window } = this.#keys(digest)
    const keys = [state, closed, perHost, ...window("open"), ...window(id)]
    return (await this.#run("close-window", keys, [id, closesAtMs])) === 1
  }

  async read(digest: string, id: WindowId): Promise<WindowContents | undefined> {
    const { state, closed, window } = this.#keys(digest)
    return windowReply(await this.#run("read", [state, closed, ...window("open"), ...window(id)], [id]))
  }

  async lease(digest: string, owner: string, nowMs: number, leaseMs: number): Promise<Delivery | undefined> {
    const { state, closed } = this.#keys(digest)
    return deliveryReply(digest, await this.#run("lease", [state, closed], [digest, owner, nowMs, leaseMs]))
  }

  async postpone(delivery: Delivery, owner: string, retryAtMs: number, refused: boolean): Promise<void> {
    const { state } = this.#keys(delivery.digest)
    await this.#run("postpone", [state], [delivery.id, owner, retryAtMs, refused ? "refused" : "repeat"])
  }

  async settle(delivery: Delivery): Promise<void> {
    const { state, closed, window } = this.#keys(delivery.digest)
    const { id, windows } = delivery
    await this.#run("settle", [state, closed, ...windows.flatMap(window)], [id, ...windows])
  }

  async remember(digest: string, past: PastWindow, forgetBeforeMs: number): Promise<void> {
    const keys = this.#keys(digest)
    const argv = [past.id, past.closesAtMs, forgetBeforeMs, PAST_WINDOWS, writePast(past)]
    await this.#run("remember", [keys.past, keys.pastClosed], argv)
  }

  async remembered(digest: string): Promise<readonly PastWindow[]> {
    const { past, pastClosed } = this.#keys(digest)
    return pastReply(await this.#run("remembered", [past, pastClosed], []))
  }

  async overview(digest: string): Promise<DigestOverview | undefined> {
    const { state, closed, hosts, window } = this.#keys(digest)
    return overviewReply(digest, await this.#run("overview", [state, closed, hosts, ...window("open").slice(0, 1)], []))
  }

  async addActivity({ collector, sequence }: BatchId, activity: RuleActivity): Promise<void> {
    const { applied, records, samples, programs, day } = ruleHistoryKeys(this.#options.keyPrefix)
    const today = dayOf(activity.atMs)
    const keys = [applied, records, samples, programs, day(today)]
    const settings = [collector, sequence, activity.atMs, today, COLLECTORS_REMEMBERED]
    await this.#run("add-activity", keys, [...settings, ...writeActivity(activity)])
  }

  async ruleHistory(): Promise<RuleHistory> {
    const { records, samples, programs } = ruleHistoryKeys(this.#options.keyPrefix)
    return ruleHistoryReply(await this.#run("rule-history", [records, samples, programs], []))
  }

  async ruleSums(since: Day, until: Day): Promise<RuleSums> {
    const { day } = ruleHistoryKeys(this.#options.keyPrefix)
    const from = Math.max(since, until - DAYS_KEPT + 1)
    const keys = Array.from({ length: until - from + 1 }, (_, index) => day(from + index))
    return ruleSumsReply(await this.#run("rule-sums", keys, []), from, until)
  }

  async forgetRules(rules: readonly string[], programs: readonly string[], beforeMs: number): Promise<void> {
    const keys = ruleHistoryKeys(this.#options.keyPrefix)
    const argv = [beforeMs, rules.length, ...rules, ...programs]
    await this.#run("forget-rules", [keys.records, keys.samples, keys.programs], argv)
  }

  async close(): Promise<void> {
    this.#connection?.client.disconnect()
    this.#connection = undefined
  }

  #keys(digest: string) {
    return digestKeys(this.#options.keyPrefix, digest)
  }

  async #run(name: ScriptName, keys: readonly string[], argv: readonly (string | number)[]): Promise<unknown> {
    const connection = this.#connection
    if (connection === undefined) throw new Error("the Redis store is not open")
    const { client } = connection
    const { sha, lua } = this.#scripts[name]
    const values = [...keys, ...argv.map(String)]
    try {
      return await client.evalsha(sha, keys.length, values)
    } catch (error) {
      // A server that was restarted, or a replica that took over, has never heard of our scripts.
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw connection.failure(error)
    }
    try {
      return await client.eval(lua, keys.length, values)
    } catch (error) {
      throw connection.failure(error)
    }
  }
}

interface Connection {
  readonly client: Redis
  /**
   * Says which server failed and how. The driver's own errors hold the command with all its arguments, lines of the
   * log and the password among them, so none of them leaves this file.
   */
  failure(error: unknown): Error
}

async function connect({ url, password, silenceMs = SILENCE_MS, onState }: RedisStoreOptions): Promise<Connection> {
  /** Why the connection broke last: the driver tells those who wait for an answer only that it did. */
  let broken: Error | undefined
  const client = new Redis(url, {
    ...(password === undefined ? {} : { password }),
    connectionName: "tamis",
    lazyConnect: true,
    // Whoever calls repeats: a queue here would be a second one, without bounds.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: silenceMs,
    socketTimeout: silenceMs,
    retryStrategy: (times) => Math.min(RECONNECT_FIRST_MS * 2 ** Math.min(times, 10), RECONNECT_LONGEST_MS),
    reconnectOnError: (error) => {
      if (!AWAY.test(error.message)) return false
      broken = error
      return true
    },
  })
  client.on("error", (error) => {
    broken = error
  })

  const { host, port, path, password: secret } = client.options
  const failure = (error: unknown) => {
    const reason =
      error instanceof Error && error.name === "ReplyError"
        ? error.message
        : (broken?.message ?? "the connection was lost")
    return new Error(`Redis at ${path ?? `${host}:${port}`}: ${secret ? reason.replaceAll(secret, "***") : reason}`)
  }

  try {
    await client.connect()
  } catch (error) {
    client.disconnect()
    const reason = failure(error)
    throw broken !== undefined && UNAUTHORISED.test(broken.message) ? new OperatorError(reason.message) : reason
  }

  let ready = true
  client.on("close", () => {
    if (ready) onState?.("away", failure(undefined))
    ready = false
  })
  client.on("ready", () => {
    broken = undefined
    if (!ready) onState?.("ready")
    ready = true
  })
  return { client, failure }
}

interface Script {
  readonly lua: string
  readonly sha: string
}

type ScriptName = keyof ReturnType<typeof loadScripts>

function loadScripts() {
  const load = (name: string): Script => {
    const lua = readFileSync(new URL(`lua/${name}.lua`, import.meta.url), "utf8")
    return { lua, sha: createHash("sha1").update(lua).digest("hex") }
  }
  return {
    "open-window": load("open-window"),
    add: load("add"),
    "close-window": load("close-window"),
    read: load("read"),
    lease: load("lease"),
    postpone: load("postpone"),
    settle: load("settle"),
    remember: load("remember"),
    remembered: load("remembered"),
    overview: load("overview"),
    "add-activity": load("add-activity"),
    "rule-history": load("rule-history"),
    "rule-sums": load("rule-sums"),
    "forget-rules": load("forget-rules"),
  }
}
