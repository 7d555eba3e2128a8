import assert from "node:assert/strict"
import { createSocket } from "node:dgram"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { describe, it } from "node:test"
import { KernelDrops, parseUdpSockets } from "../../src/listen/kernel-drops.ts"

const HEADER =
  "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops"

describe("the kernel's table of UDP sockets", () => {
  it("names port, inode and drops", () => {
    const text = `${HEADER}
  395: 0100007F:0202 00000000:0000 07 00000000:0001A400 00:00000000 00000000     0        0 25214 2 00000000abcdef12 1537
12395: 00000000:FFFF 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 99 2 0000000000000000 0
`
    assert.deepEqual(parseUdpSockets(text), [
      { port: 514, inode: 25214, drops: 1537 },
      { port: 65_535, inode: 99, drops: 0 },
    ])
  })

  it("has the same columns for IPv6", () => {
    const row =
      "  123: 00000000000000000000000001000000:0202 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 31 2 0000000000000000 7"
    assert.deepEqual(parseUdpSockets(`${HEADER}\n${row}\n`), [{ port: 514, inode: 31, drops: 7 }])
  })

  it("is empty where it cannot be understood", () => {
    assert.deepEqual(parseUdpSockets(""), [])
    assert.deepEqual(parseUdpSockets("something else\naltogether 1 2 3\n"), [])
  })
})

describe("kernel drops", { skip: existsSync("/proc/net/udp") ? false : "no /proc/net/udp here" }, () => {
  it("of one socket are counted apart from those of another on the same port", async () => {
    const bind = async (port: number) => {
      const drops = new KernelDrops("udp4")
      // The smallest buffer that the kernel gives, and nobody reads it: a socket that only was bound does not read.
      const socket = createSocket({ type: "udp4", reusePort: true, recvBufferSize: 1 })
      socket.bind(port, "127.0.0.1")
      await once(socket, "listening")
      drops.watch(socket.address().port)
      return { socket, drops }
    }
    const first = await bind(0)
    const second = await bind(first.socket.address().port)
    try {
      assert.equal(first.drops.take() + second.drops.take(), 0)

      const sender = createSocket("udp4")
      sender.connect(first.socket.address().port, "127.0.0.1")
      await once(sender, "connect")
      // All of one sender's datagrams go to the same socket, and this thread reads none while it sends.
      const sent = 200
      for (let datagram = 0; datagram < sent; datagram++) sender.send(Buffer.alloc(1000))
      const [fewer, more] = [first.drops.take(), second.drops.take()].sort((a, b) => a - b)
      sender.close()

      assert.equal(fewer, 0)
      assert.ok(more! > 0 && more! < sent, `${more} of ${sent} dropped`)
      assert.equal(first.drops.take() + second.drops.take(), 0, "taken once")
    } finally {
      first.socket.close()
      second.socket.close()
    }
  })
})
