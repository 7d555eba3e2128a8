/** The rule file of a mail as its reader uses it: put into a rule set as it is, it silences what it came for. */

import assert from "node:assert/strict"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { sendStream } from "../support/senders.ts"
import { type Mailbox, startMailbox } from "../support/smtp-mailbox.ts"
import { storedLines } from "../support/stored-lines.ts"
import { runTamis } from "../support/tamis-command.ts"
import { startTamis, type TamisProcess } from "../support/tamis-process.ts"

let directory: string
let configuration: string
let mailbox: Mailbox
let tamis: TamisProcess

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-attached-"))
  configuration = join(directory, "tamis.yml")
  mailbox = await startMailbox()
  await mkdir(join(directory, "own/ignore.d.server"), { recursive: true })
  await writeFile(
    configuration,
    `listen: { udp: [], tcp: ["127.0.0.1:0"] }
ruleSets: { own: own }
hosts: [{ name: "*", rules: [own] }]
digests: [{ name: lan, schedule: "0 0 1 1 *", suggestedRules: 5, to: [marie@example.org] }]
mail: { smtp: { host: localhost, port: ${mailbox.port}, tls: none, from: tamis@example.org } }
stateDirectory: state
`,
  )
  tamis = await startTamis(configuration)
})
after(async () => {
  await tamis.kill()
  await mailbox.stop()
  await rm(directory, { recursive: true })
})

const ROUTINE = Array.from(
  { length: 40 },
  (_, n) => `<30>Nov 23 18:00:00 web1 backupd[${100 + n}]: job ${n % 2 === 0 ? "nightly" : "hourly"} took ${n} s\n`,
)
const RARE = "<30>Nov 23 18:00:00 web1 gardener: the lawn on <North> side was mown (again)\n"
const ALARMING = "<2>Nov 23 18:00:00 web1 kernel: Out of memory: Killed process 1702 (postgres)\n"
const LINES = ROUTINE.length + 3

const counted = (lines: number) => storedLines(tamis, "web1", lines)

test("the attached rules have no findings, and hide all lines but the alarming ones", async () => {
  await sendStream(tamis.ports.tcp, [[...ROUTINE, RARE, RARE, ALARMING].join("")])
  await counted(LINES)
  const send = await runTamis(["report", "--send", "-c", configuration])
  assert.deepEqual([send.status, send.stderr], [1, ""])
  const { parsed } = await mailbox.next()
  assert.match(parsed.text ?? "", /\bThe\s+attached\s+rule\s+file\s+has\s+more\b/)
  const [attachment = assert.fail("nothing is attached")] = parsed.attachments
  const file = attachment.content.toString()
  assert.match(file, /^# No rule for 1 line of kernel on 1 host: the lines look alarming: memory\.$/m)

  assert.equal(attachment.filename, "suggested-rules.txt")
  // Rule files have no dot in their name, as in logcheck.
  await writeFile(join(directory, "own/ignore.d.server/suggested-rules"), file)
  const check = await runTamis(["rules", "check", "-c", configuration])
  assert.deepEqual([check.status, check.stderr], [0, ""], check.stdout.toString())
  const reload = await runTamis(["rules", "reload", "-c", configuration])
  assert.equal(reload.status, 0, reload.stderr)

  await sendStream(tamis.ports.tcp, [[...ROUTINE, RARE, RARE, ALARMING].join("")])
  const { received, ignored, reported } = await counted(2 * LINES)
  assert.deepEqual({ received, ignored, reported }, { received: 2 * LINES, ignored: LINES - 1, reported: LINES + 1 })
})
