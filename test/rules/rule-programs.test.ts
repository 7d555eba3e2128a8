import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { namesProgram, programWords } from "../../src/rules/rule-programs.ts"

const CASES: readonly [pattern: string, words: readonly string[]][] = [
  ["^${HEAD} sshd\\[${PID}\\]: Accepted publickey: x", ["sshd"]],
  ["^\\w{3} [ :[:digit:]]{11} [._[:alnum:]-]+ cron\\[[0-9]+\\]: started", ["cron"]],
  [
    "^([[:alpha:]]{3} [ :[:digit:]]{11}|[0-9T:.+-]{32}) [._[:alnum:]-]+ kernel:( \\[ *[0-9.]+\\])? eth0: up",
    ["kernel"],
  ],
  ["^${HEAD} (su|sudo)(\\[[0-9]+\\])?: ", ["su", "sudo"]],
  ["^${HEAD} postfix(-[^/]+)?/(smtpd|qmgr)\\[[0-9]+\\]: ", ["postfix", "smtpd", "qmgr"]],
  ["^${HEAD} in\\.tftpd\\[[0-9]+\\]: ", ["in.tftpd"]],
  ["^${HEAD} /usr/sbin/cron\\[[0-9]+\\]: ", ["/usr/sbin/cron"]],
  ["^${HEAD} [^:]+: anybody's", ["anybody", "s"]],
  ["^${HEAD} [^]:]+: ", []],
  ["promiscuous mode", ["promiscuous", "mode"]],
  ["^${HEAD", []],
  ["[", []],
  ["", []],
]

describe("the words that name a rule's programs", () => {
  for (const [pattern, words] of CASES) {
    test(`${JSON.stringify(pattern)} has the words ${JSON.stringify(words)}`, () =>
      assert.deepEqual(programWords(pattern), words))
  }
})

test("words name a program by its whole name, or by each of its parts", () => {
  const words = new Set(["postfix", "smtpd", "sshd", "/usr/sbin/cron"])
  const named = ["sshd", "postfix/smtpd", "postfix", "/usr/sbin/cron"].filter((program) => namesProgram(words, program))
  assert.deepEqual(named, ["sshd", "postfix/smtpd", "postfix", "/usr/sbin/cron"])
  const others = ["ssh", "postfix/qmgr", "", "sshd-session"].filter((program) => namesProgram(words, program))
  assert.deepEqual(others, [])
})
