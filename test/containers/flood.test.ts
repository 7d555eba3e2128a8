/** The image alone, with its embedded store and as much memory as Compose gives it, and a sender that means no good. */

import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { freePort, untilHealthy } from "../support/containers.ts"
import { readDigest } from "../support/digest-mail.ts"
import { atEnd, docker, tamisImage, withoutEngine } from "../support/engine.ts"
import { eventually } from "../support/eventually.ts"
import { RandomBytes } from "../support/random-bytes.ts"
import { sendStream } from "../support/senders.ts"

const LINES = 60_000
/** A peer may claim a hundred. */
const HOSTS = 90
const LINE_LENGTH = 900

describe("a flood of ever new long lines", { timeout: 240_000, skip: withoutEngine }, () => {
  const port = freePort()
  let directory: string
  let id: string
  let callOff: () => void

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tamis-flood-"))
    const configuration = join(directory, "tamis.yml")
    await writeFile(
      configuration,
      `listen: { udp: ["0.0.0.0:5514"], tcp: ["0.0.0.0:5514"] }
digests: [{ name: lan, schedule: "*/10 * * * * *", send: leftovers }]
mail: stdout
`,
      { mode: 0o644 },
    )
    const confined = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory", "512m"]
    const published = ["--publish", `127.0.0.1:${port}:5514/tcp`]
    const mounted = ["--volume", `${configuration}:/etc/tamis/tamis.yml:ro`]
    id = await docker(["run", "--detach", ...confined, ...published, ...mounted, await tamisImage()])
    callOff = atEnd(() => void docker(["rm", "--force", "--volumes", id]))
    await untilHealthy(id)
  })
  after(async () => {
    await docker(["rm", "--force", "--volumes", id])
    callOff()
    await rm(directory, { recursive: true })
  })

  /** Letters of all sorts: one beyond Latin-1 makes a string take twice the memory. */
  function* flood(): Generator<string> {
    const random = new RandomBytes(20_261_126)
    for (let n = 0; n < LINES; n += 1) {
      let text = `漢 ${random.word(8)}`
      while (text.length < LINE_LENGTH) text += ` ${random.word(9)}`
      yield `<13>Nov 23 18:00:00 web${n % HOSTS} ${random.word(6)}: ${text}\n`
    }
  }

  /** Lines that the mails so far tell of. */
  async function told(): Promise<number> {
    assert.equal(await docker(["inspect", "--format", "{{.State.Status}} {{.RestartCount}}", id]), "running 0")
    const mails = (await docker(["logs", id])).split(/^Subject: /m).slice(1)
    return mails.reduce((sum, mail) => {
      const { accounts } = readDigest(mail)
      const total =
        accounts.entries().find(([label]) => label.endsWith(" in all"))?.[1] ?? accounts.values().next().value
      return sum + (total?.received ?? 0)
    }, 0)
  }

  test("is mailed with every line accounted for, and ends nothing", async () => {
    await sendStream(port, flood())
    const lines = await eventually("every line in the mails", async () => {
      const lines = await told()
      return lines >= LINES && lines
    })
    assert.equal(lines, LINES)
    await untilHealthy(id)
  })
})
