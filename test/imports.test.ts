/**
 * Who may import whom. `docs/architecture.md` draws it; this table holds the code to it.
 *
 * A folder imports from those that its row names and from nothing else of ours. An arrow that is missing here is a question
 * to the design first, and a new word in the row afterwards. A driver is imported by the files that its row names, so that it
 * can be replaced in one place.
 */
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import test from "node:test"

/** Folders of src/, and files that lie loose in it, from the ground up. */
const MAY_IMPORT: Readonly<Record<string, string>> = {
  "units.ts": "",
  "clock.ts": "",
  "problem.ts": "",
  "unless-aborted.ts": "",
  "version.ts": "",
  "errors.ts": "problem.ts",
  "schedule.ts": "errors.ts",
  text: "",
  "log.ts": "text",
  framing: "text",
  syslog: "units.ts text",
  ere: "text",
  engine: "ere",
  rules: "errors.ts problem.ts text syslog ere engine",
  lint: "problem.ts text syslog ere rules",
  hosts: "text rules",
  cadence: "units.ts",
  tally: "units.ts text syslog rules cadence",
  store: "units.ts errors.ts text syslog cadence tally",
  listen: "framing hosts tally",
  collector: "units.ts errors.ts syslog hosts rules listen tally",
  digest: "units.ts text syslog rules tally",
  suggest: "units.ts text ere rules tally digest",
  rot: "units.ts text ere rules tally store suggest",
  explain: "problem.ts text syslog ere rules hosts",
  report: "units.ts problem.ts text syslog rules cadence tally digest suggest rot",
  http: "errors.ts version.ts tally",
  config: "units.ts errors.ts problem.ts log.ts schedule.ts text hosts listen",
  deliver: "errors.ts log.ts schedule.ts text config tally store report",
  scan: "units.ts errors.ts text syslog rules tally digest report",
  service:
    "units.ts clock.ts errors.ts problem.ts log.ts schedule.ts unless-aborted.ts version.ts text hosts rules cadence tally store collector suggest rot report http config deliver",
  replay:
    "units.ts schedule.ts text syslog hosts rules cadence tally store collector digest report config deliver scan service",
  cli: "units.ts errors.ts problem.ts log.ts version.ts text framing syslog hosts rules lint tally store suggest rot explain digest report http config deliver scan service replay",
  "main.ts": "errors.ts version.ts cli",
}

/** No sockets, files, timers, processes or threads here, and no clock: these parts are tables from input to output. */
const PURE = [
  "text",
  "framing",
  "syslog",
  "ere",
  "engine",
  "lint",
  "hosts",
  "tally",
  "digest",
  "cadence",
  "suggest",
  "rot",
  "explain",
  "report",
]
const OUTSIDE = /^node:(net|dgram|tls|http|fs|timers|process|child_process|worker_threads)(\/|$)/
/** Exceptions, each with its reason. */
const NOT_PURE: Readonly<Record<string, string>> = {
  "digest/access.ts": "node:net tells whether a text is an address",
  "hosts/glob.ts": "node:net tells whether a text is an address",
  "hosts/network.ts": "node:net tells whether a text is an address",
  "hosts/resolve.ts": "node:net tells whether a text is an address",
  "hosts/short-names.ts": "node:net tells whether a text is an address",
}

const DRIVERS: Readonly<Record<string, RegExp>> = {
  re2: /^engine\/pattern-sets\.ts$/,
  ioredis: /^store\/redis-connection\.ts$/,
  "node:sqlite": /^store\/sqlite\.ts$/,
  nodemailer: /^deliver\/mailer\.ts$/,
  pino: /^log\.ts$/,
  yaml: /^config\/load\.ts$/,
  zod: /^config\/|^store\/|^http\/|^cli\/control\.ts$/,
  croner: /^schedule\.ts$/,
  commander: /^main\.ts$/,
}

interface Import {
  /** Both relative to src/, or a package's name. */
  readonly from: string
  readonly to: string
}

const SRC = join(import.meta.dirname, "../src")

const IMPORTS: readonly Import[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .flatMap((from) => {
    const specifiers = readFileSync(join(SRC, from), "utf8").matchAll(
      /(?:^(?:import|export)\b[^"]*|\bimport\()"([^"]+)"/gm,
    )
    return Array.from(specifiers, ([, to = ""]) => ({
      from,
      to: to.startsWith(".") ? relative(SRC, join(SRC, from, "..", to)) : to,
    }))
  })
const OURS = IMPORTS.filter(({ to }) => to.endsWith(".ts"))

/** The folder, or the file that lies loose. */
function room(file: string): string {
  return file.split("/", 1).join("")
}

test("every import points from a part to one that its row names", () => {
  const unlisted = OURS.filter(({ from, to }) => {
    return room(from) !== room(to) && !MAY_IMPORT[room(from)]?.split(" ").includes(room(to))
  })
  assert.deepEqual(unlisted, [])
})

test("the table names no arrow that the code does not have, and no part that is not there", () => {
  const drawn = Object.entries(MAY_IMPORT).flatMap(([from, row]) => row.split(" ").map((to) => `${from} ${to}`.trim()))
  const present = new Set(OURS.flatMap(({ from, to }) => [room(from), `${room(from)} ${room(to)}`, room(to)]))
  assert.deepEqual(
    drawn.filter((arrow) => !present.has(arrow)),
    [],
  )
})

test("no part imports one that stands below it in the table", () => {
  const order = Object.keys(MAY_IMPORT)
  const upward = OURS.filter(({ from, to }) => order.indexOf(room(from)) < order.indexOf(room(to)))
  assert.deepEqual(upward, [])
})

test("pure parts import nothing that reaches outside the process", () => {
  const outside = IMPORTS.filter(
    ({ from, to }) => PURE.includes(room(from)) && OUTSIDE.test(to) && NOT_PURE[from] === undefined,
  )
  assert.deepEqual(outside, [])
})

test("each driver is imported where the table says", () => {
  const astray = IMPORTS.filter(({ from, to }) => {
    const driver = Object.keys(DRIVERS).find((name) => to === name || to.startsWith(`${name}/`))
    return driver !== undefined && !DRIVERS[driver]?.test(from)
  })
  assert.deepEqual(astray, [])
})
