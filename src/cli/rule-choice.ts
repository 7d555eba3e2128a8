/** Which rules a command applies: those that its options name, else those of the configuration's host. */
import type { HostConfig } from "../config/config.ts"
import { OperatorError } from "../errors.ts"
import { matchesGlob } from "../hosts/glob.ts"
import { CATCH_ALL } from "../hosts/resolve.ts"
import type { JudgeOptions } from "../rules/compile.ts"
import type { Level, RuleSet } from "../rules/rule.ts"
import { loadRuleSet } from "../rules/rule-set.ts"
import { configuration } from "./configuration.ts"

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
}

export function chooseRules(choice: RuleChoice): ChosenRules {
  const { config } = configuration(choice.config)
  const entry = hostEntry(config.hosts, choice.host)
  const names = choice.rules.length > 0 ? choice.rules : entry.rules
  // A directory where no set has that name; "./common" where one has.
  const loaded = names.map((name) => loadRuleSet(name, config.ruleSets.get(name) ?? name))
  const problems = loaded.flatMap((set) => set.problems)
  if (problems.length > 0) throw new OperatorError("the rules cannot be used:", problems)
  return {
    sets: loaded.map(({ ruleSet }) => ruleSet),
    level: choice.level ?? entry.level,
    variables: new Map([...entry.variables, ...choice.var]),
    crackingIgnore: entry.crackingIgnore,
  }
}

/** The entry that bears the name or takes a host of that name; without a name, the catch-all. */
function hostEntry(hosts: readonly HostConfig[], name: string | undefined): HostConfig {
  const entry =
    hosts.find((host) => host.name === (name ?? CATCH_ALL)) ??
    hosts.find((host) => [host.name, ...host.hostnames].some((glob) => matchesGlob(glob, name ?? CATCH_ALL)))
  if (entry === undefined) throw new Error('a configuration has the entry "*"')
  return entry
}
