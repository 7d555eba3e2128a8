/**
 * The shapes of the JSON that a store and the state directory hold. It comes back from a file or a socket, so it is parsed and
 * not trusted. What a release added later has a default, so that what an older one wrote goes on.
 */
import * as z from "zod"
import { SEVERITIES } from "../syslog/severity.ts"
import { COUNTER_NAMES, type HostCounters, noCounters } from "../tally/counters.ts"
import { isLoss, type Loss } from "../tally/losses.ts"
import { noSeverities } from "../tally/tally.ts"
import type { Values } from "../tally/values.ts"

const count = z.int().nonnegative()
const instant = z.number()

/** What is the same for all lines of a tally. */
export const tallyConstant = z.object({
  host: z.string(),
  layer: z.enum(["cracking", "violations", "system"]),
  sections: z.array(z.string()),
  program: z.string(),
  template: z.string(),
  rules: z.array(z.string()),
  coarseness: z.literal([0, 1, 2, 3]),
  alarm: z.string().optional(),
})

export const sample = z.string()

/** The values of a tally's places: mask, [value, lines] pairs, others, registers, least, greatest. */
export const placeValues = z.array(
  z
    .tuple([
      z.string(),
      z.array(z.tuple([z.string(), count])),
      count,
      z.string().length(64).nullable(),
      z.number().nullable(),
      z.number().nullable(),
    ])
    .transform(
      ([mask, counts, others, registers, least, greatest]): Values => ({
        mask,
        counts: new Map(counts),
        others,
        registers: registers ?? undefined,
        least: least ?? undefined,
        greatest: greatest ?? undefined,
      }),
    ),
)

const tally = tallyConstant.extend({
  fingerprint: z.string(),
  count,
  firstMs: instant,
  lastMs: instant,
  severities: z.array(count).length(SEVERITIES.length).default(noSeverities),
  values: placeValues.default([]),
  samples: z.array(z.string()),
})

/** A remembered window, without its id. */
export const pastWindow = z.object({ opensAtMs: instant, closesAtMs: instant, tallies: z.array(tally) })

const counters = z
  .looseObject({ firstMs: instant, lastMs: instant })
  .transform(({ firstMs, lastMs, ...written }): HostCounters => {
    const result = noCounters(firstMs, lastMs)
    for (const name of COUNTER_NAMES) result[name] = count.default(0).parse(written[name])
    return result
  })

const losses = z
  .array(z.tuple([z.string(), count]))
  .transform((written) => new Map(written.filter((entry): entry is [Loss, number] => isLoss(entry[0]))))

const activity = z.object({
  atMs: instant,
  lines: count,
  rules: z
    .array(z.tuple([z.string(), z.object({ count, sample: z.string().optional() })]))
    .transform((written) => new Map(written)),
  programs: z.array(z.string()),
})

const hostCounters = z.array(z.tuple([z.string(), counters])).transform((written) => new Map(written))

const pauseOfHour = z.tuple([z.int(), z.int(), z.int()])
const pauses = z
  .array(pauseOfHour)
  .transform((written) => new Map(written.map(([hour, from, to]) => [hour, { from, to }])))
const generation = z.object({ sinceMs: instant, pauses })

/** What is learned of a sender, without its times. */
export const learnedCadence = z.object({
  sinceMs: instant,
  week: z.array(z.number()).length(168),
  current: generation,
  previous: generation.extend({ minutes: count }).optional(),
  odd: z.array(z.tuple([z.int(), z.int()]).transform(([from, to]) => ({ from, to }))),
  pause: z.tuple([instant, instant]).optional(),
})

/** What a digest remembers. */
export const digestMemory = z.object({
  sinceMs: instant,
  windows: count,
  forms: z.array(
    z
      .object({
        section: z.string(),
        form: z.string(),
        firstForm: z.string().optional(),
        formerForms: z.array(z.string()).default([]),
        firstMs: instant,
        lastMs: instant,
        windows: count,
        hourly: z.number(),
        peak: z.number(),
        hosts: z.array(z.string()),
        accesses: z.array(z.string()).default([]),
      })
      .transform(({ firstForm, ...known }) => ({ ...known, firstForm: firstForm ?? known.form })),
  ),
  waiting: z
    .object({
      opensAtMs: instant,
      windows: count,
      hosts: hostCounters,
      losses,
      newHosts: z.array(z.string()),
      usual: z.array(z.tuple([z.string(), count])).transform((written) => new Map(written)),
    })
    .optional(),
  mailedAtMs: instant.optional(),
  silences: z.array(z.object({ host: z.string(), program: z.string().optional(), sinceMs: instant })).default([]),
})

const keptLines = z.object({
  fingerprint: z.string(),
  lines: z.array(z.object({ receivedAtMs: instant, line: z.string(), isRare: z.boolean() })),
})

/** A batch with its maps as lists of pairs. */
export const batch = z.object({
  collector: z.string(),
  sequence: z.int().positive(),
  tallies: z.array(tally),
  hosts: hostCounters,
  losses,
  kept: z.array(keptLines).exactOptional(),
  activity: activity.optional(),
  programs: z
    .array(z.tuple([z.string(), z.object({ firstMs: instant, lastMs: instant })]))
    .transform((written) => new Map(written))
    .optional(),
})
