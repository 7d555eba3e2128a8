/**
 * Counts lines in a collector, by their verdicts, until the next batch takes the counts.
 *
 * Every line is counted exactly once, for its host and, if it is reported, in one tally of that host:
 * `received = ignored + reported + rejected`, and a host's tallies add up to its `reported`. A line that says that another
 * one came five times counts as five of that one (syslog/repeats.ts).
 *
 * The memory is bounded, whatever arrives and however long no batch is taken. Each host may have a number of templates
 * and programs, and all hosts share a pool; further lines go into coarser tallies. A few groups of each host do not
 * need the pool, so that a host that uses it up cannot hide another. Hosts beyond the limit are counted together. With
 * the default limits, the worst possible lines take about 30 MB, and twice that if they are not Latin-1.
 */

import { type Layer, rulePlace } from "../rules/rule.ts"
import type { Verdict } from "../rules/verdict.ts"
import type { Batch } from "./batch.ts"
import { coarsen, coarseSample, OTHER_HOSTS } from "./coarsen.ts"
import { type HostCounters, noCounters } from "./counters.ts"
import { fingerprint } from "./fingerprint.ts"
import type { LineKeeper } from "./line-keeper.ts"
import type { Loss } from "./losses.ts"
import { addSample } from "./merge.ts"
import { MAX_FURTHER_SAMPLE_BYTES, MAX_SAMPLES, noSeverities, type Tally } from "./tally.ts"
import { Template } from "./template.ts"
import { TemplateTable } from "./template-table.ts"
import { countValue, noValues, trimValues } from "./values.ts"

export interface BookLimits {
  /** For one host. */
  readonly templates: number
  /** For one host, beyond the templates. */
  readonly programs: number
  readonly hosts: number
  /** Templates and programs of all hosts, without the first RESERVED_GROUPS of each host. */
  readonly pool: number
}

export const DEFAULT_BOOK_LIMITS: BookLimits = { templates: 1_000, programs: 50, hosts: 2_000, pool: 5_000 }

/** The number of templates, and of programs, that every host can have even if the pool is used up. */
export const RESERVED_GROUPS = 2

/** Longer sample lines are cut there, and end in "…". */
export const MAX_SAMPLE_LENGTH = 1_024

const MAX_PROGRAM_LENGTH = 64
const MAX_RULES = 5

/** A line as bytes. Most lines are counted without making a string. */
export interface TalliedLine {
  readonly bytes: Buffer
  readonly ascii: boolean
}

export type BatchContent = Pick<Batch, "tallies" | "hosts" | "losses" | "kept">

/** One host's counts. */
interface Account {
  readonly host: string
  readonly counters: HostCounters
  readonly tallies: Tally[]
  /** Tallies of one template. */
  readonly finest: TemplateTable
  /** Tallies of one program, and by layer and alarm, tallies of further programs. */
  readonly coarser: Map<string, Tally>
  templates: number
  programs: number
}

/** The layer, sections and alarm of lines in the mail. */
interface Standing {
  /** The prefix of its tallies' keys. */
  readonly name: string
  readonly hash: number
}

export class TallyBook {
  readonly #limits: BookLimits
  readonly #keeper: LineKeeper | undefined
  #accounts = new Map<string, Account>()
  /** The account of all hosts beyond the limit. */
  #others: Account | undefined
  #losses = new Map<Loss, number>()
  #size = 0
  #pooled = 0
  /** Judges return few distinct verdicts, and reuse them. */
  readonly #places = new WeakMap<Verdict, Standing>()
  readonly #template = new Template(MAX_SAMPLE_LENGTH + 1)

  /** Without a keeper, no lines are kept but the samples. */
  constructor(limits: BookLimits = DEFAULT_BOOK_LIMITS, keeper?: LineKeeper) {
    this.#limits = limits
    this.#keeper = keeper
  }

  /** The current number of groups. */
  get size(): number {
    return this.#size
  }

  get isEmpty(): boolean {
    return this.#accounts.size === 0 && this.#losses.size === 0
  }

  /**
   * Counts a line that a rule ignores, or one that stands for so many. Allocates nothing for a host that was seen since the
   * last `take`.
   */
  ignored(host: string, receivedAtMs: number, times = 1): void {
    this.#receive(host, receivedAtMs, times).counters.ignored += times
  }

