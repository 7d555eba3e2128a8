/** The composition root: a Config becomes wired parts. Only this file, and the collector's thread for its half, construct them. */
import { randomUUID } from "node:crypto"
import { systemClock } from "./clock.ts"
import { type CollectorHandle, startCollector } from "./collector-handle.ts"
import type { Config, DeliveryConfig, StoreConfig } from "./config/config.ts"
import type { Courier } from "./deliver/mail.ts"
import { smtpCourier } from "./deliver/mailer.ts"
import { Outbox } from "./deliver/outbox.ts"
import { terminalCourier } from "./deliver/terminal.ts"
import { OperatorError } from "./errors.ts"
import { Reporter } from "./reporter.ts"
import type { Quarantined, RuleSet } from "./rules/rule.ts"
import { loadRuleSet } from "./rules/rule-set.ts"
import { instanceId } from "./store/instance.ts"
import { redisStore } from "./store/redis.ts"
import { sqliteStore } from "./store/sqlite.ts"
import type { TallyStore } from "./store/store.ts"
import { unstoredBatches } from "./store/unstored.ts"
import type { Log } from "./telemetry/log.ts"

/**
 * How long a shutdown waits for the store, before it keeps what it could not store in the state directory, and for a
 * mail that is on its way. Docker kills after 10 s.
 */
const PATIENCE_MS = 5_000

export interface Service {
  readonly collector: CollectorHandle
  readonly reporter: Reporter
  readonly store: TallyStore
  /** Resolves when the service cannot go on and has to be stopped, because of an operator's mistake or of a bug. */
  readonly failed: Promise<void>
  /**
   * Receives nothing more, stores everything received, and lets go of every socket and file. Rejects with what made
   * the service fail, if anything did.
   */
  stop(): Promise<void>
}

/** Starts receiving, storing and reporting. Resolves when the sockets are bound; rejects with an OperatorError when that cannot be. */
export async function startService(config: Config, log: Log): Promise<Service> {
  const ruleSets = loadRuleSets(config)
  const store = openStore(config.store)
  const quarantined: Quarantined[] = []
  const courier = makeCourier(config.delivery)
  const owner = await instanceId(config.stateDirectory)
  const reporter = new Reporter({
    store,
    digests: config.digests,
    outboxes: new Map(
      config.digests.map((digest) => [digest.name, new Outbox({ digest, store, courier, owner, quarantined, log })]),
    ),
    unstored: unstoredBatches(config.stateDirectory),
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
      onTrouble: (reason) => log.warn({ reason }, "A listener had an error and goes on."),
      onManyNames: (address) =>
        log.warn(
          { address },
          "A peer claims too many host names: further ones appear under its address. Is it a relay?",
        ),
      onFallbacks: (lines) =>
        log.warn({ lines }, "Rules ran out of memory on lines; smaller sets of them judged these, more slowly."),
      now: Date.now,
    },
  ).catch(async (error: unknown) => {
    await reporter.stop(Promise.resolve(), AbortSignal.abort())
    throw error
  })
  quarantined.push(...collector.start.quarantined)
  reporter.start().catch((error) => failure.because(error))

  return {
    collector,
    reporter,
    store,
    failed: failure.happened,
    async stop() {
      await reporter.stop(collector.drain(), AbortSignal.timeout(PATIENCE_MS))
      failure.rethrow()
    },
  }
}

/** The first thing that went wrong beyond repair. What follows from it is not worth hearing. */
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

/** Reads every rule set that a host uses. Throws one OperatorError with all their problems. */
export function loadRuleSets(config: Pick<Config, "hosts" | "ruleSets">): ReadonlyMap<string, RuleSet> {
  const used = new Set(config.hosts.flatMap((host) => host.rules))
  const sets = [...used].map((name) => {
    const directory = config.ruleSets.get(name)
    if (directory === undefined) throw new Error(`rule set ${name} passed validation without a directory`)
    return loadRuleSet(name, directory)
  })
  const problems = sets.flatMap((set) => set.problems)
  if (problems.length > 0) throw new OperatorError("the rule sets cannot be used:", problems)
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
