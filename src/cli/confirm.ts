/** Asks a person a question that can be answered with yes. */
import { createInterface } from "node:readline/promises"

/** Whether somebody can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY
}

/** Asks on the terminal. Everything but yes is no: another answer, the end of the input, Ctrl-C. */
export async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const closed = new AbortController()
  terminal.once("close", () => closed.abort())
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: closed.signal })
    return /^y(?:es)?$/i.test(answer.trim())
  } catch {
    process.stdout.write("\n")
    return false
  } finally {
    terminal.close()
  }
}
