import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { OwnMails } from "../../src/collector/own-mails.ts"
import type { OwnMail } from "../../src/tally/own-mail.ts"

const NOW = Date.parse("2026-11-27T21:08:20Z")
const MINUTE = 60_000
const ID = "tamis.8e39570af7c349ae8f4c20e3cdd8fd93@example.org"

const MAIL: OwnMail = {
  messageId: ID,
  sender: "tamis@example.org",
  sentFrom: ["127.0.0.1", "::1", "192.0.2.7"],
  atMs: NOW,
  answer: undefined,
}

function known(...mails: readonly Partial<OwnMail>[]): OwnMails {
  const own = new OwnMails()
  for (const mail of mails) own.announce({ ...MAIL, ...mail })
  return own
}

function judge(own: OwnMails, line: string, atMs = NOW): boolean {
  const [, program = "", text = ""] = /^(\S+?)(?:\[\d+\])?: (.*)$/.exec(line) ?? []
  return own.isOwn(program, () => text, atMs)
}

interface Transcript {
  readonly server: string
  readonly answer: string
  readonly lines: readonly string[]
}

/** What mail servers log about a mail of tamis, in their order. */
const TRANSCRIPTS: readonly Transcript[] = [
  {
    server: "postfix",
    answer: "250 2.0.0 Ok: queued as AF5E22894B4",
    lines: [
      "postfix/smtpd[598]: connect from localhost[127.0.0.1]",
      "postfix/smtpd[598]: Anonymous TLS connection established from localhost[127.0.0.1]: TLSv1.3 with cipher X",
      "postfix/smtpd[598]: AF5E22894B4: client=localhost[127.0.0.1]",
      `postfix/cleanup[612]: AF5E22894B4: message-id=<${ID}>`,
      "postfix/qmgr[30129]: AF5E22894B4: from=<tamis@example.org>, size=3800, nrcpt=1 (queue active)",
      "postfix/smtpd[598]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5",
      "postfix/smtp[620]: AF5E22894B4: to=<admin@example.org>, relay=192.0.2.9[192.0.2.9]:25, delay=0.57, dsn=2.0.0, status=sent (250 queued as 4XyZabcdef)",
      "postfix/qmgr[30129]: AF5E22894B4: removed",
      "postfix/qmgr[9]: 4XyZabcdef: removed",
    ],
  },
  {
    server: "exim",
    answer: "250 OK id=1rAbCd-0001Ab-3x",
    lines: [
      "exim[7]: SMTP connection from [127.0.0.1] (TCP/IP connection count = 1)",
      "exim[7]: SMTP connection from ([127.0.0.1]) [127.0.0.1] closed by QUIT",
      `exim[7]: 1rAbCd-0001Ab-3x <= tamis@example.org H=localhost [127.0.0.1] P=esmtp S=3800 id=${ID}`,
      'exim[8]: 1rAbCd-0001Ab-3x => admin@example.org R=dnslookup T=remote_smtp H=mx [192.0.2.9] C="250 OK"',
      "exim[8]: 1rAbCd-0001Ab-3x Completed",
    ],
  },
  {
    server: "sendmail",
    answer: "250 2.0.0 06I02CNi016764 Message accepted for delivery",
    lines: [
      `sm-mta[9]: 06I02CNi016764: from=<tamis@example.org>, size=3800, class=0, nrcpts=1, msgid=<${ID}>, proto=ESMTP, daemon=MTA, relay=localhost [127.0.0.1]`,
      "sm-mta[9]: 06I02CNi016764: to=<admin@example.org>, delay=00:00:01, mailer=esmtp, dsn=2.0.0, stat=Sent (Ok: queued)",
    ],
  },
  {
    server: "OpenSMTPD",
    answer: "250 2.0.0 5d3e01f2 Message accepted for delivery",
    lines: [
      "smtpd[3]: b5c3ab1234567890 smtp message msgid=5d3e01f2 size=3800 nrcpt=1 proto=ESMTP",
      'smtpd[3]: b5c3ab1234567899 mta delivery evpid=5d3e01f2abcdef01 from=<tamis@example.org> to=<admin@example.org> result="Ok" stat="Sent"',
    ],
  },
]

