import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { suggestRule } from "../../src/suggest/suggest-rule.ts"

const HEAD = "Nov 23 18:33:13 web1"

interface Case {
  readonly name: string
  /** Behind the header. */
  readonly lines: readonly string[]
  /** Behind `^${HEAD} `; undefined where no rule is suggested. */
  readonly want: string | undefined
}

const CASES: readonly Case[] = [
  {
    name: "what is literal is escaped, and both ends are held",
    lines: ["disk: sda1 (root): a+b? [ok] 100% ^x$ {y} c:\\d |"],
    want: "disk: sda1 \\(root\\): a\\+b\\? \\[ok\\] [0-9]+% \\^x\\$ \\{y\\} c:\\\\d \\|$",
  },
  {
    name: "addresses, ports and users are variables, by what stands before them",
    lines: [
      "sshd[1]: Failed password for ada from 203.0.113.7 port 50022 ssh2",
      "sshd[2]: Failed password for bob from 2001:db8::7 port 41 ssh2",
    ],
    want: "sshd\\[${PID}\\]: Failed password for ${USER} from ${IP} port ${PORT} ssh2$",
  },
  {
    name: "a PID that only some lines have is optional",
    lines: ["app: started in 7 ms", "app[12]: started in 9 ms"],
    want: "app(\\[${PID}\\])?: started in [0-9]+ ms$",
  },
  {
    name: "words are written out where few were seen",
    lines: ["job[1]: session opened for backup", "job[2]: session closed for backup"],
    want: "job\\[${PID}\\]: session (closed|opened) for backup$",
  },
  {
    name: "many words become a class of what was seen in them",
    lines: ["ada", "bob", "cy-d", "dan", "eve", "fay", "gus", "hal"].map((who) => `job[1]: greeting ${who} by mail`),
    want: "job\\[${PID}\\]: greeting [[:alnum:]-]+ by mail$",
  },
  {
    name: "paths are anything without a blank",
    lines: ["/srv/a", "/srv/b/c.txt", "/srv/d", "/e", "/f/g", "/h", "/i_j"].map(
      (path) => `sync[1]: copied file ${path}`,
    ),
    want: "sync\\[${PID}\\]: copied file /[^ ]+$",
  },
  {
    name: "what some lines lack is optional",
    lines: [
      "pam[1]: session closed for user ada",
      "pam[1]: session opened for user ada by (uid=0)",
      "pam[1]: session opened for user ada by (uid=7)",
    ],
    want: "pam\\[${PID}\\]: session (closed|opened) for user ada( by \\(uid=[0-9]+\\))?$",
  },
  {
    name: "what only some lines begin with",
    lines: ["app: error: disk sda is slow", "app: disk sda is slow"],
    want: "app: (error: )?disk sda is slow$",
  },
  {
    name: "a plural is optional",
    lines: ["app[1]: 1 job waits in line", "app[1]: 2 jobs waits in line"],
    want: "app\\[${PID}\\]: [0-9]+ jobs? waits in line$",
  },
  {
    name: "values of a key are found behind it",
    lines: ["fw: DROP IN=eth0 SRC=192.0.2.1 SPT=1 TTL=64", "fw: DROP IN=eth1 SRC=192.0.2.9 SPT=65535 TTL=63"],
    want: "fw: DROP IN=${IFACE} SRC=${IP} SPT=${PORT} TTL=[0-9]+$",
  },
  {
    name: "a hardware address is no IPv6 address",
    lines: ["dhcpd: DHCPACK to 02:00:00:00:00:aa via lan", "dhcpd: DHCPACK to 02:00:00:00:00:bb via lan"],
    want: "dhcpd: DHCPACK to ${MAC} via lan$",
  },
  {
    name: "names of hosts, and addresses among them",
    lines: ["app: mail relayed to mx1.example.org", "app: mail relayed to 192.0.2.25"],
    want: "app: mail relayed to (${IP}|${HOSTNAME})$",
  },
  {
    name: "the kernel's uptime, however many blanks line it up",
    lines: ["kernel: [81277.204912] eth0: link is up"],
    want: "kernel: \\[ *[0-9]+\\.[0-9]+\\] eth0: link is up$",
  },
  {
    name: "two blanks stay two blanks",
    lines: ["sudo:     ada : TTY=pts/0 ; COMMAND=list"],
    want: "sudo:     ada : TTY=pts/[0-9]+ ; COMMAND=list$",
  },
  {
    name: "lines without a tag, letters beyond ASCII",
    lines: ["Überlast: Größe beträgt 7 von 9", "Überlast: Größe beträgt 12 von 9"],
    want: "Überlast: Größe beträgt [0-9]+ von [0-9]+$",
  },
  {
    name: "a small number that never changes is part of the rule",
    lines: ["ada", "bob", "cyd", "dan"].map((who) => `app: task for ${who} has uid=0`),
    want: "app: task for ${USER} has uid=0$",
  },
  { name: "lines of two programs", lines: ["a: done with it", "b: done with it"], want: undefined },
  { name: "lines with one word in common", lines: ["a: done with it", "a: not even near"], want: undefined },
  { name: "an alarming line", lines: ["kernel: Out of memory: Killed process 7 (a)"], want: undefined },
  {
    name: "a line that is alarming among others",
    lines: [
      "sshd[1]: Accepted password for ada from 192.0.2.1 port 7 ssh2",
      "sshd[1]: Accepted password for root from 192.0.2.1 port 7 ssh2",
    ],
    want: undefined,
  },
  {
    name: "users are written out where root among them would be alarming",
    lines: ["ada", "bob"].map((who) => `sshd[1]: Accepted password for ${who} from 192.0.2.1 port 7 ssh2`),
    want: "sshd\\[${PID}\\]: Accepted password for (ada|bob) from ${IP} port ${PORT} ssh2$",
  },
  {
    name: "the same where tamis lists no such line",
    lines: ["ada", "bob"].map((who) => `sshd(pam_unix)[1]: session opened for user ${who} by (uid=0)`),
    want: "sshd\\(pam_unix\\)\\[${PID}\\]: session opened for user (ada|bob) by \\(uid=[0-9]+\\)$",
  },
  { name: "a control character", lines: ["app: \x1b[31mred alert"], want: undefined },
  { name: "bytes that are not UTF-8", lines: ["app: caf\udce9 is open"], want: undefined },
  { name: "a sample that was cut", lines: [`app: it says ${"x".repeat(1_024)}…`], want: undefined },
]

describe("a suggested rule", () => {
  for (const { name, lines, want } of CASES) {
    test(`${name}${want === undefined ? ": none" : ""}`, () => {
      const rule = suggestRule({ lines: lines.map((line) => `${HEAD} ${line}`) })
      assert.equal(rule?.pattern, want === undefined ? undefined : `^\${HEAD} ${want}`)
    })
  }

  test("takes lines with ISO dates, and hosts that syslog-ng chains", () => {
    const lines = ["2026-11-23T18:33:13.123456+01:00 src@web1 app[7]: done at last", `${HEAD} app[7]: done at last`]
    assert.equal(suggestRule({ lines })?.pattern, "^${HEAD} app\\[${PID}\\]: done at last$")
  })

  test("there is none for lines without a date and a host", () => {
    assert.equal(suggestRule({ lines: ["app: done at last"] }), undefined)
    assert.equal(suggestRule({ lines: [] }), undefined)
  })
})
