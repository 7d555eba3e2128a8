/** The state of a running tamis, as shown by `tamis status` and used by the container's health check. */
import * as z from "zod"
import { COUNTER_NAMES, type CounterName } from "../tally/counters.ts"

const listenerSchema = z.object({ transport: z.enum(["udp", "tcp"]), address: z.string(), port: z.number() }).readonly()

const countersSchema = Object.fromEntries(COUNTER_NAMES.map((name) => [name, z.number()])) as Record<
  CounterName,
  z.ZodNumber
>

/** Since the store began. `received = ignored + reported + rejected`. */
const hostSchema = z.object({ ...countersSchema, lastSeenAt: z.string() }).readonly()

const digestSchema = z
  .object({
    name: z.string(),
    windowOpensAt: z.string(),
    /** Whether the window closes soon after its first line, instead of on schedule. */
    isSentAtOnce: z.boolean().optional(),
    /** Undefined when the schedule has no further date. */
    windowClosesAt: z.string().optional(),
    reportedLines: z.number(),
    groups: z.number(),
    undeliveredWindows: z.number(),
    nextAttemptAt: z.string().optional(),
    hosts: z.record(z.string(), hostSchema).readonly(),
  })
  .readonly()

export const statusSchema = z
  .object({
    version: z.string(),
    startedAt: z.string(),
    /** Whether the thread that reads the sockets is running. */
    receiving: z.boolean(),
    /** Whether lines are received, stored and delivered, without complaint. */
    healthy: z.boolean(),
    /** The problems, a sentence each; empty when healthy. */
    complaints: z.array(z.string()).readonly(),
    listeners: z.array(listenerSchema).readonly(),
    rules: z.number(),
    quarantinedRules: z.array(z.string()).readonly(),
    digests: z.array(digestSchema).readonly(),
  })
  .readonly()

export type Status = z.infer<typeof statusSchema>
export type DigestStatus = z.infer<typeof digestSchema>
export type HostStatus = z.infer<typeof hostSchema>
