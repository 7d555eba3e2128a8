/** syslog-ng's load generator as the sender: somebody else's idea of a syslog client. */
import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { fetchDebianPackage } from "./debian-package.ts"

const run = promisify(execFile)

function fetched(): Promise<string> {
  return fetchDebianPackage("syslog-ng-core", "loggen", "usr/bin/loggen")
}

/** Fetches it where it is not there. */
export async function fetchLoggen(): Promise<void> {
  await fetched()
}

/** Sends the file's lines over one TCP connection, from the first again after the last; resolves with how many it sent. */
export async function sendStream(port: number, file: string, count: number): Promise<number> {
  const prefix = join(await fetched(), "usr")
  const from = ["--read-file", file, "--loop-reading", "--dont-parse"]
  // Its other limit is a rate, which it has always.
  const most = ["--number", `${count}`, "--rate", "10000000", "--interval", "600"]
  const { stdout, stderr } = await run(
    join(prefix, "bin/loggen"),
    ["--inet", "--stream", ...from, ...most, "--quiet", "127.0.0.1", `${port}`],
    { env: { ...process.env, SYSLOGNG_PREFIX: prefix, LD_LIBRARY_PATH: join(prefix, "lib/syslog-ng") } },
  )
  const [, sent] = /count=(\d+)/.exec(stdout + stderr) ?? []
  if (sent === undefined) throw new Error(`loggen did not say how many it sent:\n${stdout}${stderr}`)
  return Number(sent)
}
