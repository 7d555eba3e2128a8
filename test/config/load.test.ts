import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import fc from "fast-check"
import { loadConfig } from "../../src/config/load.ts"
import { OperatorError } from "../../src/errors.ts"
import { fixture } from "./fixture.ts"

test("the empty file and no file give the same configuration, with a warning each for listen and mail", (t) => {
  const { config, warnings } = fixture(t).load("")
  assert.deepEqual(config.listen.udp, [{ address: "127.0.0.1", port: 5514 }])
  assert.deepEqual(
    config.hosts.map(({ name, rules }) => [name, rules]),
    [["*", ["common"]]],
  )
  assert.deepEqual(
    config.digests.map(({ name, hosts, timeZone }) => [name, hosts, timeZone]),
    [["default", ["*"], "Europe/Paris"]],
  )
  assert.deepEqual(config.delivery, { kind: "stdout" })
  assert.deepEqual(
    warnings.map(({ message }) => message.split(":")[0]),
    ["listen", "mail"],
  )
  const none = loadConfig(undefined, {}, fixture(t).defaults)
  const { ruleSets, shippedAlarms } = config
  assert.deepEqual({ ...none.config, ruleSets, shippedAlarms }, config)
  assert.equal(none.warnings.length, 2)
})

test("a file of comments, or of sections without options, gives the configuration of the empty file", (t) => {
  const { config, defaults } = fixture(t)
  const empty = config("")
  assert.deepEqual(config("# nothing yet\n"), empty)
  assert.deepEqual(config("---\nlisten:\n  # udp: []\nstore:\nlog:\n"), empty)
  assert.equal(defaults.timeZone, "Europe/Paris")
})

test("the host example of the documentation is read as it stands", (t) => {
  const { hosts } = fixture(t).config(`
hosts:
  - name: router
    match: { address: [192.0.2.1], hostname: [router, "gw-*"] }
    rules: [common, router]
    level: server
    variables: { WAN_IF: enp1s0, LAN_IF: enp3s0 }
  - name: "*"
    rules: [common]
`)
  assert.deepEqual(hosts, [
    {
      name: "router",
      addresses: ["192.0.2.1"],
      hostnames: ["router", "gw-*"],
      relay: false,
      rules: ["common", "router"],
      level: "server",
      variables: new Map([
        ["WAN_IF", "enp1s0"],
        ["LAN_IF", "enp3s0"],
      ]),
      crackingIgnore: false,
      alarms: true,
      silenceMs: undefined,
    },
    {
      name: "*",
      addresses: [],
      hostnames: [],
      relay: false,
      rules: ["common"],
      level: "server",
      variables: new Map(),
      crackingIgnore: false,
      alarms: true,
      silenceMs: undefined,
    },
  ])
})

test("paths are relative to the file, and shipped rule sets are known beside the file's own", (t) => {
  const { directory, config } = fixture(t)
  const { store, stateDirectory, ruleSets } = config("{ stateDirectory: ../lib, ruleSets: { mine: shipped } }")
  assert.equal(stateDirectory, join(directory, "../lib"))
  assert.deepEqual(store, { kind: "sqlite", file: join(directory, "../lib/tamis.db") })
  assert.deepEqual(Object.fromEntries(ruleSets), {
    common: join(directory, "shipped/common"),
    router: join(directory, "shipped/router"),
    mine: join(directory, "shipped"),
  })
  assert.deepEqual(config("store: { sqlite: db/a.db }").store, { kind: "sqlite", file: join(directory, "db/a.db") })
})

test("a rule set replaces the shipped set of the same name", (t) => {
  const { directory, config } = fixture(t)
  const { ruleSets, shippedAlarms } = config("ruleSets: { common: . }")
  assert.equal(ruleSets.get("common"), directory)
  assert.equal(shippedAlarms, join(directory, "shipped/common"), "the shipped alarm rules still apply")
})

test("the state directory comes from the file, else from the environment, else it is ./state", (t) => {
  const { config } = fixture(t)
  assert.equal(config("", { STATE_DIRECTORY: "/var/lib/tamis" }).stateDirectory, "/var/lib/tamis")
  assert.equal(config("stateDirectory: /srv", { STATE_DIRECTORY: "/var/lib/tamis" }).stateDirectory, "/srv")
  assert.equal(config("").stateDirectory, join(process.cwd(), "state"))
})

test("the default port of a mail server depends on mail.smtp.tls", (t) => {
  const { config } = fixture(t)
  const port = (tls: string) => {
    const { delivery } = config(
      `{ digests: [{ name: a, to: [a@example.org] }], mail: { smtp: { host: mail, from: a@example.org, tls: ${tls} } } }`,
    )
    return delivery.kind === "smtp" ? delivery.port : undefined
  }
  assert.deepEqual(["starttls", "opportunistic", "implicit", "none"].map(port), [587, 25, 465, 25])
})

