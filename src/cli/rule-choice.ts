/** Chooses the rules that a command applies: those named by its options, or else those of a host of the configuration. */
import { join } from "node:path"
import type { Config } from "../config/config.ts"
import { COMMON } from "../config/rule-sets.ts"
import { OperatorError } from "../errors.ts"
import { entryOfHost } from "../hosts/entry-of.ts"
import type { HostConfig } from "../hosts/host-config.ts"
import { CATCH_ALL } from "../hosts/resolve.ts"
import type { JudgeOptions } from "../rules/compile.ts"
import type { Jurisdiction } from "../rules/host-judges.ts"
import type { Level, RuleSet } from "../rules/rule.ts"
import { loadRuleSet, loadShippedAlarms } from "../rules/rule-set.ts"
import { SHIPPED_RULES } from "./shipped-rules.ts"

export interface RuleChoice {
  readonly config?: string
  /** Names of rule sets, or directories. */
  readonly rules: readonly string[]
  readonly level?: Level
  readonly var: ReadonlyMap<string, string>
  /** A host of the configuration. */
  readonly host?: string
}

export interface ChosenRules extends JudgeOptions {
  readonly sets: readonly RuleSet[]
  readonly alarms: boolean
  readonly shippedAlarms: RuleSet
}

export async function chooseRules(choice: RuleChoice): Promise<ChosenRules> {
  const { directories, level, variables, crackingIgnore, alarms } = isSelfContained(choice)
    ? { ...NO_CONFIGURATION, directories: choice.rules.map((directory) => ({ name: directory, directory })) }
    : await fromConfiguration(choice)
  const loaded = directories.map(({ name, directory }) => loadRuleSet(name, directory))
  const shipped = loadShippedAlarms(join(SHIPPED_RULES, COMMON))
  const problems = [...loaded, shipped].flatMap((set) => set.problems)
  if (problems.length > 0) throw new OperatorError("TAMIS_RULES_UNUSABLE", "the rules cannot be used:", problems)
  return {
    sets: loaded.map(({ ruleSet }) => ruleSet),
    level: choice.level ?? level,
    variables: new Map([...variables, ...choice.var]),
    crackingIgnore,
    alarms,
    shippedAlarms: shipped.ruleSet,
  }
}

/** The options of the entry "*" in an empty configuration. */
const NO_CONFIGURATION = {
  level: "server",
  variables: new Map<string, string>(),
  crackingIgnore: false,
  alarms: true,
} as const

/** Whether the options need no configuration. Loading one doubles the time to start (schema and YAML parser). */
export function isSelfContained({ config, host, rules }: RuleChoice): boolean {
  // Names of rule sets have no slash.
  return config === undefined && host === undefined && rules.length > 0 && rules.every((rule) => rule.includes("/"))
}

interface ConfiguredRules extends Omit<Jurisdiction, "rules"> {
  readonly directories: readonly { readonly name: string; readonly directory: string }[]
}

async function fromConfiguration(choice: RuleChoice): Promise<ConfiguredRules> {
  const { configuration } = await import("./configuration.ts")
  const { config } = configuration(choice.config)
  const { rules, ...options } = hostEntry(config.hosts, choice.host)
  const names = choice.rules.length > 0 ? choice.rules : rules
  // A name that no rule set has is a directory.
  return { ...options, directories: names.map((name) => ({ name, directory: config.ruleSets.get(name) ?? name })) }
}

/** The entry with this name, else the first that matches a host of this name; without a name, the catch-all. */
export function hostEntry(hosts: readonly HostConfig[], name: string = CATCH_ALL): HostConfig {
  const entry = entryOfHost(hosts, name)
  if (entry === undefined) throw new Error('a configuration has the entry "*"')
  return entry
}

/** The hosts of a configuration under the rules that a command's options name, and the directories of all rule sets. */
export function chooseHosts(
  { hosts, ruleSets }: Pick<Config, "hosts" | "ruleSets">,
  choice: Omit<RuleChoice, "host">,
): Pick<Config, "hosts" | "ruleSets"> {
  // A name that no rule set has is a directory.
  const directories = choice.rules.filter((name) => !ruleSets.has(name)).map((name) => [name, name] as const)
  return {
    hosts: hosts.map((host) => ({
      ...host,
      rules: choice.rules.length > 0 ? choice.rules : host.rules,
      level: choice.level ?? host.level,
      variables: new Map([...host.variables, ...choice.var]),
    })),
    ruleSets: new Map([...ruleSets, ...directories]),
  }
}
