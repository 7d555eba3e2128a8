/** Tells whether a pattern is anchored at an end of the line. */
import type { EreNode } from "./ere.ts"

/** Whether every match passes the anchor at that end. */
export function isAnchored(node: EreNode, at: "line-start" | "line-end"): boolean {
  switch (node.kind) {
    case "anchor":
      return node.at === at
    case "group":
      return isAnchored(node.body, at)
    case "repeat":
      return node.min > 0 && isAnchored(node.body, at)
    case "alternation":
      return node.branches.every((branch) => isAnchored(branch, at))
    case "sequence": {
      const edge = at === "line-start" ? node.parts.at(0) : node.parts.at(-1)
      return edge !== undefined && isAnchored(edge, at)
    }
    default:
      return false
  }
}
