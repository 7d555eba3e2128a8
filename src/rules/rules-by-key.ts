/** Finds the rules in force, by the keys of their histories. */
import { variableScopes } from "./compile.ts"
import type { Jurisdiction } from "./host-judges.ts"
import { type Quarantined, type Rule, type RuleSet, rulePlace, SHIPPED_ALARMS } from "./rule.ts"
import { ruleKey } from "./rule-key.ts"
import { alarmRules, rulesInForce } from "./rules-in-force.ts"
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
  const shipped = ruleSets.get(SHIPPED_ALARMS)
  const broken = new Set(quarantined.map(({ rule }) => rulePlace(rule)))
  for (const { rules: names, level, crackingIgnore, alarms, variables } of hosts) {
    const use = (ruleSet: string, inForce: readonly Rule[]) => {
      for (const rule of inForce) {
        if (broken.has(rulePlace(rule))) continue
        const key = ruleKey(ruleSet, rule)
        const known = rules.get(key)
        const scopes = variableScopes(rule, variables)
        if (known === undefined) rules.set(key, { ruleSet, rule, scopes: [scopes] })
        else known.scopes.push(scopes)
      }
    }
    for (const ruleSet of names) {
      const set = ruleSets.get(ruleSet)
      if (set === undefined) throw new Error(`rule set ${ruleSet} was not loaded`)
      use(ruleSet, rulesInForce([set], level, crackingIgnore))
      use(ruleSet, alarmRules([set], { shipped, apply: false }))
    }
    if (alarms) use(SHIPPED_ALARMS, alarmRules([], { shipped, apply: true }))
  }
  return rules
}
