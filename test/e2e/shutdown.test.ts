/** How tamis ends: told to, at the worst moment; of a bug; because its store cannot be used. */

import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { afterEach, beforeEach, describe, test } from "node:test"
import { pathToFileURL } from "node:url"
import { eventually } from "../support/eventually.ts"
import { type RedisServer, startRedisServer, withoutRedisServer } from "../support/redis-server.ts"
import { connectFrom, sendStream } from "../support/senders.ts"
import { storedLines } from "../support/stored-lines.ts"
import { runTamis } from "../support/tamis-command.ts"
import { startTamis, type TamisProcess } from "../support/tamis-process.ts"

let directory: string
let configuration: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-shutdown-"))
  configuration = join(directory, "tamis.yml")
})
afterEach(() => rm(directory, { recursive: true }))

async function configure(store: string): Promise<void> {
  await writeFile(
    configuration,
    `listen: { udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"] }
digests: [{ name: lan, schedule: "0 0 1 1 *" }]
store: ${store}
stateDirectory: state
`,
  )
}

async function start(store: string, env?: NodeJS.ProcessEnv): Promise<TamisProcess> {
  await configure(store)
  return startTamis(configuration, env)
}

const SQLITE = "{ sqlite: state/tamis.db }"

async function unstored(): Promise<number> {
  return (await readdir(join(directory, "state"))).filter((name) => name.startsWith("unstored-")).length
}

/** What the store has, as `tamis report` says. */
async function received(): Promise<number> {
  const { stdout } = await runTamis(["report", "--json", "-c", configuration])
  return JSON.parse(stdout.toString()).accounts.total.received
}

async function assertStored(tamis: TamisProcess): Promise<void> {
  assert.equal((await storedLines(tamis, "web1", LINES.length)).received, LINES.length)
}

const LINES = Array.from({ length: 1_000 }, (_, n) => `<13>Nov 23 18:00:00 web1 app: line of kind ${n % 7}\n`)

describe("SIGTERM", () => {
  test("SIGTERM during the start ends tamis once it has started, with status 0", async () => {
    await configure(SQLITE)
    const main = join(import.meta.dirname, "../../src/main.ts")
    const child = spawn(process.execPath, [main, "serve", "-c", configuration], {
      stdio: ["ignore", "inherit", "pipe"],
    })
    child.stderr.once("data", () => child.kill("SIGTERM"))
    const log = text(child.stderr)
    const [status] = await once(child, "exit")
    assert.deepEqual([status, (await log).includes('"message":"Stopped."')], [0, true])
  })

  test("SIGTERM followed by further signals ends tamis once, with everything stored", async () => {
    const tamis = await start(SQLITE)
    await sendStream(tamis.ports.tcp, LINES)
    const silent = await connectFrom("127.0.0.1", tamis.ports.tcp)
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGTERM"] as const) process.kill(tamis.pid, signal)
    assert.equal(await tamis.exited, 0)
    silent.destroy()
    assert.equal(await received(), LINES.length)
    assert.equal(tamis.log.filter(({ message }) => message === "Stopped.").length, 1)
  })

  test("a terminal that is closed ends a tamis started in it, with everything stored", async () => {
    await configure(SQLITE)
    const main = join(import.meta.dirname, "../../src/main.ts")
    const command = `exec '${process.execPath}' '${main}' serve -c '${configuration}' 2>'${directory}/log'`
    // script(1) is the terminal.
    const terminal = spawn("script", ["-qec", command, "/dev/null"], { stdio: ["pipe", "ignore", "inherit"] })
    const log = () => readFile(join(directory, "log"), "utf8").catch(() => "")
    const logged = (message: string) =>
      eventually(`the log line ${message}`, async () => (await log()).includes(`"message":"${message}"`))
    await logged("Receiving.")
    const port = Number(/"transport":"tcp","address":"127.0.0.1","port":(\d+)/.exec(await log())?.[1])
    await sendStream(port, LINES)
    terminal.kill("SIGKILL")
    await logged("Stopped.")
    assert.match(await log(), /"signal":"SIGHUP"/)
    assert.equal(await received(), LINES.length)
  })

  test("a second tamis cannot use the state directory until the first has ended", async () => {
    const tamis = await start(SQLITE)
    // A sender that does not stop when it is asked to holds the end up, for two seconds at most.
    const sender = connect({ host: "127.0.0.1", port: tamis.ports.tcp, allowHalfOpen: true })
    await once(sender, "connect")
    const flood = setInterval(() => sender.write("<13>Nov 23 18:00:00 web1 app: on and on\n"), 20)
    sender.on("error", () => {}).once("close", () => clearInterval(flood))
    process.kill(tamis.pid, "SIGTERM")
    await tamis.logged("Stopping: storing the lines received so far.")
    // And it is held still in the middle of it, however long the second one takes to start here.
    process.kill(tamis.pid, "SIGSTOP")
    const second = await runTamis(["serve", "-c", configuration])
    process.kill(tamis.pid, "SIGCONT")
    assert.equal(second.status, 2)
    assert.match(second.stderr, /another tamis is running with this state directory/)
    assert.equal(await tamis.exited, 0)
    sender.destroy()
  })
})

