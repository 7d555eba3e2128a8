/**
 * The name of this instance of tamis in leases. It stays the same after a restart: the instance can go on at once with a
 * delivery that a crash interrupted, and need not wait for its own lease to end.
 */
import { randomUUID } from "node:crypto"
import { readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { codeOf } from "../errors.ts"

/** Reads the identity from the state directory, or creates one. */
export async function instanceId(stateDirectory: string): Promise<string> {
  const file = join(stateDirectory, "instance")
  const known = await readFile(file, "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return ""
    throw error
  })
  if (known.trim() !== "") return known.trim()
  const id = randomUUID()
  await writeFile(`${file}.new`, `${id}\n`)
  await rename(`${file}.new`, file)
  return id
}
