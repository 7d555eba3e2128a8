/** Runs a command of tamis in a process of its own, to its end. */
import { spawn } from "node:child_process"
import { join } from "node:path"
import { buffer, text } from "node:stream/consumers"

const MAIN = join(import.meta.dirname, "../../src/main.ts")

export interface CommandResult {
  readonly status: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

export interface CommandOptions {
  /** Standard input; empty by default. */
  readonly input?: string | Buffer
  readonly env?: NodeJS.ProcessEnv
}

/** Runs `tamis …`, without the variables of the caller's environment that configure tamis. */
export async function runTamis(
  args: readonly string[],
  { input = "", env }: CommandOptions = {},
): Promise<CommandResult> {
  const { TAMIS_CONFIG: _, STATE_DIRECTORY: __, ...inherited } = process.env
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...inherited, ...env } })
  const exited = new Promise<number | null>((resolve) => child.on("close", resolve))
  // A command that refuses its arguments does not read its input.
  child.stdin.on("error", () => {})
  child.stdin.end(input)
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), text(child.stderr)])
  return { status: await exited, stdout, stderr }
}

/** Runs `tamis …` on a terminal, made by script(1), where somebody types `typed`; resolves with its output. */
export async function runTamisOnTerminal(args: readonly string[], typed = ""): Promise<string> {
  const command = [process.execPath, MAIN, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")
  const child = spawn("script", ["-qec", command, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] })
  child.stdin.on("error", () => {})
  child.stdin.end(typed)
  return text(child.stdout)
}
