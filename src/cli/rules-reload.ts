/**
 * `tamis rules reload`: reloads rules and configuration in the running tamis.
 *
 * Exit status 0: reloaded; 1: reloaded, but more rules are out of force than before; 2: refused, nothing changed.
 */

import { type Changes, changesSchema } from "../http/changes.ts"
import { isUnchanged } from "../service/changes.ts"
import { amount } from "../text/amount.ts"
import { printable } from "../text/printable.ts"
import { printableJson } from "../text/printable-json.ts"
import { configuration } from "./configuration.ts"
import { askRunning, type Question } from "./control.ts"
import type { Output } from "./output.ts"

export interface RulesReloadOptions {
  readonly config?: string
  readonly json?: boolean
}

const RELOAD: Question<Changes> = {
  method: "POST",
  path: "/reload",
  // A judge with all of Debian's rules compiles in a fifth of a second, and each set of variables needs one.
  patienceMs: 120_000,
  answer: changesSchema,
  failure: "nothing was reloaded",
}

export async function rulesReload(options: RulesReloadOptions, output: Output): Promise<0 | 1> {
  const { config } = configuration(options.config)
  const answer = await askRunning(config, RELOAD)
  output.stdout(options.json === true ? printableJson(answer) : render(answer))
  return answer.quarantined.length > 0 ? 1 : 0
}

function render(changes: Changes): string {
  const { rules, added, removed, quarantined, released, configuration: options, needsRestart } = changes
  const lines = [
    ...added.map((place) => `+ ${place}`),
    ...removed.map((place) => `- ${place}`),
    ...options.map((change) => `~ ${change}`),
    ...quarantined.map((problem) => `! out of force: ${problem}`),
    ...released.map((place) => `  no longer out of force: ${place}`),
    ...needsRestart.map((option) => `! ${option}: changed in the file, takes effect at the next restart`),
    `reloaded${isUnchanged(changes) ? ", nothing changed" : ""}: ${amount(rules, "rule")} in force`,
  ]
  return `${lines.map(printable).join("\n")}\n`
}
