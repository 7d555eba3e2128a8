import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TestContext } from "node:test"
import type { Config } from "../../src/config/config.ts"
import { type Defaults, type LoadedConfig, loadConfig } from "../../src/config/load.ts"
import { OperatorError } from "../../src/errors.ts"
import { formatProblem } from "../../src/problem.ts"

export interface Fixture {
  readonly directory: string
  readonly defaults: Defaults
  write(name: string, content: string | Buffer): string
  load(yaml: string | Buffer, env?: NodeJS.ProcessEnv): LoadedConfig
  config(yaml: string, env?: NodeJS.ProcessEnv): Config
  /** `line:col: message`, one a line, for a file that cannot be used. */
  problems(yaml: string | Buffer, env?: NodeJS.ProcessEnv): string
}

/** A directory with two shipped rule sets, in which configuration files can be written and loaded. */
export function fixture(t: TestContext): Fixture {
  const directory = mkdtempSync(join(tmpdir(), "tamis-config-"))
  t.after(() => rmSync(directory, { recursive: true }))
  const rulesDirectory = join(directory, "shipped")
  for (const name of ["common", "router"]) mkdirSync(join(rulesDirectory, name), { recursive: true })
  const defaults = { rulesDirectory, timeZone: "Europe/Paris" }

  const write = (name: string, content: string | Buffer) => {
    const file = join(directory, name)
    writeFileSync(file, content)
    return file
  }
  const load = (yaml: string | Buffer, env: NodeJS.ProcessEnv = {}) =>
    loadConfig(write("tamis.yml", yaml), env, defaults)
  const problems = (yaml: string | Buffer, env?: NodeJS.ProcessEnv) => {
    try {
      load(yaml, env)
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      return error.problems.map((problem) => formatProblem(problem).replaceAll(`${directory}/`, "")).join("\n")
    }
    throw new Error("the file was accepted")
  }
  return { directory, defaults, write, load, problems, config: (yaml, env) => load(yaml, env).config }
}
