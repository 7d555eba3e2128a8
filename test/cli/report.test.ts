/** `tamis report` and `tamis status` beside a running service, which they must not disturb. */

import assert from "node:assert/strict"
import { createSocket } from "node:dgram"
import { access, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { eventually } from "../support/eventually.ts"
import { type Mailbox, startMailbox } from "../support/smtp-mailbox.ts"
import { type CommandResult, runTamis } from "../support/tamis-command.ts"
import { startTamis, type TamisProcess } from "../support/tamis-process.ts"

let directory: string
let configuration: string
let mailbox: Mailbox
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-cli-report-"))
  configuration = join(directory, "tamis.yml")
  mailbox = await startMailbox()
  await configure("0 0 1 1 *", mailbox.port)
})
after(async () => {
  await mailbox.stop()
  await rm(directory, { recursive: true })
})

function configure(schedule: string, smtpPort: number): Promise<void> {
  const digest = (name: string, hosts: string) =>
    `  - { name: ${name}, hosts: [${hosts}], schedule: "${schedule}", timeZone: UTC, to: [${name}@example.org] }\n`
  return writeFile(
    configuration,
    `listen: { udp: ["127.0.0.1:0"], tcp: [] }
digests:
${digest("lan", '"*"')}${digest("wan", "gate")}mail: { smtp: { host: 127.0.0.1, port: ${smtpPort}, tls: none, from: tamis@example.org } }
stateDirectory: state
`,
  )
}

const command = (...args: string[]): Promise<CommandResult> => runTamis([...args, "-c", configuration])

async function send(tamis: TamisProcess, lines: readonly string[]): Promise<void> {
  const socket = createSocket("udp4")
  for (const line of lines) {
    await new Promise((resolve) => socket.send(`<13>Nov 23 18:00:00 ${line}`, tamis.ports.udp, "127.0.0.1", resolve))
  }
  socket.close()
}

/** Repeats a command until its answer is as wished. */
function until(wished: (answer: CommandResult) => boolean, ...args: string[]): Promise<CommandResult> {
  return eventually(`another answer of tamis ${args.join(" ")}`, async () => {
    const answer = await command(...args)
    return wished(answer) && answer
  })
}

test("before the first tamis serve, report and status fail and create no store", async () => {
  const [report, status] = await Promise.all([command("report"), command("status")])
  assert.deepEqual([report.status, status.status], [2, 2])
  assert.match(
    report.stderr,
    /^tamis: .*\/state\/tamis\.db: no data yet; tamis serve has not run with this store \[TAMIS_STORE_EMPTY\]\n$/,
  )
  assert.match(
    status.stderr,
    /^tamis: no tamis answers at .*\/state\/tamis\.sock .*; start it with: tamis serve \[TAMIS_SERVICE_UNREACHABLE\]\n$/,
  )
  await assert.rejects(access(join(directory, "state")))
})

