import assert from "node:assert/strict"
import { isIPv6 } from "node:net"
import { describe, test } from "node:test"
import fc from "fast-check"
import { isIpv6Address } from "../../src/syslog/hostname.ts"
import { fieldsOf } from "./fields.ts"

/** What follows the timestamp; the host's name and the program in it. */
const HEADERS: readonly (readonly [header: string, hostname: string, appName: string])[] = [
  ["web1 su: text", "web1", "su"],
  ["web-1.example.com su[7]: text", "web-1.example.com", "su"],
  ["192.0.2.1 su: text", "192.0.2.1", "su"],
  ["web_1", "web_1", ""],
  ["web1  su: text", "web1", "su"],
  [" web1 su: text", "web1", "su"],
  ["- su: text", "", "su"],
  ["su: text", "", "su"],
  ["su[7]: text", "", "su"],
  ["su[7] text", "", "su"],
  ["2001:db8::1 su: text", "2001:db8::1", "su"],
  ["fe80::1%eth0 su: text", "fe80::1%eth0", "su"],
  ["2001:db8::1: text", "", "2001"],
  ["cafe: text", "", "cafe"],
  ["12:34:56 text", "", "12"],
  ["192.0.2.4: %ACE-3-1: text", "192.0.2.4", "%ACE-3-1"],
  ["fw1 : %ASA-3-1: text", "fw1", "%ASA-3-1"],
  ["fw1 : text", "fw1", ""],
  ["U6LR,0200000000aa,v6.5 su: text", "U6LR,0200000000aa", "su"],
  ["U6LR,0200000000aa,v6.5: su: text", "U6LR,0200000000aa", "su"],
  ["U6LR,notahexmac00,v6.5 su: text", "", ""],
  ["src@web1 su: text", "src@web1", "su"],
  ["relay/web1 su[3]: text", "relay/web1", "su"],
  ["postfix/smtpd without a colon", "", ""],
  ["last message repeated 2 times", "", ""],
  ["last su: text", "last", "su"],
  ["Message forwarded from web1: su: text", "web1", "su"],
  ["web1\tsu: text", "", "web1\tsu"],
]

describe("host names behind a timestamp", () => {
  for (const [header, hostname, appName] of HEADERS) {
    test(`the host in "${header}" is "${hostname}"`, () => {
      const fields = fieldsOf(`<13>Oct 11 22:14:15 ${header}`)
      assert.deepEqual({ hostname: fields.hostname, appName: fields.appName }, { hostname, appName })
    })
  }
})

describe("IPv6 addresses", () => {
  const isAddress = (text: string) => isIpv6Address(Buffer.from(text), 0, Buffer.byteLength(text))

  test("fast-check's IPv6 addresses are addresses", () => {
    fc.assert(fc.property(fc.ipV6(), (address) => isAddress(address)))
  })

  test("texts that Node refuses are no addresses", () => {
    const words = fc.string({
      unit: fc.constantFrom(":", "::", "0", "ab", "ffff", "12345", ".", "192.0.2.1", "g"),
      maxLength: 12,
    })
    fc.assert(
      fc.property(words, (word) => !isAddress(word) || isIPv6(word.replace(/\d+(?:\.\d+){3}$/, "192.0.2.1"))),
      { numRuns: 2000 },
    )
  })
})
