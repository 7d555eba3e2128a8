/**
 * `npm test`: installs the programs that the suite runs against, then runs it.
 *
 *     npm test                        everything
 *     npm test -- test/rules/*.ts     these files only
 *
 * As root on Debian, apt-get installs the missing programs; TAMIS_NO_APT=1 prevents it. Tests whose program is missing
 * are skipped with the reason; TAMIS_REQUIRE_E2E=1 (CI) turns such a skip into a failure.
 */
import { spawnSync } from "node:child_process"
import { constants } from "node:os"
import { installPackages } from "./install-packages.ts"
import { missingPackages } from "./missing-packages.ts"

const missing = missingPackages()
if (missing.length > 0) {
  const circumstances = {
    isRoot: process.getuid?.() === 0,
    env: process.env,
    print: (line: string) => console.error(line),
  }
  if (!installPackages(missing, circumstances)) console.error("tamis: the tests that need them are skipped")
}

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
