/** The effects of the options under `hosts` and `ruleSets`: the host of a line, and whether the line is reported. */
import { mkdirSync } from "node:fs"
import { configuration } from "../../../src/cli/configuration.ts"
import { openStore } from "../../../src/service/assemble.ts"
import { hostList } from "../../../src/service/host-list.ts"
import { MINUTE_MS } from "../../../src/units.ts"
import { type Effect, effect, type Settings, type Trial } from "./effect.ts"
import { OWN_RULES, RECEIVING, RULES, serve, USUAL } from "./served.ts"

/** Every line comes from 127.0.0.1 and has the host name web1. */
const ROUTER = { name: "router", match: { address: ["127.0.0.1"] }, ...OWN_RULES }

function hosts(...entries: readonly Settings[]): Settings {
  return { ...RECEIVING, hosts: [...entries, ...RECEIVING.hosts] }
}

export const HOST_EFFECTS: readonly Effect[] = [
  effect({
    option: "ruleSets",
    fact: "lines are judged by the rules in this directory",
    rest: RECEIVING,
    files: { ...RULES, "other/ignore.d.server/app": "^${HEAD} app: other$\n" },
    values: [{ own: "rules" }, { own: "other" }],
    observe: ignored,
    seen: [1, 0],
  }),
  effect({
    option: "hosts.name",
    fact: "the report calls the host by this name",
    rest: hosts(ROUTER),
    files: RULES,
    values: ["router", "gate"],
    observe: hostNames,
    seen: [["router"], ["gate"]],
  }),
  effect({
    option: "hosts.match.address",
    fact: "a line from this address belongs to the host, whatever its host name",
    rest: hosts(ROUTER),
    files: RULES,
    values: [["127.0.0.1"], ["127.0.0.2"]],
    observe: hostNames,
    seen: [["router"], ["web1"]],
  }),
  effect({
    option: "hosts.match.hostname",
    fact: "a line with this host name belongs to the host",
    rest: hosts({ name: "router", ...OWN_RULES }),
    files: RULES,
    values: [["web*"], ["db*"]],
    observe: hostNames,
    seen: [["router"], ["web1"]],
  }),
  effect({
    option: "hosts.rules",
    fact: "its lines are judged by these rule sets",
    rest: { ...hosts(ROUTER), ruleSets: { own: "rules", other: "other" } },
    files: { ...RULES, "other/ignore.d.server/app": "^${HEAD} app: other$\n" },
    values: [["own"], ["other"]],
    observe: ignored,
    seen: [1, 0],
  }),
  effect({
    option: "hosts.level",
    fact: "a rule of a higher level ignores nothing",
    rest: hosts(ROUTER),
    files: RULES,
    values: ["server", "paranoid"],
    observe: ignored,
    seen: [1, 0],
  }),
  effect({
    option: "hosts.variables",
    fact: "a rule matches what a variable stands for",
    rest: hosts(ROUTER),
    files: { "rules/ignore.d.server/app": "^${HEAD} app: ${STATE}$\n" },
    values: [{ STATE: "usual" }, { STATE: "odd" }],
    observe: ignored,
    seen: [1, 0],
  }),
  effect({
    option: "hosts.relay",
    fact: "a line belongs to the host that the relay names",
    rest: hosts(ROUTER),
    files: RULES,
    values: [false, true],
    observe: hostNames,
    seen: [["router"], ["web1"]],
  }),
  effect({
    option: "hosts.crackingIgnore",
    fact: "a rule in cracking.ignore.d cancels a Security Alert",
    rest: hosts(ROUTER),
    files: { "rules/cracking.d/app": "app: usual\n", "rules/cracking.ignore.d/app": "^${HEAD} app: usual$\n" },
    values: [false, true],
    observe: async (trial) => {
      const { datagrams, report } = await serve(trial)
      await datagrams(USUAL)
      return (await report()).entries.map(({ section }) => section)
    },
    seen: [["Security Alerts for app"], []],
  }),
  effect({
    option: "hosts.alarms",
    fact: "a line of the severity emerg is an alarm",
    rest: hosts(ROUTER),
    files: RULES,
    values: [true, false],
    observe: async (trial) => {
      const { datagrams, report } = await serve(trial)
      await datagrams("<8>Nov 23 18:00:00 web1 app: unknown")
      return (await report()).entries.map(({ alarm }) => alarm)
    },
    seen: [["severity"], [undefined]],
  }),
  effect({
    option: "hosts.silence",
    fact: "a host that was heard forty minutes ago is silent",
    rest: hosts({ name: "web*" }),
    files: RULES,
    values: ["10m", "2h"],
    observe: silentHosts,
    seen: [["web1"], []],
  }),
]

/** The hosts that `tamis hosts` calls silent 40 minutes after a line of web1. */
async function silentHosts(trial: Trial): Promise<string[]> {
  const { config } = configuration(trial.file)
  mkdirSync(config.stateDirectory, { recursive: true })
  const store = openStore(config.store)
  trial.after(() => store.close())
  await store.open()
  const atMs = Date.UTC(2026, 10, 23)
  await store.hear(new Map([["web1", { firstMs: atMs, lastMs: atMs }]]), atMs)
  const known = hostList(await store.presence(), config, atMs + 40 * MINUTE_MS)
  return known.filter(({ isSilent }) => isSilent).map(({ name }) => name)
}

/** How many of one line of web1 are ignored. */
async function ignored(trial: Trial): Promise<number> {
  const { datagrams, report } = await serve(trial)
  await datagrams(USUAL)
  return (await report()).accounts.total.ignored
}

/** The host of a line of web1, in the accounts of the report. */
async function hostNames(trial: Trial): Promise<string[]> {
  const { datagrams, report } = await serve(trial)
  await datagrams(USUAL)
  return Object.keys((await report()).accounts.hosts)
}
