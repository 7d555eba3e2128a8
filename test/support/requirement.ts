/**
 * Programs that tests need besides Node. A test whose program is missing is skipped with the reason; with
 * TAMIS_REQUIRE_E2E=1 (CI), it fails.
 *
 *     describe("with a real peer", { skip: unlessCommand("rsyslogd") }, () => { … })
 */
import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"

/** Returns the reason to skip. Throws with TAMIS_REQUIRE_E2E=1. */
export function missing(what: string): string {
  const reason = `${what} is not there`
  if (process.env.TAMIS_REQUIRE_E2E === "1") throw new Error(`${reason}, and TAMIS_REQUIRE_E2E=1 requires it`)
  return reason
}

/** Returns the reason to skip tests that need a command, or false if it is installed. */
export function unlessCommand(name: string): string | false {
  // Daemons are in sbin, which is not always on the PATH.
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
