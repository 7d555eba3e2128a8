/** Finds the rules in force, by the keys of their histories. */
import { variableScopes } from "./compile.ts"
import type { Jurisdiction } from "./host-judges.ts"
import { type Quarantined, type Rule, type RuleSet, rulePlace } from "./rule.ts"
import { ruleKey } from "./rule-key.ts"
import { rulesInForce } from "./rules-in-force.ts"
import type { Scopes } from "./variables.ts"

/** Everything that decides which rules are in force. */
export interface RuleUse {
  readonly hosts: readonly Jurisdiction[]
  readonly ruleSets: ReadonlyMap<string, RuleSet>
  readonly quarantined: readonly Quarantined[]
}

export interface UsedRule {
  readonly ruleSet: string
  readonly rule: Rule
  /** The scopes of its variables, for each host that uses it. */
  readonly scopes: readonly Scopes[]
}

/** Returns each rule in force that some host uses. Equal rules of one file count as one. */
export function rulesByKey({ hosts, ruleSets, quarantined }: RuleUse): ReadonlyMap<string, UsedRule> {
  const rules = new Map<string, UsedRule & { scopes: Scopes[] }>()
  const broken = new Set(quarantined.map(({ rule }) => rulePlace(rule)))
  for (const { rules: names, level, crackingIgnore, variables } of hosts) {
    for (const ruleSet of names) {
      const set = ruleSets.get(ruleSet)
      if (set === undefined) throw new Error(`rule set ${ruleSet} was not loaded`)
      for (const rule of rulesInForce([set], level, crackingIgnore)) {
        if (broken.has(rulePlace(rule))) continue
        const key = ruleKey(ruleSet, rule)
        const known = rules.get(key)
        const scopes = variableScopes(rule, variables)
        if (known === undefined) rules.set(key, { ruleSet, rule, scopes: [scopes] })
        else known.scopes.push(scopes)
      }
    }
  }
  return rules
}
