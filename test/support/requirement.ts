/**
 * Tests that need more than Node: skipped with the reason printed where it is not there, and failing where
 * TAMIS_REQUIRE_E2E=1 says that it must be.
 *
 *     describe("with a real peer", { skip: unlessCommand("rsyslogd") }, () => { … })
 */
import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"

/** Returns the reason to skip. Throws where nothing may be skipped. */
export function missing(what: string): string {
  const reason = `${what} is not there`
  if (process.env.TAMIS_REQUIRE_E2E === "1") throw new Error(`${reason}, and TAMIS_REQUIRE_E2E=1 requires it`)
  return reason
}

/** Returns false when the command is on the PATH, and else the reason to skip. */
export function unlessCommand(name: string): string | false {
  // Daemons live in sbin, which is not on everybody's PATH.
  const directories = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"]
  return directories.some((directory) => isExecutable(join(directory, name))) ? false : missing(name)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
