/**
 * The shapes of the JSON that a store and the state directory hold. It comes back from a file or a socket, so it is parsed and
 * not trusted. What a release added later has a default, so that what an older one wrote goes on.
 */
import * as z from "zod"
import { SEVERITIES } from "../syslog/severity.ts"
import { COUNTER_NAMES, type HostCounters, noCounters } from "../tally/counters.ts"
import { isLoss, type Loss } from "../tally/losses.ts"
import { noSeverities } from "../tally/tally.ts"

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
})

export const sample = z.string()

const tally = tallyConstant.extend({
  fingerprint: z.string(),
  count,
  firstMs: instant,
  lastMs: instant,
  severities: z.array(count).length(SEVERITIES.length).default(noSeverities),
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

/** A batch with its maps as lists of pairs. */
export const batch = z.object({
  collector: z.string(),
  sequence: z.int().positive(),
  tallies: z.array(tally),
  hosts: z.array(z.tuple([z.string(), counters])).transform((written) => new Map(written)),
  losses,
  activity: activity.optional(),
})
