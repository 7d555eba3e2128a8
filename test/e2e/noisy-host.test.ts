/** One noisy host cannot hide another: the flood is told as what it is, and who whispered is heard. */
import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { sentBytes } from "../../src/report/sent-bytes.ts"
import { type ReadDigest, readDigest } from "../support/digest-mail.ts"
import { RandomBytes } from "../support/random-bytes.ts"
import { sendDatagrams, sendStream } from "../support/senders.ts"
import { type Mailbox, type ReceivedMail, startMailbox } from "../support/smtp-mailbox.ts"
import { runTamis } from "../support/tamis-command.ts"
import { startTamis } from "../support/tamis-process.ts"

const FLOOD = 200_000
const MAX_SIZE = 65_536
const QUIET = ["db1", "mail", "nas", "printer", "web1"]

let directory: string
let mailbox: Mailbox
let mail: ReceivedMail
let digest: ReadDigest

/** Lines of random words from random programs: hardly two are alike. */
function* flood(): Generator<string> {
  const random = new RandomBytes(7)
  for (let n = 0; n < FLOOD; n += 1_000) {
    let piece = ""
    for (let line = 0; line < 1_000; line += 1) {
      const text = `${random.word(6)} ${random.word(9)} ${random.word(4)}`
      piece += `<13>Nov 23 18:00:00 noisy ${random.word(2)}: ${text}\n`
    }
    yield piece
  }
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-noisy-"))
  mailbox = await startMailbox()
  const configuration = join(directory, "tamis.yml")
  await writeFile(
    configuration,
    `listen: { udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"] }
digests: [{ name: lan, schedule: "0 0 1 1 *", to: [admin@example.org], maxSize: ${MAX_SIZE / 1_024}KiB }]
mail: { smtp: { host: 127.0.0.1, port: ${mailbox.port}, tls: none, from: tamis@example.org } }
stateDirectory: state
`,
  )
  const tamis = await startTamis(configuration)
  const [first = "", ...later] = QUIET.map((host) => `<13>Nov 23 18:00:00 ${host} app: a whisper of ${host}`)
  const flooded = sendStream(tamis.ports.tcp, flood())
  await sendDatagrams(tamis.ports.udp, later)
  await flooded
  // Also who comes when everything is full.
  await sendDatagrams(tamis.ports.udp, [first])
  assert.equal(await tamis.stop(), 0)
  assert.equal((await runTamis(["report", "--send", "-c", configuration])).status, 1)
  mail = await mailbox.next()
  digest = readDigest(mail.parsed.text ?? "")
})
after(async () => {
  await mailbox.stop()
  await rm(directory, { recursive: true })
})

test("the single lines of quiet hosts are in the mail, and the hosts are named", () => {
  const whispers = digest.entries.filter(({ sample }) => sample.includes("app: a whisper of"))
  assert.equal(
    whispers.reduce((sum, { lines }) => sum + lines, 0),
    QUIET.length,
  )
  const text = whispers.map(({ sample, note }) => `${sample} ${note}`).join("\n")
  for (const host of QUIET) assert.match(text, new RegExp(`\\b${host}\\b`))
})

test("totals are exact, for each host and for all", () => {
  const one = { received: 1, ignored: 0, reported: 1, rejected: 0 }
  const all = { received: FLOOD, ignored: 0, reported: FLOOD, rejected: 0 }
  assert.deepEqual(Object.fromEntries([...digest.accounts].filter(([label]) => !label.endsWith("in all"))), {
    ...Object.fromEntries(QUIET.map((host) => [host, one])),
    noisy: all,
  })
  const total = FLOOD + QUIET.length
  assert.deepEqual(digest.accounts.get("6 hosts in all"), { ...all, received: total, reported: total })
})

test("the mail stays within its size, says how much it leaves out, and tells the flood by its programs", () => {
  const text = mail.parsed.text ?? ""
  assert.ok(sentBytes(text) <= MAX_SIZE, `${sentBytes(text)} bytes`)
  assert.match(text, /This mail shows [\d,]+ of [\d,]+\s+entries/)
  assert.match(text, /further lines? of [a-z]{2} in too many groups to list/)
})
