/**
 * The README's start with Docker, as it stands there: the same configuration, the same commands. A real rsyslogd sends
 * from outside, and what it sent is read in the mail.
 */

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { setTimeout } from "node:timers/promises"
import { type Catcher, catcherAt } from "../support/backing.ts"
import { makeCertificate, withoutOpenssl } from "../support/certificate.ts"
import { type ComposeProject, composeProject } from "../support/compose.ts"
import { freePort, untilHealthy } from "../support/containers.ts"
import { readDigest } from "../support/digest-mail.ts"
import { build, docker, ROOT, tamisImage, withoutEngine } from "../support/engine.ts"
import { eventually } from "../support/eventually.ts"
import { unlessCommand } from "../support/requirement.ts"
import { startRsyslogd } from "../support/rsyslogd.ts"
import { storedLines } from "../support/stored-lines.ts"

const LINES = 1_000
const PASSWORD = "correct horse battery"

/** Of tamis on the project's network: as a sender reaches it where Docker forwards packets instead of proxying them. */
const ADDRESS = "172.30.52.10"

/** What the README says under "Run it": the first YAML block, and the commands after it. */
function readme(): { configuration: string; commands: string } {
  const section = readFileSync(join(ROOT, "README.md"), "utf8").split("## Run it")[1]?.split("\n## ")[0] ?? ""
  const [, configuration = "", commands = ""] = /```yaml\n(.*?)```\n\n((?: {4}[^\n]*\n)+)/s.exec(section) ?? []
  return { configuration, commands: commands.replaceAll(/^ {4}/gm, "") }
}

function linesOf(host: string, from = 0, count = LINES): string[] {
  return Array.from({ length: count }, (_, n) => `<13>Nov 23 18:00:00 ${host} app[${from + n}]: line of kind ${n % 7}`)
}

