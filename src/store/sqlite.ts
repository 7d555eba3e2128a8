/**
 * The embedded store: one SQLite file, which a person can open with `sqlite3`.
 *
 * Every method is one transaction, which is on the disk when the method returns (WAL, synchronous = FULL). The command
 * line and a second service may have the file open at the same time.
 */
import { randomBytes } from "node:crypto"
import { closeSync, mkdirSync, openSync } from "node:fs"
import { dirname } from "node:path"
import { DatabaseSync, type StatementSync } from "node:sqlite"
import { OperatorError } from "../errors.ts"
import { OTHER_HOSTS } from "../tally/coarsen.ts"
import { COUNTER_NAMES, type HostCounters } from "../tally/counters.ts"
import type { DigestMemory } from "../tally/digest-memory.ts"
import { coarserAndCoarser, DEFAULT_WINDOW_LIMITS, fits, type WindowLimits } from "../tally/limits.ts"
import type { PastWindow } from "../tally/past-window.ts"
import type { RuleActivity } from "../tally/rule-activity.ts"
import type { Tally } from "../tally/tally.ts"
import type { WindowContents, WindowId, WindowSpan } from "../tally/window.ts"
import type { LoggedDelivery } from "./delivery-log.ts"
import { addHits, DAYS_KEPT, type Day, dayOf, type RuleHistory, type RuleSums } from "./rule-history.ts"
import { deliveries, logDelivery, mailText } from "./sqlite-delivery-log.ts"
import { hosts, integer, losses, optionalInteger, type Row, ruleRecord, span, tallies, text } from "./sqlite-rows.ts"
import { APPLICATION_ID, FURTHER_TABLES, LISTED_COLUMNS, SCHEMA, SCHEMA_VERSION, UPGRADES } from "./sqlite-schema.ts"
import { prepareStatements } from "./sqlite-statements.ts"
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
import { addValues, appendSamples, readPast, writeConstant, writePast } from "./stored-tally.ts"

/** How long a transaction waits for that of another process. The wait blocks this thread. */
const BUSY_MS = 5_000

export interface SqliteStoreOptions {
  readonly file: string
  readonly limits?: WindowLimits
}

export function sqliteStore(options: SqliteStoreOptions): TallyStore {
  return new SqliteStore(options.file, options.limits ?? DEFAULT_WINDOW_LIMITS)
}

class SqliteStore implements TallyStore {
  readonly #file: string
  readonly #limits: WindowLimits
  #connection: Connection | undefined

  constructor(file: string, limits: WindowLimits) {
    this.#file = file
    this.#limits = limits
  }

  async open(): Promise<void> {
    this.#connection ??= connect(this.#file)
  }

  async openWindow(digest: string, nowMs: number): Promise<WindowSpan> {
    return this.#write((db) => span(openWindow(db, digest, nowMs)))
  }

  async add(digest: string, batch: BatchId, entry: DigestPart, nowMs: number): Promise<void> {
    this.#write((db) => {
      const open = openWindow(db, digest, nowMs)
      if (!isNext(db, digest, batch, nowMs)) return
      const window = integer(open, "window")
      addTallies(db, window, integer(open, "group_count"), entry.tallies, this.#limits)
      addHosts(db, digest, open, entry.hosts, this.#limits)
      for (const [loss, count] of entry.losses) db.addLoss.run(window, loss, count)
    })
  }

