/**
 * The SQLite store's tables. Readable with `sqlite3`: times are epoch milliseconds.
 *
 * A change raises SCHEMA_VERSION and adds the upgrade from the previous version.
 */
import { SEVERITIES } from "../syslog/severity.ts"
import { COUNTER_NAMES } from "../tally/counters.ts"
import { DELIVERY_TABLE } from "./sqlite-delivery-log.ts"

export const SCHEMA_VERSION = 3

/** "tami": distinguishes our file from those of other programs (PRAGMA application_id). */
export const APPLICATION_ID = 0x74616d69

/**
 * Columns that follow from lists in the code, by table. A file that was made before an entry came gets its column when it is
 * opened, and an older tamis does not mind it.
 */
export const LISTED_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  hosts: COUNTER_NAMES.map(numberColumn),
  window_hosts: COUNTER_NAMES.map(numberColumn),
  tallies: [...SEVERITIES.map(numberColumn), "place_values TEXT NOT NULL DEFAULT ''"],
}

function numberColumn(name: string): string {
  return `${name} INTEGER NOT NULL DEFAULT 0`
}

function listedColumns(table: string): string {
  return (LISTED_COLUMNS[table] ?? []).map((column) => `\n  ${column},`).join("")
}

const PAST_WINDOWS = `
CREATE TABLE past_windows (
  digest TEXT NOT NULL REFERENCES digests,
  id INTEGER NOT NULL,
  closes_at_ms INTEGER NOT NULL,
  past TEXT NOT NULL, -- JSON
  PRIMARY KEY (digest, id)
) STRICT;
`

const RULES = `
CREATE TABLE rules (
  rule TEXT PRIMARY KEY, -- its key
  hits INTEGER NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  gap_ms INTEGER NOT NULL, -- the longest pause, fading
  days INTEGER NOT NULL, -- on which it hit
  sample TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rule_days (
  day INTEGER NOT NULL, -- since the epoch, in UTC
  rule TEXT NOT NULL, -- its key; empty: all lines that were judged
  hits INTEGER NOT NULL,
  PRIMARY KEY (day, rule)
) STRICT, WITHOUT ROWID;

CREATE TABLE programs (
  program TEXT PRIMARY KEY,
  last_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE applied_activity (
  collector TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`

/** Tables that came without a new version of the schema: an older tamis does not look at them. */
export const FURTHER_TABLES = `
CREATE TABLE IF NOT EXISTS memories (
  digest TEXT PRIMARY KEY REFERENCES digests,
  memory TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;
${DELIVERY_TABLE}`

/** The statements that upgrade a file of a version to the next one. */
export const UPGRADES: ReadonlyMap<number, string> = new Map([
  [1, PAST_WINDOWS],
  [2, RULES],
])

export const SCHEMA = `
CREATE TABLE digests (
  digest TEXT PRIMARY KEY,
  life TEXT NOT NULL, -- random: no delivery id comes twice, even after the file was deleted
  delivery TEXT, -- the sealed one
  sealed_to INTEGER, -- closed windows up to this one are in it
  owner TEXT,
  lease_until_ms INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  retry_at_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE windows (
  window INTEGER PRIMARY KEY,
  digest TEXT NOT NULL REFERENCES digests,
  id INTEGER NOT NULL,
  opens_at_ms INTEGER NOT NULL,
  closes_at_ms INTEGER, -- NULL: open
  line_count INTEGER NOT NULL DEFAULT 0,
  group_count INTEGER NOT NULL DEFAULT 0,
  UNIQUE (digest, id)
) STRICT;
CREATE UNIQUE INDEX one_open_window ON windows (digest) WHERE closes_at_ms IS NULL;

CREATE TABLE tallies (
  window INTEGER NOT NULL REFERENCES windows ON DELETE CASCADE,
  fingerprint TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,${listedColumns("tallies")}
  samples TEXT NOT NULL, -- JSON strings, each on a line
  tally TEXT NOT NULL, -- JSON: what is the same for all its lines
  UNIQUE (window, fingerprint)
) STRICT;

CREATE TABLE group_counts (
  window INTEGER NOT NULL REFERENCES windows ON DELETE CASCADE,
  host TEXT NOT NULL,
  groups INTEGER NOT NULL,
  PRIMARY KEY (window, host)
) STRICT, WITHOUT ROWID;

CREATE TABLE window_hosts (
  window INTEGER NOT NULL REFERENCES windows ON DELETE CASCADE,
  host TEXT NOT NULL,${listedColumns("window_hosts")}
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  PRIMARY KEY (window, host)
) STRICT, WITHOUT ROWID;

CREATE TABLE losses (
  window INTEGER NOT NULL REFERENCES windows ON DELETE CASCADE,
  loss TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (window, loss)
) STRICT, WITHOUT ROWID;

CREATE TABLE hosts (
  digest TEXT NOT NULL REFERENCES digests,
  host TEXT NOT NULL,
  first_id INTEGER, -- the window that saw the host first; NULL for what has no name${listedColumns("hosts")}
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  PRIMARY KEY (digest, host)
) STRICT, WITHOUT ROWID;

CREATE TABLE applied (
  digest TEXT NOT NULL REFERENCES digests,
  collector TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (digest, collector)
) STRICT, WITHOUT ROWID;

${PAST_WINDOWS}
${RULES}
${FURTHER_TABLES}
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`