describe("the README's start with Docker", {
  timeout: 240_000,
  skip: withoutEngine || withoutOpenssl || unlessCommand("rsyslogd"),
}, () => {
  const port = freePort()
  const httpPort = freePort()
  let project: ComposeProject
  let mail: Catcher

  before(async () => {
    const { configuration, commands } = readme()
    assert.match(commands, /^docker compose up -d --wait$/m)
    // One more digest, for which one need not wait for an hour.
    const quick = '  - { name: quick, schedule: "*/5 * * * * *", send: leftovers, to: [test@example.org] }\n'
    const withQuick = configuration.replace(/^digests:\n/m, `digests:\n${quick}`)
    assert.notEqual(withQuick, configuration)
    const certificate = makeCertificate(["DNS:smtp.example.org"])
    project = await composeProject({
      files: ["docker-compose.yml"],
      override: `services:
  tamis:
    environment: { NODE_EXTRA_CA_CERTS: /run/ca.pem }
    volumes: ["./ca.pem:/run/ca.pem:ro"]
    networks: { default: { ipv4_address: ${ADDRESS} } }
  smtp:
    image: node:24-bookworm-slim
    command: [node, /checkout/test/support/smtp-catcher.ts, "587", "8025", /run/catcher.json]
    volumes: ["${ROOT}:/checkout:ro", "./catcher.json:/run/catcher.json:ro"]
    networks: { default: { aliases: [smtp.example.org] } }
    ports: ["127.0.0.1:${httpPort}:8025"]
networks: { default: { ipam: { config: [{ subnet: 172.30.52.0/24 }] } } }
`,
      contents: {
        "tamis.yml": withQuick,
        "ca.pem": certificate.cert,
        "catcher.json": JSON.stringify({ tls: "starttls", certificate, login: { user: "tamis", password: PASSWORD } }),
      },
      env: { TAMIS_IMAGE: await tamisImage(), TAMIS_PORT: `127.0.0.1:${port}` },
    })
    mail = catcherAt(587, httpPort)
    await project.type(commands, `${PASSWORD}\n`)
  })
  after(() => project?.remove())

  const counted = (host: string, lines: number) =>
    storedLines({ status: () => project.status("tamis") }, host, lines, "default")

  /** Takes mails until they have reported this many lines of a host. */
  async function told(host: string, lines: number): Promise<void> {
    let received = 0
    await eventually(`mails of ${lines} lines of ${host}`, async () => {
      const { text, secure, user, recipients } = await mail.next()
      assert.deepEqual([secure, user, recipients], [true, "tamis", ["test@example.org"]])
      received += readDigest(text).accounts.get(host)?.received ?? 0
      assert.ok(received <= lines, `no line of ${host} is reported twice`)
      return received === lines
    })
  }

  /** The open window of the digest that closes once an hour, unless that hour has come meanwhile. */
  async function windowOpensAt(): Promise<string> {
    return (await project.status("tamis")).digests.find(({ name }) => name === "default")?.windowOpensAt ?? ""
  }

  test("runs read-only, as nobody in particular, and without a right", async () => {
    for (const service of ["tamis", "redis"]) {
      const id = await project.container(service)
      const [container] = JSON.parse(await docker(["inspect", id]))
      assert.equal(container.HostConfig.ReadonlyRootfs, true, service)
      assert.deepEqual(container.HostConfig.CapDrop, ["ALL"], service)
      const status = await docker(["exec", id, "cat", "/proc/1/status"])
      const fields = new Map(status.split("\n").map((line) => line.split(":\t") as [string, string]))
      for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) {
        assert.match(fields.get(set) ?? "", /^0+$/, `${service}: ${set}`)
      }
      assert.equal(fields.get("NoNewPrivs"), "1", service)
      assert.doesNotMatch(fields.get("Uid") ?? "", /\b0\b/, service)
      await assert.rejects(
        docker(["exec", id, "sh", "-c", "echo > /tmp/x || echo > /x"]),
        /Read-only file system/,
        service,
      )
    }
    const id = await project.container("tamis")
    assert.match(await docker(["exec", id, "id"]), /^uid=1000\(tamis\) gid=1000\(tamis\) groups=1000\(tamis\)$/)
  })

  test("lines that a real rsyslogd sends to the published ports are in the mail, and no more", async () => {
    const template = "RSYSLOG_ForwardFormat"
    const tcp = await startRsyslogd({ protocol: "tcp", port, template })
    const udp = await startRsyslogd({ protocol: "udp", port, template })
    await tcp.write(linesOf("web1"))
    // Docker's proxy has a small buffer of its own, which tamis cannot see overflow (docs/operations.md): no bursts.
    for (let sent = 0; sent < LINES; sent += 100) {
      await udp.write(linesOf("web2", sent, 100))
      await counted("web2", sent + 100)
    }
    await Promise.all([tcp.stop(), udp.stop()])
    await told("web1", LINES)
    assert.equal((await counted("web1", LINES)).received, LINES)
    assert.equal((await counted("web2", LINES)).received, LINES)
  })

  test("restarted and upgraded while rsyslogd sends, it loses no line, and the window goes on", async () => {
    const image = await tamisImage()
    await build(`${image}-next`, ["--build-arg=VERSION=next"])
    const opensAt = await windowOpensAt()
    const rsyslogd = await startRsyslogd({
      protocol: "tcp",
      target: ADDRESS,
      port: 5514,
      template: "RSYSLOG_ForwardFormat",
    })
    let written = 0
    const write = async () => {
      await rsyslogd.write(linesOf("db1", written, 100))
      written += 100
    }
    const during = async (work: Promise<unknown>) => {
      let isDone = false
      const done = work.finally(() => {
        isDone = true
      })
      // A thousand lines a second: far less than its queue holds while nobody is there.
      while (!isDone) await Promise.all([write(), setTimeout(100)])
      await done
    }
    try {
      await write()
      await during(project.compose(["restart", "tamis"]))
      await write()
      await during(project.compose(["up", "-d", "--wait", "tamis"], { TAMIS_IMAGE: `${image}-next` }))
      await write()
      // It tries again every second, and this test's queue is in memory only: it must not end before.
      assert.equal((await counted("db1", written)).received, written)
    } finally {
      await rsyslogd.stop()
    }
    const id = await project.container("tamis")
    const version = '{{index .Config.Labels "org.opencontainers.image.version"}}'
    assert.equal(await docker(["inspect", "--format", version, id]), "next")
    await told("db1", written)
    const now = await windowOpensAt()
    assert.ok(now === opensAt || new Date(now).getUTCMinutes() === 2, `${opensAt} became ${now}`)
    await docker(["rmi", "--force", `${image}-next`]).catch(() => {})
  })

  test("with Redis killed, lines are counted in memory, and stored when it is back", async () => {
    await project.compose(["kill", "redis"])
    const rsyslogd = await startRsyslogd({ protocol: "tcp", port, template: "RSYSLOG_ForwardFormat" })
    await rsyslogd.write(linesOf("mail1"))
    await rsyslogd.stop()
    await project.compose(["up", "-d", "--wait", "redis"])
    assert.equal((await counted("mail1", LINES)).received, LINES)
    await told("mail1", LINES)
  })

  test("the health check notices when nothing moves any more, and when it does again", async () => {
    const id = await project.container("tamis")
    const signal = (name: string) => docker(["exec", id, "sh", "-c", `kill -${name} $(pidof node)`])
    await signal("STOP")
    const health = () => docker(["inspect", "--format", "{{.State.Health.Status}}", id])
    await eventually("the health check to fail", async () => (await health()) === "unhealthy")
    await signal("CONT")
    await untilHealthy(id)
  })

  test("SIGTERM ends it with status 0 in time", async () => {
    const id = await project.container("tamis")
    await project.compose(["stop", "tamis"])
    assert.equal(await docker(["inspect", "--format", "{{.State.ExitCode}} {{.State.OOMKilled}}", id]), "0 false")
  })
})
