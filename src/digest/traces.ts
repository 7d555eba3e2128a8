/**
 * The lines of a stack trace or dump belong to the line that they follow.
 *
 *     app[7]: java.lang.IllegalStateException: pool is closed        +17 lines of trace
 *
 * They are found by their looks (trace-lines.ts), and their head by host, program and time. Where no line is their head, the
 * first of them stands for all of its program. Lines that alarm or that a rule raises stand apart.
 */
import { headerOf } from "../rules/line-header.ts"
import { compareText } from "../text/compare-text.ts"
import { SECOND_MS } from "../units.ts"
import type { News } from "./entry.ts"
import { withoutHost } from "./families.ts"
import { takeUp, type Whole } from "./fold.ts"
import { isTraceLine } from "./trace-lines.ts"

/** What comes before a trace says so. */
const HEAD =
  /exception|error|fatal|panic|traceback|stack ?trace|\btrace\b|throw|\boops\b|\bbug\b|warning: cpu|core dump|segfault|goroutine|out of memory|oom|allocation failure|hung|blocked for|stall/i

/** A head that does not say so has its first and last line this near to those of the trace. */
const NEAR_MS = 2 * SECOND_MS
/** A trace comes within this time, also from a console. */
const LONG_MS = 10 * SECOND_MS

/** Gravest first. */
const NEWS: readonly News[] = ["alarming", "new", "more", "usual"]

export function foldTraces(wholes: readonly Whole[]): readonly Whole[] {
  const { traces = [], others = [] } = Object.groupBy(wholes, (whole) => (isTrace(whole) ? "traces" : "others"))
  if (traces.length === 0) return wholes
  const candidates = Map.groupBy(others, keyOf)
  const taken = Map.groupBy(traces, (trace) => headOf(trace, candidates.get(keyOf(trace)) ?? []))
  const headless = [...Map.groupBy(taken.get(undefined) ?? [], keyOf).values()].map((own) => {
    const [first, ...rest] = own.sort(byFirst)
    return withTrace(first!, rest)
  })
  return [...others.map((whole) => withTrace(whole, taken.get(whole) ?? [])), ...headless]
}

function isTrace(whole: Whole): boolean {
  const { layer, topic, coarseness } = whole.entry
  return layer === "system" && topic === undefined && coarseness === 0 && looksLikeTrace(whole)
}

function looksLikeTrace({ tallies }: Whole): boolean {
  return tallies.every(({ samples, template }) => isTraceLine(withoutTime(samples[0]) ?? withoutHost(template)))
}

/** A line from behind its header on. */
function withoutTime(sample: string | undefined): string | undefined {
  return sample === undefined ? undefined : sample.slice(headerOf(sample).length)
}

function keyOf({ entry }: Whole): string {
  return `${entry.section}\0${entry.program}`
}

/** Finds the line that the trace followed on each of its hosts: one that says so, then the nearest. */
function headOf(trace: Whole, candidates: readonly Whole[]): Whole | undefined {
  const heads = candidates.flatMap((head) => {
    const distances = trace.tallies.map((tally) => {
      const ofHost = head.tallies.filter(({ host }) => host === tally.host)
      if (ofHost.length === 0) return Number.POSITIVE_INFINITY
      const firstMs = Math.min(...ofHost.map((each) => each.firstMs))
      const lastMs = Math.max(...ofHost.map((each) => each.lastMs))
      const isAround = firstMs <= tally.firstMs && tally.lastMs <= lastMs + LONG_MS
      return isAround ? tally.firstMs - firstMs + Math.abs(tally.lastMs - lastMs) : Number.POSITIVE_INFINITY
    })
    const distance = Math.max(...distances)
    const says = HEAD.test(head.entry.samples[0] ?? head.entry.form)
    return distance <= (says ? Number.MAX_SAFE_INTEGER : NEAR_MS)
      ? [{ head, says, distance, isPart: looksLikeTrace(head) }]
      : []
  })
  heads.sort(
    (a, b) =>
      Number(b.says) - Number(a.says) ||
      Number(a.isPart) - Number(b.isPart) ||
      a.distance - b.distance ||
      b.head.entry.count - a.head.entry.count ||
      compareText(a.head.entry.id, b.head.entry.id),
  )
  return heads[0]?.head
}

function withTrace(head: Whole, lines: readonly Whole[]): Whole {
  if (lines.length === 0) return head
  const { entry, tallies } = takeUp(head, lines)
  const entries = [head, ...lines].map((whole) => whole.entry)
  const news = NEWS.find((each) => entries.some((one) => one.news === each)) ?? head.entry.news
  return { entry: { ...entry, news, traceLines: entry.count - head.entry.count }, tallies }
}

function byFirst({ entry: a }: Whole, { entry: b }: Whole): number {
  return a.firstMs - b.firstMs || b.count - a.count || compareText(a.id, b.id)
}
