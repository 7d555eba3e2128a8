/** The answer to `POST /reload`: the changes, for people and programs. */
import * as z from "zod"

const list = z.array(z.string()).readonly()

export const changesSchema = z
  .object({
    /** Number of rules in force now. */
    rules: z.number(),
    /** `file:line`. */
    added: list,
    removed: list,
    /** Rules that are newly out of force: `file:line:column: why; way out`. */
    quarantined: list,
    /** `file:line` of rules that are no longer out of force: repaired or removed. */
    released: list,
    /** Other changes, a few words each: `host router: variables`, `digest lan: added`. */
    configuration: list,
    /** Options that changed in the file and take effect at the next start. */
    needsRestart: list,
  })
  .readonly()

export type Changes = z.infer<typeof changesSchema>
