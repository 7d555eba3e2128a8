/**
 * `tamis rules reload`: has the running tamis read rules and configuration anew.
 *
 * Exit status 0: they are in force; 1: they are, but further rules are out of force; 2: none of it is, what was before still is.
 */

import { OperatorError } from "../errors.ts"
import type { Changes } from "../http/changes.ts"
import { isUnchanged } from "../service/changes.ts"
import { amount } from "../text/amount.ts"
import { printable } from "../text/printable.ts"
import { configuration } from "./configuration.ts"
import { askRunning, isRefusal, readAnswer } from "./control.ts"
import type { Output } from "./output.ts"

export interface RulesReloadOptions {
  readonly config?: string
  readonly json?: boolean
}

/** A judge with all of Debian's rules takes a fifth of a second, and there is one for each set of variables. */
const PATIENCE_MS = 120_000

export async function rulesReload(options: RulesReloadOptions, output: Output): Promise<0 | 1> {
  const { config } = configuration(options.config)
  const answer = readAnswer<Changes>(await askRunning(config, "POST", "/reload", PATIENCE_MS))
  if (isRefusal(answer)) throw new OperatorError(`nothing was reloaded: ${answer.error}`)
  output.stdout(options.json === true ? `${JSON.stringify(answer, undefined, 2)}\n` : render(answer))
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
    ...needsRestart.map((option) => `! ${option}: takes a restart, and stays as it was`),
    `reloaded${isUnchanged(changes) ? ", nothing is different" : ""}: ${amount(rules, "rule")} in force`,
  ]
  return `${lines.map(printable).join("\n")}\n`
}
