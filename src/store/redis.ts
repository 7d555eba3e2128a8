/**
 * The shared store: Redis 6.2 or newer, for several receivers with one mail.
 *
 * Every method is one Lua script, and so atomic; keys.ts lists the keys. Durability is the server's: with `appendfsync
 * always` nothing acknowledged is lost, with `everysec` at most a second.
 * The server must not evict keys (`maxmemory-policy noeviction`).
 *
 * While the server is away every method rejects at once; the connection comes back by itself.
 */
import { createHash, randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { OTHER_HOSTS } from "../tally/coarsen.ts"
import { COUNTER_NAMES } from "../tally/counters.ts"
import type { DigestMemory } from "../tally/digest-memory.ts"
import { DEFAULT_WINDOW_LIMITS, type WindowLimits } from "../tally/limits.ts"
import type { PastWindow } from "../tally/past-window.ts"
import type { RuleActivity } from "../tally/rule-activity.ts"
import { MAX_FURTHER_SAMPLE_BYTES, MAX_SAMPLES } from "../tally/tally.ts"
import type { WindowContents, WindowId, WindowSpan } from "../tally/window.ts"
import type { LoggedDelivery } from "./delivery-log.ts"
import { digestKeys, ruleHistoryKeys } from "./keys.ts"
import { type Connection, type ConnectionOptions, connect } from "./redis-connection.ts"
import { deliveriesReply, logDeliveryCall } from "./redis-delivery-log.ts"
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
  COLLECTORS_REMEMBERED,
  type Delivery,
  type DigestOverview,
  type DigestPart,
  PAST_WINDOWS,
  type TallyStore,
} from "./store.ts"
import { readMemory, writeMemory } from "./stored-memory.ts"
import { writePast } from "./stored-tally.ts"

/** Where the sums are among the keys of a window (keys.ts). */
const SUMS = 1

export interface RedisStoreOptions extends ConnectionOptions {
  /** Begins every key, e.g. "tamis:". */
  readonly keyPrefix: string
  readonly limits?: WindowLimits
}

export function redisStore(options: RedisStoreOptions): TallyStore {
  return new RedisStore(options)
}

class RedisStore implements TallyStore {
  readonly #options: RedisStoreOptions
  readonly #limits: WindowLimits
  readonly #scripts = loadScripts()
  #connection: Connection | undefined

  constructor(options: RedisStoreOptions) {
    this.#options = options
    this.#limits = options.limits ?? DEFAULT_WINDOW_LIMITS
  }

  /** Resolves when the server is ready; rejects when it cannot be reached. May be called again. */
  async open(): Promise<void> {
    this.#connection ??= await connect(this.#options)
  }

  async openWindow(digest: string, nowMs: number): Promise<WindowSpan> {
    const { state } = this.#keys(digest)
    return spanReply(await this.#run("open-window", [state], [nowMs, randomBytes(8).toString("hex")]))
  }

  async add(digest: string, batch: BatchId, entry: DigestPart, nowMs: number): Promise<void> {
    const { state, applied, hosts, perHost, window } = this.#keys(digest)
    const { groupsPerHost, groupsPerWindow, hostsPerDigest } = this.#limits
    const settings = [
      ...[batch.collector, batch.sequence, nowMs, COLLECTORS_REMEMBERED],
      ...[groupsPerHost, groupsPerWindow, hostsPerDigest, MAX_SAMPLES, OTHER_HOSTS, MAX_FURTHER_SAMPLE_BYTES],
      COUNTER_NAMES.join(" "),
    ]
    // Coarser groups cost a hash and bytes each and are rarely needed: they are sent only if the script asks for them.
    const withoutRoom = new Set<number>()
    for (;;) {
      const valuesBefore = await this.#storedValues(window("open")[SUMS] ?? "", entry)
      const argv = [...settings, ...writeEntry(entry, withoutRoom, valuesBefore)]
      const answer = addReply(await this.#run("add", [state, applied, hosts, perHost, ...window("open")], argv))
      if (answer === "no window") await this.openWindow(digest, nowMs)
      else if (answer === "done") return
      else if (answer === "values changed") continue
      else for (const tally of answer) withoutRoom.add(tally)
    }
  }

  /** Reads the values that are stored for a batch's groups, by fingerprint. */
  async #storedValues(key: string, { tallies }: DigestPart): Promise<ReadonlyMap<string, string>> {
    const fingerprints = tallies.filter(({ values }) => values.length > 0).map(({ fingerprint }) => fingerprint)
    if (fingerprints.length === 0) return new Map()
    const { client, failure } = this.#open()
    const stored = await client.hmget(key, ...fingerprints.map((each) => `values:${each}`)).catch((error: unknown) => {
      throw failure(error)
    })
    return new Map(
      fingerprints.flatMap((each, index) => (stored[index] == null ? [] : [[each, stored[index]] as const])),
    )
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

  async settle(delivery: Delivery, memory?: DigestMemory): Promise<void> {
    const keys = this.#keys(delivery.digest)
    const { id, windows } = delivery
    const argv = [id, memory === undefined ? "" : writeMemory(memory), ...windows]
    await this.#run("settle", [keys.state, keys.closed, keys.memory, ...windows.flatMap(keys.window)], argv)
  }

  async memory(digest: string): Promise<DigestMemory | undefined> {
    const { client, failure } = this.#open()
    const stored = await client.get(this.#keys(digest).memory).catch((error: unknown) => {
      throw failure(error)
    })
    return stored === null ? undefined : readMemory(stored)
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

  async logDelivery(digest: string, entry: LoggedDelivery, text?: string): Promise<void> {
    const { keys, argv } = logDeliveryCall(this.#keys(digest), entry, text)
    await this.#run("log-delivery", keys, argv)
  }

  async deliveries(digest: string, most: number): Promise<readonly LoggedDelivery[]> {
    const { deliveries, deliveriesOrder } = this.#keys(digest)
    return deliveriesReply(await this.#run("deliveries", [deliveries, deliveriesOrder], [most]))
  }

  async mailText(digest: string, id: string): Promise<string | undefined> {
    const { client, failure } = this.#open()
    const stored = await client.hget(this.#keys(digest).mailTexts, id).catch((error: unknown) => {
      throw failure(error)
    })
    return stored ?? undefined
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

  #open(): Connection {
    if (this.#connection === undefined) throw new Error("the Redis store is not open")
    return this.#connection
  }

  async #run(name: ScriptName, keys: readonly string[], argv: readonly (string | number)[]): Promise<unknown> {
    const connection = this.#open()
    const { client } = connection
    const { sha, lua } = this.#scripts[name]
    const values = [...keys, ...argv.map(String)]
    try {
      return await client.evalsha(sha, keys.length, values)
    } catch (error) {
      // A restarted server, or a replica that took over, does not have our scripts.
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw connection.failure(error)
    }
    try {
      return await client.eval(lua, keys.length, values)
    } catch (error) {
      throw connection.failure(error)
    }
  }
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
    "log-delivery": load("log-delivery"),
    deliveries: load("deliveries"),
    "add-activity": load("add-activity"),
    "rule-history": load("rule-history"),
    "rule-sums": load("rule-sums"),
    "forget-rules": load("forget-rules"),
  }
}
