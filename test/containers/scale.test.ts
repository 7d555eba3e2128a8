/** Two receivers behind nginx: where lines come from survives it, and one receiver is enough. */

import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { type ComposeProject, composeProject } from "../support/compose.ts"
import { freePort } from "../support/containers.ts"
import { build, docker, tamisImage, withoutEngine } from "../support/engine.ts"
import { storedLines } from "../support/stored-lines.ts"

const LINES = 300
/** Fewer than the receive buffers of nginx and tamis hold: a datagram that one of them drops is gone. */
const DATAGRAMS = 100
const NETWORK = "172.30.53"
const SENDER = `${NETWORK}.77`

/** The stock image where it is to be had; else Debian's nginx with the same command line, made here. */
async function nginxImage(): Promise<string> {
  const stock = "nginx:1.28"
  const isThere = await docker(["image", "inspect", stock]).then(
    () => true,
    () =>
      docker(["pull", "--quiet", stock]).then(
        () => true,
        () => false,
      ),
  )
  if (isThere) return stock
  const directory = await mkdtemp(join(tmpdir(), "tamis-nginx-"))
  try {
    await writeFile(
      join(directory, "Dockerfile"),
      `FROM debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light libnginx-mod-stream >/dev/null \\
 && useradd --system nginx && rm -rf /var/lib/apt/lists/*
ENTRYPOINT ["nginx", "-g", "daemon off; load_module /usr/lib/nginx/modules/ngx_stream_module.so; user nginx;"]
`,
    )
    await build("tamis-test-nginx", [], directory)
    return "tamis-test-nginx"
  } finally {
    await rm(directory, { recursive: true })
  }
}

describe("two receivers behind one address", { timeout: 240_000, skip: withoutEngine }, () => {
  let project: ComposeProject

  before(async () => {
    const image = await nginxImage()
    project = await composeProject({
      files: ["docker-compose.yml", "docker-compose.scale.yml"],
      override: `services: { balancer: { image: "${image}" } }\n`,
      contents: {
        "tamis.yml": `listen: { udp: ["0.0.0.0:5514"], tcp: ["0.0.0.0:5514"], proxyProtocol: [${NETWORK}.2] }
hosts: [{ name: sender, match: { address: [${SENDER}] } }]
digests: [{ name: lan, schedule: "0 0 1 1 *", to: [admin@example.org] }]
store: { redis: { url: "redis://redis:6379" } }
mail: stdout
`,
      },
      env: {
        TAMIS_IMAGE: await tamisImage(),
        TAMIS_PORT: `127.0.0.1:${freePort()}`,
        SMTP_PASSWORD_FILE: "/dev/null",
        RECEIVERS_NET: NETWORK,
      },
    })
    await project.compose(["up", "-d", "--wait"])
  })
  after(() => project?.remove())

  /** A host of its own address on the balancer's network, in any way it likes. */
  async function send(program: string): Promise<void> {
    const network = ["--network", `tamis-test-${process.pid}_receivers`, "--ip", SENDER]
    await docker(["run", "--rm", ...network, "node:24-bookworm-slim", "node", "-e", program])
  }

  const byTcp = `const socket = require("net").connect(5514, "balancer")
for (let n = 0; n < ${LINES}; n++) socket.write("<13>Nov 23 18:00:00 liar app: line " + n + "\\n")
socket.resume().end()`
  const byUdp = `const socket = require("dgram").createSocket("udp4")
socket.connect(5514, "balancer", async () => {
  for (let n = 0; n < ${DATAGRAMS}; n++) await new Promise((done) => socket.send("<13>Nov 23 18:00:00 liar app: line " + n, done))
  socket.close()
})`

  const counted = (host: string, lines: number, receiver = "tamis") =>
    storedLines({ status: () => project.status(receiver) }, host, lines)

  test("streams and datagrams are of whom they came from, whatever they claim", async () => {
    await send(byTcp)
    assert.equal((await counted("sender", LINES)).received, LINES)
    await send(byUdp)
    assert.equal((await counted("sender", LINES + DATAGRAMS)).received, LINES + DATAGRAMS)
    assert.deepEqual(Object.keys((await project.status("tamis-2")).digests[0]?.hosts ?? {}), ["sender"])
  })

  test("while either of them is away, the other takes its streams", async () => {
    let lines = LINES + DATAGRAMS
    for (const [away, there] of [
      ["tamis", "tamis-2"],
      ["tamis-2", "tamis"],
    ] as const) {
      await project.compose(["stop", away])
      await send(byTcp)
      lines += LINES
      assert.equal((await counted("sender", lines, there)).received, lines)
      await project.compose(["up", "-d", "--wait", away])
    }
  })
})
