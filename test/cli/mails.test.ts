/** `tamis mails`, `tamis mails show` and `tamis mail test` with a service that mails, is refused, and has nothing to mail. */

import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { eventually } from "../support/eventually.ts"
import { sendDatagrams } from "../support/senders.ts"
import { type Mailbox, startMailbox } from "../support/smtp-mailbox.ts"
import { type CommandResult, runTamis } from "../support/tamis-command.ts"
import { startTamis, type TamisProcess } from "../support/tamis-process.ts"

let directory: string
let configuration: string
let mailbox: Mailbox
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-cli-mails-"))
  configuration = join(directory, "tamis.yml")
  mailbox = await startMailbox({ unknownRecipients: ["nobody@example.org"] })
  await writeFile(
    configuration,
    `listen: { udp: ["127.0.0.1:0"], tcp: [] }
digests: [{ name: lan, schedule: "* * * * * *", timeZone: UTC, to: [marie@example.org] }]
mail: { smtp: { host: 127.0.0.1, port: ${mailbox.port}, tls: none, from: tamis@example.org } }
stateDirectory: state
`,
  )
})
after(async () => {
  await mailbox.stop()
  await rm(directory, { recursive: true })
})

const command = (...args: string[]): Promise<CommandResult> => runTamis([...args, "-c", configuration])

interface Listed {
  readonly id: string
  readonly outcome: string
  readonly subject?: string
  readonly isReduced?: boolean
}

async function listed(): Promise<readonly Listed[]> {
  const { stdout } = await command("mails", "--json", "--last", "500")
  return JSON.parse(stdout.toString()).digests[0].mails
}

describe("beside a running service", () => {
  let tamis: TamisProcess
  before(async () => {
    tamis = await startTamis(configuration)
    const send = (text: string) => sendDatagrams(tamis.ports.udp, [`<13>Nov 23 18:00:00 ${text}`])
    await send("web1 app: first")
    await mailbox.next()
    mailbox.fail("message refused with 554")
    await send("web1 db: poison \x1b[31m")
    await mailbox.next()
    await eventually("a quiet window in the list", async () => (await listed()).at(-1)?.outcome === "quiet")
    await tamis.stop()
  })

  test("mails lists each window on one line, and exits with 0", async () => {
    const { status, stdout, stderr } = await command("mails", "--last", "500")
    assert.deepEqual([status, stderr], [0, ""])
    const text = stdout.toString()
    assert.match(text, /^digest lan, times in UTC\n/)
    assert.match(text, /^ {2}[\d: -]{16} {2}sent {9}[0-9a-f]{8} {2}\[tamis\] app on web1; 1 entry \(250 .*\)$/m)
    assert.match(
      text,
      /^ {2}[\d: -]{16} {2}refused {6}[0-9a-f]{8} {2}SMTP server .*: Message failed: 554 looks like spam$/m,
    )
    assert.match(text, /^ {2}[\d: -]{16} {2}sent counts {2}[0-9a-f]{8} {2}\[tamis\] digest lan: 1 new; .* \(250 .*\)$/m)
    assert.match(text, /^ {2}[\d: -]{16} {2}no mail {6}[0-9a-f]{8} {2}no line was left over\n$/m)
    assert.equal((await command("mails", "lan", "--last", "1")).stdout.toString().trim().split("\n").length, 2)
  })

  test("mails show prints the refused mail, and escapes what the network sent", async () => {
    const refused = (await listed()).find(({ outcome }) => outcome === "refused")
    const { status, stdout } = await command("mails", "show", refused?.id ?? "")
    assert.equal(status, 0)
    const text = stdout.toString()
    assert.match(text, /^Digest: lan\nAt: .* \(UTC\)\nLines: .*\nOutcome: refused: SMTP server .*554 looks like spam\n/)
    assert.match(text, /^Subject: \[tamis\] new on web1: db; 1 new\n\ntamis digest lan, /m)
    assert.match(text, /web1 db: poison \S*\[31m/)
    assert.doesNotMatch(text, /[^\n\x20-\x7e]/)
  })

  test("mails show prints a window without a mail, and refuses an unknown id", async () => {
    const quiet = (await listed()).find(({ outcome }) => outcome === "quiet")
    assert.match(
      (await command("mails", "show", quiet?.id ?? "")).stdout.toString(),
      /^Outcome: no mail: no line was left over$/m,
    )
    const { status, stderr } = await command("mails", "show", "nothing")
    assert.equal(status, 2)
    assert.match(stderr, /^tamis: the log of deliveries has no mail "nothing"; .*\[TAMIS_MAIL_UNKNOWN\]\n$/)
    assert.match((await command("mails", "lna")).stderr, /TAMIS_DIGEST_UNKNOWN/)
  })
})

describe("tamis mail test", () => {
  test("sends a mail to the recipients of the digests, and prints the answer", async () => {
    const { status, stdout, stderr } = await command("mail", "test")
    assert.deepEqual([status, stderr], [0, ""])
    assert.match(
      stdout.toString(),
      /^127\.0\.0\.1:\d+ accepted the test mail for marie@example\.org\.\nIts answer: 250 .*\n$/,
    )
    const { parsed, recipients, sender } = await mailbox.next()
    assert.deepEqual([recipients, sender], [["marie@example.org"], "tamis@example.org"])
    assert.equal(parsed.subject, "[tamis] test mail")
  })

  test("sends it to another address", async () => {
    assert.equal((await command("mail", "test", "--to", "ada@example.org")).status, 0)
    assert.deepEqual((await mailbox.next()).recipients, ["ada@example.org"])
    const wrong = await command("mail", "test", "--to", "ada")
    assert.deepEqual(
      [wrong.status, wrong.stderr],
      [2, 'tamis: --to: expected a mail address such as "admin@example.org" [TAMIS_COMMAND_MISUSED]\n'],
    )
  })

  test("exits with 2 and says the way out if the server refuses it", async () => {
    const { status, stderr } = await command("mail", "test", "--to", "nobody@example.org")
    assert.equal(status, 2)
    assert.match(
      stderr,
      /^tamis: the test mail was not delivered: SMTP server .*550 no such user \[TAMIS_MAIL_UNDELIVERED\]\nCheck mail\.smtp/,
    )
  })
})
