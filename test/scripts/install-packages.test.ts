/** What `npm test` installs: which packages, by which command, and when it must not. Nothing is really installed. */
import assert from "node:assert/strict"
import { afterEach, beforeEach, describe, test } from "node:test"
import { type Circumstances, installPackages } from "../../scripts/install-packages.ts"
import { missingPackages } from "../../scripts/missing-packages.ts"
import { type FakePath, fakePath } from "./fake-path.ts"

describe("missingPackages", () => {
  test("names the package of each file that is missing", () => {
    assert.deepEqual(
      missingPackages((file) => !["/usr/sbin/rsyslogd", "/usr/sbin/haproxy"].includes(file)),
      ["rsyslog", "haproxy"],
    )
  })

  test("is empty where every file is there", () => {
    assert.deepEqual(
      missingPackages(() => true),
      [],
    )
  })
})

describe("installPackages", () => {
  let path: FakePath
  let printed: string[]

  beforeEach(() => {
    path = fakePath(["ln", "true"])
    printed = []
  })
  afterEach(() => path.remove())

  const install = (circumstances: Partial<Circumstances> = {}) =>
    installPackages(["rsyslog", "haproxy"], {
      isRoot: true,
      env: { PATH: path.directory },
      print: (line) => printed.push(line),
      ...circumstances,
    })

  test("as root, prints the packages and the commands, then runs these commands", () => {
    const commands: string[] = []
    const print = (line: string) => {
      assert.deepEqual(path.aptCalls(), [], "it prints first")
      commands.push(...line.split("apt-get ").slice(1))
      printed.push(line)
    }
    assert.equal(install({ print }), true)
    assert.deepEqual(path.aptCalls(), ["-qq update", "-qq install -y --no-install-recommends rsyslog haproxy"])
    assert.deepEqual(commands, path.aptCalls())
    assert.match(printed[0] ?? "", /^tamis: installing rsyslog, haproxy .*TAMIS_NO_APT=1 prevents it/)
  })

  test("says that apt-get failed", () => {
    path.add("apt-get", '#!/bin/sh\n[ "$1" = --version ]\n')
    assert.equal(install(), false)
    assert.equal(printed.at(-1), "tamis: apt-get -qq update failed")
  })

  const OBSTACLES: readonly [reason: string, circumstances: (env: Circumstances["env"]) => Partial<Circumstances>][] = [
    ["TAMIS_NO_APT is set", (env) => ({ env: { ...env, TAMIS_NO_APT: "1" } })],
    ["not root", () => ({ isRoot: false })],
    ["apt-get is not on the PATH", () => ({ env: { PATH: "/nonexistent" } })],
  ]
  for (const [reason, circumstances] of OBSTACLES) {
    test(`installs nothing and prints how to: ${reason}`, () => {
      assert.equal(install(circumstances({ PATH: path.directory })), false)
      assert.deepEqual(path.aptCalls(), [])
      assert.deepEqual(printed, [
        `tamis: not installed: rsyslog, haproxy (${reason})`,
        "tamis: on Debian, this command installs them as root:",
        "    apt-get install rsyslog haproxy",
      ])
    })
  }
})
