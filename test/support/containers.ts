/**
 * A backing of containers: Redis, a mail catcher, and the image of this checkout.
 *
 * They are removed when the backing is closed, or else when the test process ends.
 */

import { spawnSync } from "node:child_process"
import { GenericContainer, Network, type StartedTestContainer, Wait } from "testcontainers"
import { type Backing, catcherAt, type Service, type Surroundings } from "./backing.ts"
import { atEnd, docker, ROOT, tamisImage, withoutEngine } from "./engine.ts"
import { eventually } from "./eventually.ts"
import type { RedisServer } from "./redis-server.ts"

const REDIS_IMAGE = "redis:7-bookworm"
const NODE_IMAGE = "node:24-bookworm-slim"

export const containers: Backing = {
  name: "containers",
  missing: withoutEngine,
  async open() {
    const network = await new Network().start()
    const started: StartedTestContainer[] = []
    const orphans = () => {
      for (const container of started) spawnSync("docker", ["rm", "--force", "--volumes", container.getId()])
      spawnSync("docker", ["network", "rm", network.getName()])
    }
    const callOff = atEnd(orphans)
    const keep = <Container extends StartedTestContainer>(container: Container): Container => {
      started.push(container)
      return container
    }
    try {
      return await surroundings(network.getName(), keep, async () => {
        for (const container of started.toReversed()) await docker(["rm", "--force", "--volumes", container.getId()])
        await network.stop()
        callOff()
      })
    } catch (error) {
      orphans()
      throw error
    }
  },
}

type Keep = <Container extends StartedTestContainer>(container: Container) => Container

async function surroundings(network: string, keep: Keep, close: () => Promise<void>): Promise<Surroundings> {
  const redis = await startRedis(network, keep)
  const catcher = keep(
    await new GenericContainer(NODE_IMAGE)
      .withNetworkMode(network)
      .withNetworkAliases("smtp")
      .withBindMounts([{ source: ROOT, target: "/tamis", mode: "ro" }])
      .withCommand(["node", "/tamis/test/support/smtp-catcher.ts", "2525", "8025"])
      .withExposedPorts(2525, 8025)
      .withWaitStrategy(Wait.forLogMessage(/"smtp":/))
      .start(),
  )
  return {
    redis,
    redisUrl: "redis://redis:6379",
    mail: catcherAt(catcher.getMappedPort(2525), catcher.getMappedPort(8025)),
    smtp: { host: "smtp", port: 2525 },
    startService: (configuration) => startService(network, keep, configuration),
    close,
  }
}

async function startService(network: string, keep: Keep, configuration: string): Promise<Service> {
  const content = `${configuration}\nlisten: { udp: ["0.0.0.0:5514"], tcp: ["0.0.0.0:5514"] }\n`
  const [udp, tcp] = [freePort(), freePort()]
  const container = keep(
    await new GenericContainer(await tamisImage())
      .withNetworkMode(network)
      .withCopyContentToContainer([{ content, target: "/etc/tamis/tamis.yml" }])
      .withExposedPorts(
        { container: 5514, host: udp, protocol: "udp" },
        { container: 5514, host: tcp, protocol: "tcp" },
      )
      .withDroppedCapabilities("ALL")
      .withWaitStrategy(Wait.forHealthCheck())
      .start(),
  )
  const id = container.getId()
  return {
    ports: { udp, tcp },
    async status() {
      // With complaints, the exit status is 1, and the answer is still printed.
      const { output } = await container.exec(["tamis", "status", "--json"])
      return JSON.parse(output)
    },
    async stop() {
      await docker(["stop", "--time", "10", id])
      return Number(await docker(["inspect", "--format", "{{.State.ExitCode}}", id]))
    },
    kill: async () => void (await docker(["kill", id])),
    async start() {
      await docker(["start", id])
      await untilHealthy(id)
    },
  }
}

async function startRedis(network: string, keep: Keep): Promise<RedisServer> {
  const port = freePort()
  const container = keep(
    await new GenericContainer(REDIS_IMAGE)
      .withNetworkMode(network)
      .withNetworkAliases("redis")
      .withCommand(["redis-server", "--appendonly", "yes", "--appendfsync", "always", "--save", ""])
      .withExposedPorts({ container: 6379, host: port })
      .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
      .start(),
  )
  const id = container.getId()
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill: async () => void (await docker(["kill", id])),
    async restart() {
      await docker(["start", id])
      const ping = () => docker(["exec", id, "redis-cli", "ping"]).catch(() => "")
      await eventually("Redis to answer", async () => (await ping()) === "PONG")
    },
    pause: () => void spawnSync("docker", ["pause", id]),
    resume: () => void spawnSync("docker", ["unpause", id]),
    async logged(text) {
      await eventually(`"${text}" in the log of Redis`, async () => (await docker(["logs", id])).includes(text))
    },
    stop: async () => void (await docker(["rm", "--force", "--volumes", id])),
  }
}

/** Resolves when Docker says that the container's health check succeeds. */
export async function untilHealthy(id: string): Promise<void> {
  await eventually("a healthy container", async () => {
    const health = await docker(["inspect", "--format", "{{.State.Status}} {{.State.Health.Status}}", id])
    if (health.startsWith("exited")) throw new Error(`the container ended:\n${await docker(["logs", id])}`)
    return health === "running healthy"
  })
}

/** No test file needs more. */
const PORTS_OF_A_PROCESS = 8
let given = 0

/** Returns a port that stays the same when the container restarts, and that no other test process uses meanwhile. */
export function freePort(): number {
  // Below the ports of the tests' Redis servers and the kernel's ephemeral ports.
  return 12_000 + (process.pid % 1_000) * PORTS_OF_A_PROCESS + given++
}
