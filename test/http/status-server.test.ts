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
  hosts: [],
  hostWarnings: [],
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

test("GET /status answers with the status", async () => {
  const server = await serveStatus(socketFile, WELL)
  assert.deepEqual(await ask(), { code: 200, body: HEALTHY })
  await server.close()
})

test("complaints answer with code 503, for health checks", async () => {
  const server = await serveStatus(socketFile, {
    ...WELL,
    status: async () => ({ ...HEALTHY, healthy: false, complaints: ["no store"] }),
  })
  assert.equal((await ask()).code, 503)
  await server.close()
})

test("an error answers with code 500, and the next request asks again", async () => {
  let times = 0
  const server = await serveStatus(socketFile, {
    ...WELL,
    async status() {
      times += 1
      if (times === 1) throw new Error("nobody answers")
      return HEALTHY
    },
  })
  assert.deepEqual(await ask(), { code: 500, body: { error: "nobody answers", code: "TAMIS_INTERNAL_FAILURE" } })
  assert.equal((await ask()).code, 200)
  await server.close()
})

test("POST /reload reloads, and answers with the changes", async () => {
  const changes = { ...UNCHANGED, added: ["/rules/ignore.d.server/ssh:12"] }
  const server = await serveStatus(socketFile, { ...WELL, reload: async () => changes })
  assert.deepEqual(await ask("/reload", "POST"), { code: 200, body: changes })
  await server.close()
})

test("a refused reload answers with all problems, and a bug has another code", async () => {
  const problem = { file: "tamis.yml", line: 3, column: 5, message: "expected a list" }
  const errors = [
    new OperatorError("TAMIS_CONFIGURATION_INVALID", "the configuration cannot be used:", [problem]),
    new TypeError("a bug"),
  ]
  const server = await serveStatus(socketFile, { ...WELL, reload: () => Promise.reject(errors.shift()) })
  const error = "the configuration cannot be used:\ntamis.yml:3:5: expected a list"
  assert.deepEqual(await ask("/reload", "POST"), { code: 422, body: { error, code: "TAMIS_CONFIGURATION_INVALID" } })
  assert.deepEqual(await ask("/reload", "POST"), {
    code: 500,
    body: { error: "a bug", code: "TAMIS_INTERNAL_FAILURE" },
  })
  await server.close()
})

test("only its user and root can connect, whatever the umask", async () => {
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
  test(`${method} ${path} is an unknown endpoint`, async () => {
    const server = await serveStatus(socketFile, {
      status: () => assert.fail("nobody may ask for the status"),
      reload: () => assert.fail("nobody may reload"),
    })
    const { code, body } = await ask(path, method)
    assert.equal(code, 404)
    assert.partialDeepStrictEqual(body, { code: "TAMIS_ENDPOINT_UNKNOWN" })
    await server.close()
  })
}

test("a second server is refused while the first answers, and can start after it", async () => {
  const first = await serveStatus(socketFile, WELL)
  await assert.rejects(serveStatus(socketFile, WELL), (error) => {
    assert.ok(error instanceof OperatorError)
    assert.match(error.message, /another tamis is running with this state directory; stop it, or set stateDirectory$/)
    assert.equal(error.code, "TAMIS_ALREADY_RUNNING")
    return true
  })
  assert.equal((await ask()).code, 200, "the first one still answers")
  await first.close()
  assert.equal(existsSync(socketFile), false)
  const second = await serveStatus(socketFile, WELL)
  assert.equal((await ask()).code, 200)
  await second.close()
})

test("the socket of a killed process does not block a new server", async () => {
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

test("idle connections and pending requests do not block close", async () => {
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

test("if the socket cannot be created, the error names the option to set", async () => {
  const file = join(directory, "no directory")
  writeFileSync(file, "")
  await assert.rejects(serveStatus(join(file, "tamis.sock"), WELL), (error) => {
    assert.ok(error instanceof OperatorError)
    assert.match(error.message, /cannot create the status socket \(.*\); set stateDirectory to another directory$/)
    assert.equal(error.code, "TAMIS_SOCKET_UNUSABLE")
    return true
  })
})
