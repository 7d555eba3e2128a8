/**
 * Installs Debian packages by apt-get, where it may: as root, with apt-get on the PATH, and without TAMIS_NO_APT.
 *
 * It prints the packages and the commands before it runs them. Where it may not install, it prints why, and how to
 * install them by hand.
 */
import { spawnSync } from "node:child_process"

export interface Circumstances {
  readonly isRoot: boolean
  /** apt-get is looked up on its PATH and runs with it. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Takes one line without its line feed. */
  readonly print: (line: string) => void
}

/** Prevents debconf's questions, and at run level 1 the start of the packages' services: the tests start their own. */
const APT_ENVIRONMENT = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" }

/** Returns whether all of the packages were installed. */
export function installPackages(packages: readonly string[], { isRoot, env, print }: Circumstances): boolean {
  const obstacle = obstacleTo(isRoot, env)
  if (obstacle !== undefined) {
    print(`tamis: not installed: ${packages.join(", ")} (${obstacle})`)
    print("tamis: on Debian, this command installs them as root:")
    print(`    apt-get install ${packages.join(" ")}`)
    return false
  }
  const commands = [
    ["apt-get", "-qq", "update"],
    ["apt-get", "-qq", "install", "-y", "--no-install-recommends", ...packages],
  ]
  const assignments = Object.entries(APT_ENVIRONMENT).map(([name, value]) => `${name}=${value}`)
  print(`tamis: installing ${packages.join(", ")} and what they depend on, as root (TAMIS_NO_APT=1 prevents it):`)
  for (const command of commands) print(`    ${[...assignments, ...command].join(" ")}`)
  for (const [program = "", ...args] of commands) {
    const { status } = spawnSync(program, args, { env: { ...env, ...APT_ENVIRONMENT }, stdio: ["ignore", 2, 2] })
    if (status === 0) continue
    print(`tamis: ${program} ${args.join(" ")} failed`)
    return false
  }
  return true
}

/** Returns why nothing may be installed here, or undefined. */
function obstacleTo(isRoot: boolean, env: Circumstances["env"]): string | undefined {
  if ((env.TAMIS_NO_APT ?? "") !== "") return "TAMIS_NO_APT is set"
  if (!isRoot) return "not root"
  const { error } = spawnSync("apt-get", ["--version"], { env, stdio: "ignore" })
  return error === undefined ? undefined : "apt-get is not on the PATH"
}