  async closeWindow(digest: string, id: WindowId, closesAtMs: number): Promise<boolean> {
    return this.#write((db) => {
      if (db.closeWindow.run(closesAtMs, digest, id).changes === 0) return false
      db.insertWindow.run(digest, id + 1, closesAtMs)
      return true
    })
  }

  async read(digest: string, id: WindowId): Promise<WindowContents | undefined> {
    return this.#read((db) => {
      const row = db.window.get(digest, id)
      if (row === undefined) return undefined
      const window = integer(row, "window")
      return {
        window: span(row),
        tallies: tallies(db.tallies.iterate(window)),
        hosts: hosts(db.windowHosts.all(window)),
        losses: losses(db.losses.all(window)),
        newHosts: db.newHosts.all(digest, id).map((host) => text(host, "host")),
      }
    })
  }

  async lease(digest: string, owner: string, nowMs: number, leaseMs: number): Promise<Delivery | undefined> {
    return this.#write((db) => {
      const state = db.digest.get(digest)
      if (state === undefined || (optionalInteger(state, "retry_at_ms") ?? nowMs) > nowMs) return undefined
      const closed = db.closedWindows.all(digest).map((row) => integer(row, "id"))
      const sealedTo = optionalInteger(state, "sealed_to") ?? closed.at(-1)
      if (sealedTo === undefined) return undefined

      const leased = (optionalInteger(state, "lease_until_ms") ?? 0) > nowMs
      const ours = state.owner === owner
      if (leased && !ours) return undefined

      const id = state.delivery ?? `${digest}-${closed[0]}-${sealedTo}-${text(state, "life")}`
      const attempts = integer(state, "attempts")
      // A call within the owner's own lease repeats one whose answer was lost: it is not another attempt.
      db.lease.run(id, sealedTo, owner, nowMs + leaseMs, leased ? attempts : attempts + 1, digest)
      return {
        digest,
        id: String(id),
        windows: closed.filter((window) => window <= sealedTo),
        attempts: leased ? attempts - 1 : attempts,
      }
    })
  }

  async postpone(delivery: Delivery, owner: string, retryAtMs: number, refused: boolean): Promise<void> {
    const { digest, id } = delivery
    this.#write((db) => {
      if (db.postpone.run(retryAtMs, digest, id, owner).changes > 0 && refused) db.breakSeal.run(digest)
    })
  }

  async settle(delivery: Delivery, memory?: DigestMemory): Promise<void> {
    const { digest, id, windows } = delivery
    this.#write((db) => {
      const state = db.digest.get(digest)
      if (state === undefined || !id.endsWith(`-${text(state, "life")}`)) return
      let forgotten = 0
      for (const window of windows) forgotten += Number(db.forgetWindow.run(digest, window).changes)
      db.forgetDelivery.run(digest)
      if (memory !== undefined && forgotten > 0) db.setMemory.run(digest, writeMemory(memory))
    })
  }

  async memory(digest: string): Promise<DigestMemory | undefined> {
    return this.#read((db) => {
      const row = db.memory.get(digest)
      return row === undefined ? undefined : readMemory(text(row, "memory"))
    })
  }

  async remember(digest: string, past: PastWindow, forgetBeforeMs: number): Promise<void> {
    this.#write((db) => {
      db.insertDigest.run(digest, newLife())
      db.remember.run(digest, past.id, past.closesAtMs, writePast(past))
      db.forgetPast.run(digest, forgetBeforeMs, PAST_WINDOWS)
    })
  }

  async remembered(digest: string): Promise<readonly PastWindow[]> {
    return this.#read((db) => db.remembered.all(digest).map((row) => readPast(integer(row, "id"), text(row, "past"))))
  }

  async logDelivery(digest: string, entry: LoggedDelivery, mailText?: string): Promise<void> {
    this.#write((db) => logDelivery(db.deliveryLog, digest, entry, mailText))
  }

  async deliveries(digest: string, most: number): Promise<readonly LoggedDelivery[]> {
    return this.#read((db) => deliveries(db.deliveryLog, digest, most))
  }

  async mailText(digest: string, id: string): Promise<string | undefined> {
    return this.#read((db) => mailText(db.deliveryLog, digest, id))
  }

  async overview(digest: string): Promise<DigestOverview | undefined> {
    return this.#read((db) => {
      const open = db.openWindow.get(digest)
      const state = db.digest.get(digest)
      if (open === undefined || state === undefined) return undefined
      return {
        digest,
        open: span(open),
        openReported: integer(open, "line_count"),
        openGroups: integer(open, "group_count"),
        undelivered: db.closedWindows.all(digest).map(span),
        retryAtMs: optionalInteger(state, "retry_at_ms"),
        hosts: hosts(db.hosts.all(digest)),
      }
    })
  }

  async addActivity({ collector, sequence }: BatchId, activity: RuleActivity): Promise<void> {
    this.#write((db) => {
      const last = db.appliedActivity.get(collector)
      if (last !== undefined && integer(last, "sequence") >= sequence) return
      db.setAppliedActivity.run(collector, sequence, activity.atMs)
      if (last === undefined) db.forgetAppliedActivity.run(COLLECTORS_REMEMBERED)
      addActivity(db, activity)
    })
  }

  async ruleHistory(): Promise<RuleHistory> {
    return this.#read((db) => ({
      rules: new Map(db.rules.all().map((row) => [text(row, "rule"), ruleRecord(row)])),
      programs: new Map(db.programs.all().map((row) => [text(row, "program"), integer(row, "last_ms")])),
    }))
  }

  async ruleSums(since: Day, until: Day): Promise<RuleSums> {
    return this.#read((db) => {
      const sums = new Map(db.ruleDays.all(since, until).map((row) => [text(row, "rule"), integer(row, "hits")]))
      const lines = sums.get(ALL_LINES) ?? 0
      sums.delete(ALL_LINES)
      return { lines, hits: sums }
    })
  }

  async forgetRules(rules: readonly string[], programs: readonly string[], beforeMs: number): Promise<void> {
    this.#write((db) => {
      for (const rule of rules) db.forgetRule.run(rule, beforeMs)
      for (const program of programs) db.forgetProgram.run(program, beforeMs)
    })
  }

  async close(): Promise<void> {
    this.#connection?.database.close()
    this.#connection = undefined
  }

  /** Takes the write lock at once: data that a transaction reads is unchanged when it writes. */
  #write<T>(work: (db: Statements) => T): T {
    return this.#transaction("BEGIN IMMEDIATE", work)
  }

  /** All reads see the same moment, even if another process writes meanwhile. */
  #read<T>(work: (db: Statements) => T): T {
    return this.#transaction("BEGIN", work)
  }

  #transaction<T>(begin: string, work: (db: Statements) => T): T {
    if (this.#connection === undefined) throw new Error(`${this.#file} is not open`)
    const { database, statements } = this.#connection
    database.exec(begin)
    try {
      const result = work(statements)
      database.exec("COMMIT")
      return result
    } catch (error) {
      // SQLite rolls back by itself after some errors, such as a full disk.
      if (database.isTransaction) database.exec("ROLLBACK")
      throw error
    }
  }
}

