/** The composition root: a Config becomes wired parts. Only this file, and the collector's thread for its half, construct them. */
import { randomUUID } from "node:crypto"
import { systemClock } from "../clock.ts"
import { type CollectorHandle, startCollector } from "../collector/handle.ts"
import type { Config, DeliveryConfig, StoreConfig } from "../config/config.ts"
import type { Courier } from "../deliver/mail.ts"
import { smtpCourier } from "../deliver/mailer.ts"
import { Outbox } from "../deliver/outbox.ts"
import { terminalCourier } from "../deliver/terminal.ts"
import { OperatorError } from "../errors.ts"
import type { Changes } from "../http/changes.ts"
import type { Log } from "../log.ts"
import { formatProblem } from "../problem.ts"
import type { RefusedReload } from "../report/report.ts"
import { findRot } from "../rot/find-rot.ts"
import type { RuleSet } from "../rules/rule.ts"
import { loadRuleSet, loadShippedAlarms } from "../rules/rule-set.ts"
import { instanceId } from "../store/instance.ts"
import { redisStore } from "../store/redis.ts"
import { dayOf } from "../store/rule-history.ts"
import { sqliteStore } from "../store/sqlite.ts"
import type { TallyStore } from "../store/store.ts"
import { unstoredBatches } from "../store/unstored.ts"
import type { Pile } from "../tally/pile.ts"
import { changesBetween, reloadable, type SieveState } from "./changes.ts"
import { forgetGoneRules } from "./forgotten-rules.ts"
import { makeReport } from "./make-report.ts"
import { OwnMailNotices } from "./own-mails.ts"
import { Reporter } from "./reporter.ts"

/**
 * How long a shutdown waits for the store and for a mail that is on its way. After that, unstored batches go into the
 * state directory. Docker kills after 10 s.
 */
const PATIENCE_MS = 5_000

export interface Service {
  readonly collector: CollectorHandle
  readonly reporter: Reporter
  readonly store: TallyStore
  /** The configuration in force. */
  readonly config: Config
  /** The last reload, if it was refused. */
  readonly refusedReload: RefusedReload | undefined
  /**
   * Reloads rules and configuration. Rejects with an OperatorError, and changes nothing, if any part cannot be used. No
   * message is lost meanwhile. Reloads run one after the other.
   */
  reload(read: () => Config): Promise<Changes>
  /** Resolves when the service must be stopped because of an operator's mistake or a bug. */
  readonly failed: Promise<void>
  /**
   * Stops receiving, stores everything received, and closes every socket and file. Rejects with the error that made the
   * service fail, if one did.
   */
  stop(): Promise<void>
}