test("an alias has the value of its anchor", (t) => {
  const { hosts } = fixture(t).config(`
hosts:
  - { name: web1, rules: &rules [common, router], variables: &vars { A: x } }
  - { name: web2, rules: *rules, variables: *vars }
`)
  assert.deepEqual(hosts[1]?.rules, ["common", "router"])
  assert.deepEqual(hosts[1]?.variables, new Map([["A", "x"]]))
})

test('a %YAML 1.1 directive does not make "no" a boolean or << a merge key', (t) => {
  const { problems } = fixture(t)
  assert.match(problems("%YAML 1.1\n---\nhosts: [{ name: a, relay: no }]\n"), /relay: expected true or false, got "no"/)
  assert.match(problems("%YAML 1.1\n---\nlog: { <<: { level: info } }\n"), /log\.<<: unknown option/)
})

test("the configuration is deeply frozen and can be sent to a thread", (t) => {
  const { config } = fixture(t)
  const resolved = config("hosts: [{ name: web1, variables: { A: x } }]")
  assert.ok(Object.isFrozen(resolved.listen.udp[0]))
  assert.ok(Object.isFrozen(resolved.hosts))
  const maps = [resolved.ruleSets, resolved.hosts[0]?.variables]
  for (const map of maps) {
    assert.ok(map instanceof Map)
    assert.throws(() => map.set("A", "y"), /frozen/)
    assert.throws(() => map.delete("A"), /frozen/)
    assert.throws(() => map.clear(), /frozen/)
  }
  assert.deepEqual(structuredClone(resolved), resolved)
})

describe("a password", () => {
  const smtp = (more: string) =>
    `{ digests: [{ name: a, to: [a@example.org] }], mail: { smtp: { host: mail, from: a@example.org, ${more} } } }`
  const redis = (more: string) => `store: { redis: { url: "redis://redis:6379", ${more} } }`

  test("a password is read from its file without the line feed at the end", (t) => {
    const { write, config } = fixture(t)
    write("secret", "geheim \n")
    const { delivery } = config(smtp("user: me, passwordFile: secret"))
    assert.equal(delivery.kind === "smtp" && delivery.password, "geheim ")
    const { store } = config(redis("passwordFile: secret"))
    assert.equal(store.kind === "redis" && store.password, "geheim ")
  })

  test("a password is taken from the environment", (t) => {
    const { config } = fixture(t)
    const { delivery } = config(smtp("user: me"), { TAMIS_SMTP_PASSWORD: "geheim" })
    assert.equal(delivery.kind === "smtp" && delivery.password, "geheim")
    const { store } = config(redis(""), { TAMIS_REDIS_PASSWORD: "geheim" })
    assert.equal(store.kind === "redis" && store.password, "geheim")
  })

  test("a password in the environment is ignored without its section in the file", (t) => {
    assert.deepEqual(fixture(t).config("", { TAMIS_SMTP_PASSWORD: "x" }).delivery, { kind: "stdout" })
  })

  test("a warning says that the password is sent as plain text", (t) => {
    const { warnings } = fixture(t).load(smtp("user: me, tls: none"), { TAMIS_SMTP_PASSWORD: "x" })
    assert.equal(warnings.at(-1)?.message, "mail.smtp.tls: tamis sends the password as plain text")
  })

  const refused: [name: string, yaml: string, env: NodeJS.ProcessEnv, want: RegExp][] = [
    [
      "in the file",
      smtp("user: me, password: geheim"),
      {},
      /mail\.smtp\.password: passwords do not belong.*TAMIS_SMTP_PASSWORD/,
    ],
    [
      "in the section of Redis",
      redis("password: geheim"),
      {},
      /store\.redis\.password: passwords do not belong.*TAMIS_REDIS_PASSWORD/,
    ],
    ["in a URL", 'store: { redis: { url: "redis://me:geheim@redis" } }', {}, /store\.redis\.url: .*passwordFile/],
    [
      "in the environment as well",
      smtp("user: me, passwordFile: secret"),
      { TAMIS_SMTP_PASSWORD: "x" },
      /the environment variable TAMIS_SMTP_PASSWORD is set as well/,
    ],
    ["in a file that is not there", smtp("user: me, passwordFile: nowhere"), {}, /cannot read nowhere \(ENOENT\)/],
    ["in a file that is empty", smtp("user: me, passwordFile: empty"), {}, /got an empty file/],
    ["in a file of several lines", smtp("user: me, passwordFile: lines"), {}, /got several lines/],
    ["without a user", smtp("passwordFile: secret"), {}, /there is a password, but no user/],
    ["of the environment without a user", smtp(""), { TAMIS_SMTP_PASSWORD: "x" }, /TAMIS_SMTP_PASSWORD\), but no user/],
    ["that is missing", smtp("user: me"), {}, /there is a user, but no password; set passwordFile/],
  ]
  for (const [name, yaml, env, want] of refused) {
    test(`a password ${name} is refused`, (t) => {
      const { write, problems } = fixture(t)
      write("secret", "geheim\n")
      write("empty", "\n")
      write("lines", "one\ntwo\n")
      assert.match(problems(yaml, env), want)
      assert.doesNotMatch(problems(yaml, env), /geheim/)
    })
  }
})