interface Connection {
  readonly database: DatabaseSync
  readonly statements: Statements
}

/** SQLite result codes for a file that cannot be used and for which waiting does not help (sqlite3.h). */
const UNUSABLE: ReadonlyMap<number, string> = new Map([
  [8, "the file cannot be written"],
  [11, "the file is damaged; restore it from a backup, or move it away to start with an empty store"],
  [14, "the file cannot be opened"],
  [26, "the file is not a SQLite database"],
])

function connect(file: string): Connection {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o750 })
    // Only the owner may read log lines; SQLite gives its own further files the same mode.
    closeSync(openSync(file, "a", 0o600))
    const database = new DatabaseSync(file, { timeout: BUSY_MS })
    try {
      // Temporary tables in memory: a read-only container has no place for their files, and statements would fail.
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY")
      prepareSchema(database)
      return { database, statements: prepareStatements((sql) => database.prepare(sql)) }
    } catch (error) {
      database.close()
      throw error
    }
  } catch (error) {
    const reason = unusable(error)
    if (reason === undefined) throw error
    const code = error instanceof OperatorError ? error.code : "TAMIS_STORE_UNUSABLE"
    throw new OperatorError(code, `cannot use ${file} as the store: ${reason}`)
  }
}

/** Returns the reason why a file cannot be used, in the operator's words; undefined when the error may be temporary. */
function unusable(error: unknown): string | undefined {
  if (error instanceof OperatorError) return error.message
  if (!(error instanceof Error)) return undefined
  if ("errcode" in error && typeof error.errcode === "number") return UNUSABLE.get(error.errcode & 0xff)
  return "syscall" in error ? error.message : undefined
}

function prepareSchema(database: DatabaseSync): void {
  database.exec("BEGIN IMMEDIATE")
  const version = pragma(database, "user_version")
  const blank = version === 0 && database.prepare("SELECT 1 FROM sqlite_schema").get() === undefined
  if (blank) database.exec(SCHEMA)
  else if (pragma(database, "application_id") !== APPLICATION_ID) {
    throw new OperatorError("TAMIS_STORE_UNUSABLE", "the database belongs to another program")
  } else if (version > SCHEMA_VERSION) {
    throw new OperatorError(
      "TAMIS_STORE_NEWER",
      `the file has schema ${version}, but this tamis supports up to ${SCHEMA_VERSION}; run the newer tamis, or move the file away`,
    )
  } else {
    for (let from = version; from < SCHEMA_VERSION; from += 1) database.exec(UPGRADES.get(from) ?? "")
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
    database.exec(FURTHER_TABLES)
    addListedColumns(database)
  }
  database.exec("COMMIT")
}

function addListedColumns(database: DatabaseSync): void {
  for (const [table, columns] of Object.entries(LISTED_COLUMNS)) {
    const present = new Set(
      database
        .prepare(`PRAGMA table_info(${table})`)
        .all()
        .map((column) => text(column, "name")),
    )
    for (const column of columns) {
      if (!present.has(column.split(" ", 1).join(""))) database.exec(`ALTER TABLE ${table} ADD COLUMN ${column}`)
    }
  }
}

function pragma(database: DatabaseSync, name: "user_version" | "application_id"): number {
  return integer(database.prepare(`PRAGMA ${name}`).get() ?? {}, name)
}