  /** Counts a line of a mail server about a mail of tamis, or one that stands for so many. */
  ownMail(host: string, receivedAtMs: number, times: number): void {
    const { counters } = this.#receive(host, receivedAtMs, times)
    counters.ignored += times
    counters.own_mail += times
  }

  /** Counts a message with nothing in it to judge. */
  rejected(host: string, receivedAtMs: number): void {
    this.#receive(host, receivedAtMs, 1).counters.rejected += 1
  }

  /**
   * Counts a line that somebody should read: one with a layer in its verdict. A line without a PRI has no `severity`.
   * `times` is the number of lines that it stands for. Returns the tally that counts it.
   */
  reported(
    host: string,
    verdict: Verdict,
    program: string,
    line: TalliedLine,
    receivedAtMs: number,
    severity?: number,
    times = 1,
  ): Tally {
    const { layer } = verdict
    if (layer === "ignored") throw new Error("a line that is ignored cannot be reported")
    const account = this.#receive(host, receivedAtMs, times)
    account.counters.reported += times
    if (verdict.unjudged) account.counters.unjudged += times

    const tally = this.#tallyOf(account, layer, verdict, cut(program, MAX_PROGRAM_LENGTH), line, receivedAtMs)
    tally.count += times
    if (severity !== undefined) tally.severities[severity]! += times
    if (receivedAtMs > tally.lastMs) tally.lastMs = receivedAtMs
    else if (receivedAtMs < tally.firstMs) tally.firstMs = receivedAtMs
    const { samples, coarseness } = tally
    const hasNewValue = coarseness === 0 && this.#countValues(tally, times)
    // Most lines need no sample, so no string is made.
    const isWanted = samples.length === 0 || line.bytes.length < MAX_FURTHER_SAMPLE_BYTES
    if (isWanted && samples.length < MAX_SAMPLES) {
      addSample(samples, coarseness === 0 ? sampleOf(line) : coarseSample(sampleOf(line)))
    }
    this.#keeper?.offer(tally, hasNewValue ? this.#template : undefined, line, sampleOf, receivedAtMs)
    return tally
  }

  lose(loss: Loss, count: number): void {
    if (count > 0) this.#losses.set(loss, (this.#losses.get(loss) ?? 0) + count)
  }

  /** Returns the counts since the last time, and forgets them; undefined if there are none. */
  take(): BatchContent | undefined {
    if (this.isEmpty) return undefined
    const tallies: Tally[] = []
    const hosts = new Map<string, HostCounters>()
    for (const account of this.#accounts.values()) {
      hosts.set(account.host, account.counters)
      for (const tally of account.tallies) {
        for (const values of tally.values) trimValues(values)
        tallies.push(tally)
      }
    }
    const losses = this.#losses
    this.#accounts = new Map()
    this.#others = undefined
    this.#losses = new Map()
    this.#size = 0
    this.#pooled = 0
    const kept = this.#keeper?.take() ?? []
    return { tallies, hosts, losses, ...(kept.length > 0 && { kept }) }
  }

