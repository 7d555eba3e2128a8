/**
 * All statements of the SQLite store, prepared once. Parameters are in the order of their columns.
 */
import { SEVERITIES } from "../syslog/severity.ts"
import { COUNTER_NAMES } from "../tally/counters.ts"
import { deliveryStatements } from "./sqlite-delivery-log.ts"

export function prepareStatements<Statement>(prepare: (sql: string) => Statement) {
  const places = (count: number) => new Array(count).fill("?").join(", ")
  const addCounters = (table: string, owner: string) => {
    const columns = [owner, "host", ...COUNTER_NAMES, "first_ms", "last_ms"]
    const sums = COUNTER_NAMES.map((name) => `${name} = ${name} + excluded.${name}`)
    return prepare(`
      INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places(columns.length)})
      ON CONFLICT DO UPDATE SET ${sums.join(", ")},
        first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms)`)
  }
  return {
    deliveryLog: deliveryStatements(prepare),
    digest: prepare("SELECT * FROM digests WHERE digest = ?"),
    insertDigest: prepare("INSERT OR IGNORE INTO digests (digest, life) VALUES (?, ?)"),

    window: prepare("SELECT * FROM windows WHERE digest = ? AND id = ?"),
    openWindow: prepare("SELECT * FROM windows WHERE digest = ? AND closes_at_ms IS NULL"),
    closedWindows: prepare("SELECT * FROM windows WHERE digest = ? AND closes_at_ms IS NOT NULL ORDER BY id"),
    insertWindow: prepare("INSERT INTO windows (digest, id, opens_at_ms) VALUES (?, ?, ?)"),
    closeWindow: prepare("UPDATE windows SET closes_at_ms = ? WHERE digest = ? AND id = ? AND closes_at_ms IS NULL"),
    growWindow: prepare("UPDATE windows SET line_count = line_count + ?, group_count = ? WHERE window = ?"),
    forgetWindow: prepare("DELETE FROM windows WHERE digest = ? AND id = ? AND closes_at_ms IS NOT NULL"),

    applied: prepare("SELECT sequence FROM applied WHERE digest = ? AND collector = ?"),
    setApplied: prepare("INSERT OR REPLACE INTO applied (digest, collector, sequence, at_ms) VALUES (?, ?, ?, ?)"),
    forgetApplied: prepare(`
      DELETE FROM applied WHERE digest = ?1 AND collector IN
        (SELECT collector FROM applied WHERE digest = ?1 ORDER BY at_ms DESC LIMIT -1 OFFSET ?2)`),

    // Unsorted: SQLite would sort a large window in a temporary file.
    tallies: prepare("SELECT rowid, * FROM tallies WHERE window = ?"),
    insertTally: prepare(`
      INSERT INTO tallies (window, fingerprint, count, first_ms, last_ms, samples, tally, place_values, ${SEVERITIES.join(", ")})
      VALUES (${places(8 + SEVERITIES.length)})`),
    growTally: prepare(`
      UPDATE tallies SET count = count + ?, first_ms = min(first_ms, ?), last_ms = max(last_ms, ?),
        ${SEVERITIES.map((name) => `${name} = ${name} + ?`).join(", ")}
      WHERE window = ? AND fingerprint = ? RETURNING samples, place_values`),
    setSamples: prepare("UPDATE tallies SET samples = ? WHERE window = ? AND fingerprint = ?"),
    setValues: prepare("UPDATE tallies SET place_values = ? WHERE window = ? AND fingerprint = ?"),
    groupCount: prepare("SELECT groups FROM group_counts WHERE window = ? AND host = ?"),
    setGroupCount: prepare("INSERT OR REPLACE INTO group_counts (window, host, groups) VALUES (?, ?, ?)"),

    losses: prepare("SELECT loss, count FROM losses WHERE window = ?"),
    addLoss: prepare(`
      INSERT INTO losses (window, loss, count) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count`),

    windowHosts: prepare("SELECT * FROM window_hosts WHERE window = ?"),
    addToWindow: addCounters("window_hosts", "window"),
    hosts: prepare("SELECT * FROM hosts WHERE digest = ?"),
    host: prepare("SELECT 1 FROM hosts WHERE digest = ? AND host = ?"),
    hostCount: prepare("SELECT count(*) AS hosts FROM hosts WHERE digest = ?"),
    newHosts: prepare("SELECT host FROM hosts WHERE digest = ? AND first_id = ? ORDER BY first_ms, host"),
    addForEver: addCounters("hosts", "digest"),
    setFirstWindow: prepare("UPDATE hosts SET first_id = ? WHERE digest = ? AND host = ?"),

    rule: prepare("SELECT * FROM rules WHERE rule = ?"),
    rules: prepare("SELECT * FROM rules"),
    setRule: prepare(`
      INSERT OR REPLACE INTO rules (rule, hits, first_ms, last_ms, gap_ms, days, sample) VALUES (?, ?, ?, ?, ?, ?, ?)`),
    forgetRule: prepare("DELETE FROM rules WHERE rule = ? AND last_ms < ?"),
    addRuleDay: prepare(`
      INSERT INTO rule_days (day, rule, hits) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET hits = hits + excluded.hits`),
    ruleDays: prepare("SELECT rule, sum(hits) AS hits FROM rule_days WHERE day BETWEEN ? AND ? GROUP BY rule"),
    forgetRuleDays: prepare("DELETE FROM rule_days WHERE day <= ?"),
    programs: prepare("SELECT * FROM programs"),
    hearProgram: prepare(`
      INSERT INTO programs (program, last_ms) VALUES (?, ?)
      ON CONFLICT DO UPDATE SET last_ms = max(last_ms, excluded.last_ms)`),
    forgetProgram: prepare("DELETE FROM programs WHERE program = ? AND last_ms < ?"),
    appliedActivity: prepare("SELECT sequence FROM applied_activity WHERE collector = ?"),
    setAppliedActivity: prepare(
      "INSERT OR REPLACE INTO applied_activity (collector, sequence, at_ms) VALUES (?, ?, ?)",
    ),
    forgetAppliedActivity: prepare(`
      DELETE FROM applied_activity WHERE collector IN
        (SELECT collector FROM applied_activity ORDER BY at_ms DESC LIMIT -1 OFFSET ?)`),
    memory: prepare("SELECT memory FROM memories WHERE digest = ?"),
    setMemory: prepare("INSERT OR REPLACE INTO memories (digest, memory) VALUES (?, ?)"),
    remember: prepare("INSERT OR REPLACE INTO past_windows (digest, id, closes_at_ms, past) VALUES (?, ?, ?, ?)"),
    forgetPast: prepare(`
      DELETE FROM past_windows WHERE digest = ?1 AND (closes_at_ms < ?2 OR id NOT IN
        (SELECT id FROM past_windows WHERE digest = ?1 ORDER BY closes_at_ms DESC, id DESC LIMIT ?3))`),
    remembered: prepare("SELECT id, past FROM past_windows WHERE digest = ? ORDER BY closes_at_ms, id"),

    lease: prepare(`
      UPDATE digests SET delivery = ?, sealed_to = ?, owner = ?, lease_until_ms = ?, attempts = ?, retry_at_ms = NULL
      WHERE digest = ?`),
    postpone: prepare(`
      UPDATE digests SET owner = NULL, lease_until_ms = NULL, retry_at_ms = ?
      WHERE digest = ? AND delivery = ? AND owner = ?`),
    breakSeal: prepare("UPDATE digests SET delivery = NULL, sealed_to = NULL WHERE digest = ?"),
    // Kept if windows of the delivery are left: a stale owner may settle windows that were sealed again with further ones.
    forgetDelivery: prepare(`
      UPDATE digests
      SET delivery = NULL, sealed_to = NULL, owner = NULL, lease_until_ms = NULL, attempts = 0, retry_at_ms = NULL
      WHERE digest = ?1 AND NOT EXISTS (
        SELECT 1 FROM windows WHERE digest = ?1 AND closes_at_ms IS NOT NULL AND id <= ifnull(sealed_to, id))`),
  }
}
