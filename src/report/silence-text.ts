/** Silences in words. Hosts that fell silent together are named together: they probably share a switch. */
import type { NamedSilence, Silence, SilenceNews } from "../cadence/silences.ts"
import { amount } from "../text/amount.ts"
import { compareText } from "../text/compare-text.ts"
import { every, roundDuration } from "../text/duration.ts"
import { name } from "./entry-text.ts"
import type { ZonedTime } from "./zoned-time.ts"

/** Hosts that fell silent within this time did so together … */
const TOGETHER_MS = 10 * 60_000
/** … if there are as many. */
const LEAST_TOGETHER = 4

const MAX_SENTENCES = 30
const MAX_NAMES = 30

export function silenceSentences({ silent, back }: SilenceNews, clock: ZonedTime) {
  const groups = together(silent)
  const sentences = groups.flatMap((group) =>
    group.length >= LEAST_TOGETHER ? [ofGroup(group, clock)] : group.map((each) => ofSilence(each, clock)),
  )
  const returns = back
    .toSorted((a, b) => a.untilMs - b.untilMs || compareText(a.host, b.host))
    .map((each) => {
      const forMs = each.untilMs - each.sinceMs
      return `${capital(who(each))} is back since ${minute(each.untilMs, clock)}; it was silent for ${roundDuration(forMs)}.`
    })
  return { silent: limited(sentences), back: limited(returns) }
}

/** The names of silent hosts, as a subject has them. */
export function silentNames(silences: readonly NamedSilence[]): readonly string[] {
  return [...new Set(silences.map(({ host }) => (host === "" ? "all hosts" : host)))].sort(compareText)
}

function together(silent: readonly Silence[]): readonly (readonly Silence[])[] {
  const groups: Silence[][] = []
  for (const each of silent.toSorted((a, b) => a.sinceMs - b.sinceMs || compareText(a.host, b.host))) {
    const group = groups.at(-1)
    if (group !== undefined && each.sinceMs - group[0]!.sinceMs <= TOGETHER_MS) group.push(each)
    else groups.push([each])
  }
  return groups
}

function ofSilence(silence: Silence, clock: ZonedTime): string {
  const { host, sinceMs, usualMs } = silence
  const since = minute(sinceMs, clock)
  if (host === "") {
    return `No host has been heard since ${since}: usually a line comes at least ${every(usualMs)}. Check that your hosts can reach tamis.`
  }
  return `${capital(who(silence))} has been silent since ${since}: it usually speaks at least ${every(usualMs)}.`
}

function ofGroup(group: readonly Silence[], clock: ZonedTime): string {
  const names = group.slice(0, MAX_NAMES).map(who)
  if (group.length > names.length) names.push(`and ${group.length - names.length} more`)
  const first = group[0]!
  return `${amount(new Set(group.map(({ host }) => host)).size, "host")} fell silent together, at ${minute(first.sinceMs, clock)}: ${names.join(", ")}.`
}

function who({ host, program }: NamedSilence): string {
  if (host === "") return "the network"
  return program === undefined ? name(host) : `${name(program)} on ${name(host)}`
}

/** A host's name stays as it is. */
function capital(text: string): string {
  return text === "the network" ? "The network" : text
}

/** `Nov 23 04:12` */
function minute(ms: number, clock: ZonedTime): string {
  return clock.stamp(ms).slice(0, "Nov 23 04:12".length)
}

function limited(sentences: readonly string[]): readonly string[] {
  if (sentences.length <= MAX_SENTENCES) return sentences
  return [...sentences.slice(0, MAX_SENTENCES), `… and ${sentences.length - MAX_SENTENCES} more: run \`tamis hosts\`.`]
}
