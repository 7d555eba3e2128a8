/**
 * tamis among senders that mean it no good, or cannot do better. It never dies, every number adds up, what was lost
 * stands in the mail in plain words, and nothing reaches the mail or the log as it came.
 */
import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import type { Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { StreamFraming } from "../../src/framing/stream-framing.ts"
import { MAX_NAMES_PER_PEER } from "../../src/hosts/resolve.ts"
import { sentBytes } from "../../src/report/sent-bytes.ts"
import { type ReadDigest, readDigest } from "../support/digest-mail.ts"
import { RandomBytes } from "../support/random-bytes.ts"
import { closedByPeer, connectFrom, sendDatagrams, sendStream } from "../support/senders.ts"
import { type Mailbox, type ReceivedMail, startMailbox } from "../support/smtp-mailbox.ts"
import { runTamis } from "../support/tamis-command.ts"
import { startTamis, type TamisProcess } from "../support/tamis-process.ts"

const MAX_FRAME = 2_048
const MAX_SIZE = 16_384

/** Whatever may not be shown: controls but for the line feed, formats, separators that are no blanks, halves of characters. */
const UNPRINTABLE = /[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?!\n)\p{Cc}/u

let directory: string
let mailbox: Mailbox
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-hostile-"))
  mailbox = await startMailbox()
})
after(async () => {
  await mailbox.stop()
  await rm(directory, { recursive: true })
})

