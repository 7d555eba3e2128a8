/**
 * Names this instance of tamis in leases, the same over restarts: a delivery that a crash interrupted is this
 * instance's to go on with, and need not wait until its own lease has run out.
 */
import { randomUUID } from "node:crypto"
import { readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"

/** Reads the identity kept in the state directory, or makes one. */
export async function instanceId(stateDirectory: string): Promise<string> {
  const file = join(stateDirectory, "instance")
  const known = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return ""
    throw error
  })
  if (known.trim() !== "") return known.trim()
  const id = randomUUID()
  await writeFile(`${file}.new`, `${id}\n`)
  await rename(`${file}.new`, file)
  return id
}
