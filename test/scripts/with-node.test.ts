/** scripts/with-node on a machine where re2 must be compiled and the compiler is missing. Nothing is really installed. */
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { type FakePath, fakePath } from "./fake-path.ts"

const SCRIPT = join(import.meta.dirname, "../../scripts/with-node")
const PROGRAMS = ["sh", "dirname", "readlink", "cksum", "cat", "flock", "ln", "true"]
const INSTALL = "-qq install -y g++ make python3"

describe("with-node without a compiler", () => {
  let clone: string
  let path: FakePath

  beforeEach(() => {
    clone = mkdtempSync(join(tmpdir(), "tamis-with-node-"))
    mkdirSync(join(clone, "scripts"))
    mkdirSync(join(clone, "node_modules"))
    cpSync(SCRIPT, join(clone, "scripts/with-node"))
    writeFileSync(join(clone, "package-lock.json"), "{}")
    path = fakePath(PROGRAMS)
    symlinkSync(process.execPath, join(path.directory, "node"))
    // npm fails as it does when it cannot compile re2.
    path.add("npm", `process.exit(require("node:fs").existsSync("${path.directory}/g++") ? 0 : 1)`)
    user(0)
  })

  afterEach(() => {
    path.remove()
    rmSync(clone, { recursive: true })
  })

  const user = (id: number) => path.add("id", `#!/bin/sh\necho ${id}\n`)

  const run = (env: Readonly<Record<string, string>> = {}) => {
    const command = [join(clone, "scripts/with-node"), "node", "-p", "'it ' + 'ran'"]
    return spawnSync("/bin/sh", command, { encoding: "utf8", env: { PATH: path.directory, ...env } })
  }

  test("as root, it prints the packages and the command, installs them, and runs", () => {
    const { status, stdout, stderr } = run()
    assert.deepEqual({ status, stdout }, { status: 0, stdout: "it ran\n" }, stderr)
    assert.deepEqual(path.aptCalls(), ["-qq update", INSTALL])
    assert.match(stderr, /^tamis: installing g\+\+ make python3 and what they depend on, as root \(TAMIS_NO_APT=1 /m)
    assert.ok(stderr.includes(`\n    DEBIAN_FRONTEND=noninteractive apt-get ${INSTALL}\n`), stderr)
  })

  test("it installs only the packages that are missing", () => {
    path.add("make", "#!/bin/sh\n")
    assert.equal(run().status, 0)
    assert.deepEqual(path.aptCalls(), ["-qq update", "-qq install -y g++ python3"])
  })

  const REFUSALS: readonly [name: string, id: number, env: Readonly<Record<string, string>>, says: RegExp][] = [
    ["with TAMIS_NO_APT=1", 0, { TAMIS_NO_APT: "1" }, /^tamis: TAMIS_NO_APT is set: no package is installed$/m],
    ["without root", 1000, {}, /^tamis: install g\+\+ make python3, then run the command again; on Debian, as root:$/m],
  ]
  for (const [name, id, env, says] of REFUSALS) {
    test(`${name}, it installs nothing, says how to install the packages, and ends with status 2`, () => {
      user(id)
      const { status, stdout, stderr } = run(env)
      assert.deepEqual({ status, stdout }, { status: 2, stdout: "" }, stderr)
      assert.deepEqual(path.aptCalls(), [])
      assert.match(stderr, says)
      assert.match(stderr, /^ {4}apt-get install g\+\+ make python3$/m)
    })
  }
})