/** Its window stays open, so that one mail tells of everything. */
async function configure(name: string, listen: object): Promise<string> {
  const file = join(directory, `${name}.yml`)
  const configuration = {
    listen: { udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"], ...listen },
    digests: [{ name: "lan", schedule: "0 0 1 1 *", to: ["admin@example.org"], maxSize: `${MAX_SIZE / 1_024}KiB` }],
    mail: { smtp: { host: "127.0.0.1", port: mailbox.port, tls: "none", from: "tamis@example.org" } },
    stateDirectory: `state-${name}`,
  }
  await writeFile(file, JSON.stringify(configuration))
  return file
}

/** Ends tamis, which takes along what the kernel holds, and has it mail the window. */
async function endOf(tamis: TamisProcess, configuration: string): Promise<ReceivedMail> {
  assert.equal(await tamis.stop(), 0)
  const { status, stderr } = await runTamis(["report", "--send", "-c", configuration])
  assert.deepEqual([status, stderr], [1, ""])
  return await mailbox.next()
}

/** The mail's text with its lines joined as a reader does. */
function sentences(mail: ReceivedMail): string {
  return (mail.parsed.text ?? "").replace(/\s+/g, " ")
}

/** What a stream is to become, by the framing that has tests of its own. */
class Expected {
  frames = 0
  truncated = 0
  skippedBytes = 0

  stream(...pieces: readonly (string | Uint8Array)[]): Buffer {
    const stream = Buffer.concat(pieces.map((piece) => Buffer.from(piece)))
    const framing = new StreamFraming(MAX_FRAME, (_bytes, _start, _end, truncated) => {
      this.frames += 1
      if (truncated) this.truncated += 1
    })
    framing.push(stream)
    framing.end()
    this.skippedBytes += framing.skippedBytes
    return stream
  }

  datagram(datagram: Uint8Array): Uint8Array {
    this.frames += 1
    if (datagram.length > MAX_FRAME) this.truncated += 1
    return datagram
  }
}

describe("everything at once", () => {
  const random = new RandomBytes(2026)
  const expected = new Expected()
  let tamis: TamisProcess
  let mail: ReceivedMail
  let digest: ReadDigest

  const line = (host: string, tag: string, text: string) => `<13>Nov 23 18:00:00 ${host} ${tag}: ${text}`
  const EVIL = [
    "\u001b[2J\u001b[1;31mred\u001b[0m", // ANSI
    "\u009b2J\u0085", // C1
    "\u202egnp.exe\u2066\u200f", // runs backwards
    "\u200b\u00ad\u{e0041}\u3164", // cannot be seen
    "\u0000\u0007\u0008\u007f", // NUL, bell, backspace, delete
    "\r\nSubject: forged\r\n\r\n.\r\n", // ends a mail's header, and a mail
    "<script>alert(1)</script>",
    "=-=-=-=- Security Alerts =-=-=-=-",
  ]

  before(async () => {
    const configuration = await configure("all", { maxFrame: `${MAX_FRAME / 1_024}KiB` })
    tamis = await startTamis(configuration)
    const { udp, tcp } = tamis.ports

    const datagrams = [
      ...Array.from({ length: 300 }, () => random.bytes(random.below(400))),
      ...Array.from({ length: 20 }, (_, n) => Buffer.from(line("huge", "app", random.word(1)).padEnd(65_507 - n, "x"))),
      ...EVIL.flatMap((evil) => [
        line(`host${evil}`, "app", "text"),
        line("evil", evil, "text"),
        line("evil", "app", evil),
      ]).map((text) => Buffer.from(text)),
    ]
    await sendDatagrams(
      udp,
      datagrams.map((datagram) => expected.datagram(datagram)),
      "127.0.0.2",
    )

    const streams: [from: string, pieces: readonly (string | Uint8Array)[]][] = [
      ...Array.from({ length: 20 }, (): [string, Uint8Array[]] => ["127.0.0.3", [random.bytes(8_192)]]),
      // Octet counts: of a frame that never comes, too small, too large, nonsense, beyond the limit.
      ["127.0.0.4", ["9999999 <13>Nov 23 18:00:00 counts app: announced and cut short"]],
      ["127.0.0.4", ["5 <13>Nov 23 18:00:00 counts app: longer\n60 <13>Nov 23 18:00:00 counts app: shorter"]],
      ["127.0.0.4", ["0 <13>a\n-1 <13>b\n1e9 <13>c\n00000000000000000001 <13>d\n"]],
      ["127.0.0.4", [`5000 ${line("counts", "app", "x".repeat(4_960))}`, `60 ${line("counts", "app", "behind it")}`]],
      // A line that never ends.
      ["127.0.0.5", [line("endless", "app", ""), Buffer.alloc(1_048_576, "x")]],
      ["127.0.0.6", [EVIL.map((evil) => line("evil", "app", evil)).join("\n")]],
      // Ten thousand hosts, and as many programs.
      [
        "127.0.0.7",
        Array.from({ length: 10_000 }, (_, n) => `${line(`invented-${random.word(8)}-${n}`, "app", "text")}\n`),
      ],
      ["127.0.0.8", Array.from({ length: 10_000 }, () => `${line("inventor", random.word(12), "text")}\n`)],
    ]
    await Promise.all(streams.map(([from, pieces]) => sendStream(tcp, [expected.stream(...pieces)], from)))
    // A sender that is slow: one byte at a time, each in a segment of its own.
    const slow = await connectFrom("127.0.0.9", tcp)
    slow.setNoDelay(true)
    for (const byte of expected.stream(`${line("slow", "app", "text")}\n`)) {
      await new Promise((resolve) => slow.write(Uint8Array.of(byte), resolve))
    }
    slow.destroy()

    mail = await endOf(tamis, configuration)
    digest = readDigest(mail.parsed.text ?? "")
  })

  test("every frame is counted for its host and in total, and the sums add up", () => {
    const dropped = Number(/kernel dropped ([\d,]+) /.exec(sentences(mail))?.[1]?.replaceAll(",", "") ?? 0)
    const total = [...digest.accounts].find(([label]) => label.endsWith("in all"))?.[1] ?? assert.fail("no total")
    assert.equal(total.received, expected.frames - dropped)
    for (const [label, { received, ignored, reported, rejected }] of digest.accounts) {
      assert.equal(received, ignored + reported + rejected, label)
    }
    const hosts = [...digest.accounts].filter(([label]) => !label.endsWith("in all"))
    assert.equal(
      hosts.reduce((sum, [, { received }]) => sum + received, 0),
      total.received,
    )
  })

  test("cut messages and skipped bytes are among the losses", () => {
    assert.ok(expected.truncated > 20 && expected.skippedBytes > 1_000_000, "there is something to tell")
    const cut = `${expected.truncated.toLocaleString("en")} messages arrived cut off or were longer than listen.maxFrame`
    const skipped = `Skipped ${expected.skippedBytes.toLocaleString("en")} bytes of TCP streams`
    for (const sentence of [cut, skipped]) assert.ok(sentences(mail).includes(sentence), sentence)
  })

  test("invented hosts stay within their limit, and their peer is named in the log", async () => {
    const inHosts = /lines from ([\d,]+) hosts/.exec(sentences(mail))?.[1]?.replaceAll(",", "")
    assert.ok(Number(inHosts) <= 9 * (MAX_NAMES_PER_PEER + 1), `${inHosts} hosts`)
    const { address } = await tamis.logged(
      "A peer sent too many host names: further ones appear under its address. If it is a relay, set `relay: true` in its host entry.",
    )
    assert.equal(address, "127.0.0.7")
    assert.equal(digest.accounts.get("127.0.0.7")?.received, 10_000 - MAX_NAMES_PER_PEER)
  })

  test("the mail stays within its size and has no control characters", () => {
    const text = mail.parsed.text ?? ""
    assert.ok(sentBytes(text) <= MAX_SIZE, `${sentBytes(text)} bytes`)
    assert.doesNotMatch(text, UNPRINTABLE)
    assert.doesNotMatch(mail.source, /[^\r\n\t\x20-\x7e]/)
    assert.match(mail.parsed.subject ?? "", /^\[tamis\] [^\r\n]{10,112}$/)
    assert.equal(mail.source.match(/^Subject:/gm)?.length, 1)
  })

  test("the log has no received line and no control character", () => {
    assert.doesNotMatch(tamis.stderr(), UNPRINTABLE)
    assert.doesNotMatch(tamis.stderr(), /invented-|forged|alert\(1\)/)
  })
})

describe("each limit changes what happens", () => {
  const TIGHT = {
    maxFrame: "1KiB",
    maxConnections: 4,
    maxConnectionsPerPeer: 3,
    idle: "2s",
    receiveBuffer: "64KiB",
    allow: ["127.0.0.1", "127.0.1.0/24"],
  }
  const LOOSE = {
    maxFrame: "64KiB",
    maxConnections: 100,
    maxConnectionsPerPeer: 100,
    idle: "never",
    receiveBuffer: "128KiB",
    allow: [],
  }
  let tight: TamisProcess
  let loose: TamisProcess
  const mails = { tight: "", loose: "" }
  const open: Socket[] = []
  /** By the tight one. */
  const refused: string[] = []

  async function connected(from: string): Promise<void> {
    for (const tamis of [tight, loose]) open.push(await connectFrom(from, tamis.ports.tcp))
  }

  before(async () => {
    const files = { tight: await configure("tight", TIGHT), loose: await configure("loose", LOOSE) }
    ;[tight, loose] = await Promise.all([startTamis(files.tight), startTamis(files.loose)])

    const long = `<13>Nov 23 18:00:00 long app: ${"x".repeat(5_000)}`
    for (const { ports } of [tight, loose]) {
      await sendStream(ports.tcp, [long])
      await sendDatagrams(ports.udp, [long, "<13>Nov 23 18:00:00 web1 app: text"])
      // Outside of what the tight one allows.
      await sendDatagrams(ports.udp, ["<13>Nov 23 18:00:00 web2 app: text"], "127.0.0.77")
      await closedByPeer(await connectFrom("127.0.0.77", ports.tcp).then((socket) => socket.end()))
    }

    // Three are allowed to one peer, four to all of them. Each refusal is waited for, so that the count is settled.
    for (const _ of [1, 2, 3, 4]) await connected("127.0.1.1")
    for (const _ of [1, 2]) await connected("127.0.1.2")
    const ofTight = open.filter((_, index) => index % 2 === 0)
    await Promise.all([ofTight[3], ofTight[5]].map((socket) => socket && closedByPeer(socket)))
    refused.push(...ofTight.flatMap((socket, index) => (socket.destroyed ? [`connection ${index + 1}`] : [])))
    // All are silent: the tight one closes what it has, the other waits for ever.
    await Promise.all(ofTight.map(closedByPeer))
  })
  after(() => {
    for (const socket of open) socket.destroy()
  })

  test("connections above the limits are refused, first the limit per peer, then the total", () => {
    assert.deepEqual(refused, ["connection 4", "connection 6"])
  })

  test("silent connections are closed after listen.idle, and stay open with listen.idle never", () => {
    assert.deepEqual(
      open.map((socket) => socket.destroyed),
      open.map((_, index) => index % 2 === 0),
    )
  })

  test("the configured receive buffer is requested, and the granted size is logged", async () => {
    const granted = async (tamis: TamisProcess) => (await tamis.logged("UDP receive buffer set.")).grantedBytes
    assert.deepEqual([await granted(tight), await granted(loose)], [65_536, 131_072])
  })

  test("the mail has a sentence for each loss", async () => {
    for (const socket of open) socket.destroy()
    mails.tight = sentences(await endOf(tight, join(directory, "tight.yml")))
    mails.loose = sentences(await endOf(loose, join(directory, "loose.yml")))
    for (const sentence of [
      "2 messages arrived cut off or were longer than listen.maxFrame",
      "Refused 2 datagrams or connections from addresses that listen.allow does not name.",
      "Refused 2 connections above listen.maxConnections or listen.maxConnectionsPerPeer. The senders try again later.",
      "Closed 4 connections that were silent for longer than listen.idle",
    ]) {
      assert.ok(mails.tight.includes(sentence), `${sentence}\n${mails.tight}`)
    }
    assert.doesNotMatch(mails.loose, /Losses/)
  })

  test("the other lines are all there", () => {
    assert.match(mails.tight, /3 lines from 2 hosts/)
    assert.match(mails.loose, /4 lines from 3 hosts/)
  })
})
