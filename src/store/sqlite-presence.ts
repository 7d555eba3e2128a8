/**
 * Hosts and their cadences in the SQLite store. `times` is written each minute and `learned` is not, so they have a table each.
 */
import type { Cadence, Heard } from "../cadence/cadence.ts"
import { type Attendance, hearAll, MAX_SENDERS, NETWORK, type Presence } from "../cadence/presence.ts"
import { COUNTER_NAMES } from "../tally/counters.ts"
import { renameInMemory } from "./host-memory.ts"
import { integer, type Row, text } from "./sqlite-rows.ts"
import { readCadence, writeCadence } from "./stored-cadence.ts"
import { readMemory, writeMemory } from "./stored-memory.ts"

export const PRESENCE_TABLES = `
CREATE TABLE IF NOT EXISTS attendance (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  beat_ms INTEGER NOT NULL, -- when an instance last took part
  resumed_ms INTEGER NOT NULL -- when lines came again after tamis heard none
) STRICT;

CREATE TABLE IF NOT EXISTS senders (
  sender TEXT PRIMARY KEY, -- a host, or a host and its program; empty: all hosts together
  times TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS cadences (
  sender TEXT PRIMARY KEY,
  learned TEXT NOT NULL -- JSON
) STRICT;
`

export function presenceStatements<Statement>(prepare: (sql: string) => Statement) {
  const sums = COUNTER_NAMES.map((name) => `${name} = ${name} + excluded.${name}`).join(", ")
  const columns = COUNTER_NAMES.join(", ")
  return {
    attendance: prepare("SELECT beat_ms, resumed_ms FROM attendance"),
    setAttendance: prepare("INSERT OR REPLACE INTO attendance (one, beat_ms, resumed_ms) VALUES (1, ?, ?)"),
    sender: prepare("SELECT times, learned FROM senders JOIN cadences USING (sender) WHERE sender = ?"),
    senders: prepare("SELECT sender, times, learned FROM senders JOIN cadences USING (sender)"),
    senderCount: prepare("SELECT count(*) AS senders FROM senders"),
    setTimes: prepare("INSERT OR REPLACE INTO senders (sender, times) VALUES (?, ?)"),
    setLearned: prepare(`
      INSERT INTO cadences (sender, learned) VALUES (?, ?)
      ON CONFLICT DO UPDATE SET learned = excluded.learned WHERE learned <> excluded.learned`),
    sendersOf: prepare("SELECT sender FROM senders WHERE sender = ?1 OR substr(sender, 1, length(?1) + 1) = ?1 || ' '"),
    forgetTimes: prepare("DELETE FROM senders WHERE sender = ?"),
    forgetLearned: prepare("DELETE FROM cadences WHERE sender = ?"),
    forgetHost: prepare("DELETE FROM hosts WHERE digest = ? AND host = ?"),
    joinHost: prepare(`
      INSERT INTO hosts (digest, host, first_id, ${columns}, first_ms, last_ms)
      SELECT digest, ?1, NULL, ${columns}, first_ms, last_ms FROM hosts WHERE digest = ?2 AND host = ?3
      ON CONFLICT DO UPDATE SET ${sums},
        first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms)`),
    memoryOf: prepare("SELECT memory FROM memories WHERE digest = ?"),
    setMemoryOf: prepare("UPDATE memories SET memory = ? WHERE digest = ?"),
  }
}

/** The part of a prepared statement that is used here: only sqlite.ts knows the driver. */
interface Statement {
  get(...values: (string | number)[]): Row | undefined
  all(...values: (string | number)[]): readonly Row[]
  run(...values: (string | number)[]): { readonly changes: number | bigint }
}

export type PresenceStatements = ReturnType<typeof presenceStatements<Statement>>

export function hear(db: PresenceStatements, heard: ReadonlyMap<string, Heard>, nowMs: number): void {
  const known = new Map<string, Cadence>()
  for (const name of [NETWORK, ...heard.keys()]) {
    const row = db.sender.get(name)
    if (row !== undefined) known.set(name, cadence(row))
  }
  const room = MAX_SENDERS - integer(db.senderCount.get() ?? {}, "senders")
  const change = hearAll(attendance(db), known, heard, nowMs, room)
  db.setAttendance.run(change.attendance.beatMs, change.attendance.resumedMs)
  for (const [name, each] of change.senders) setCadence(db, name, each)
}

export function presence(db: PresenceStatements): Presence {
  const senders = new Map(db.senders.all().map((row) => [text(row, "sender"), cadence(row)]))
  return { ...(attendance(db) ?? { beatMs: 0, resumedMs: 0 }), senders }
}

export function forgetPresence(db: PresenceStatements, host: string): boolean {
  const names = sendersOf(db, host)
  for (const name of names) forgetSender(db, name)
  return names.length > 0
}

export function renamePresence(db: PresenceStatements, host: string, to: string): boolean {
  const names = sendersOf(db, host)
  for (const name of names) {
    const own = cadence(db.sender.get(name) ?? {})
    const target = `${to}${name.slice(host.length)}`
    const row = db.sender.get(target)
    const there = row && cadence(row)
    forgetSender(db, name)
    if (there === undefined || own.sinceMs < there.sinceMs) {
      setCadence(db, target, { ...own, lastMs: Math.max(own.lastMs, there?.lastMs ?? 0) })
    }
  }
  return names.length > 0
}

export function forgetHost(db: PresenceStatements, digest: string, host: string): boolean {
  const wasKnown = db.forgetHost.run(digest, host).changes > 0
  return changeMemory(db, digest, host, undefined) || wasKnown
}

export function renameHost(db: PresenceStatements, digest: string, host: string, to: string): boolean {
  const wasKnown = db.joinHost.run(to, digest, host).changes > 0
  db.forgetHost.run(digest, host)
  return changeMemory(db, digest, host, to) || wasKnown
}

function changeMemory(db: PresenceStatements, digest: string, host: string, to: string | undefined): boolean {
  const row = db.memoryOf.get(digest)
  if (row === undefined) return false
  const before = readMemory(text(row, "memory"))
  const after = renameInMemory(before, host, to)
  if (after === before) return false
  db.setMemoryOf.run(writeMemory(after), digest)
  return true
}

function attendance(db: PresenceStatements): Attendance | undefined {
  const row = db.attendance.get()
  return row && { beatMs: integer(row, "beat_ms"), resumedMs: integer(row, "resumed_ms") }
}

function sendersOf(db: PresenceStatements, host: string): readonly string[] {
  return db.sendersOf.all(host).map((row) => text(row, "sender"))
}

function setCadence(db: PresenceStatements, name: string, each: Cadence): void {
  const { times, learned } = writeCadence(each)
  db.setTimes.run(name, times)
  db.setLearned.run(name, learned)
}

function forgetSender(db: PresenceStatements, name: string): void {
  db.forgetTimes.run(name)
  db.forgetLearned.run(name)
}

function cadence(row: Row): Cadence {
  return readCadence({ times: text(row, "times"), learned: text(row, "learned") })
}
