/**
 * Hosts with lines whose own time is far from the time at which they came: the host's clock is wrong, or the line waited on its
 * way. A time without a zone may be in any zone that there is.
 */
import type { Tally } from "../tally/tally.ts"
import { compareText } from "../text/compare-text.ts"
import { HOUR_MS, MINUTE_MS } from "../units.ts"

export interface WrongClock {
  readonly host: string
  /** The time in the line, as it stands there. */
  readonly said: string
  /** When the line came. */
  readonly receivedMs: number
}

/** A clock that nobody sets is off by this much after some months. */
const TOLERANCE_MS = 5 * MINUTE_MS

/** Offsets from UTC that some country has: each half hour from -12:00 to +14:00, and three quarters of an hour. */
const ZONES_MS = [
  ...Array.from({ length: 53 }, (_, index) => (index / 2 - 12) * HOUR_MS),
  ...[5.75, 8.75, 12.75, 13.75].map((hours) => hours * HOUR_MS),
]

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
const BSD_TIME = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) /
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) /

/** The hosts in the order of their names, each with the line that is furthest off. */
export function wrongClocks(tallies: readonly Tally[]): readonly WrongClock[] {
  const worst = new Map<string, WrongClock & { readonly offMs: number }>()
  for (const tally of tallies) {
    const { host, firstMs, coarseness } = tally
    const time = coarseness === 0 ? timeOf(tally) : undefined
    if (time === undefined || time.offMs <= TOLERANCE_MS || time.offMs <= (worst.get(host)?.offMs ?? 0)) continue
    worst.set(host, { host, receivedMs: firstMs, ...time })
  }
  return [...worst.values()]
    .map(({ host, said, receivedMs }) => ({ host, said, receivedMs }))
    .sort((a, b) => compareText(a.host, b.host))
}

/** The time in the first sample of a tally, and how far it is from the tally's lines. */
function timeOf({ samples, firstMs, lastMs }: Tally): { readonly said: string; readonly offMs: number } | undefined {
  const [sample = ""] = samples
  const off = (ms: number) => Math.max(firstMs - ms, ms - lastMs, 0)
  const [iso] = ISO_TIME.exec(sample) ?? []
  if (iso !== undefined) return { said: iso.trimEnd(), offMs: off(Date.parse(iso.trimEnd())) }
  const [bsd, month = "", ...numbers] = BSD_TIME.exec(sample) ?? []
  const monthIndex = MONTHS.indexOf(month) / 3
  if (bsd === undefined || !Number.isInteger(monthIndex) || monthIndex < 0) return undefined
  const [day = 0, hour = 0, minute = 0, second = 0] = numbers.map(Number)
  const year = new Date(firstMs).getUTCFullYear()
  // Around New Year, the line may be of the year before or after.
  const offsMs = [year - 1, year, year + 1].flatMap((each) => {
    const saidMs = Date.UTC(each, monthIndex, day, hour, minute, second)
    return ZONES_MS.map((zoneMs) => off(saidMs - zoneMs))
  })
  return { said: bsd.trimEnd(), offMs: Math.min(...offsMs) }
}
