import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { parseProxyHeader } from "../../src/listen/proxy-protocol.ts"

const SIGNATURE = "0d0a0d0a000d0a515549540a"

const v4 = Buffer.from([192, 0, 2, 7, 198, 51, 100, 1, 0xdc, 0x04, 0x15, 0x8a])
const v6 = Buffer.concat([
  Buffer.from("20010db8000000000000000000000007", "hex"),
  Buffer.from("20010db8000000000000000000000001", "hex"),
  Buffer.from([0xdc, 0x04, 0x15, 0x8a]),
])

function version2(versionAndCommand: number, family: number, block: Buffer, length = block.length): Buffer {
  const head = Buffer.from([versionAndCommand, family, length >> 8, length & 0xff])
  return Buffer.concat([Buffer.from(SIGNATURE, "hex"), head, block])
}

const line = (text: string) => Buffer.from(`${text}\r\n`, "latin1")

const complete: [name: string, header: Buffer, address: string | undefined][] = [
  ["version 1, IPv4", line("PROXY TCP4 192.0.2.7 198.51.100.1 56324 5514"), "192.0.2.7"],
  ["version 1, IPv6 written long", line("PROXY TCP6 2001:0db8:0:0:0:0:0:7 2001:db8::1 56324 5514"), "2001:db8::7"],
  ["version 1 that does not know", line("PROXY UNKNOWN"), undefined],
  ["version 1 that does not know, at length", line("PROXY UNKNOWN ffff::1 ffff::2 65535 65535"), undefined],
  ["version 2, IPv4", version2(0x21, 0x11, v4), "192.0.2.7"],
  ["version 2, IPv6", version2(0x21, 0x21, v6), "2001:db8::7"],
  ["version 2 with TLVs behind", version2(0x21, 0x11, Buffer.concat([v4, Buffer.alloc(300, 4)])), "192.0.2.7"],
  ["version 2, the balancer's own", version2(0x20, 0x00, Buffer.alloc(0)), undefined],
  ["version 2, its own with addresses", version2(0x20, 0x11, v4), undefined],
]

const invalid: [name: string, header: Buffer][] = [
  ["a syslog message", Buffer.from("<13>Nov 23 18:00:00 web1 su: text\n")],
  ["an octet count", Buffer.from("47 <34>1 ")],
  ["version 1 in lower case", line("proxy TCP4 192.0.2.7 198.51.100.1 56324 5514")],
  ["version 1 of a datagram", line("PROXY UDP4 192.0.2.7 198.51.100.1 56324 5514")],
  ["version 1 with a name", line("PROXY TCP4 web1 198.51.100.1 56324 5514")],
  ["version 1 with the other family", line("PROXY TCP4 2001:db8::7 2001:db8::1 56324 5514")],
  ["version 1 with a zone", line("PROXY TCP6 fe80::1%eth0 2001:db8::1 56324 5514")],
  ["version 1 with leading zeros", line("PROXY TCP4 192.0.2.07 198.51.100.1 56324 5514")],
  ["version 1 without ports", line("PROXY TCP4 192.0.2.7 198.51.100.1")],
  ["version 1 with a port that is none", line("PROXY TCP4 192.0.2.7 198.51.100.1 65536 5514")],
  ["version 1 with something behind", line("PROXY TCP4 192.0.2.7 198.51.100.1 56324 5514 x")],
  ["version 1 without an end", Buffer.from(`PROXY UNKNOWN ${"x".repeat(100)}`)],
  ["version 2 of another version", version2(0x11, 0x11, v4)],
  ["version 2 with a command that is none", version2(0x22, 0x11, v4)],
  ["version 2 of a datagram", version2(0x21, 0x12, v4)],
  ["version 2 of a Unix socket", version2(0x21, 0x31, Buffer.alloc(216))],
  ["version 2 that says nothing of a connection", version2(0x21, 0x00, Buffer.alloc(0))],
  ["version 2, too short for its addresses", version2(0x21, 0x21, v4)],
  ["version 2, longer than anybody needs", version2(0x21, 0x11, v4, 65_535)],
]

describe("a PROXY header", () => {
  for (const [name, header, address] of complete) {
    test(`${name} is read, whatever comes behind it and however it is cut`, () => {
      const stream = Buffer.concat([header, Buffer.from("<13>PROXY UNKNOWN\r\n")])
      assert.deepEqual(parseProxyHeader(stream), { state: "complete", address, end: header.length })
      for (let length = 0; length < header.length; length += 1) {
        assert.deepEqual(parseProxyHeader(header.subarray(0, length)), { state: "unfinished" }, `${length} bytes`)
      }
    })
  }

  for (const [name, bytes] of invalid) {
    test(`${name} is none`, () => assert.deepEqual(parseProxyHeader(bytes), { state: "invalid" }))
  }

  test("whatever follows a signature, it is read or refused within 4,096 bytes", () => {
    const beginning = fc.constantFrom("PROXY ", "PROXY TCP4 ", Buffer.from(SIGNATURE, "hex").toString("latin1"), "")
    fc.assert(
      fc.property(beginning, fc.uint8Array({ maxLength: 5_000 }), (text, rest) => {
        const header = parseProxyHeader(Buffer.concat([Buffer.from(text, "latin1"), rest]))
        if (header.state === "complete") assert.ok(header.end <= text.length + rest.length && header.end <= 4_096)
        if (header.state === "unfinished") assert.ok(text.length + rest.length < 4_096)
      }),
    )
  })
})
