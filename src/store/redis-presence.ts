/**
 * Hosts and their cadences in the Redis store.
 *
 * A cadence is computed here, and not in Lua: each script takes what it was computed from, and changes nothing if that is not
 * stored any more. The caller then reads and computes again.
 */
import type { Cadence, Heard } from "../cadence/cadence.ts"
import { type Attendance, hearAll, MAX_SENDERS, NETWORK, type Presence } from "../cadence/presence.ts"
import { renameInMemory } from "./host-memory.ts"
import { presenceKeys } from "./keys.ts"
import { readCadence, writeCadence } from "./stored-cadence.ts"
import { readMemory, writeMemory } from "./stored-memory.ts"

/** What the store offers: both reject with an error that names the server. */
export interface RedisCalls {
  readonly run: (
    script: "set-senders" | "set-host",
    keys: readonly string[],
    argv: readonly (string | number)[],
  ) => Promise<unknown>
  readonly hashValues: (key: string, fields: readonly string[]) => Promise<readonly (string | null)[]>
  readonly hash: (key: string) => Promise<Readonly<Record<string, string>>>
  readonly text: (key: string) => Promise<string | null>
}

/** Another instance writes once a minute, so the second attempt is usually the last. */
const MAX_ATTEMPTS = 20

/** Senders written at a time: a script must not keep the server busy. */
const CHUNK = 500

export async function hear(
  calls: RedisCalls,
  prefix: string,
  heard: ReadonlyMap<string, Heard>,
  nowMs: number,
): Promise<void> {
  const names = [...heard.keys()]
  // Each chunk is whole in itself. The network hears each.
  for (let from = 0; from === 0 || from < names.length; from += CHUNK) {
    const chunk = new Map(names.slice(from, from + CHUNK).map((name) => [name, heard.get(name)!]))
    await repeat(() => hearChunk(calls, prefix, chunk, nowMs))
  }
}

async function hearChunk(calls: RedisCalls, prefix: string, heard: ReadonlyMap<string, Heard>, nowMs: number) {
  const { attendance, times, cadences } = presenceKeys(prefix)
  const names = [NETWORK, ...heard.keys()]
  const before = await readAttendance(calls, attendance)
  const timesBefore = await calls.hashValues(times, names)
  const learned = await calls.hashValues(cadences, names)
  const known = new Map(
    names.flatMap((name, index) => {
      const [time, text] = [timesBefore[index], learned[index]]
      return time == null || text == null ? [] : [[name, readCadence({ times: time, learned: text })] as const]
    }),
  )
  const change = hearAll(before, known, heard, nowMs, MAX_SENDERS)
  const { beatMs, resumedMs } = change.attendance
  const argv: (string | number)[] = [writeAttendance(before), beatMs, resumedMs, MAX_SENDERS]
  for (const [name, cadence] of change.senders) {
    const after = writeCadence(cadence)
    const index = names.indexOf(name)
    argv.push(name, timesBefore[index] ?? "", after.times, after.learned === learned[index] ? "" : after.learned)
  }
  return (await calls.run("set-senders", [attendance, times, cadences], argv)) === 1
}

export async function presence(calls: RedisCalls, prefix: string): Promise<Presence> {
  const { attendance, times, cadences } = presenceKeys(prefix)
  const learned = new Map(Object.entries(await calls.hash(cadences)))
  const senders = new Map<string, Cadence>()
  for (const [name, time] of Object.entries(await calls.hash(times))) {
    const text = learned.get(name)
    if (text !== undefined) senders.set(name, readCadence({ times: time, learned: text }))
  }
  return { ...((await readAttendance(calls, attendance)) ?? { beatMs: 0, resumedMs: 0 }), senders }
}

/** Forgets a host's senders, or gives them another name. */
export async function renamePresence(
  calls: RedisCalls,
  prefix: string,
  host: string,
  to: string | undefined,
): Promise<boolean> {
  const keys = presenceKeys(prefix)
  const all = await calls.hash(keys.times)
  const names = Object.keys(all).filter((name) => name === host || name.startsWith(`${host} `))
  for (const name of names) {
    await repeat(async () => {
      const target = to === undefined ? undefined : `${to}${name.slice(host.length)}`
      const [ownTimes, thereTimes] = await calls.hashValues(keys.times, [name, target ?? name])
      const [ownLearned, thereLearned] = await calls.hashValues(keys.cadences, [name, target ?? name])
      if (ownTimes == null || ownLearned == null) return true
      const before = await readAttendance(calls, keys.attendance)
      const argv: (string | number)[] = [
        writeAttendance(before),
        before?.beatMs ?? 0,
        before?.resumedMs ?? 0,
        MAX_SENDERS,
      ]
      argv.push(name, ownTimes, "", "")
      if (target !== undefined) {
        const own = readCadence({ times: ownTimes, learned: ownLearned })
        const there =
          thereTimes == null || thereLearned == null
            ? undefined
            : readCadence({ times: thereTimes, learned: thereLearned })
        if (there === undefined || own.sinceMs < there.sinceMs) {
          const after = writeCadence({ ...own, lastMs: Math.max(own.lastMs, there?.lastMs ?? 0) })
          argv.push(target, thereTimes ?? "", after.times, after.learned)
        }
      }
      return (await calls.run("set-senders", [keys.attendance, keys.times, keys.cadences], argv)) === 1
    })
  }
  return names.length > 0
}

/** Forgets a host in a digest's sums and memory, or gives it another name. */
export async function renameHost(
  calls: RedisCalls,
  keys: { readonly hosts: string; readonly memory: string },
  host: string,
  to: string | undefined,
): Promise<boolean> {
  let isKnown = false
  await repeat(async () => {
    const before = await calls.text(keys.memory)
    const memory = before === null ? undefined : readMemory(before)
    const after = memory && renameInMemory(memory, host, to)
    const isChanged = after !== undefined && after !== memory
    const answer = await calls.run(
      "set-host",
      [keys.hosts, keys.memory],
      [host, to ?? "", before ?? "", isChanged ? writeMemory(after) : ""],
    )
    isKnown = isChanged || answer === "known"
    return answer !== "changed"
  })
  return isKnown
}

async function repeat(attempt: () => Promise<boolean>): Promise<void> {
  for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts += 1) if (await attempt()) return
  throw new Error("other instances changed the same hosts at the same time, again and again")
}

async function readAttendance(calls: RedisCalls, key: string): Promise<Attendance | undefined> {
  const [beatMs, resumedMs] = ((await calls.text(key)) ?? "").split(" ").map(Number)
  return resumedMs === undefined || beatMs === undefined ? undefined : { beatMs, resumedMs }
}

function writeAttendance(attendance: Attendance | undefined): string {
  return attendance === undefined ? "" : `${attendance.beatMs} ${attendance.resumedMs}`
}
