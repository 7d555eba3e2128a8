/** The kept lines in the Redis store: arguments and answers of its scripts, whose headers describe both. */
import { KEPT_LINE_BYTES } from "../tally/kept-line.ts"
import type { KeptSums } from "../tally/kept-share.ts"
import type { KeptGroup, StoredLine, TallyWithLines, TimeSpan } from "./kept-lines.ts"
import { keptLineKeys } from "./keys.ts"
import { type BatchId, COLLECTORS_REMEMBERED } from "./store.ts"
import { tallyConstant } from "./stored-json.ts"
import { writeConstant } from "./stored-tally.ts"

/** Runs a script of the store. */
export type RunScript = (
  name: "keep" | "kept-sums" | "kept-groups" | "kept-lines" | "forget-lines",
  keys: readonly string[],
  argv: readonly (string | number)[],
) => Promise<unknown>

/** Groups read at a time: the server answers others in between. */
const GROUPS_AT_ONCE = 200

/** Lines forgotten at a time, for the same reason. */
const LINES_AT_ONCE = 5_000

export class RedisKeptLines {
  readonly #run: RunScript
  readonly #keys: ReturnType<typeof keptLineKeys>

  constructor(run: RunScript, keyPrefix: string) {
    this.#run = run
    this.#keys = keptLineKeys(keyPrefix)
  }

  async keep({ collector, sequence }: BatchId, groups: readonly TallyWithLines[], nowMs: number): Promise<void> {
    const { applied, groups: constants, sums, count, lines: linesOf } = this.#keys
    const keys = [applied, constants, sums, count, ...groups.map(({ tally }) => linesOf(tally.fingerprint))]
    const argv: (string | number)[] = [collector, sequence, nowMs, COLLECTORS_REMEMBERED, KEPT_LINE_BYTES]
    for (const { tally, lines } of groups) {
      argv.push(tally.fingerprint, tally.host, writeConstant(tally), lines.length)
      for (const { receivedAtMs, isRare, line } of lines) argv.push(receivedAtMs, Number(isRare), line)
    }
    await this.#run("keep", keys, argv)
  }

  async sums(): Promise<readonly KeptSums[]> {
    return pairs(await this.#run("kept-sums", [this.#keys.sums], [])).map(([fingerprint, sums]) =>
      readSums(fingerprint, sums),
    )
  }

  async groups(): Promise<readonly KeptGroup[]> {
    const [constants, sums] = list(await this.#run("kept-groups", [this.#keys.groups, this.#keys.sums], []))
    const sumsOf = new Map(pairs(sums))
    return pairs(constants).map(([fingerprint, constant]) => ({
      ...readSums(fingerprint, sumsOf.get(fingerprint) ?? ""),
      tally: tallyConstant.parse(JSON.parse(constant)),
    }))
  }

  async lines(wanted: readonly string[] | "all", { fromMs, untilMs }: TimeSpan): Promise<readonly StoredLine[]> {
    const fingerprints = wanted === "all" ? await this.#fingerprintsIn(fromMs, untilMs) : wanted
    const found: StoredLine[] = []
    for (let at = 0; at < fingerprints.length; at += GROUPS_AT_ONCE) {
      const some = fingerprints.slice(at, at + GROUPS_AT_ONCE)
      const groups = list(await this.#run("kept-lines", some.map(this.#keys.lines), [fromMs, untilMs]))
      for (const [index, group] of groups.entries()) {
        for (const [member, receivedAtMs] of pairs(group)) found.push(readLine(some[index]!, member, receivedAtMs))
      }
    }
    return found.sort((one, other) => one.receivedAtMs - other.receivedAtMs || (one.id < other.id ? -1 : 1))
  }

  async forget(fingerprint: string, ids: readonly string[]): Promise<void> {
    const { groups, sums, lines } = this.#keys
    for (let at = 0; at < ids.length; at += LINES_AT_ONCE) {
      const argv = [fingerprint, KEPT_LINE_BYTES, ...ids.slice(at, at + LINES_AT_ONCE)]
      await this.#run("forget-lines", [groups, sums, lines(fingerprint)], argv)
    }
  }

  async #fingerprintsIn(fromMs: number, untilMs: number): Promise<readonly string[]> {
    const sums = await this.sums()
    return sums
      .filter(({ firstMs, lastMs }) => firstMs < untilMs && lastMs >= fromMs)
      .map(({ fingerprint }) => fingerprint)
  }
}

function readSums(fingerprint: string, written: string): KeptSums {
  const [, lines, bytes, firstMs, lastMs, host] = /^(\d+) (\d+) (\d+) (\d+) (.*)$/s.exec(written) ?? []
  if (host === undefined) throw new TypeError(`the Redis store has no sums of the group ${fingerprint}`)
  return {
    fingerprint,
    host,
    lines: Number(lines),
    bytes: Number(bytes),
    firstMs: Number(firstMs),
    lastMs: Number(lastMs),
  }
}

/** Takes `0000000000000012 0 text`. */
function readLine(fingerprint: string, member: string, receivedAtMs: string): StoredLine {
  const [number = ""] = member.split(" ", 1)
  const isRare = member[number.length + 1] === "1"
  return { id: member, fingerprint, receivedAtMs: Number(receivedAtMs), isRare, line: member.slice(number.length + 3) }
}

function list(reply: unknown): readonly unknown[] {
  if (!Array.isArray(reply)) throw new TypeError("the Redis store answered something else than a list")
  return reply
}

/** Takes key, value, key, value, … */
function pairs(reply: unknown): (readonly [string, string])[] {
  const flat = list(reply).map(String)
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index]!, flat[2 * index + 1]!] as const)
}
