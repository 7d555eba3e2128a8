/**
 * The short key of a tally. Equal lines get equal keys in every collector and every instance, without coordination.
 */
import { hash } from "node:crypto"
import type { Layer } from "../rules/rule.ts"

// 128 bits: among a thousand million groups a collision is less likely than 1 in 10^20.
const FINGERPRINT_LENGTH = 32

/** Returns 32 hex digits. Takes microseconds, so call it once for a group, not for every line. */
export function fingerprint(
  host: string,
  layer: Layer,
  sections: readonly string[],
  template: string,
  alarm?: string,
): string {
  // JSON separates the fields whatever characters they hold. Lines that are no alarm keep the keys of older releases.
  const fields = [host, layer, sections, template, ...(alarm === undefined ? [] : [alarm])]
  return hash("sha256", JSON.stringify(fields), "hex").slice(0, FINGERPRINT_LENGTH)
}
