/** A backing of processes on this machine. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { type Backing, catcherAt, type Service } from "./backing.ts"
import { startRedisServer, withoutRedisServer } from "./redis-server.ts"
import { startTamis } from "./tamis-process.ts"

export const processes: Backing = {
  name: "processes",
  missing: withoutRedisServer,
  async open() {
    const directory = await mkdtemp(join(tmpdir(), "tamis-processes-"))
    const redis = await startRedisServer()
    const catcher = spawn(process.execPath, [join(import.meta.dirname, "smtp-catcher.ts"), "0", "0"], {
      stdio: ["ignore", "pipe", "inherit"],
    })
    const [line] = await once(createInterface(catcher.stdout), "line")
    const ports: { smtp: number; http: number } = JSON.parse(line)
    const services: Service[] = []
    return {
      redis,
      redisUrl: redis.url,
      mail: catcherAt(ports.smtp, ports.http),
      smtp: { host: "127.0.0.1", port: ports.smtp },
      async startService(configuration) {
        const file = join(directory, `tamis-${services.length}.yml`)
        const listen = 'listen: { udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"] }'
        await writeFile(file, `${configuration}\n${listen}\nstateDirectory: state-${services.length}\n`)
        let running = await startTamis(file)
        const service: Service = {
          get ports() {
            return running.ports
          },
          status: () => running.status(),
          stop: () => running.stop(),
          kill: () => running.kill(),
          async start() {
            running = await startTamis(file)
          },
        }
        services.push(service)
        return service
      },
      async close() {
        for (const service of services) await service.stop()
        catcher.kill()
        await redis.stop()
        await rm(directory, { recursive: true })
      },
    }
  },
}
