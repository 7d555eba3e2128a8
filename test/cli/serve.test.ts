/** What `tamis serve` says when it cannot start: once, with the way out, and with status 2. */
import assert from "node:assert/strict"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { runTamis } from "../support/tamis-command.ts"
import { startTamis } from "../support/tamis-process.ts"

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-cli-serve-"))
})
after(() => rm(directory, { recursive: true }))

/** A configuration is JSON as well as YAML. */
async function configure(name: string, tcp: string, more: object = {}): Promise<string> {
  const file = join(directory, name)
  await writeFile(file, JSON.stringify({ listen: { udp: [], tcp: [tcp] }, stateDirectory: "state", ...more }))
  return file
}

test("a port that is in use is named in the message", async () => {
  const taken = createServer().listen(0, "127.0.0.1")
  await once(taken, "listening")
  const address = taken.address()
  assert.ok(address !== null && typeof address === "object")
  const { status, stdout, stderr } = await runTamis([
    "serve",
    "-c",
    await configure("taken.yml", `127.0.0.1:${address.port}`),
  ])
  taken.close()
  assert.deepEqual([status, stdout.toString()], [2, ""])
  assert.match(
    lastLine(stderr),
    new RegExp(
      `^tamis: listen\\.tcp: cannot listen on 127\\.0\\.0\\.1 port ${address.port} .*EADDRINUSE.* \\[TAMIS_LISTEN_FAILED\\]$`,
    ),
  )
})

test("a second tamis on the same state directory is refused, and the first goes on", async () => {
  const configuration = await configure("first.yml", "127.0.0.1:0")
  const first = await startTamis(configuration)
  const { status, stderr } = await runTamis(["serve", "-c", configuration])
  assert.equal(status, 2)
  assert.match(lastLine(stderr), /^tamis: .*state.* \[TAMIS_ALREADY_RUNNING\]$/)
  assert.equal((await first.status()).healthy, true)
  assert.equal(await first.stop(), 0)
})

test("a state directory that cannot be created is named in the message", async () => {
  await writeFile(join(directory, "file"), "")
  const file = await configure("nowhere.yml", "127.0.0.1:0", { stateDirectory: "file/state" })
  const { status, stderr } = await runTamis(["serve", "-c", file])
  assert.equal(status, 2)
  assert.match(
    lastLine(stderr),
    /^tamis: stateDirectory: cannot create .*file\/state \(.*ENOTDIR.* \[TAMIS_STATE_DIRECTORY_UNUSABLE\]$/,
  )
})

test("a rule set that cannot be used is named in the message", async () => {
  const file = await configure("rules.yml", "127.0.0.1:0", {
    ruleSets: { own: "." },
    hosts: [{ name: "*", rules: ["own"] }],
  })
  const { status, stderr } = await runTamis(["serve", "-c", file])
  assert.equal(status, 2)
  assert.match(stderr, /^tamis: the rule sets cannot be used \[TAMIS_RULES_UNUSABLE\]:\n.*:1:1: is not a rule set/m)
})

/** Behind the log's lines, which are JSON. */
function lastLine(stderr: string): string {
  return stderr.trimEnd().split("\n").at(-1) ?? ""
}
