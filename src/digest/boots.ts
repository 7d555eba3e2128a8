/**
 * A boot is one entry: the hundreds of lines of a kernel that starts belong to its first one.
 *
 *     web1 kernel: Linux version 6.1.0-40-amd64 …        611 lines of the start
 *
 * Lines that alarm or that a rule raises stand apart. So does a line that the digest never saw, if it saw the host start before:
 * then it is news.
 */
import { EVERY_HOST, type KnownForm } from "../tally/digest-memory.ts"
import type { Tally } from "../tally/tally.ts"
import { MINUTE_MS, SECOND_MS } from "../units.ts"
import type { DigestEntry } from "./entry.ts"
import { withoutHost } from "./families.ts"
import { takeUp, type Whole } from "./fold.ts"

/** The form of all boots: they differ in the version and in the compiler, which are no news. */
export const BOOT = "kernel: Linux version <*>"

const FIRST_LINE = /^kernel: (?:\[ *<n>\] )?Linux version \S/

/** Firmware updates of the processor come before it. Disks that are slow to answer come long after it. */
const BEFORE_MS = 5 * SECOND_MS
const AFTER_MS = 3 * MINUTE_MS

/** Whether these lines are the first ones of a kernel. */
export function isBoot({ template, coarseness }: Pick<Tally, "template" | "coarseness">): boolean {
  return coarseness === 0 && FIRST_LINE.test(withoutHost(template))
}

/** `knownOf` is the memory of an entry, undefined where it is the first of its kind. */
export function foldBoots(
  wholes: readonly Whole[],
  knownOf: (boot: DigestEntry) => KnownForm | undefined,
): readonly Whole[] {
  const boot = wholes.find(({ entry }) => entry.form === BOOT && entry.layer === "system")
  if (boot === undefined) return wholes
  const known = knownOf(boot.entry)
  const startsOf = Map.groupBy(boot.tallies, ({ host }) => host)
  const isOfBoot = (tally: Tally) => (startsOf.get(tally.host) ?? []).some((start) => isDuring(tally, start))
  const hasStarted = (host: string) =>
    known !== undefined && (known.hosts.includes(host) || known.hosts.includes(EVERY_HOST))
  const belongs = ({ entry, tallies }: Whole) =>
    entry !== boot.entry &&
    entry.program === boot.entry.program &&
    entry.layer === "system" &&
    entry.topic === undefined &&
    !(entry.usuallyHourly === undefined && entry.hosts.every(({ name }) => hasStarted(name))) &&
    tallies.every(isOfBoot)
  const lines = new Set(wholes.filter(belongs))
  const taken = takeUp(boot, [...lines])
  const folded = {
    ...taken,
    entry: { ...taken.entry, news: "new" as const, bootLines: taken.entry.count - boot.entry.count },
  }
  return wholes.filter((whole) => !lines.has(whole)).map((whole) => (whole === boot ? folded : whole))
}

/** Whether the first and the last line came while the kernel started: the first time or the last, where it started often. */
function isDuring({ firstMs, lastMs }: Tally, start: Tally): boolean {
  const isNear = (ms: number, startMs: number) => ms >= startMs - BEFORE_MS && ms <= startMs + AFTER_MS
  const isIn = (ms: number) => isNear(ms, start.firstMs) || isNear(ms, start.lastMs)
  return isIn(firstMs) && isIn(lastMs)
}
