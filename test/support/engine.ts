/**
 * A container engine, if one answers: the reason to skip without it, its command line, and the image under test.
 *
 * With TAMIS_REQUIRE_CONTAINERS=1 (CI), tests fail if no engine answers. TAMIS_TEST_IMAGE names an image that is built
 * already.
 */
import { execFile, spawnSync } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"

export const ROOT = join(import.meta.dirname, "../..")

export const withoutEngine: string | false = engineAnswers() ? false : absent()

function engineAnswers(): boolean {
  return spawnSync("docker", ["version", "--format", "{{.Server.Version}}"], { stdio: "ignore" }).status === 0
}

function absent(): string {
  const reason = "no container engine answers"
  if (process.env.TAMIS_REQUIRE_CONTAINERS === "1") {
    throw new Error(`${reason}, and TAMIS_REQUIRE_CONTAINERS=1 requires one`)
  }
  return reason
}

/**
 * Calls `cleanup`, which must be synchronous, when this process ends, also by a signal: no container outlives its test.
 * Returns a function that cancels this.
 */
export function atEnd(cleanup: () => void): () => void {
  const end = () => process.exit(1)
  process.once("exit", cleanup)
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, end)
  return () => {
    process.off("exit", cleanup)
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.off(signal, end)
  }
}

/** Runs docker; resolves with what it printed. */
export async function docker(args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = ROOT): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("docker", args, {
      cwd,
      env: { ...process.env, ...env },
      maxBuffer: 64 * 1024 * 1024,
    })
    return stdout.trim()
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`docker ${args.join(" ")} failed:\n${stdout}${stderr}`)
  }
}

/** Builds an image, on the machine's own network: some engines forward no packets. */
export async function build(tag: string, args: readonly string[], context = ROOT): Promise<void> {
  await docker(["build", "--quiet", "--network=host", "--tag", tag, ...args, context])
}

/** Returns the image of this checkout. */
export async function tamisImage(): Promise<string> {
  const built = process.env.TAMIS_TEST_IMAGE
  if (built !== undefined && built !== "") return built
  await build("tamis:test", [])
  return "tamis:test"
}