describe("a file that is no configuration", () => {
  const table: [name: string, yaml: string | Buffer, want: RegExp][] = [
    ["a tab", "listen:\n\tidle: 1s\n", /^tamis\.yml:2:1: invalid YAML: .*Tabs.*; indent with spaces$/],
    ["an open bracket", "hosts: [\nlisten: {}\n", /^tamis\.yml:2:\d+: invalid YAML/],
    ["two documents", "log: {}\n---\nlog: {}\n", /^tamis\.yml:2:1: invalid YAML/],
    ["a list", "- a\n", /^tamis\.yml:1:1: expected a map, got a list$/],
    ["bytes that are no UTF-8", Buffer.from("log: {}\n# caf\xe9", "latin1"), /^tamis\.yml:2:6: expected UTF-8/],
    ["a duplicate key", "log: {}\nlog: {}\n", /^tamis\.yml:2:1: log: set twice; keep one$/],
    ["a standard tag", "log: !!map {}\n", /^tamis\.yml:1:12: log: the tag "tag:yaml\.org,2002:map" is not supported/],
    ["a custom tag", "log: { level: !x info }\n", /^tamis\.yml:1:18: log\.level: the tag "!x" is not supported/],
    ["an alias without an anchor", "log: *x\n", /^tamis\.yml:1:6: log: there is no anchor "&x"/],
    ["an alias inside its anchor", "hosts: &x [*x]\n", /^tamis\.yml:1:12: hosts\[0\]: there is no anchor "&x"/],
    ["a merge key", "log: { <<: { level: info } }\n", /^tamis\.yml:1:8: log\.<<: unknown option/],
    ["a list for a name", "? [a]\n: b\n", /^tamis\.yml:1:\d+: expected a name before the colon/],
    ["a prototype", "__proto__: { x: 1 }\n", /^tamis\.yml:1:1: __proto__: unknown option/],
  ]
  for (const [name, yaml, want] of table) {
    test(`${name} is refused at its position`, (t) => assert.match(fixture(t).problems(yaml), want))
  }

  test("a file is refused if aliases of aliases would fill the memory", (t) => {
    const levels = Array.from(
      { length: 30 },
      (_, level) => `v${level + 1}: &v${level + 1} [${`*v${level}, `.repeat(9)}]`,
    )
    assert.match(fixture(t).problems(`v0: &v0 [x]\n${levels.join("\n")}\n`), /aliases make the file too large/)
  })

  test("the error names a file that cannot be read", (t) => {
    const { directory, defaults } = fixture(t)
    for (const [file, reason] of [
      [join(directory, "nowhere.yml"), "ENOENT"],
      [directory, "EISDIR"],
    ] as const) {
      assert.throws(
        () => loadConfig(file, {}, defaults),
        (error) => error instanceof OperatorError && error.message.includes(`${file} (${reason})`),
      )
    }
  })
})

