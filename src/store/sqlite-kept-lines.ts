/** The kept lines in the SQLite store. Triggers keep the sums of each group. */
import { keptBytes } from "../tally/kept-line.ts"
import type { KeptSums } from "../tally/kept-share.ts"
import type { KeptGroup, StoredLine, TallyWithLines, TimeSpan } from "./kept-lines.ts"
import { integer, type Row, text } from "./sqlite-rows.ts"
import { type BatchId, COLLECTORS_REMEMBERED } from "./store.ts"
import { tallyConstant } from "./stored-json.ts"
import { writeConstant } from "./stored-tally.ts"

/** A prepared statement of the driver. */
export interface KeptLineStatement {
  run(...values: (string | number)[]): unknown
  get(...values: (string | number)[]): Row | undefined
  all(...values: (string | number)[]): readonly Row[]
}

export const KEPT_LINE_TABLES = `
CREATE TABLE IF NOT EXISTS kept_groups (
  kept_group INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  tally TEXT NOT NULL, -- JSON: what is the same for all its lines
  lines INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  first_ms INTEGER NOT NULL DEFAULT 0,
  last_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE IF NOT EXISTS kept_lines (
  kept_line INTEGER PRIMARY KEY,
  kept_group INTEGER NOT NULL REFERENCES kept_groups,
  at_ms INTEGER NOT NULL,
  is_rare INTEGER NOT NULL,
  bytes INTEGER NOT NULL, -- of retain.size
  line TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS kept_lines_by_time ON kept_lines (at_ms);
CREATE INDEX IF NOT EXISTS kept_lines_by_group ON kept_lines (kept_group, at_ms);

CREATE TRIGGER IF NOT EXISTS kept_line_comes AFTER INSERT ON kept_lines BEGIN
  UPDATE kept_groups SET lines = lines + 1, bytes = bytes + new.bytes, last_ms = max(last_ms, new.at_ms),
    first_ms = iif(lines = 0, new.at_ms, min(first_ms, new.at_ms))
  WHERE kept_group = new.kept_group;
END;
CREATE TRIGGER IF NOT EXISTS kept_line_goes AFTER DELETE ON kept_lines BEGIN
  UPDATE kept_groups SET lines = lines - 1, bytes = bytes - old.bytes WHERE kept_group = old.kept_group;
END;

CREATE TABLE IF NOT EXISTS applied_kept (
  collector TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`

const LINES = "SELECT kept_line, fingerprint, at_ms, is_rare, line FROM kept_lines JOIN kept_groups USING (kept_group)"

export function prepareKeptLines<Prepared extends KeptLineStatement>(prepare: (sql: string) => Prepared) {
  return {
    applied: prepare("SELECT sequence FROM applied_kept WHERE collector = ?"),
    setApplied: prepare("INSERT OR REPLACE INTO applied_kept (collector, sequence, at_ms) VALUES (?, ?, ?)"),
    forgetApplied: prepare(`
      DELETE FROM applied_kept WHERE collector IN
        (SELECT collector FROM applied_kept ORDER BY at_ms DESC LIMIT -1 OFFSET ?)`),
    insertGroup: prepare("INSERT OR IGNORE INTO kept_groups (fingerprint, host, tally) VALUES (?, ?, ?)"),
    group: prepare("SELECT kept_group FROM kept_groups WHERE fingerprint = ?"),
    insertLine: prepare("INSERT INTO kept_lines (kept_group, at_ms, is_rare, bytes, line) VALUES (?, ?, ?, ?, ?)"),
    sums: prepare("SELECT fingerprint, host, lines, bytes, first_ms, last_ms FROM kept_groups"),
    groups: prepare("SELECT * FROM kept_groups"),
    allLines: prepare(`${LINES} WHERE at_ms >= ? AND at_ms < ? ORDER BY at_ms, kept_line`),
    linesOf: prepare(`${LINES} WHERE fingerprint = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms, kept_line`),
    forgetLine: prepare(`
      DELETE FROM kept_lines WHERE kept_line = ?2
        AND kept_group = (SELECT kept_group FROM kept_groups WHERE fingerprint = ?1)`),
    setFirst: prepare(`
      UPDATE kept_groups SET first_ms =
        ifnull((SELECT min(at_ms) FROM kept_lines WHERE kept_group = kept_groups.kept_group), 0) WHERE fingerprint = ?`),
    forgetGroup: prepare("DELETE FROM kept_groups WHERE fingerprint = ? AND lines = 0"),
  }
}

export type KeptLineStatements = ReturnType<typeof prepareKeptLines>

export function keep(
  db: KeptLineStatements,
  { collector, sequence }: BatchId,
  groups: readonly TallyWithLines[],
  nowMs: number,
): void {
  const last = db.applied.get(collector)
  if (last !== undefined && integer(last, "sequence") >= sequence) return
  db.setApplied.run(collector, sequence, nowMs)
  if (last === undefined) db.forgetApplied.run(COLLECTORS_REMEMBERED)
  for (const { tally, lines } of groups) {
    db.insertGroup.run(tally.fingerprint, tally.host, writeConstant(tally))
    const group = integer(db.group.get(tally.fingerprint) ?? {}, "kept_group")
    for (const { receivedAtMs, isRare, line } of lines) {
      db.insertLine.run(group, receivedAtMs, Number(isRare), keptBytes(line), line)
    }
  }
}

export function keptSums(db: KeptLineStatements): readonly KeptSums[] {
  return db.sums.all().map(sums)
}

export function keptGroups(db: KeptLineStatements): readonly KeptGroup[] {
  return db.groups.all().map((row) => ({ ...sums(row), tally: tallyConstant.parse(JSON.parse(text(row, "tally"))) }))
}

export function keptLines(
  db: KeptLineStatements,
  fingerprints: readonly string[] | "all",
  { fromMs, untilMs }: TimeSpan,
): readonly StoredLine[] {
  if (fingerprints === "all") return db.allLines.all(fromMs, untilMs).map(line)
  return fingerprints
    .flatMap((fingerprint) => db.linesOf.all(fingerprint, fromMs, untilMs).map(line))
    .sort((one, other) => one.receivedAtMs - other.receivedAtMs || Number(one.id) - Number(other.id))
}

export function forgetLines(db: KeptLineStatements, fingerprint: string, ids: readonly string[]): void {
  for (const id of ids) db.forgetLine.run(fingerprint, id)
  db.setFirst.run(fingerprint)
  db.forgetGroup.run(fingerprint)
}

function sums(row: Row): KeptSums {
  return {
    fingerprint: text(row, "fingerprint"),
    host: text(row, "host"),
    lines: integer(row, "lines"),
    bytes: integer(row, "bytes"),
    firstMs: integer(row, "first_ms"),
    lastMs: integer(row, "last_ms"),
  }
}

function line(row: Row): StoredLine {
  return {
    id: String(integer(row, "kept_line")),
    fingerprint: text(row, "fingerprint"),
    receivedAtMs: integer(row, "at_ms"),
    isRare: integer(row, "is_rare") === 1,
    line: text(row, "line"),
  }
}
