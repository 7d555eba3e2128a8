/** An answer that gives the reason of a failure. */
import * as z from "zod"
import { ERRORS, type ErrorCode } from "../errors.ts"

export const errorAnswerSchema = z
  .object({
    error: z.string(),
    // A tamis of another version may send no code, or one that this version does not know.
    code: z.enum(Object.keys(ERRORS) as ErrorCode[]).catch("TAMIS_VERSIONS_DIFFER"),
  })
  .readonly()

export type ErrorAnswer = z.infer<typeof errorAnswerSchema>
