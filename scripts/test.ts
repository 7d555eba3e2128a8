/**
 * `npm test`: gets the real peers that the suite runs against, then runs it.
 *
 *     npm test                        everything
 *     npm test -- test/rules/*.ts     these files only
 *
 * As root on Debian what is missing is installed by apt. Elsewhere the parts that need it are skipped, each with
 * its reason; TAMIS_REQUIRE_E2E=1 (CI) turns such a skip into a failure.
 */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { constants } from "node:os"

/** A program of the suite's peers, and the Debian package that has it. */
const PEERS: readonly { readonly program: string; readonly debianPackage: string }[] = [
  { program: "/usr/bin/redis-server", debianPackage: "redis-server" },
  { program: "/usr/sbin/rsyslogd", debianPackage: "rsyslog" },
  { program: "/usr/sbin/logcheck", debianPackage: "logcheck" },
  { program: "/etc/logcheck/ignore.d.server/ssh", debianPackage: "logcheck-database" },
  { program: "/usr/sbin/haproxy", debianPackage: "haproxy" },
  { program: "/usr/bin/logger", debianPackage: "bsdutils" },
]

function installPeers(): void {
  const missing = PEERS.filter(({ program }) => !existsSync(program)).map(({ debianPackage }) => debianPackage)
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    console.error(
      `tamis: ${missing.join(", ")} missing: the tests against them are skipped (apt-get install them to run all)`,
    )
    return
  }
  console.error(`tamis: installing what the suite runs against: ${missing.join(", ")}`)
  // At run level 1 the packages' services are not started: the suite starts its own, on ports of its own.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" }
  const apt = (...args: string[]) =>
    spawnSync("apt-get", ["-qq", ...args], { env, stdio: ["ignore", 2, 2] }).status === 0
  if (!apt("update") || !apt("install", "-y", "--no-install-recommends", ...missing)) {
    console.error("tamis: apt-get could not install them: the tests against them are skipped")
  }
}

installPeers()
const files = process.argv.slice(2)
const run = spawnSync(
  process.execPath,
  [
    "--import",
    "./test/support/property-tests.ts",
    "--test",
    "--test-reporter=spec",
    "--test-timeout=300000",
    ...(files.length > 0 ? files : ["test/**/*.test.ts"]),
  ],
  { stdio: "inherit" },
)
process.exitCode = run.status ?? 128 + (run.signal === null ? 0 : constants.signals[run.signal])