  /** Counts the values of the line that `#template` has masked last. Returns whether one is new. */
  #countValues({ values }: Tally, times: number): boolean {
    const template = this.#template
    let hasNew = false
    for (let place = 0; place < template.placeCount; place += 1) {
      values[place] ??= noValues(template.maskOf(place))
      if (countValue(values[place]!, template.valueAt(place), times)) hasNew = true
    }
    return hasNew
  }

  #receive(host: string, receivedAtMs: number, times: number): Account {
    const account = this.#accounts.get(host) ?? this.#newAccount(host, receivedAtMs)
    const { counters } = account
    counters.received += times
    if (receivedAtMs > counters.lastMs) counters.lastMs = receivedAtMs
    // The clock has been set back.
    else if (receivedAtMs < counters.firstMs) counters.firstMs = receivedAtMs
    return account
  }

  #newAccount(host: string, receivedAtMs: number): Account {
    const isBeyond = this.#accounts.size >= this.#limits.hosts || host === OTHER_HOSTS
    if (isBeyond && this.#others !== undefined) return this.#others
    const account = {
      host: isBeyond ? OTHER_HOSTS : host,
      counters: noCounters(receivedAtMs, receivedAtMs),
      tallies: [],
      finest: new TemplateTable(),
      coarser: new Map(),
      templates: 0,
      programs: 0,
    }
    if (isBeyond) this.#others = account
    this.#accounts.set(account.host, account)
    return account
  }

  /** Finds the finest tally that the limits allow, or opens it. */
  #tallyOf(
    account: Account,
    layer: Layer,
    verdict: Verdict,
    program: string,
    line: TalliedLine,
    receivedAtMs: number,
  ): Tally {
    const { host, finest, coarser } = account
    // Neither sender nor line chooses the topic, so these groups are few.
    const coarsest = verdict.alarm === undefined ? layer : `${layer} ${verdict.alarm}`
    if (account === this.#others) {
      const ofAll = coarser.get(coarsest)
      return ofAll ?? this.#openCoarser(account, coarsest, newTally(host, layer, verdict, program, "", receivedAtMs), 3)
    }

    const place = this.#placeOf(layer, verdict)
    const isPlain = line.ascii && line.bytes.length <= MAX_SAMPLE_LENGTH
    const masked = isPlain ? this.#template.ofAscii(line.bytes) : this.#template.of(sampleOf(line))
    const hash = masked.hash ^ place.hash
    const ofTemplate = finest.find(hash, place.name, masked)
    if (ofTemplate !== undefined) return ofTemplate
    if (finest.hasRoom(hash) && this.#takesRoom(account.templates, this.#limits.templates)) {
      account.templates += 1
      const tally = newTally(host, layer, verdict, program, masked.toString(), receivedAtMs)
      finest.add(hash, place.name, tally)
      return this.#open(account, tally)
    }
    const programKey = `${place.name}${program}`
    const ofProgram = coarser.get(programKey)
    if (ofProgram !== undefined) return ofProgram
    const tally = newTally(host, layer, verdict, program, masked.toString(), receivedAtMs)
    if (this.#takesRoom(account.programs, this.#limits.programs)) {
      account.programs += 1
      return this.#openCoarser(account, programKey, tally, 1)
    }
    return coarser.get(coarsest) ?? this.#openCoarser(account, coarsest, tally, 2)
  }

  #placeOf(layer: Layer, verdict: Verdict): Standing {
    let place = this.#places.get(verdict)
    if (place === undefined) {
      const { sections, alarm } = verdict
      // Titles and topics are file names, which have no NUL. Together with their number, this makes the keys distinct.
      const parts = alarm === undefined ? sections : [...sections, alarm]
      const name = `${layer}${sections.length}\0${parts.length}\0${parts.join("\0")}\0`
      place = { name, hash: new Template(name.length).of(name).hash }
      this.#places.set(verdict, place)
    }
    return place
  }

  #takesRoom(own: number, most: number): boolean {
    if (own < RESERVED_GROUPS) return true
    if (own >= most || this.#pooled >= this.#limits.pool) return false
    this.#pooled += 1
    return true
  }

  #openCoarser(account: Account, key: string, finest: Tally, level: 1 | 2 | 3): Tally {
    const tally = coarsen(finest, level)
    account.coarser.set(key, tally)
    return this.#open(account, tally)
  }

  #open(account: Account, tally: Tally): Tally {
    account.tallies.push(tally)
    this.#size += 1
    return tally
  }
}

function newTally(
  host: string,
  layer: Layer,
  verdict: Verdict,
  program: string,
  masked: string,
  receivedAtMs: number,
): Tally {
  const sections = [...verdict.sections]
  const { alarm } = verdict
  return {
    fingerprint: fingerprint(host, layer, sections, masked, alarm),
    host,
    layer,
    sections,
    ...(alarm !== undefined && { alarm }),
    program,
    template: masked,
    rules: [...new Set(verdict.rules.slice(0, MAX_RULES).map(rulePlace))],
    coarseness: 0,
    count: 0,
    firstMs: receivedAtMs,
    lastMs: receivedAtMs,
    severities: noSeverities(),
    values: [],
    samples: [],
  }
}

/** Makes a string from a line. Bytes that are not UTF-8, which rsyslog passes on unchanged, become U+FFFD. */
function sampleOf(line: TalliedLine): string {
  return cut(line.bytes.toString("utf8"), MAX_SAMPLE_LENGTH)
}

/** Copies the beginning of a text that is too long, because a slice would keep the whole text in memory. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : `${Buffer.from(text.slice(0, length)).toString()}…`
}
