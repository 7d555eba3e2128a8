/**
 * The changes of a reload, for the operator: two states of the service in, the differences out. Pure.
 *
 * A rule is the same while its file has its text, on whatever line: a comment above it changes nothing.
 */

import { isDeepStrictEqual } from "node:util"
import type { RulesInForce } from "../collector/messages.ts"
import type { Config } from "../config/config.ts"
import type { HostConfig } from "../hosts/host-config.ts"
import type { Changes } from "../http/changes.ts"
import { formatProblem } from "../problem.ts"
import { type Quarantined, type Rule, type RuleSet, rulePlace } from "../rules/rule.ts"

/** The configuration, rule sets and rules in force. */
export interface SieveState extends RulesInForce {
  readonly config: Config
  readonly ruleSets: ReadonlyMap<string, RuleSet>
}

/** Options that are read only at the start. */
const AT_START = ["listen", "store", "retain", "stateDirectory", "logLevel"] as const

const OPTION_NAMES: Readonly<Record<(typeof AT_START)[number], string>> = {
  listen: "listen",
  store: "store",
  retain: "retain",
  stateDirectory: "stateDirectory",
  logLevel: "log.level",
}

/** The configuration in force after a reload of `wanted` by a service that runs with `running`. */
export function reloadable(running: Config, wanted: Config): Config {
  const { listen, store, retain, stateDirectory, logLevel } = running
  return { ...wanted, listen, store, retain, stateDirectory, logLevel }
}

/** Compares the states before and after a reload. `wanted` is the configuration as the file has it. */
export function changesBetween(before: SieveState, after: SieveState, wanted: Config): Changes {
  const rulesBefore = rulesOf(before.ruleSets)
  const rulesAfter = rulesOf(after.ruleSets)
  const outBefore = quarantineOf(before.quarantined)
  const outAfter = quarantineOf(after.quarantined)
  return {
    rules: after.rules,
    added: missing(rulesAfter, rulesBefore).map(rulePlace),
    removed: missing(rulesBefore, rulesAfter).map(rulePlace),
    quarantined: missing(outAfter, outBefore).map(({ problem }) => formatProblem(problem)),
    released: [...new Set(missing(outBefore, outAfter).map(({ rule }) => rulePlace(rule)))],
    configuration: [
      ...entryChanges("rule set", before.config.ruleSets, after.config.ruleSets),
      ...entryChanges("host", named(before.config.hosts), named(after.config.hosts)),
      ...(isReordered(before.config.hosts, after.config.hosts) ? ["hosts: their order"] : []),
      ...entryChanges("digest", named(before.config.digests), named(after.config.digests)),
      ...(isDeepStrictEqual(before.config.delivery, after.config.delivery) ? [] : ["mail"]),
    ],
    needsRestart: AT_START.filter((option) => !isDeepStrictEqual(before.config[option], wanted[option])).map(
      (option) => OPTION_NAMES[option],
    ),
  }
}

export function isUnchanged({ rules: _, ...lists }: Changes): boolean {
  return Object.values(lists).every((list) => list.length === 0)
}

function identity(rule: Rule): string {
  return JSON.stringify([rule.path, rule.text])
}

function rulesOf(ruleSets: ReadonlyMap<string, RuleSet>): ReadonlyMap<string, Rule> {
  return new Map([...ruleSets.values()].flatMap((set) => set.rules.map((rule) => [identity(rule), rule])))
}

function quarantineOf(quarantined: readonly Quarantined[]): ReadonlyMap<string, Quarantined> {
  return new Map(
    quarantined.map((each) => [JSON.stringify([identity(each.rule), each.problem.column, each.problem.message]), each]),
  )
}

function missing<Value>(from: ReadonlyMap<string, Value>, elsewhere: ReadonlyMap<string, Value>): Value[] {
  return [...from].filter(([key]) => !elsewhere.has(key)).map(([, value]) => value)
}

function named<Entry extends { readonly name: string }>(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  return new Map(entries.map((entry) => [entry.name, entry]))
}

/** The first matching entry decides, so the order of the entries that stay is a part of the configuration. */
function isReordered(before: readonly HostConfig[], after: readonly HostConfig[]): boolean {
  const common = (hosts: readonly HostConfig[], others: readonly HostConfig[]) =>
    hosts.map(({ name }) => name).filter((name) => others.some((other) => other.name === name))
  return !isDeepStrictEqual(common(before, after), common(after, before))
}

function entryChanges<Entry>(
  kind: string,
  before: ReadonlyMap<string, Entry>,
  after: ReadonlyMap<string, Entry>,
): string[] {
  const added = [...after.keys()].filter((name) => !before.has(name)).map((name) => `${kind} ${name}: added`)
  const removed = [...before.keys()].filter((name) => !after.has(name)).map((name) => `${kind} ${name}: removed`)
  const changed = [...after].flatMap(([name, entry]) => {
    const old = before.get(name)
    if (old === undefined || isDeepStrictEqual(old, entry)) return []
    const options = typeof entry === "object" && entry !== null ? differingOptions(old, entry) : ["directory"]
    return [`${kind} ${name}: ${options.join(", ")}`]
  })
  return [...added, ...removed, ...changed]
}

function differingOptions(before: unknown, after: object): string[] {
  const old = new Map(Object.entries(before ?? {}))
  return Object.entries(after)
    .filter(([option, value]) => !isDeepStrictEqual(old.get(option), value))
    .map(([option]) => option)
}
