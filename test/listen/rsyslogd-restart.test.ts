import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { admission } from "../../src/listen/admission.ts"
import { ConnectionLimits } from "../../src/listen/connection-limits.ts"
import { listenTcp } from "../../src/listen/tcp.ts"
import { unlessCommand } from "../support/requirement.ts"
import { startRsyslogd } from "../support/rsyslogd.ts"
import { FrameCollection } from "./frame-collection.ts"

describe("a listener that is drained while an rsyslogd sends, and opened again", {
  skip: unlessCommand("rsyslogd"),
}, () => {
  for (const framing of ["octet-counted", "traditional"] as const) {
    it(`has every line in the end, ${framing}`, async (t) => {
      const collection = new FrameCollection()
      const open = (port: number) =>
        listenTcp({
          endpoint: { address: "127.0.0.1", port },
          maxFrameBytes: 1024,
          limits: new ConnectionLimits(10, 10),
          idleMs: 0,
          admission: admission([]),
          isBalancer: () => false,
          reusePort: false,
          drainMs: 10_000,
          downstream: collection,
          onError: (error) => assert.fail(error),
        })

      const first = await open(0)
      const { port } = first.bound
      const rsyslogd = await startRsyslogd({ protocol: "tcp", port, template: "RSYSLOG_ForwardFormat", framing })
      t.after(() => rsyslogd.stop())
      let lines = 0
      const writePortion = () =>
        rsyslogd.write(Array.from({ length: 500 }, () => `<13>Nov 23 18:00:00 web1 su: line ${lines++}`))

      let drained = false
      const draining = collection
        .arrived(1000)
        .then(() => first.drain())
        .then(() => {
          drained = true
        })
      while (!drained) await writePortion()
      await draining
      const second = await open(port)
      t.after(() => second.drain())
      await writePortion()

      // rsyslogd may repeat lines of which it does not know whether they arrived.
      const arrived = () => new Set(collection.texts.map((text) => text.slice(text.lastIndexOf("su:")).trim())).size
      while (arrived() < lines) await collection.arrived(collection.frames.length + 1)
      assert.equal(arrived(), lines)
    })
  }
})
