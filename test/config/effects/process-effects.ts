/** The effects that only a process shows: where tamis keeps its state, and what it logs. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { runTamis } from "../../support/tamis-command.ts"
import { startTamis } from "../../support/tamis-process.ts"
import { type Effect, effect } from "./effect.ts"
import { RECEIVING, RULES } from "./served.ts"

export const PROCESS_EFFECTS: readonly Effect[] = [
  effect({
    option: "stateDirectory",
    fact: "the socket for tamis status and the store are made in this directory",
    rest: RECEIVING,
    files: RULES,
    values: ["state", "var/state"],
    observe: async (trial) => {
      const tamis = await startTamis(trial.file)
      trial.after(() => tamis.stop())
      return ["state", "var/state"].filter((directory) => hasState(join(trial.directory, directory)))
    },
    seen: [["state"], ["var/state"]],
  }),
  effect({
    option: "log.level",
    fact: "a line below this level is not logged",
    // It ends by itself, with a line at the level info before that.
    rest: { ...RECEIVING, store: { sqlite: "broken.db" } },
    files: { ...RULES, "broken.db": "no database ".repeat(100) },
    values: ["info", "error"],
    observe: async (trial) => {
      const { status, stderr } = await runTamis(["serve", "-c", trial.file])
      return { status, levels: [...new Set(stderr.match(/"level":"\w+"/g))] }
    },
    seen: [
      { status: 2, levels: ['"level":"info"'] },
      { status: 2, levels: [] },
    ],
  }),
]

function hasState(directory: string): boolean {
  try {
    const names = readdirSync(directory)
    return names.includes("tamis.sock") && names.includes("tamis.db")
  } catch {
    return false
  }
}