test("any file is loaded, or refused with positions inside the file", (t) => {
  const { directory, defaults, write } = fixture(t)
  const example = readFileSync(join(import.meta.dirname, "../../tamis.example.yml"), "utf8").replace(/^ *# .*\n/gm, "")
  const pieces = fc.constantFrom(
    ..."\n \t:-*&x![]{},?|>'\"#%@0a",
    "\n  ",
    "<<: ",
    "hosts: ",
    "- name: ",
    "null",
    "~",
    "é",
  )
  const garbage = fc.array(pieces, { maxLength: 40 }).map((list) => list.join(""))
  const damaged = fc
    .tuple(fc.nat(example.length), fc.nat(8), fc.array(pieces, { maxLength: 3 }))
    .map(([at, cut, put]) => example.slice(0, at) + put.join("") + example.slice(at + cut))
  fc.assert(
    fc.property(fc.oneof(garbage, damaged), (text) => {
      try {
        loadConfig(write("tamis.yml", text), {}, defaults)
      } catch (error) {
        assert.ok(error instanceof OperatorError && error.problems.length > 0, String(error))
        const lines = text.split("\n")
        for (const { file, line, column } of error.problems) {
          assert.equal(file, join(directory, "tamis.yml"))
          assert.ok(line >= 1 && line <= lines.length && column >= 1, `${line}:${column}`)
          assert.ok(column <= (lines[line - 1]?.length ?? 0) + 1, `${line}:${column}`)
        }
      }
    }),
    { numRuns: 500 },
  )
})

test("all problems are reported at once, in the order of the file, with position and hint", (t) => {
  const { problems } = fixture(t)
  const reported = problems(`listen:
  udp: ["0.0.0.0:5514", 5514]
  idle: "0"
  maxframe: 64KiB
ruleSets: { debian: nowhere }
hosts:
  - name: router
    match: { hostname: ["gw-["] }
    rules: [comon]
  - nam: web1
  - name: Router
digests:
  - name: default
    schedule: "99 * * * *"
    timeZone: Europe/Pari
`)
  assert.equal(
    reported,
    `tamis.yml:2:25: listen.udp[1]: expected an address with its port, such as "0.0.0.0:5514" or "[::]:5514", got 5514; write "0.0.0.0:5514" for every IPv4 address, "[::]:5514" for every IPv6 address
tamis.yml:3:9: listen.idle: expected a duration from "1s" up to "7d", or "never", got "0"; write a whole number with a unit (s, m, h, d)
tamis.yml:4:3: listen.maxframe: unknown option; did you mean "maxFrame"?
tamis.yml:5:21: ruleSets.debian: there is no directory nowhere
tamis.yml:8:25: hosts[0].match.hostname[0]: expected a host name or a glob such as "gw-*", at most 255 characters, got "gw-["
tamis.yml:9:13: hosts[0].rules[0]: unknown rule set "comon"; did you mean "common"?
tamis.yml:10:5: hosts[1].name: expected a host name or a glob such as "gw-*", at most 255 characters, got nothing
tamis.yml:10:5: hosts[1].nam: unknown option; did you mean "name"?
tamis.yml:11:11: hosts[2].name: "Router" is already used in hosts[0].name
tamis.yml:14:15: digests[0].schedule: expected a cron pattern, got "99 * * * *": Invalid value for minute: 99
tamis.yml:15:15: digests[0].timeZone: expected a time zone such as "Europe/Paris" or "UTC", got "Europe/Pari"; did you mean "Europe/Paris"?`,
  )
})

test("a warning says that a balancer network of all addresses lets senders claim any address", (t) => {
  const { warnings } = fixture(t).load(
    'listen: { tcp: ["0.0.0.0:5514"], proxyProtocol: [192.0.2.2, "::/0"] }\nmail: stdout',
  )
  assert.deepEqual(
    warnings.map(({ message }) => message),
    ["listen.proxyProtocol[1]: every sender can claim any client address"],
  )
})

describe("a digest that is sent at once", () => {
  const table: readonly (readonly [name: string, digests: string, want: RegExp])[] = [
    [
      "with a schedule",
      '[{ name: a }, { name: b, only: [alarming], pause: 15m, schedule: "0 * * * *" }]',
      /^tamis\.yml:1:53: digests\[1\]\.pause: cannot be used together with schedule; keep pause for mails at once, or schedule for mails at fixed times$/,
    ],
    ["of all lines", "[{ name: a, pause: 15m }]", /^tamis\.yml:1:22: digests\[0\]\.pause: needs only: /],
    [
      "without another digest that takes the other lines",
      "[{ name: a, only: [cracking] }]",
      /^tamis\.yml:1:1: digests: every digest has only, so no digest reports the other lines; add a digest without only$/,
    ],
    ["of no class", "[{ name: a }, { name: b, only: [] }]", /digests\[1\]\.only: expected at least one class, got/],
    [
      "of an unknown class",
      "[{ name: a }, { name: b, only: [alarm] }]",
      /digests\[1\]\.only\[0\]: expected one of cracking, violations, alarming, got "alarm"$/,
    ],
    [
      "with a pause of nothing",
      "[{ name: a }, { name: b, only: [alarming], pause: 0s }]",
      /digests\[1\]\.pause: expected a duration from "30s" up to "24h", got "0s"/,
    ],
  ]
  for (const [name, digests, want] of table) {
    test(`is refused ${name}`, (t) => assert.match(fixture(t).problems(`digests: ${digests}`), want))
  }

  test("has a pause, and classes of lines", (t) => {
    const { digests } = fixture(t).config("digests: [{ name: a }, { name: b, only: [cracking, alarming], pause: 15m }]")
    assert.deepEqual(
      digests.map(({ only, pauseMs }) => [only, pauseMs]),
      [
        [undefined, undefined],
        [["cracking", "alarming"], 900_000],
      ],
    )
  })
})
