import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { request } from "node:http"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { afterEach, beforeEach, test } from "node:test"
import { OperatorError } from "../../src/errors.ts"
import type { Changes } from "../../src/http/changes.ts"
import type { Status } from "../../src/http/status.ts"
import { type Answers, serveStatus } from "../../src/http/status-server.ts"

const HEALTHY: Status = {
  version: "0.1.0",
  startedAt: "2026-11-23T18:00:00.000Z",
  receiving: true,
  healthy: true,
  complaints: [],
  listeners: [],
  rules: 7,
  quarantinedRules: [],
  digests: [],
}

const UNCHANGED: Changes = {
  rules: 7,
  added: [],
  removed: [],
  quarantined: [],
  released: [],
  configuration: [],
  needsRestart: [],
}

const WELL: Answers = { status: async () => HEALTHY, reload: async () => UNCHANGED }

let directory: string
let socketFile: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tamis-status-"))
  socketFile = join(directory, "tamis.sock")
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

async function ask(path = "/status", method = "GET"): Promise<{ readonly code: number; readonly body: unknown }> {
  const asking = request({ socketPath: socketFile, path, method, agent: false })
  asking.end()
  const [response] = await once(asking, "response")
  return { code: response.statusCode, body: JSON.parse(await text(response)) }
}

test("it answers with the status", async () => {
  const server = await serveStatus(socketFile, WELL)
  assert.deepEqual(await ask(), { code: 200, body: HEALTHY })
  await server.close()
})

test("complaints show in the code: that is what a health check sees", async () => {
  const server = await serveStatus(socketFile, {
    ...WELL,
    status: async () => ({ ...HEALTHY, healthy: false, complaints: ["no store"] }),
  })
  assert.equal((await ask()).code, 503)
  await server.close()
})

test("a status that cannot be told is said, and the next one is asked for anew", async () => {
  let times = 0
  const server = await serveStatus(socketFile, {
    ...WELL,
    async status() {
      times += 1
      if (times === 1) throw new Error("nobody answers")
      return HEALTHY
    },
  })
  assert.deepEqual(await ask(), { code: 500, body: { error: "nobody answers" } })
  assert.equal((await ask()).code, 200)
  await server.close()
})

test("it reloads when it is asked to by POST, and says what changed", async () => {
  const changes = { ...UNCHANGED, added: ["/rules/ignore.d.server/ssh:12"] }
  const server = await serveStatus(socketFile, { ...WELL, reload: async () => changes })
  assert.deepEqual(await ask("/reload", "POST"), { code: 200, body: changes })
  await server.close()
})

test("a reload that was refused is answered with all that is wrong, and a bug is told apart from it", async () => {
  const problem = { file: "tamis.yml", line: 3, column: 5, message: "expected a list" }
  const errors = [new OperatorError("the configuration cannot be used:", [problem]), new TypeError("a bug")]
  const server = await serveStatus(socketFile, { ...WELL, reload: () => Promise.reject(errors.shift()) })
  const error = "the configuration cannot be used:\ntamis.yml:3:5: expected a list"
  assert.deepEqual(await ask("/reload", "POST"), { code: 422, body: { error } })
  assert.deepEqual(await ask("/reload", "POST"), { code: 500, body: { error: "a bug" } })
  await server.close()
})

test("nobody but its user and root can connect, whatever the umask", async () => {
  const before = process.umask(0)
  const server = await serveStatus(socketFile, WELL)
  assert.equal(process.umask(before), 0)
  assert.equal(statSync(socketFile).mode & 0o777, 0o600)
  await server.close()
})

for (const [method, path] of [
  ["GET", "/"],
  ["POST", "/status"],
  ["GET", "/reload"],
  ["DELETE", "/status"],
  ["GET", "/status/../../etc/passwd"],
] as const) {
  test(`${method} ${path} is nothing it knows`, async () => {
    const server = await serveStatus(socketFile, {
      status: () => assert.fail("nobody may ask for the status"),
      reload: () => assert.fail("nobody may reload"),
    })
    assert.equal((await ask(path, method)).code, 404)
    await server.close()
  })
}

test("a second one is refused while the first answers, and may follow it", async () => {
  const first = await serveStatus(socketFile, WELL)
  await assert.rejects(serveStatus(socketFile, WELL), (error) => {
    assert.ok(error instanceof OperatorError)
    assert.match(error.message, /another tamis is running with this state directory; stop it, or set stateDirectory$/)
    return true
  })
  assert.equal((await ask()).code, 200, "the first one still answers")
  await first.close()
  assert.equal(existsSync(socketFile), false)
  const second = await serveStatus(socketFile, WELL)
  assert.equal((await ask()).code, 200)
  await second.close()
})

test("the socket of a process that was killed is no tamis", async () => {
  const script = `require("node:net").createServer().listen(${JSON.stringify(socketFile)}, () => console.log("listening"))`
  const killed = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] })
  await once(killed.stdout, "data")
  killed.kill("SIGKILL")
  await once(killed, "exit")
  assert.equal(existsSync(socketFile), true)
  const server = await serveStatus(socketFile, WELL)
  assert.equal((await ask()).code, 200)
  await server.close()
})

test("whoever connects and says nothing, or waits for an answer, does not hold up the end", async () => {
  const asked = Promise.withResolvers<void>()
  const server = await serveStatus(socketFile, {
    ...WELL,
    status() {
      asked.resolve()
      return new Promise(() => {})
    },
  })
  const silent = connect(socketFile)
  await once(silent, "connect")
  const waiting = request({ socketPath: socketFile, path: "/status", agent: false })
  const failed = once(waiting, "error")
  waiting.end()
  await asked.promise
  await server.close()
  await Promise.all([failed, once(silent.resume(), "close")])
})

test("where there can be no socket, the operator hears which option to set", async () => {
  const file = join(directory, "no directory")
  writeFileSync(file, "")
  await assert.rejects(serveStatus(join(file, "tamis.sock"), WELL), (error) => {
    assert.ok(error instanceof OperatorError)
    assert.match(error.message, /cannot make the status socket \(.*\); set stateDirectory$/)
    return true
  })
})
