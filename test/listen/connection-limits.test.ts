import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { ConnectionLimits } from "../../src/listen/connection-limits.ts"

describe("connection limits", () => {
  it("refuse one connection too many of a peer, not those of another", () => {
    const limits = new ConnectionLimits(10, 2)
    assert.deepEqual(
      [limits.enter("a"), limits.enter("a"), limits.enter("a"), limits.enter("b")],
      [true, true, false, true],
    )
  })

  it("refuse one connection too many in all", () => {
    const limits = new ConnectionLimits(2, 2)
    assert.deepEqual([limits.enter("a"), limits.enter("b"), limits.enter("c")], [true, true, false])
  })

  it("give the place of a closed connection to another", () => {
    const limits = new ConnectionLimits(2, 1)
    limits.enter("a")
    limits.enter("b")
    limits.leave("a")
    assert.deepEqual([limits.enter("b"), limits.enter("a"), limits.enter("c")], [false, true, false])
  })
})
