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
    name: "a program that is called more than before",
    pattern: SSH,
    lines: [accepted("sshd-session")],
    want: SSH.replace("sshd", "sshd(-session)?"),
  },
  {
    name: "and by several names",
    pattern: SSH,
    lines: [accepted("sshd-session"), accepted("sshd-auth")],
    want: SSH.replace("sshd", "sshd(-session|-auth)?"),
  },
  {
    name: "a word that became two, in lines that vary elsewhere",
    pattern: SUCCEEDED,
    lines: ["man-db.service", "apt-daily.service"].map((unit) =>
      line(`systemd[1]: ${unit}: Deactivated successfully.`),
    ),
    want: SUCCEEDED.replace("Succeeded", "(Succeeded|Deactivated successfully)"),
  },
  {
    name: "an alternative that is missing in a group",
    pattern: DEBIAN,
    lines: [accepted("sshd", "keyboard-interactive/pam")],
    want: DEBIAN.replace("publickey)", "publickey|keyboard-interactive/pam)"),
  },
  {
    name: "a name that ends as before",
    pattern: "^${HEAD} cron\\[${PID}\\]: job done$",
    lines: [line("anacron[7]: job done")],
    want: "^${HEAD} (ana)?cron\\[${PID}\\]: job done$",
  },
  {
    name: "what is special in a pattern is escaped",
    pattern: "^${HEAD} app: took part in it$",
    lines: [line("app: took $5.00 (more) in it")],
    want: "^${HEAD} app: took (part|\\$5\\.00 \\(more\\)) in it$",
  },
  {
    name: "of lines that differ in too many ways, none",
    pattern: "^${HEAD} app: state changed to idle$",
    lines: ["a", "b", "c", "d"].map((state) => line(`app: state changed to ${state}`)),
    want: undefined,
  },
  {
    name: "two places at once are too many",
    pattern: SSH,
    lines: [accepted("sshd-session", "password")],
    want: undefined,
  },
  {
    name: "another statement",
    pattern: SSH,
    lines: [line("sshd[7]: Connection closed by 192.0.2.7")],
    want: undefined,
  },
  {
    name: "a rule of one word says too little",
    pattern: "^${HEAD} [^ ]+ reboot$",
    lines: [line("app halt")],
    want: undefined,
  },
  {
    name: "alternatives at the top",
    pattern: "^a$|^${HEAD} sshd: Accepted x$",
    lines: [line("sshd: Denied x")],
    want: undefined,
  },
  {
    name: "a rule that cannot be run",
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

  test("takes in most lines, where no change takes all", () => {
    const lines = [accepted("sshd-session"), accepted("sshd", "password"), accepted("sshd-session")]
    const change = smallestChange(SSH, SCOPES, lines)
    assert.deepEqual(change, { pattern: SSH.replace("sshd", "sshd(-session)?"), lines: [lines[0], lines[2]] })
  })

  test("whatever a line holds, the changed rule runs, matches what it says, and what the rule matched", () => {
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
