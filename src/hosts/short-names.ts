/**
 * The names of one host: `web1` and `web1.example.org` of one address are one host, called as it called itself first.
 *
 *     web1.a first              web1 first                web1.a and web1.b
 *     web1     -> web1.a        web1.a -> web1            two hosts; `web1` is a third, since it may be either
 *
 * Bounded: the labels used last. A host whose label was forgotten may get its other name.
 */
import { isIP } from "node:net"
import { Recent } from "./recent.ts"

interface Label {
  /** The name of the host that bears it. */
  readonly name: string
  /** The one longer form that it stands for; undefined while none came. */
  longer: string | undefined
  /** Several longer forms came. */
  isAmbiguous: boolean
}

export class ShortNames {
  readonly #labels: Recent<string, Label>

  constructor(limit: number) {
    this.#labels = new Recent(limit)
  }

  /**
   * Returns the host's name for a claim from this address, within a scope such as an entry. `isAmbiguous` is set by the claim
   * that makes the short form ambiguous.
   */
  nameOf(address: string, entry: number, claim: string): { readonly name: string; readonly isAmbiguous: boolean } {
    if (isIP(claim) !== 0) return { name: claim, isAmbiguous: false }
    const short = labelOf(claim)
    const key = `${entry} ${address} ${short ?? claim}`
    const label = this.#labels.get(key)
    if (label === undefined) {
      this.#labels.set(key, { name: claim, longer: short === undefined ? undefined : claim, isAmbiguous: false })
      return { name: claim, isAmbiguous: false }
    }
    if (short === undefined) return { name: label.isAmbiguous ? claim : label.name, isAmbiguous: false }
    label.longer ??= claim
    if (label.longer === claim) return { name: label.name, isAmbiguous: false }
    const isFirst = !label.isAmbiguous
    label.isAmbiguous = true
    return { name: claim, isAmbiguous: isFirst }
  }
}

/** The first label of a name that has several; undefined for a name without a dot, and for addresses. */
export function labelOf(name: string): string | undefined {
  const dot = name.indexOf(".")
  return dot <= 0 || isIP(name) !== 0 ? undefined : name.slice(0, dot)
}
