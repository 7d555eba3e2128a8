import assert from "node:assert/strict"
import { test } from "node:test"
import { isDeepStrictEqual } from "node:util"
import { type Option, optionsAt, optionTree } from "../../src/config/options.ts"
import { fixture } from "./fixture.ts"

/** For every option two files that differ in nothing else. */
const CHANGES: Readonly<Record<string, [one: string, other: string]>> = {
  "listen.udp": ["", 'listen: { udp: ["0.0.0.0:514", "[::]:514"] }'],
  "listen.tcp": ["", 'listen: { tcp: ["127.0.0.1:0"] }'],
  "listen.maxFrame": ["", "listen: { maxFrame: 8KiB }"],
  "listen.maxConnections": ["", "listen: { maxConnections: 10 }"],
  "listen.maxConnectionsPerPeer": ["", "listen: { maxConnectionsPerPeer: 10 }"],
  "listen.idle": ["", "listen: { idle: never }"],
  "listen.receiveBuffer": ["", "listen: { receiveBuffer: 1MiB }"],
  "listen.allow": ["", "listen: { allow: [192.0.2.0/24] }"],
  ruleSets: ["", "ruleSets: { mine: . }"],
  "hosts.name": ["hosts: [{ name: a }]", "hosts: [{ name: b }]"],
  "hosts.match.address": [
    "hosts: [{ name: a, match: { address: [192.0.2.1] } }]",
    "hosts: [{ name: a, match: { address: [192.0.2.2] } }]",
  ],
  "hosts.match.hostname": [
    "hosts: [{ name: a, match: { hostname: [a] } }]",
    "hosts: [{ name: a, match: { hostname: [b] } }]",
  ],
  "hosts.rules": ["hosts: [{ name: a }]", "hosts: [{ name: a, rules: [router] }]"],
  "hosts.level": ["hosts: [{ name: a }]", "hosts: [{ name: a, level: paranoid }]"],
  "hosts.variables": ["hosts: [{ name: a }]", "hosts: [{ name: a, variables: { A: b } }]"],
  "listen.proxyProtocol": ["", "listen: { proxyProtocol: [192.0.2.2] }"],
  "hosts.relay": [
    "hosts: [{ name: a, match: { address: [192.0.2.1] } }]",
    "hosts: [{ name: a, match: { address: [192.0.2.1] }, relay: true }]",
  ],
  "hosts.crackingIgnore": ["hosts: [{ name: a }]", "hosts: [{ name: a, crackingIgnore: true }]"],
  "digests.name": ["digests: [{ name: a }]", "digests: [{ name: b }]"],
  "digests.hosts": ["digests: [{ name: a }]", "digests: [{ name: a, hosts: [web*] }]"],
  "digests.schedule": ["digests: [{ name: a }]", 'digests: [{ name: a, schedule: "0 7 * * *" }]'],
  "digests.timeZone": ["digests: [{ name: a }]", "digests: [{ name: a, timeZone: UTC }]"],
  "digests.to": ["digests: [{ name: a }]", "digests: [{ name: a, to: [admin@example.org] }]"],
  "digests.subject": ["digests: [{ name: a }]", "digests: [{ name: a, subject: news }]"],
  "digests.suggestedRules": ["digests: [{ name: a }]", "digests: [{ name: a, suggestedRules: 0 }]"],
  "digests.attachRules": ["digests: [{ name: a }]", "digests: [{ name: a, attachRules: false }]"],
  "digests.allQuiet": ["digests: [{ name: a }]", "digests: [{ name: a, allQuiet: true }]"],
  "digests.maxSize": ["digests: [{ name: a }]", "digests: [{ name: a, maxSize: 64KiB }]"],
  "store.sqlite": ["", "store: { sqlite: a.db }"],
  "store.redis.url": ['store: { redis: { url: "redis://a" } }', 'store: { redis: { url: "redis://b" } }'],
  "store.redis.passwordFile": [
    'store: { redis: { url: "redis://a" } }',
    'store: { redis: { url: "redis://a", passwordFile: secret } }',
  ],
  "store.redis.keyPrefix": [
    'store: { redis: { url: "redis://a" } }',
    'store: { redis: { url: "redis://a", keyPrefix: b } }',
  ],
  "store.redis.sentinel.nodes": [redis("sentinel: { nodes: [s1] }"), redis("sentinel: { nodes: [s2:5000] }")],
  "store.redis.sentinel.passwordFile": [
    redis("sentinel: { nodes: [s1] }"),
    redis("sentinel: { nodes: [s1], passwordFile: secret }"),
  ],
  "store.redis.cluster.nodes": [redis("cluster: { nodes: [] }"), redis('cluster: { nodes: ["[::1]:7000"] }')],
  "mail.smtp.host": [smtp({}), smtp({ host: "other" })],
  "mail.smtp.port": [smtp({}), smtp({ port: 2525 })],
  "mail.smtp.tls": [smtp({ port: 25 }), smtp({ port: 25, tls: "none" })],
  "mail.smtp.from": [smtp({}), smtp({ from: "b@example.org" })],
  "mail.smtp.user": [smtp({ user: "a", passwordFile: "secret" }), smtp({ user: "b", passwordFile: "secret" })],
  "mail.smtp.passwordFile": [
    smtp({ user: "a", passwordFile: "secret" }),
    smtp({ user: "a", passwordFile: "other secret" }),
  ],
  stateDirectory: ["", "stateDirectory: /srv/tamis"],
  "log.level": ["", "log: { level: debug }"],
}

function redis(more: string): string {
  return `store: { redis: { url: "redis://a", ${more} } }`
}

function smtp(more: Record<string, unknown>): string {
  const digests = [{ name: "a", to: ["a@example.org"] }]
  return JSON.stringify({ digests, mail: { smtp: { host: "mail", from: "a@example.org", ...more } } })
}

function leaves(option: Option, path: readonly string[] = []): string[] {
  if (option.item?.kind === "section") return leaves(option.item, path)
  if (option.kind !== "section") return [path.join(".")]
  return option.options.flatMap((child) => leaves(child, [...path, child.name]))
}

test("every option is tried below, and nothing else", () => {
  assert.deepEqual(Object.keys(CHANGES).sort(), leaves(optionTree()).sort())
})

for (const [option, [one, other]] of Object.entries(CHANGES)) {
  test(`${option} changes the configuration`, (t) => {
    const { write, config } = fixture(t)
    write("secret", "one\n")
    write("other secret", "two\n")
    assert.equal(isDeepStrictEqual(config(one), config(other)), false)
  })
}

test("every option is described, and required or given a default or an example", () => {
  const check = (option: Option, path: string): void => {
    if (option.name !== "") {
      assert.match(option.description, /^[A-Za-z`].*\.$/, path)
      if (option.kind === "value") assert.ok((option.preset ?? option.example) !== undefined, path)
    }
    if (option.item !== undefined) check(option.item, `${path}[]`)
    for (const child of option.options) check(child, `${path}.${child.name}`)
  }
  check(optionTree(), "")
})

test("the options at a path in a file are found through lists and alternatives", () => {
  assert.deepEqual(optionsAt(["hosts", 3, "match"]), ["address", "hostname"])
  assert.deepEqual(optionsAt(["mail"]), ["smtp"])
  assert.deepEqual(optionsAt(["log"]), ["level"])
  assert.deepEqual(optionsAt(["ruleSets", "mine", "x"]), [])
})
