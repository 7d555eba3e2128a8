/** What the shipped alarm rules call alarming. */
import { join } from "node:path"
import { loadShippedAlarms } from "../../src/rules/rule-set.ts"
import { alarmingOf } from "../../src/suggest/alarming.ts"

export const SHIPPED_ALARM_RULES = loadShippedAlarms(join(import.meta.dirname, "../../rules/common")).ruleSet

export const SHIPPED_ALARMING = alarmingOf([], SHIPPED_ALARM_RULES, new Map())
