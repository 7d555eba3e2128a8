/**
 * Which senders are silent, and which are new of it for a digest: each silence is named once, and each return.
 *
 *     presence ──now──> silences ──what the digest has named──> silent · back
 */
import { MINUTE_MS } from "../units.ts"
import type { Cadence } from "./cadence.ts"
import { NETWORK, type Presence, splitSender } from "./presence.ts"
import { expectationOf, LEAST_USUAL_MS } from "./silence.ts"

/** A silence that a digest has named; `host` is NETWORK where no host was heard. */
export interface NamedSilence {
  readonly host: string
  readonly program?: string | undefined
  /** The last line before it. */
  readonly sinceMs: number
}

export interface Silence extends NamedSilence {
  /** Its longest usual pause in these hours of the week, or what the operator expects of it. */
  readonly usualMs: number
}

export interface Return extends NamedSilence {
  readonly untilMs: number
}

export interface SilenceNews {
  readonly silent: readonly Silence[]
  readonly back: readonly Return[]
}

/** Senders come back one after the other when tamis, or the network, does: rsyslog waits up to half an hour. */
const SETTLING_MS = 30 * MINUTE_MS

/** Programs are less faithful than hosts. Only those are expected that are known this long. */
const PROGRAM_PROBATION_MS = 14 * 24 * 60 * MINUTE_MS

export interface Expectations {
  /** What the operator expects of a host: a longest pause, 0 for none at all; undefined where the cadence decides. */
  readonly silenceMs: (host: string) => number | undefined
}

/** All senders that are silent now. */
export function silencesAt(presence: Presence, expectations: Expectations, nowMs: number): readonly Silence[] {
  const { senders, resumedMs } = presence
  if (nowMs - resumedMs < SETTLING_MS) return []
  const network = silentNetwork(presence, nowMs)
  if (network !== undefined) return [network]
  const atMs = trustedMs(presence, nowMs)
  const found = new Map<string, Silence>()
  for (const [name, cadence] of senders) {
    if (name === NETWORK) continue
    const { host, program } = splitSender(name)
    const wanted = expectations.silenceMs(host)
    const expected = expect(cadence, resumedMs, program === undefined, wanted)
    if (expected === undefined || atMs < expected.silentAtMs) continue
    found.set(name, { host, program, sinceMs: cadence.lastMs, usualMs: expected.usualMs })
  }
  // The programs of a silent host are silent as well.
  return [...found.values()].filter(({ host, program }) => program === undefined || !found.has(host))
}

function expect(cadence: Cadence, resumedMs: number, isHost: boolean, wanted: number | undefined) {
  if (wanted === 0) return undefined
  if (wanted !== undefined && isHost) {
    return { silentAtMs: Math.max(cadence.lastMs, resumedMs) + wanted, usualMs: wanted }
  }
  if (!isHost && cadence.lastMs - cadence.sinceMs < PROGRAM_PROBATION_MS) return undefined
  return expectationOf(cadence, resumedMs)
}

/** The last instant at which tamis certainly heard the network: now, unless no host speaks for longer than usual. */
function trustedMs({ senders, resumedMs }: Presence, nowMs: number): number {
  const network = senders.get(NETWORK)
  if (network === undefined || hostCount(senders) < 2) return nowMs
  const usualMs = expectationOf(network, resumedMs)?.usualMs ?? LEAST_USUAL_MS
  return nowMs - network.lastMs <= usualMs ? nowMs : network.lastMs
}

function silentNetwork({ senders, resumedMs }: Presence, nowMs: number): Silence | undefined {
  const network = senders.get(NETWORK)
  if (network === undefined || hostCount(senders) < 2) return undefined
  const expected = expectationOf(network, resumedMs)
  if (expected === undefined || nowMs < expected.silentAtMs) return undefined
  return { host: NETWORK, sinceMs: network.lastMs, usualMs: expected.usualMs }
}

function hostCount(senders: Presence["senders"]): number {
  let hosts = 0
  for (const name of senders.keys()) hosts += Number(name !== NETWORK && !name.includes(" "))
  return hosts
}

export interface SilenceSource extends Expectations {
  readonly presence: Presence
  /** What the digest has named and not yet called back. */
  readonly named: readonly NamedSilence[]
  /** Whether the digest takes the host. */
  readonly takes: (host: string) => boolean
  /** The windows that are reported. */
  readonly opensAtMs: number
  readonly closesAtMs: number
  readonly nowMs: number
}

/** The news for a digest, and what it has named afterwards. */
export function silenceNews(source: SilenceSource): SilenceNews & { readonly named: readonly NamedSilence[] } {
  const { presence, named, takes, nowMs } = source
  const { senders } = presence
  const nameOf = ({ host, program }: NamedSilence) => (program === undefined ? host : `${host} ${program}`)
  const isTaken = ({ host }: NamedSilence) => host === NETWORK || takes(host)
  const known = new Map(named.filter((each) => senders.has(nameOf(each))).map((each) => [nameOf(each), each]))
  const returned = [...known.values()].filter((each) => senders.get(nameOf(each))!.lastMs > each.sinceMs)
  for (const each of returned) known.delete(nameOf(each))
  const back = returned.map((each): Return => {
    const { pause, lastMs } = senders.get(nameOf(each))!
    return { ...each, untilMs: pause?.fromMs === each.sinceMs ? pause.untilMs : lastMs }
  })
  const silent = silencesAt(presence, source, nowMs).filter((each) => isTaken(each) && !known.has(nameOf(each)))
  const after = [...known.values(), ...silent].map(({ host, program, sinceMs }) => ({ host, program, sinceMs }))
  return { silent, back: [...back, ...passed(source, new Set(back.map(nameOf)))], named: after }
}

/** Silences that began and ended before the digest could name them. */
function passed({ presence, takes, silenceMs, opensAtMs, closesAtMs }: SilenceSource, named: ReadonlySet<string>) {
  const found: Return[] = []
  for (const [name, { odd, pause }] of presence.senders) {
    const { host, program } = splitSender(name)
    const last = odd.at(-1)
    if (last === undefined || pause === undefined || name === NETWORK || named.has(name)) continue
    if (program !== undefined || !takes(host) || silenceMs(host) !== undefined) continue
    const isThat = Math.floor(pause.fromMs / MINUTE_MS) === last.from
    if (!isThat || pause.untilMs < opensAtMs || pause.untilMs >= closesAtMs) continue
    found.push({ host, sinceMs: pause.fromMs, untilMs: pause.untilMs })
  }
  return found
}
