import assert from "node:assert/strict"
import { test } from "node:test"
import { nearest } from "../../src/text/nearest.ts"

const options = ["udp", "tcp", "maxFrame", "maxConnections", "maxConnectionsPerPeer", "idle", "receiveBuffer", "allow"]

const table: [word: string, want: string | undefined][] = [
  ["maxframe", "maxFrame"],
  ["max_frame", "maxFrame"],
  ["maxConnection", "maxConnections"],
  ["maxConnectionPerPeer", "maxConnectionsPerPeer"],
  ["idel", "idle"],
  ["upd", undefined],
  ["udpp", "udp"],
  ["foo", undefined],
  ["", undefined],
  ["somethingElse", undefined],
]

for (const [word, want] of table) {
  test(`${JSON.stringify(word)} is near ${want ?? "nothing"}`, () => assert.equal(nearest(word, options), want))
}