test("if the reader of standard output goes away, digests are kept and tamis goes on", async () => {
  await writeFile(
    configuration,
    `listen: { udp: [], tcp: ["127.0.0.1:0"] }
digests: [{ name: lan, schedule: "* * * * * *", send: leftovers }]
mail: stdout
stateDirectory: state
`,
  )
  const tamis = await startTamis(configuration)
  tamis.leaveUnread()
  await sendStream(tamis.ports.tcp, LINES)
  const { reason } = await tamis.logged("Could not deliver a digest; it stays queued for the next attempt.")
  assert.match(String(reason), /^cannot write the mail: .*EPIPE/)
  assert.equal((await tamis.status()).receiving, true)
  assert.equal(await tamis.stop(), 0)
})

describe("a bug in the receiving thread", () => {
  test("a bug in the receiving thread ends tamis at once with status 2 and the stack, and a restart works", async () => {
    // Preloaded into the process and its threads: the first line makes the receiving thread throw, as a bug would.
    const bug = join(directory, "bug.mjs")
    await writeFile(
      bug,
      `import { Socket } from "node:net"
import { isMainThread } from "node:worker_threads"
if (!isMainThread) {
  const { emit } = Socket.prototype
  Socket.prototype.emit = function (event, ...args) {
    if (event === "data" && args[0].includes("poison")) throw new Error("an injected bug")
    return emit.call(this, event, ...args)
  }
}
`,
    )
    const tamis = await start(SQLITE, { NODE_OPTIONS: `--import=${pathToFileURL(bug)}` })
    await sendStream(tamis.ports.tcp, LINES)
    await storedLines(tamis, "web1", LINES.length)
    const poisoner = await connectFrom("127.0.0.1", tamis.ports.tcp)
    poisoner.on("error", () => {}).write("<13>Nov 23 18:00:00 web1 app: poison\n")
    assert.equal(await tamis.exited, 2)
    poisoner.destroy()
    assert.match(tamis.stderr(), /Error: an injected bug\n +at /)
    await assert.rejects(connectFrom("127.0.0.1", tamis.ports.tcp), /ECONNREFUSED/)

    const next = await startTamis(configuration)
    await assertStored(next)
    assert.equal(await next.stop(), 0)
  })
})

describe("a store", () => {
  test("a store that can never be used ends tamis with status 2 and the reason, without a stack", async () => {
    await writeFile(join(directory, "tamis.db"), "no database ".repeat(100))
    await configure("{ sqlite: tamis.db }")
    const { status, stderr } = await runTamis(["serve", "-c", configuration])
    assert.equal(status, 2)
    assert.match(
      stderr,
      /\ntamis: cannot use .*tamis\.db as the store: the file is not a SQLite database \[TAMIS_STORE_UNUSABLE\]\n$/,
    )
  })

  describe("in Redis", { skip: withoutRedisServer }, () => {
    let redis: RedisServer
    beforeEach(async () => {
      redis = await startRedisServer()
    })
    afterEach(() => redis.stop())

    const store = () => `{ redis: { url: "${redis.url}" } }`

    test("if Redis was never reachable, tamis ends with 0, and its lines wait for the next start", async () => {
      await redis.kill()
      const tamis = await start(store())
      await sendStream(tamis.ports.tcp, LINES)
      assert.equal(await tamis.stop(), 0)
      assert.notEqual(await unstored(), 0)

      await redis.restart()
      const next = await startTamis(configuration)
      await assertStored(next)
      assert.equal(await next.stop(), 0)
      assert.equal(await unstored(), 0)
    })

    test("if Redis does not answer, tamis goes on, reports it in the status, and ends with 0 in time", async () => {
      const tamis = await start(store())
      redis.pause()
      await sendStream(tamis.ports.tcp, LINES)
      const { receiving, healthy } = await tamis.status()
      assert.deepEqual([receiving, healthy], [true, false])
      const told = performance.now()
      assert.equal(await tamis.stop(), 0)
      assert.ok(performance.now() - told < 9_000, "Docker kills after 10 s")

      redis.resume()
      const next = await startTamis(configuration)
      await assertStored(next)
      assert.equal(await next.stop(), 0)
      assert.equal(await unstored(), 0)
    })
  })
})
