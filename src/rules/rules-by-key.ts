/** The rules in force by the keys that their histories are kept under. */
import { variableScopes } from "./compile.ts"
import type { Jurisdiction } from "./host-judges.ts"
import type { Quarantined, Rule, RuleSet } from "./rule.ts"
import { ruleKey } from "./rule-key.ts"
import { rulesInForce } from "./rules-in-force.ts"

/** What decides which rules are in force. */
export interface RuleUse {
  readonly hosts: readonly Jurisdiction[]
  readonly ruleSets: ReadonlyMap<string, RuleSet>
  readonly quarantined: readonly Quarantined[]
}

export interface UsedRule {
  readonly ruleSet: string
  readonly rule: Rule
  /** Where its variables have their values, for each host that uses it. */
  readonly scopes: readonly (readonly ReadonlyMap<string, string>[])[]
}

/** Finds each rule that some host uses, but for those that are out of force. Equal ones of a file are one. */
export function rulesByKey({ hosts, ruleSets, quarantined }: RuleUse): ReadonlyMap<string, UsedRule> {
  const rules = new Map<string, UsedRule & { scopes: (readonly ReadonlyMap<string, string>[])[] }>()
  const broken = new Set(quarantined.map(({ rule }) => `${rule.path}:${rule.line}`))
  for (const { rules: names, level, crackingIgnore, variables } of hosts) {
    for (const ruleSet of names) {
      const set = ruleSets.get(ruleSet)
      if (set === undefined) throw new Error(`rule set ${ruleSet} was not loaded`)
      for (const rule of rulesInForce([set], level, crackingIgnore)) {
        if (broken.has(`${rule.path}:${rule.line}`)) continue
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
