/** Programs of Debian's, fetched and unpacked: nothing is installed, nothing is started. */
import { execFile } from "node:child_process"
import { existsSync, globSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"

const PEERS = join(import.meta.dirname, ".peers")

const run = promisify(execFile)

/** Returns the folder that the package is unpacked in, under a name of its own; fetches it unless the program is there. */
export async function fetchDebianPackage(name: string, folder: string, program: string): Promise<string> {
  const path = join(PEERS, folder)
  if (existsSync(join(path, program))) return path
  mkdirSync(path, { recursive: true })
  await run("apt-get", ["download", name], { cwd: path })
  for (const debianPackage of globSync(join(path, "*.deb"))) await run("dpkg", ["-x", debianPackage, path])
  return path
}
