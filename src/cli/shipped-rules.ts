import { join } from "node:path"

/** The directory of the shipped rule sets. */
export const SHIPPED_RULES = join(import.meta.dirname, "../../rules")
