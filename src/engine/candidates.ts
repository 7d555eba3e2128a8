/**
 * Rewrites patterns with back-references for RE2: a copy of the group replaces each reference.
 *
 *     (\w+) is not \1        (\w+) is not (\w+)
 *
 * A line that the result matches is a candidate: the result matches every line that the pattern matches, and also lines
 * in which the two texts differ.
 */
import type { EreNode } from "../ere/ere.ts"
import { re2Size } from "./re2-pattern.ts"

/**
 * Returns the tree with its back-references replaced, or undefined if it would be larger than `maxSize`. Nodes without
 * references are kept.
 */
export function candidatesOf(root: EreNode, maxSize: number): EreNode | undefined {
  /** By group, without anchors: a reference matches the same text at any place. */
  const bodies = new Map<number, EreNode>()
  let tooLarge = false

  function replace(node: EreNode): EreNode {
    switch (node.kind) {
      case "back-reference": {
        const body = bodies.get(node.group)
        if (body === undefined) throw new Error(`\\${node.group} refers to no group; the parser refuses that`)
        return { kind: "group", index: node.group, body }
      }
      case "group": {
        const body = replace(node.body)
        if (re2Size(body) > maxSize) tooLarge = true
        bodies.set(node.index, tooLarge ? EMPTY : withoutAnchors(body))
        return body === node.body ? node : { ...node, body }
      }
      case "repeat": {
        const body = replace(node.body)
        return body === node.body ? node : { ...node, body }
      }
      case "sequence": {
        const parts = replaceAll(node.parts)
        return parts === node.parts ? node : { kind: "sequence", parts }
      }
      case "alternation": {
        const branches = replaceAll(node.branches)
        return branches === node.branches ? node : { kind: "alternation", branches }
      }
      default:
        return node
    }
  }

  function replaceAll(nodes: readonly EreNode[]): readonly EreNode[] {
    const replaced = nodes.map(replace)
    return replaced.every((node, index) => node === nodes[index]) ? nodes : replaced
  }

  const candidates = replace(root)
  return tooLarge || re2Size(candidates) > maxSize ? undefined : candidates
}

const EMPTY: EreNode = { kind: "sequence", parts: [] }

function withoutAnchors(node: EreNode): EreNode {
  switch (node.kind) {
    case "anchor":
      return EMPTY
    case "group":
    case "repeat":
      return { ...node, body: withoutAnchors(node.body) }
    case "sequence":
      return { kind: "sequence", parts: node.parts.map(withoutAnchors) }
    case "alternation":
      return { kind: "alternation", branches: node.branches.map(withoutAnchors) }
    default:
      return node
  }
}
