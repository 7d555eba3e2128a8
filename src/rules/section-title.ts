import type { Layer } from "./rule.ts"

/** The titles of logcheck's mail, one for each layer. */
export const LAYER_TITLES: Readonly<Record<Layer, string>> = {
  cracking: "Security Alerts",
  violations: "Security Events",
  system: "System Events",
}

/** Returns the title of one rule file's section. Lines that the file "logcheck" raises have the layer's plain title. */
export function sectionTitle(layer: Layer, file: string): string {
  return file === "logcheck" ? LAYER_TITLES[layer] : `${LAYER_TITLES[layer]} for ${file}`
}
