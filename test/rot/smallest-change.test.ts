import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { compileOne, smallestChange } from "../../src/rot/smallest-change.ts"
import { BUILT_IN_VARIABLES } from "../../src/rules/built-in-variables.ts"

const SCOPES = [BUILT_IN_VARIABLES]
const SSH = "^${HEAD} sshd\\[${PID}\\]: Accepted publickey for ${USER} from ${IP} port ${PORT} ssh2$"
const SUCCEEDED = "^${HEAD} systemd\\[${PID}\\]: [^ ]+: Succeeded\\.$"
const DEBIAN =
  "^\\w{3} [ :[:digit:]]{11} [._[:alnum:]-]+ sshd\\[[[:digit:]]+\\]: Accepted (password|publickey) for [^ ]+ from [^ ]+ port [0-9]+( ssh2)?$"

const line = (text: string) => `Nov 23 09:00:00 web1 ${text}`
const accepted = (tag: string, how = "publickey") =>
  line(`${tag}[71]: Accepted ${how} for ada from 192.0.2.7 port 40122 ssh2`)

const CASES: readonly {
  name: string
  pattern: string
  lines: readonly string[]
  want: string | undefined
  taken?: number
}[] = [
  {
    name: "a program with a longer name gets an optional ending",
    pattern: SSH,
    lines: [accepted("sshd-session")],
    want: SSH.replace("sshd", "sshd(-session)?"),
  },
  {
    name: "a program with several new names gets optional endings",
    pattern: SSH,
    lines: [accepted("sshd-session"), accepted("sshd-auth")],
    want: SSH.replace("sshd", "sshd(-session|-auth)?"),
  },
  {
    name: "a word that became two gets an alternative, in lines that vary elsewhere",
    pattern: SUCCEEDED,
    lines: ["man-db.service", "apt-daily.service"].map((unit) =>
      line(`systemd[1]: ${unit}: Deactivated successfully.`),
    ),
    want: SUCCEEDED.replace("Succeeded", "(Succeeded|Deactivated successfully)"),
  },
  {
    name: "an alternative that a group lacks is added",
    pattern: DEBIAN,
    lines: [accepted("sshd", "keyboard-interactive/pam")],
    want: DEBIAN.replace("publickey)", "publickey|keyboard-interactive/pam)"),
  },
  {
    name: "a name with a new beginning gets an optional beginning",
    pattern: "^${HEAD} cron\\[${PID}\\]: job done$",
    lines: [line("anacron[7]: job done")],
    want: "^${HEAD} (ana)?cron\\[${PID}\\]: job done$",
  },
  {
    name: "special characters of the new text are escaped",
    pattern: "^${HEAD} app: took part in it$",
    lines: [line("app: took $5.00 (more) in it")],
    want: "^${HEAD} app: took (part|\\$5\\.00 \\(more\\)) in it$",
  },
  {
    name: "lines that differ in too many ways get no change",
    pattern: "^${HEAD} app: state changed to idle$",
    lines: ["a", "b", "c", "d"].map((state) => line(`app: state changed to ${state}`)),
    want: undefined,
  },
  {
    name: "lines that differ in two places get no change",
    pattern: SSH,
    lines: [accepted("sshd-session", "password")],
    want: undefined,
  },
  {
    name: "a line with another statement gets no change",
    pattern: SSH,
    lines: [line("sshd[7]: Connection closed by 192.0.2.7")],
    want: undefined,
  },
  {
    name: "a rule of one word gets no change",
    pattern: "^${HEAD} [^ ]+ reboot$",
    lines: [line("app halt")],
    want: undefined,
  },
  {
    name: "a rule with alternatives at the top gets no change",
    pattern: "^a$|^${HEAD} sshd: Accepted x$",
    lines: [line("sshd: Denied x")],
    want: undefined,
  },
  {
    name: "a rule that cannot be run gets no change",
    pattern: "^${NOBODY} sshd: Accepted x$",
    lines: [line("sshd: Denied x")],
    want: undefined,
  },
]

describe("the smallest change of a rule", () => {
  for (const { name, pattern, lines, want, taken = lines.length } of CASES) {
    test(name, () => {
      const change = smallestChange(pattern, SCOPES, lines)
      assert.equal(change?.pattern, want)
      if (want !== undefined) assert.equal(change?.lines.length, taken)
    })
  }

  test("if no change matches all lines, the one that matches most is taken", () => {
    const lines = [accepted("sshd-session"), accepted("sshd", "password"), accepted("sshd-session")]
    const change = smallestChange(SSH, SCOPES, lines)
    assert.deepEqual(change, { pattern: SSH.replace("sshd", "sshd(-session)?"), lines: [lines[0], lines[2]] })
  })

  test("for any line, the changed rule runs, and matches its lines and the rule's old line", () => {
    const old = accepted("sshd")
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 30 }), (text) => {
        const lines = [accepted(text), accepted("sshd", text), line(`sshd[7]: ${text}`)].filter(
          (each) => !each.includes("\n"),
        )
        const change = smallestChange(SSH, SCOPES, lines)
        if (change === undefined) return
        const matches = compileOne(change.pattern, SCOPES)
        assert.ok(matches?.(old))
        assert.deepEqual(
          lines.filter((each) => matches?.(each)),
          change.lines,
        )
      }),
      { numRuns: 50 },
    )
  })
})