describe("beside a running service", () => {
  const hostile = "web1 app: \x1b]0;owned\x07 end"
  const unescaped = /[^\n\x20-\x7e]/
  let tamis: TamisProcess
  let received: CommandResult
  before(async () => {
    tamis = await startTamis(configuration)
    await send(tamis, [hostile, "web1 disk: sector 7 is slow", "web1 disk: sector 8 is slow"])
    received = await until(
      ({ stdout }) => JSON.parse(String(stdout)).digests[0].reportedLines === 3,
      "status",
      "--json",
    )
  })
  after(async () => {
    await tamis.stop()
  })

  test("status exits with 0 and shows the received lines, as text and as JSON", async () => {
    assert.equal(received.status, 0)
    const { status, stdout } = await command("status")
    assert.equal(status, 0)
    assert.match(stdout.toString(), /^tamis \S+, running since \S+: healthy\nlistening on udp 127\.0\.0\.1:\d+\n/)
    assert.match(stdout.toString(), /^digest lan: 3 lines in 2 groups since /m)
    assert.match(stdout.toString(), /^ {2}web1 +3 +0 +3 +0 {2}/m)
    assert.match(stdout.toString(), /^digest wan: 0 lines in 0 groups since /m)
    const { digests, ...rest } = JSON.parse(received.stdout.toString())
    assert.deepEqual([rest.receiving, rest.healthy, rest.complaints], [true, true, []])
    assert.equal(digests[0].hosts.web1.received, 3)
  })

  test("report prints every digest's open window, and exits with 1 if there is something to read", async () => {
    const { status, stdout, stderr } = await command("report")
    assert.deepEqual({ status, stderr }, { status: 1, stderr: "" })
    const text = stdout.toString()
    assert.match(text, /^tamis digest lan, /)
    assert.match(text, /^3 lines from 1 host; 3 to read: 2 entries\. This is the first window/m)
    assert.match(text, /\n\ntamis digest wan, /)
    assert.match(text, /owned/)
    assert.doesNotMatch(text, unescaped)
  })

  test("report --digest prints one digest, and exits with 0 if there is nothing to read", async () => {
    const { status, stdout } = await command("report", "--digest", "wan")
    assert.equal(status, 0)
    assert.match(stdout.toString(), /^tamis digest wan, .*\n\nNo line was received from any host\./)
    const unknown = await command("report", "--digest", "lna")
    assert.deepEqual(
      [unknown.status, unknown.stderr],
      [2, 'tamis: no digest is called "lna"; the configuration has: lan, wan [TAMIS_DIGEST_UNKNOWN]\n'],
    )
  })

  test("report --json prints the same data", async () => {
    const { status, stdout } = await command("report", "--json", "-d", "lan")
    assert.equal(status, 1)
    assert.doesNotMatch(stdout.toString(), unescaped)
    const { digest, entries, accounts } = JSON.parse(stdout.toString())
    assert.deepEqual([digest, entries.length, accounts.total.received], ["lan", 2, 3])
  })

  test("report --send mails the report and prints nothing", async () => {
    const { status, stdout, stderr } = await command("report", "--send", "--digest", "lan")
    assert.deepEqual({ status, stdout: stdout.toString(), stderr }, { status: 1, stdout: "", stderr: "" })
    const mail = await mailbox.next()
    assert.deepEqual(mail.recipients, ["lan@example.org"])
    assert.match(mail.parsed.text ?? "", /^3 lines from 1 host; 3 to read/m)
    assert.equal(mail.parsed.headers.get("auto-submitted"), "auto-generated")
  })

  test("report --send exits with 2 if the mail is refused", async () => {
    mailbox.fail("message refused with 554")
    const { status, stderr } = await command("report", "--send", "--digest", "lan")
    assert.equal(status, 2)
    assert.match(stderr, /^tamis: not delivered: .*554.* \[TAMIS_MAIL_UNDELIVERED\]$/m)
  })

  test("reports close no window, mark nothing as sent and leave no mail to deliver", async () => {
    const now = await command("status", "--json")
    assert.deepEqual(JSON.parse(now.stdout.toString()), JSON.parse(received.stdout.toString()))
    assert.equal(mailbox.waiting, 0)
  })
})

test("without a running service, report works and status exits with 2", async () => {
  const [report, status] = await Promise.all([command("report", "-d", "lan"), command("status")])
  assert.equal(report.status, 1)
  assert.match(report.stdout.toString(), /^3 lines from 1 host; 3 to read/m)
  assert.deepEqual([status.status, status.stdout.toString()], [2, ""])
})

test("while digests cannot be delivered, status exits with 1, and with 0 for --live", async () => {
  const away = await startMailbox()
  await away.stop()
  await configure("* * * * * *", away.port)
  const tamis = await startTamis(configuration)
  try {
    const { stdout } = await until(({ status }) => status === 1, "status")
    assert.match(stdout.toString(), /^tamis .*: DEGRADED\n {2}! .*lan/)
    const live = await command("status", "--live", "--json")
    assert.equal(live.status, 0)
    assert.equal(JSON.parse(live.stdout.toString()).healthy, false)
  } finally {
    await tamis.stop()
  }
})
