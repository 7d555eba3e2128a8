/**
 * Datagrams at a steady rate: paced-sender.c, compiled when it is first wanted.
 *
 * loggen, the sender of the other measurements, paces in bursts; see README.md.
 */
import { execFile } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"

const SOURCE = join(import.meta.dirname, "paced-sender.c")
const PEERS = join(import.meta.dirname, ".peers")

export interface Datagrams {
  readonly port: number
  /** 0: as fast as it goes. */
  readonly perSecond: number
  readonly count: number
  /** A line each, from the first again after the last. */
  readonly file: string
}

/** Compiles the sender and returns its path. */
export async function pacedSender(): Promise<string> {
  mkdirSync(PEERS, { recursive: true })
  const program = join(PEERS, "paced-sender")
  await promisify(execFile)("cc", ["-O2", "-o", program, SOURCE])
  return program
}

/** Sends all of them and resolves with the seconds that it took. */
export async function sendDatagrams(program: string, datagrams: Datagrams): Promise<number> {
  const { port, perSecond, count, file } = datagrams
  const { stdout } = await promisify(execFile)(program, [`${port}`, `${perSecond}`, `${count}`, file])
  return Number(stdout)
}
