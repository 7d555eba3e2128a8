import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { suggestRule } from "../../src/suggest/suggest-rule.ts"
import { SHIPPED_ALARMING } from "../support/alarming.ts"

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
    name: "literal text is escaped, and the rule is anchored at both ends",
    lines: ["disk: sda1 (root): a+b? [ok] 100% ^x$ {y} c:\\d |"],
    want: "disk: sda1 \\(root\\): a\\+b\\? \\[ok\\] [0-9]+% \\^x\\$ \\{y\\} c:\\\\d \\|$",
  },
  {
    name: "addresses, ports and users become variables, depending on the text before them",
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
    name: "a few different words are written out",
    lines: ["job[1]: session opened for backup", "job[2]: session closed for backup"],
    want: "job\\[${PID}\\]: session (closed|opened) for backup$",
  },
  {
    name: "many different words become a class of their characters",
    lines: ["ada", "bob", "cy-d", "dan", "eve", "fay", "gus", "hal"].map((who) => `job[1]: greeting ${who} by mail`),
    want: "job\\[${PID}\\]: greeting [[:alnum:]-]+ by mail$",
  },
  {
    name: "paths become anything without a blank",
    lines: ["/srv/a", "/srv/b/c.txt", "/srv/d", "/e", "/f/g", "/h", "/i_j"].map(
      (path) => `sync[1]: copied file ${path}`,
    ),
    want: "sync\\[${PID}\\]: copied file /[^ ]+$",
  },
  {
    name: "a part that some lines lack is optional",
    lines: [
      "pam[1]: session closed for user ada",
      "pam[1]: session opened for user ada by (uid=0)",
      "pam[1]: session opened for user ada by (uid=7)",
    ],
    want: "pam\\[${PID}\\]: session (closed|opened) for user ada( by \\(uid=[0-9]+\\))?$",
  },
  {
    name: "a beginning that some lines lack is optional",
    lines: ["app: error: disk sda is slow", "app: disk sda is slow"],
    want: "app: (error: )?disk sda is slow$",
  },
  {
    name: "a plural is optional",
    lines: ["app[1]: 1 job waits in line", "app[1]: 2 jobs waits in line"],
    want: "app\\[${PID}\\]: [0-9]+ jobs? waits in line$",
  },
  {
    name: "the values of a key vary, and the key is constant",
    lines: ["fw: DROP IN=eth0 SRC=192.0.2.1 SPT=1 TTL=64", "fw: DROP IN=eth1 SRC=192.0.2.9 SPT=65535 TTL=63"],
    want: "fw: DROP IN=${IFACE} SRC=${IP} SPT=${PORT} TTL=[0-9]+$",
  },
  {
    name: "a hardware address is not taken for an IPv6 address",
    lines: ["dhcpd: DHCPACK to 02:00:00:00:00:aa via lan", "dhcpd: DHCPACK to 02:00:00:00:00:bb via lan"],
    want: "dhcpd: DHCPACK to ${MAC} via lan$",
  },
  {
    name: "host names and addresses become one group of variables",
    lines: ["app: mail relayed to mx1.example.org", "app: mail relayed to 192.0.2.25"],
    want: "app: mail relayed to (${IP}|${HOSTNAME})$",
  },
  {
    name: "the kernel's uptime matches with any number of blanks",
    lines: ["kernel: [81277.204912] eth0: link is up"],
    want: "kernel: \\[ *[0-9]+\\.[0-9]+\\] eth0: link is up$",
  },
  {
    name: "two blanks stay two blanks",
    lines: ["sudo:     ada : TTY=pts/0 ; COMMAND=list"],
    want: "sudo:     ada : TTY=pts/[0-9]+ ; COMMAND=list$",
  },
  {
    name: "lines without a tag and with letters beyond ASCII get a rule",
    lines: ["Überlast: Größe beträgt 7 von 9", "Überlast: Größe beträgt 12 von 9"],
    want: "Überlast: Größe beträgt [0-9]+ von [0-9]+$",
  },
  {
    name: "a small number that never changes is literal",
    lines: ["ada", "bob", "cyd", "dan"].map((who) => `app: task for ${who} has uid=0`),
    want: "app: task for ${USER} has uid=0$",
  },
  { name: "lines of two programs", lines: ["a: done with it", "b: done with it"], want: undefined },
  { name: "lines with one word in common", lines: ["a: done with it", "a: not even near"], want: undefined },
  { name: "alarming lines", lines: ["kernel: Out of memory: Killed process 7 (a)"], want: undefined },
  {
    name: "lines with an alarming one among them",
    lines: [
      "sshd[1]: Accepted password for ada from 192.0.2.1 port 7 ssh2",
      "sshd[1]: Accepted password for root from 192.0.2.1 port 7 ssh2",
    ],
    want: undefined,
  },
  {
    name: "users are written out if root in their place would be alarming",
    lines: ["ada", "bob"].map((who) => `sshd[1]: Accepted password for ${who} from 192.0.2.1 port 7 ssh2`),
    want: "sshd\\[${PID}\\]: Accepted password for (ada|bob) from ${IP} port ${PORT} ssh2$",
  },
  {
    name: "users are written out even if tamis lists no such alarming line",
    lines: ["ada", "bob"].map((who) => `sshd(pam_unix)[1]: session opened for user ${who} by (uid=0)`),
    want: "sshd\\(pam_unix\\)\\[${PID}\\]: session opened for user (ada|bob) by \\(uid=0\\)$",
  },
  { name: "lines with a control character", lines: ["app: \x1b[31mred alert"], want: undefined },
  { name: "lines with bytes that are not UTF-8", lines: ["app: caf\udce9 is open"], want: undefined },
  { name: "samples that were cut", lines: [`app: it says ${"x".repeat(1_024)}…`], want: undefined },
]

describe("a suggested rule", () => {
  for (const { name, lines, want } of CASES) {
    test(`${name}${want === undefined ? " get no rule" : ""}`, () => {
      const rule = suggestRule({ lines: lines.map((line) => `${HEAD} ${line}`), alarming: SHIPPED_ALARMING })
      assert.equal(rule?.pattern, want === undefined ? undefined : `^\${HEAD} ${want}`)
    })
  }

  test("lines with ISO dates and syslog-ng's host chains get a rule", () => {
    const lines = ["2026-11-23T18:33:13.123456+01:00 src@web1 app[7]: done at last", `${HEAD} app[7]: done at last`]
    assert.equal(suggestRule({ lines, alarming: SHIPPED_ALARMING })?.pattern, "^${HEAD} app\\[${PID}\\]: done at last$")
  })

  test("lines without a date and a host get no rule", () => {
    assert.equal(suggestRule({ lines: ["app: done at last"], alarming: SHIPPED_ALARMING }), undefined)
    assert.equal(suggestRule({ lines: [], alarming: SHIPPED_ALARMING }), undefined)
  })
})
