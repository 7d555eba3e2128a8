/**
 * The effect of an option for its user: two configurations that differ only in this option, and the observation with
 * each.
 *
 * The option is set in a real file, and real parts of tamis read it. An observation is something that a person or
 * another machine sees: an ignored line, the subject of a mail, a closed connection.
 */
import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import type { TestContext } from "node:test"
import { isDeepStrictEqual } from "node:util"

export type Settings = Readonly<Record<string, unknown>>

/** One configuration in a directory of its own. */
export interface Trial {
  readonly directory: string
  /** The configuration file. */
  readonly file: string
  /** Called in reverse order when everything was seen. */
  after(cleanup: () => unknown): void
}

export interface Effect {
  readonly option: string
  /** The observation, as a sentence. */
  readonly fact: string
  /** The reason to skip it, or false. */
  readonly missing: string | false
  /** Tries both values. Fails if an observation is not the expected one. */
  check(t: TestContext): Promise<void>
}

interface Row<Peers> {
  /** Its path. In a list, it is set in the first entry. */
  readonly option: string
  readonly fact: string
  readonly missing?: string | false
  /** Starts what tamis talks to, once for both values. */
  readonly peers: (t: TestContext) => Promise<Peers>
  /** The configuration without the option. */
  readonly rest: (peers: Peers) => Settings
  /** Undefined leaves the option out. */
  readonly values: (peers: Peers) => readonly [one: unknown, other: unknown]
  /** Further files by name, relative to the configuration. */
  readonly files?: Readonly<Record<string, string>>
  readonly observe: (trial: Trial, peers: Peers) => Promise<unknown>
  /** What is seen with each value. */
  readonly seen: readonly [withOne: unknown, withOther: unknown]
}

/** Makes an effect of a row whose observation needs peers. */
export function effectWithPeers<Peers>({ option, fact, missing = false, ...row }: Row<Peers>): Effect {
  const { peers: start, rest, values, files = {}, observe, seen } = row
  return {
    option,
    fact,
    missing,
    async check(t) {
      const peers = await start(t)
      const [one, other] = values(peers)
      const found: unknown[] = []
      for (const value of [one, other]) {
        const settings = withOption(rest(peers), option, value)
        found.push(await attempt(settings, files, (trial) => observe(trial, peers)))
      }
      assert.deepEqual(found, seen)
      assert.ok(!isDeepStrictEqual(...seen), "the values make a difference")
    },
  }
}

type PlainRow = Omit<Row<undefined>, "peers" | "rest" | "values"> & {
  readonly rest: Settings
  readonly values: readonly [one: unknown, other: unknown]
}

/** Makes an effect of a row that needs nothing but tamis. */
export function effect({ rest, values, ...row }: PlainRow): Effect {
  return effectWithPeers({ ...row, peers: async () => undefined, rest: () => rest, values: () => values })
}

async function attempt(
  settings: Settings,
  files: Readonly<Record<string, string>>,
  observe: (trial: Trial) => Promise<unknown>,
): Promise<unknown> {
  const directory = mkdtempSync(join(tmpdir(), "tamis-effect-"))
  const cleanups = [() => rmSync(directory, { recursive: true })] as (() => unknown)[]
  const file = join(directory, "tamis.yml")
  // JSON is YAML.
  for (const [name, content] of Object.entries({ ...files, "tamis.yml": JSON.stringify(settings) })) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), content)
  }
  try {
    return await observe({ directory, file, after: (cleanup) => void cleanups.push(cleanup) })
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup()
  }
}

/** The settings with an option. Sections on the way are made; a list must have an entry. */
function withOption(settings: Settings, option: string, value: unknown): Settings {
  const [name = "", ...deeper] = option.split(".")
  if (deeper.length === 0) return { ...settings, [name]: value }
  const here = settings[name]
  const within = (section: unknown) => withOption(isSettings(section) ? section : {}, deeper.join("."), value)
  if (!Array.isArray(here)) return { ...settings, [name]: within(here) }
  assert.ok(here.length > 0, `${name} needs an entry for ${option} to be set in`)
  return { ...settings, [name]: [within(here[0]), ...here.slice(1)] }
}

function isSettings(value: unknown): value is Settings {
  return typeof value === "object" && value !== null
}
