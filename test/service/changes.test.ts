import assert from "node:assert/strict"
import { describe, test } from "node:test"
import type { Config, DigestConfig } from "../../src/config/config.ts"
import type { HostConfig } from "../../src/hosts/host-config.ts"
import type { Changes } from "../../src/http/changes.ts"
import type { Quarantined, Rule } from "../../src/rules/rule.ts"
import { changesBetween, isUnchanged, reloadable, type SieveState } from "../../src/service/changes.ts"

const HOST: HostConfig = {
  name: "*",
  addresses: [],
  hostnames: [],
  relay: false,
  rules: ["own"],
  level: "server",
  variables: new Map([["WAN_IF", "ppp0"]]),
  crackingIgnore: false,
  alarms: true,
}

const DIGEST: DigestConfig = {
  name: "lan",
  hosts: ["*"],
  schedule: "0 * * * *",
  timeZone: "UTC",
  recipients: [],
  subject: "%d",
  send: "leftovers",
  daily: "0 7 * * *",
  maxBytes: 65_536,
  suggestedRules: 0,
  attachRules: false,
}

const CONFIG: Config = {
  listen: {
    udp: [{ address: "127.0.0.1", port: 5514 }],
    tcp: [],
    maxFrameBytes: 65_536,
    maxConnections: 10,
    maxConnectionsPerPeer: 10,
    idleMs: 0,
    receiveBufferBytes: 4_194_304,
    allowedNetworks: [],
    balancerNetworks: [],
  },
  ruleSets: new Map([["own", "/rules"]]),
  shippedAlarms: "/shipped/common",
  hosts: [HOST],
  digests: [DIGEST],
  store: { kind: "sqlite", file: "/state/tamis.db" },
  retain: { days: 14, maxBytes: 67_108_864 },
  delivery: { kind: "stdout" },
  stateDirectory: "/state",
  logLevel: "info",
}

function rule(line: number, text: string, file = "ssh"): Rule {
  return { directory: "ignore.d.server", file, path: `/rules/ignore.d.server/${file}`, line, text, samples: [] }
}

function broken(of: Rule, message = "unmatched ("): Quarantined {
  return { rule: of, problem: { file: of.path, line: of.line, column: 3, message } }
}

interface Fields {
  readonly config?: Partial<Config>
  readonly rules?: readonly Rule[]
  readonly quarantined?: readonly Quarantined[]
}

function state({ config = {}, rules = [], quarantined = [] }: Fields): SieveState {
  const ruleSets = new Map([["own", { name: "own", directory: "/rules", rules }]])
  return { config: { ...CONFIG, ...config }, ruleSets, rules: rules.length, quarantined }
}

const NOTHING: Changes = {
  rules: 0,
  added: [],
  removed: [],
  quarantined: [],
  released: [],
  configuration: [],
  needsRestart: [],
}

const SSH = "/rules/ignore.d.server/ssh"
const A = rule(1, "^a$")
const B = rule(2, "^b$")

const CASES: readonly { name: string; before: Fields; after: Fields; want: Partial<Changes> }[] = [
  { name: "the same again is no change", before: { rules: [A] }, after: { rules: [A] }, want: { rules: 1 } },
  {
    name: "a rule that moves to another line stays the same rule",
    before: { rules: [A, B] },
    after: { rules: [rule(7, "^a$"), rule(1, "^b$")] },
    want: { rules: 2 },
  },
  {
    name: "a rule whose text changes is another one",
    before: { rules: [A] },
    after: { rules: [rule(1, "^aa$")] },
    want: { rules: 1, added: [`${SSH}:1`], removed: [`${SSH}:1`] },
  },
  {
    name: "a rule in another file is another one",
    before: { rules: [A] },
    after: { rules: [A, rule(1, "^a$", "local")] },
    want: { rules: 2, added: ["/rules/ignore.d.server/local:1"] },
  },
  {
    name: "a rule that comes out of force is told with the reason, though it moved",
    before: { rules: [A, B], quarantined: [broken(A)] },
    after: { rules: [rule(5, "^a$"), B], quarantined: [broken(rule(5, "^a$")), broken(B)] },
    want: { rules: 2, quarantined: [`${SSH}:2:3: unmatched (`] },
  },
  {
    name: "a rule that is in force again is told by its place before",
    before: { rules: [A], quarantined: [broken(A)] },
    after: { rules: [A] },
    want: { rules: 1, released: [`${SSH}:1`] },
  },
  {
    name: "hosts: which are new, gone or different, and in what",
    before: { config: { hosts: [{ ...HOST, name: "old" }, HOST] } },
    after: {
      config: {
        hosts: [
          { ...HOST, name: "new" },
          { ...HOST, level: "paranoid", variables: new Map() },
        ],
      },
    },
    want: {
      configuration: ["host new: added", "host old: removed", "host *: level, variables"],
    },
  },
  {
    name: "the order of the hosts, since the first that takes a claim has it",
    before: { config: { hosts: [{ ...HOST, name: "a" }, HOST] } },
    after: { config: { hosts: [HOST, { ...HOST, name: "a" }] } },
    want: { configuration: ["hosts: their order"] },
  },
  {
    name: "digests, rule sets and the mail server",
    before: {},
    after: {
      config: {
        digests: [{ ...DIGEST, schedule: "0 7 * * *", recipients: ["marie@example.org"] }],
        ruleSets: new Map([
          ["own", "/elsewhere"],
          ["more", "/more"],
        ]),
        delivery: {
          kind: "smtp",
          host: "smtp.example.org",
          port: 25,
          tls: "none",
          from: "tamis@example.org",
          user: undefined,
          password: "secret",
        },
      },
    },
    want: {
      configuration: ["rule set more: added", "rule set own: directory", "digest lan: schedule, recipients", "mail"],
    },
  },
]

describe("changes of a reload", () => {
  for (const { name, before, after, want } of CASES) {
    test(name, () => {
      const from = state(before)
      const to = state(after)
      const changes = changesBetween(from, to, to.config)
      assert.deepEqual(changes, { ...NOTHING, ...want })
      assert.equal(
        isUnchanged(changes),
        Object.keys(want).every((key) => key === "rules"),
      )
      assert.equal(JSON.stringify(changes).includes("secret"), false)
    })
  }

  test("options that need a restart are listed, and stay unchanged", () => {
    const wanted: Config = {
      ...CONFIG,
      listen: { ...CONFIG.listen, udp: [] },
      store: { kind: "sqlite", file: "/elsewhere/tamis.db" },
      retain: { days: 0, maxBytes: 67_108_864 },
      stateDirectory: "/elsewhere",
      logLevel: "debug",
      digests: [],
    }
    const inForce = reloadable(CONFIG, wanted)
    assert.deepEqual(inForce, { ...CONFIG, digests: [] })
    const { needsRestart } = changesBetween(state({}), state({ config: inForce }), wanted)
    assert.deepEqual(needsRestart, ["listen", "store", "retain", "stateDirectory", "log.level"])
  })
})
