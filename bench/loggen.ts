/** syslog-ng's load generator as the sender: somebody else's idea of a syslog client. */
import { execFile } from "node:child_process"
import { existsSync, globSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"

const FOLDER = join(import.meta.dirname, ".peers/loggen")

const run = promisify(execFile)

/** Fetches Debian's syslog-ng-core and unpacks it, unless it is there: nothing is installed, nothing is started. */
export async function fetchLoggen(): Promise<void> {
  if (existsSync(join(FOLDER, "usr/bin/loggen"))) return
  mkdirSync(FOLDER, { recursive: true })
  await run("apt-get", ["download", "syslog-ng-core"], { cwd: FOLDER })
  for (const debianPackage of globSync(join(FOLDER, "*.deb"))) await run("dpkg", ["-x", debianPackage, FOLDER])
}

/** Sends the file's lines over one TCP connection, from the first again after the last; resolves with how many it sent. */
export async function sendStream(port: number, file: string, count: number): Promise<number> {
  const prefix = join(FOLDER, "usr")
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