describe("lines of mail servers about mails of tamis", () => {
  for (const { server, answer, lines } of TRANSCRIPTS) {
    test(`${server}: all lines are recognized, with the answer and before it`, () => {
      const own = known({}, { answer })
      for (const line of lines) assert.ok(judge(own, line), line)
      // Before the answer, the queue id is known from the line with the Message-ID.
      if (server === "OpenSMTPD") return
      const before = known({})
      for (const line of lines) assert.ok(judge(before, line), line)
    })

    test(`${server}: no line is recognized if tamis sent nothing, or long ago`, () => {
      for (const line of lines) {
        assert.equal(judge(new OwnMails(), line), false)
        assert.equal(judge(known({ answer }), line, NOW + 61 * MINUTE), false)
      }
    })
  }
})

const OTHERS: readonly (readonly [string, string])[] = [
  [
    "a Message-ID that is not known",
    "postfix/cleanup[6]: 3333333333: message-id=<tamis.00000000000000000000000000000000@example.org>",
  ],
  ["a program that moves no mail", `sshd[6]: Accepted password for root <${ID}>`],
  [
    "a mail that bounced",
    `postfix/smtp[6]: AF5E22894B4: to=<a@example.org>, status=bounced (550 no such user) <${ID}>`,
  ],
  ["a mail that waits", "postfix/smtp[6]: AF5E22894B4: to=<a@example.org>, status=deferred (connect refused)"],
  [
    "a rejected mail",
    "postfix/smtpd[6]: NOQUEUE: reject: RCPT from localhost[127.0.0.1]: 554 from=<tamis@example.org>",
  ],
  ["a warning", `postfix/cleanup[6]: warning: AF5E22894B4: message-id=<${ID}>`],
  ["exim's failed delivery", "exim[6]: AF5E22894B4 ** a@example.org: no such user"],
  ["a connection from elsewhere", "postfix/smtpd[6]: connect from unknown[198.51.100.7]"],
  [
    "a conversation with failed commands",
    "postfix/smtpd[6]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=0/9 quit=1 commands=3/12",
  ],
  [
    "a mail that exim rejected",
    "exim[6]: 1xXACV-0003Do-1t H=([127.0.0.1]) [127.0.0.1] F=<tamis@example.org> rejected after DATA: spam",
  ],
  ["another sender", "postfix/qmgr[6]: 1111111111: from=<eve@example.org>, size=3800, nrcpt=1 (queue active)"],
  ["a queue id amid the text", "postfix/smtpd[6]: 2222222222: to=<AF5E22894B4 x@example.org>"],
]

for (const [what, line] of OTHERS) {
  test(`not recognized: ${what}`, () => {
    assert.equal(judge(known({ answer: "250 2.0.0 Ok: queued as AF5E22894B4" }), line), false)
  })
}

test("a line without an id is recognized once for each mail, and for ten minutes", () => {
  const line = "postfix/smtpd[598]: connect from localhost[127.0.0.1]"
  const own = known({})
  assert.deepEqual([judge(own, line), judge(own, line)], [true, false])
  own.announce({ ...MAIL, answer: "250 ok" })
  assert.equal(judge(own, line), false)
  own.announce({ ...MAIL, messageId: "tamis.2@example.org" })
  assert.equal(judge(own, line), true)
  own.announce({ ...MAIL, atMs: NOW + MINUTE })
  assert.equal(judge(own, line, NOW + 11 * MINUTE + 1), false)
  assert.equal(judge(own, line, NOW + 11 * MINUTE), true)
})

test("the number of mails that are known is bounded", () => {
  const own = new OwnMails()
  for (let n = 0; n < 300; n += 1)
    own.announce({ ...MAIL, messageId: `tamis.${String(n).padStart(32, "0")}@example.org` })
  const line = (n: number) =>
    `postfix/cleanup[6]: AF5E2289${n}: message-id=<tamis.${String(n).padStart(32, "0")}@example.org>`
  assert.deepEqual([judge(own, line(0)), judge(own, line(299))], [false, true])
})