type Statements = ReturnType<typeof prepareStatements<StatementSync>>

/** Returns the digest's open window; opens the first one if there is none yet. */
function openWindow(db: Statements, digest: string, nowMs: number): Row {
  const open = db.openWindow.get(digest)
  if (open !== undefined) return open
  db.insertDigest.run(digest, newLife())
  db.insertWindow.run(digest, 1, nowMs)
  return openWindow(db, digest, nowMs)
}

function newLife(): string {
  return randomBytes(8).toString("hex")
}

/** Records the batch as applied; false when it was applied before. */
function isNext(db: Statements, digest: string, { collector, sequence }: BatchId, nowMs: number): boolean {
  const last = db.applied.get(digest, collector)
  if (last !== undefined && integer(last, "sequence") >= sequence) return false
  db.setApplied.run(digest, collector, sequence, nowMs)
  if (last === undefined) db.forgetApplied.run(digest, COLLECTORS_REMEMBERED)
  return true
}

/** The rule key under which the sum of all lines is stored. */
const ALL_LINES = ""

function addActivity(db: Statements, activity: RuleActivity): void {
  const { atMs, lines, rules, programs } = activity
  const day = dayOf(atMs)
  for (const [rule, { count, sample }] of rules) {
    const row = db.rule.get(rule)
    const { hits, firstMs, lastMs, gapMs, days, ...record } = addHits(row && ruleRecord(row), count, sample, activity)
    db.setRule.run(rule, hits, firstMs, lastMs, gapMs, days, record.sample)
    db.addRuleDay.run(day, rule, count)
  }
  if (lines > 0) db.addRuleDay.run(day, ALL_LINES, lines)
  for (const program of programs) db.hearProgram.run(program, atMs)
  db.forgetRuleDays.run(day - DAYS_KEPT)
}

function addTallies(
  db: Statements,
  window: number,
  groupCount: number,
  tallies: readonly Tally[],
  limits: WindowLimits,
): void {
  let windowGroups = groupCount
  let lines = 0
  const grown = new Map<string, number>()
  const groupsOf = (host: string) => {
    const known = grown.get(host)
    if (known !== undefined) return known
    const row = db.groupCount.get(window, host)
    return row === undefined ? 0 : integer(row, "groups")
  }
  for (const each of tallies) {
    lines += each.count
    for (const tally of coarserAndCoarser(each)) {
      if (growTally(db, window, tally)) break
      const hostGroups = groupsOf(tally.host)
      if (!fits(tally.coarseness, hostGroups, windowGroups, limits)) continue
      const { fingerprint, count, firstMs, lastMs, severities, values, samples } = tally
      const texts = [appendSamples("", samples), writeConstant(tally), addValues("", values)]
      db.insertTally.run(window, fingerprint, count, firstMs, lastMs, ...texts, ...severities)
      grown.set(tally.host, hostGroups + 1)
      windowGroups += 1
      break
    }
  }
  for (const [host, groups] of grown) db.setGroupCount.run(window, host, groups)
  db.growWindow.run(lines, windowGroups, window)
}

/** Adds to the tally's group; false when the window has none yet. */
function growTally(db: Statements, window: number, tally: Tally): boolean {
  const { fingerprint, count, firstMs, lastMs, severities, values, samples } = tally
  const group = db.growTally.get(count, firstMs, lastMs, ...severities, window, fingerprint)
  if (group === undefined) return false
  const before = text(group, "samples")
  const after = appendSamples(before, samples)
  if (after !== before) db.setSamples.run(after, window, fingerprint)
  if (values.length > 0) db.setValues.run(addValues(text(group, "place_values"), values), window, fingerprint)
  return true
}

function addHosts(
  db: Statements,
  digest: string,
  open: Row,
  hosts: ReadonlyMap<string, HostCounters>,
  limits: WindowLimits,
): void {
  let hostCount: number | undefined
  for (const [host, counters] of hosts) {
    let name = host
    const isNew = db.host.get(digest, host) === undefined
    if (isNew) {
      hostCount ??= integer(db.hostCount.get(digest) ?? {}, "hosts")
      if (hostCount >= limits.hostsPerDigest) name = OTHER_HOSTS
      else hostCount += 1
    }
    const sums = [...COUNTER_NAMES.map((counter) => counters[counter]), counters.firstMs, counters.lastMs]
    db.addToWindow.run(integer(open, "window"), name, ...sums)
    db.addForEver.run(digest, name, ...sums)
    if (isNew && name !== OTHER_HOSTS) db.setFirstWindow.run(integer(open, "id"), digest, name)
  }
}
