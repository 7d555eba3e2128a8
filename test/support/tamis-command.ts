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

/** Runs `tamis …` on a terminal, made by script(1); resolves with its output. Without an answer, the input is at its end. */
export async function runTamisOnTerminal(args: readonly string[], answer?: Answer): Promise<string> {
  const command = [process.execPath, MAIN, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")
  const child = spawn("script", ["-qec", command, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] })
  child.stdin.on("error", () => {})
  if (answer === undefined) child.stdin.end()
  let shown = ""
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    shown += chunk
    // Not before: a terminal takes an end of input that comes while nobody reads for a NUL.
    if (answer !== undefined && shown.includes(answer.to) && !child.stdin.writableEnded) child.stdin.end(answer.typed)
  }
  return shown
}

/** Typed once the terminal shows the question. */
export interface Answer {
  readonly to: string
  readonly typed: string
}
