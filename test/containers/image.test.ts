/** What is in the image, and what is not. */
import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { before, describe, test } from "node:test"
import { promisify } from "node:util"
import { build, docker, ROOT, tamisImage, withoutEngine } from "../support/engine.ts"

describe("the image", { skip: withoutEngine, timeout: 240_000 }, () => {
  let image: string
  before(async () => {
    image = await tamisImage()
  })

  const run = (...args: string[]) => docker(["run", "--rm", "--network", "none", "--read-only", ...args])

  test("has neither a compiler, nor npm or its cache, nor what only tests need", async () => {
    const programs = "gcc g++ cc make python3 npm npx corepack"
    const found = await run(
      "--user",
      "0",
      "--entrypoint",
      "sh",
      image,
      "-c",
      `for p in ${programs}; do command -v $p; done; ls -A /app /root`,
    )
    assert.doesNotMatch(found, /\/bin\/|\.npm|_cacache/)
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"))
    const modules = (await run("--entrypoint", "ls", image, "/app/node_modules")).split("\n")
    assert.ok(modules.includes("re2"))
    for (const name of Object.keys(devDependencies)) assert.ok(!modules.includes(name), name)
  })

  test("says what it is, and runs as a user that is none", async () => {
    const [{ Config }] = JSON.parse(await docker(["image", "inspect", image]))
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"))
    assert.equal(Config.Labels["org.opencontainers.image.title"], "tamis")
    assert.equal(Config.Labels["org.opencontainers.image.version"], version)
    assert.equal(Config.User, "1000:1000")
    assert.equal(await run(image, "--version"), version)
  })

  test("runs out of the compile cache that the build filled", async () => {
    const command = [
      "run",
      "--rm",
      "--network",
      "none",
      "--env",
      "NODE_DEBUG_NATIVE=COMPILE_CACHE",
      image,
      "rules",
      "check",
      "common",
    ]
    const { stderr } = await promisify(execFile)("docker", command, { maxBuffer: 64 * 1024 * 1024 })
    const accepted = stderr.match(/V8 code cache for ESM file:\/\/\/app\/src\/\S+ was accepted/g) ?? []
    assert.ok(accepted.length > 20, `${accepted.length} modules`)
    assert.doesNotMatch(stderr, /was rejected|permission denied/)
  })

  test("ends when it is asked to before it has begun to listen to that", async () => {
    // The first process of a container gets no signal that it has no handler for.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const id = await docker(["run", "--detach", "--network", "none", image])
      await docker(["stop", "--time", "5", id])
      const status = await docker(["inspect", "--format", "{{.State.ExitCode}}", id])
      await docker(["rm", "--volumes", id])
      assert.match(status, /^(0|143)$/, "by SIGTERM, and not by SIGKILL 5 s later")
    }
  })

  test("has Debian's rules in it where it was built with them, and nobody's otherwise", async () => {
    await build("tamis:test-debian", ["--build-arg", "LOGCHECK_DATABASE=1"])
    const line = "Nov 23 18:00:00 web1 sshd[7]: Received disconnect from 192.0.2.7 port 50000:11: disconnected by user"
    const scan = (of: string) =>
      run("--entrypoint", "sh", of, "-c", `echo '${line}' | tamis scan --rules /etc/logcheck; echo status $?`)
    assert.match(await scan("tamis:test-debian"), /status 0$/)
    await build("tamis:test-plain", [])
    assert.match(await scan("tamis:test-plain"), /status 2$/)
  })
})