/** Starts receiving, storing and reporting. Resolves when the sockets are bound; rejects with an OperatorError when they cannot be. */
export async function startService(config: Config, log: Log): Promise<Service> {
  const ruleSets = loadRuleSets(config)
  const store = openStore(config.store)
  const owner = await instanceId(config.stateDirectory)
  /** Everything that a reload replaces, swapped in one assignment. */
  let state: SieveState = { config, ruleSets, rules: 0, quarantined: [] }
  let courier = makeCourier(config.delivery)
  let refusedReload: RefusedReload | undefined
  let tidiedOn: number | undefined
  const stopping = new AbortController()
  const announcer = new OwnMailNotices({
    store,
    isShared: config.store.kind === "redis",
    digests: () => state.config.digests.map(({ name }) => name),
    sender: () => senderOf(state.config.delivery),
    tellCollector: (mail) => collector.announce(mail),
    clock: systemClock,
    stopping: stopping.signal,
  })
  const reporter = new Reporter({
    store,
    digests: config.digests,
    makeOutbox: (name) => {
      const settings = () => {
        const digest = state.config.digests.find((each) => each.name === name)
        if (digest === undefined) throw new Error(`there is no digest ${name}`)
        const { ruleSets, quarantined } = state
        const use = { hosts: state.config.hosts, ruleSets, quarantined }
        const parts = { digest, quarantined, ruleSets, refusedReload, findRot: findRot.bind(undefined, store, use) }
        return { digest, courier, makeReport: (pile: Pile, nowMs: number) => makeReport(pile, parts, store, nowMs) }
      }
      return new Outbox({ store, owner, settings, announcer, log })
    },
    unstored: unstoredBatches(config.stateDirectory),
    async tidy(nowMs) {
      const today = dayOf(nowMs)
      if (today === tidiedOn) return
      await forgetGoneRules(store, state.ruleSets.values(), nowMs)
      tidiedOn = today
    },
    flushCollectors: () => collector.flush(),
    log,
    clock: systemClock,
  })
  const failure = new Failure()

  const collector: CollectorHandle = await startCollector(
    { id: randomUUID(), listen: config.listen, hosts: config.hosts, ruleSets },
    {
      store: (batch) => reporter.accept(batch),
      onCrash: (error) => failure.because(error),
      onTrouble: (reason) => log.warn({ reason }, "A listener reported an error; it continues to receive."),
      onManyNames: (address) =>
        log.warn(
          { address },
          "A peer sent too many host names: further ones appear under its address. If it is a relay, set `relay: true` in its host entry.",
        ),
      onFallbacks: (lines) =>
        log.warn(
          { lines },
          "The rules ran out of memory on some lines and were applied to them in smaller sets, which is slower.",
        ),
      now: Date.now,
    },
  ).catch(async (error: unknown) => {
    await reporter.stop(Promise.resolve(), AbortSignal.abort())
    throw error
  })
  state = { ...state, ...collector.inForce }
  reporter.start().catch((error) => failure.because(error))
  const following = announcer.follow()

  async function reload(read: () => Config): Promise<Changes> {
    const before = state
    try {
      const wanted = read()
      const after = { config: reloadable(before.config, wanted), ruleSets: loadRuleSets(wanted) }
      const inForce = await collector.reload({ hosts: after.config.hosts, ruleSets: after.ruleSets })
      state = { ...after, ...inForce }
      courier = makeCourier(state.config.delivery)
      reporter.reportBy(state.config.digests)
      refusedReload = undefined
      return changesBetween(before, state, wanted)
    } catch (error) {
      if (error instanceof OperatorError) refusedReload = { atMs: systemClock.now(), problems: reasonsOf(error) }
      throw error
    }
  }
  let reloading: Promise<unknown> = Promise.resolve()

  return {
    collector,
    reporter,
    store,
    get config() {
      return state.config
    },
    get refusedReload() {
      return refusedReload
    },
    reload(read) {
      const next = reloading.then(() => reload(read))
      reloading = next.catch(() => {})
      return next
    },
    failed: failure.happened,
    async stop() {
      stopping.abort()
      await following
      await reporter.stop(collector.drain(), AbortSignal.timeout(PATIENCE_MS))
      failure.rethrow()
    },
  }
}

/** The address in `from`, which may have a name before it. */
function senderOf(delivery: DeliveryConfig): string | undefined {
  return delivery.kind === "smtp" ? (/<([^<>]+)>$/.exec(delivery.from)?.[1] ?? delivery.from) : undefined
}

function reasonsOf({ message, problems }: OperatorError): readonly string[] {
  return problems.length > 0 ? problems.map(formatProblem) : [message]
}

/** The first fatal error. Later ones are usually its consequences and are not kept. */
class Failure {
  readonly #happened = Promise.withResolvers<void>()
  #first: { readonly error: unknown } | undefined

  get happened(): Promise<void> {
    return this.#happened.promise
  }

  because(error: unknown): void {
    this.#first ??= { error }
    this.#happened.resolve()
  }

  rethrow(): void {
    if (this.#first !== undefined) throw this.#first.error
  }
}

/** Reads every rule set that a host uses, and the shipped alarm rules. Throws one OperatorError with all their problems. */
export function loadRuleSets(
  config: Pick<Config, "hosts" | "ruleSets" | "shippedAlarms">,
): ReadonlyMap<string, RuleSet> {
  const used = new Set(config.hosts.flatMap((host) => host.rules))
  const sets = [...used].map((name) => {
    const directory = config.ruleSets.get(name)
    if (directory === undefined) throw new Error(`rule set ${name} passed validation without a directory`)
    return loadRuleSet(name, directory)
  })
  sets.push(loadShippedAlarms(config.shippedAlarms))
  const problems = sets.flatMap((set) => set.problems)
  if (problems.length > 0) throw new OperatorError("TAMIS_RULES_UNUSABLE", "the rule sets cannot be used:", problems)
  return new Map(sets.map(({ ruleSet }) => [ruleSet.name, ruleSet]))
}

export function openStore(config: StoreConfig): TallyStore {
  if (config.kind === "sqlite") return sqliteStore(config)
  const { url, password, keyPrefix, sentinel, cluster } = config
  return redisStore({
    url,
    keyPrefix: `${keyPrefix}:`,
    ...(password !== undefined && { password }),
    ...(sentinel !== undefined && {
      sentinel: { nodes: sentinel.nodes, ...(sentinel.password !== undefined && { password: sentinel.password }) },
    }),
    ...(cluster !== undefined && { cluster }),
  })
}

export function makeCourier(config: DeliveryConfig): Courier {
  return config.kind === "stdout" ? terminalCourier(process.stdout) : smtpCourier(config)
}
