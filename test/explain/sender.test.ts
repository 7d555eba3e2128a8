import assert from "node:assert/strict"
import { test } from "node:test"
import { explainSender } from "../../src/explain/sender.ts"
import type { HostConfig } from "../../src/hosts/host-config.ts"
import { HostResolver } from "../../src/hosts/resolve.ts"
import { emptyMessage } from "../../src/syslog/message.ts"
import { parseMessage } from "../../src/syslog/parse.ts"

function entry(name: string, fields: Partial<HostConfig> = {}): HostConfig {
  const rest = {
    relay: false,
    rules: [],
    level: "server",
    variables: new Map(),
    crackingIgnore: false,
    alarms: true,
  } as const
  return { name, addresses: [], hostnames: [], ...rest, ...fields }
}

const hosts = [
  entry("router", { addresses: ["192.0.2.1"] }),
  entry("relay", { addresses: ["192.0.2.64/26"], relay: true }),
  entry("web*"),
  entry("*"),
]

const cases: { claim: string; address?: string; want: [name: string, entry: string, because: RegExp] }[] = [
  { claim: "web7", want: ["web7", "web*", /^by the name web7 in the message$/] },
  { claim: "db1", want: ["db1", "*", /^because no other entry matches$/] },
  { claim: "web7", address: "192.0.2.1", want: ["router", "router", /^by its address 192\.0\.2\.1$/] },
  {
    claim: "web7",
    address: "192.0.2.70",
    want: ["web7", "web*", /web7 in the message from the relay relay$/],
  },
  { claim: "web7", address: "198.51.100.1", want: ["web7", "web*", /^by the name web7/] },
  { claim: "router", want: ["router", "*", /^because no other entry/] },
]

for (const { claim, address, want } of cases) {
  test(`${claim} ${address === undefined ? "without an address" : `from ${address}`} belongs to the entry ${want[1]}`, () => {
    const message = emptyMessage()
    const bytes = Buffer.from(`<13>Nov 23 03:14:07 ${claim} a: b`)
    parseMessage(bytes, 0, bytes.length, message)
    const found = explainSender(new HostResolver(hosts), hosts, message, address)
    assert.equal(found.entry, want[1])
    assert.match(found.because, want[2])
    if (claim !== "router") assert.equal(found.name, want[0])
  })
}
