/** A docker compose project in a directory of its own. The project is removed even if the test fails. */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { rmSync } from "node:fs"
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Status } from "../../src/http/status.ts"
import { atEnd, docker, ROOT } from "./engine.ts"

export interface ComposeSettings {
  /** Compose files of the repository. */
  readonly files: readonly string[]
  /** A compose file of the test, in YAML. */
  readonly override: string
  /** Further files in the directory, by name. */
  readonly contents: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
}

export interface ComposeProject {
  readonly directory: string
  /** Runs `docker compose …`. */
  compose(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>
  /** Runs shell commands as a person types them; `input` is their standard input. */
  type(commands: string, input: string): Promise<void>
  container(service: string): Promise<string>
  status(service: string): Promise<Status>
  remove(): Promise<void>
}

export async function composeProject(settings: ComposeSettings): Promise<ComposeProject> {
  const directory = await mkdtemp(join(tmpdir(), "tamis-compose-"))
  for (const file of [...settings.files, "examples"]) {
    await cp(join(ROOT, file), join(directory, file), { recursive: true })
  }
  await writeFile(join(directory, "test.yml"), settings.override)
  for (const [name, content] of Object.entries(settings.contents)) await writeFile(join(directory, name), content)
  const env = {
    COMPOSE_PROJECT_NAME: `tamis-test-${process.pid}`,
    // Names the compose files for commands that name none, as those in the README.
    COMPOSE_FILE: [...settings.files, "test.yml"].join(":"),
    ...settings.env,
  }
  const down = ["compose", "down", "--volumes", "--remove-orphans", "--timeout", "1"]
  const orphans = () => {
    spawnSync("docker", down, { cwd: directory, env: { ...process.env, ...env } })
    rmSync(directory, { recursive: true, force: true })
  }
  const callOff = atEnd(orphans)
  const compose = (args: readonly string[], more = {}) => docker(["compose", ...args], { ...env, ...more }, directory)
  return {
    directory,
    compose,
    async type(commands, input) {
      const shell = spawn("sh", ["-eu", "-c", commands], {
        cwd: directory,
        env: { ...process.env, ...env },
        stdio: ["pipe", "inherit", "inherit"],
      })
      shell.stdin.end(input)
      const [status] = await once(shell, "exit")
      if (status !== 0)
        throw new Error(`these commands failed:\n${commands}\n${await compose(["logs", "--tail", "50"])}`)
    },
    container: (service) => compose(["ps", "--all", "--quiet", service]),
    async status(service) {
      // With complaints, the exit status is 1, and the answer is still printed.
      const answer = await compose(["exec", "-T", service, "sh", "-c", "tamis status --json || true"])
      return JSON.parse(answer)
    },
    async remove() {
      await docker(down, env, directory)
      callOff()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
