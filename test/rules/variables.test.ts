import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { BUILT_IN_VARIABLES } from "../../src/rules/built-in-variables.ts"
import { expandVariables } from "../../src/rules/variables.ts"

const host = new Map([
  ["WAN_IF", "enp1s0"],
  ["LAN_IF", "eth0|eth1"],
  ["GROUPED", "(eth0|eth1)"],
  ["BRACKETED", "[|[:alpha:]|]"],
  ["ESCAPED", "a\\|b"],
  ["EMPTY", ""],
])

const cases: { name: string; text: string; want: string }[] = [
  { name: "a pattern without variables stays", text: "^a$", want: "^a$" },
  { name: "a value is pasted", text: "IN=${WAN_IF} OUT=", want: "IN=enp1s0 OUT=" },
  { name: "variables may touch", text: "${WAN_IF}${WAN_IF}", want: "enp1s0enp1s0" },
  { name: "an empty value leaves nothing", text: "a${EMPTY}b", want: "ab" },
  { name: "a value with alternatives becomes a group", text: "IN=${LAN_IF} ", want: "IN=(eth0|eth1) " },
  { name: "a group stays one group", text: "IN=${GROUPED} ", want: "IN=(eth0|eth1) " },
  {
    name: "a bar in a bracket or behind a backslash is no alternative",
    text: "${BRACKETED}${ESCAPED}",
    want: "[|[:alpha:]|]a\\|b",
  },
  {
    name: "a repeated value is repeated as a whole",
    text: "(${WAN_IF})*${WAN_IF}? ${WAN_IF}{2}",
    want: "(enp1s0)*(enp1s0)? (enp1s0){2}",
  },
  { name: "lower case after a dollar is the pattern's", text: "x${eth0}", want: "x${eth0}" },
  { name: "an interval after an anchor is the pattern's", text: "x${2}", want: "x${2}" },
  { name: "an unclosed brace is the pattern's", text: "x${WAN_IF", want: "x${WAN_IF" },
  { name: "an escaped dollar is the pattern's", text: "\\${WAN_IF}", want: "\\${WAN_IF}" },
  { name: "an escaped backslash escapes nothing more", text: "\\\\${WAN_IF}", want: "\\\\enp1s0" },
  { name: "a back-reference beside a plain value counts right", text: "(a)${WAN_IF}\\1", want: "(a)enp1s0\\1" },
  {
    name: "a back-reference passes over the groups of values",
    text: "${LAN_IF} (a)${LAN_IF}(b)\\1\\2",
    want: "(eth0|eth1) (a)(eth0|eth1)(b)\\2\\4",
  },
  {
    name: "what is no group and no reference is not counted",
    text: "[(]\\((a)[[:alpha:](\\1]${LAN_IF}\\1(b)\\\\1",
    want: "[(]\\((a)[[:alpha:](\\1](eth0|eth1)\\1(b)\\\\1",
  },
]

for (const { name, text, want } of cases) {
  test(name, () => {
    const expansion = expandVariables(text, [host])
    assert.equal(expansion.ok && expansion.expanded.pattern, want)
  })
}

test("a variable has its value from the first scope that defines it", () => {
  const expansion = expandVariables("${PID} ${WAN_IF}", [new Map([["PID", "7"]]), host, BUILT_IN_VARIABLES])
  assert.equal(expansion.ok && expansion.expanded.pattern, "7 enp1s0")
})

test("an unknown variable is a problem at its column, with the nearest name and a hint", () => {
  assert.deepEqual(expandVariables("^${PID} ${WAM_IF}$", [host, BUILT_IN_VARIABLES]), {
    ok: false,
    problem: {
      column: 9,
      message: "unknown variable ${WAM_IF}",
      hint: "did you mean ${WAN_IF}? Otherwise set WAM_IF in the host's variables, or give it a default in this file: #= WAM_IF=…",
    },
  })
})

test("a back-reference to no group of the rule is a problem, even if a value has a group", () => {
  const expansion = expandVariables("${LAN_IF} a\\1", [host])
  assert.deepEqual(!expansion.ok && [expansion.problem.column, expansion.problem.message], [
    12,
    "\\1 refers to no group before it",
  ])
})

test("a back-reference that groups in values move beyond \\9 is a problem", () => {
  const expansion = expandVariables(`${"${LAN_IF}".repeat(9)}(a)\\1`, [host])
  assert.equal(!expansion.ok && expansion.problem.column, 85)
})

test("a column of the pattern is converted to the column of the rule as written", () => {
  const expansion = expandVariables("ab${WAN_IF}cd${LAN_IF}ef", [host])
  assert.ok(expansion.ok)
  const { pattern, columnAsWritten } = expansion.expanded
  assert.equal(pattern, "abenp1s0cd(eth0|eth1)ef")
  const told = (part: string) => columnAsWritten(pattern.indexOf(part) + 1)
  assert.deepEqual(["ab", "b", "enp1s0", "1s0", "cd", "eth1", "ef", "f"].map(told), [1, 2, 3, 3, 12, 14, 23, 24])
  assert.equal(columnAsWritten(pattern.length + 1), 25, "the end of the pattern is the end of the rule")
})

const fits: Record<string, { yes: string[]; no: string[] }> = {
  HEAD: {
    yes: [
      "Jun  1 06:47:48 web1",
      "Nov 23 17:45:00 192.0.2.7",
      "Nov 23 17:45:00 2001:db8::7",
      "Nov 23 17:45:00 fe80::1%eth0",
      "2026-11-23T17:45:00.000000+00:00 web-1.example.net",
      "2026-11-23T17:45:00Z web1",
      "2026-11-23T17:45:00.123-0530 web1",
    ],
    no: ["Jun  1 06:47:48", "17:45:00 web1", "Nov 23 17:45:00 web1 sshd", "2026-11-23 17:45:00 web1"],
  },
  PID: { yes: ["1", "4194304"], no: ["", "x"] },
  IFACE: { yes: ["eth0", "enp1s0f1np1", "br-lan", "eth0.100", "wg0", "eth0:1", "veth1@if7"], no: ["", "a b", "a/b"] },
  IPV4: { yes: ["192.0.2.1", "0.0.0.0"], no: ["192.0.2", "1.2.3.4.5", "::1"] },
  IPV6: {
    yes: [
      "::",
      "::1",
      "2001:db8::",
      "2001:db8::1",
      "2001:0db8:0000:0000:0000:0000:0000:0001",
      "::ffff:192.0.2.1",
      "fe80::1%eth0",
      "1:2:3:4:5:6:7::",
    ],
    no: ["192.0.2.1", "12:34", "web1", "2001:db8:12345::"],
  },
  IP: { yes: ["192.0.2.1", "2001:db8::1"], no: ["web1"] },
  MAC: {
    yes: [
      "02:00:00:00:00:01",
      "ff:ff:ff:ff:ff:ff:02:00:00:00:00:01:08:00",
      "02:00:00:00:00:02:02:00:00:00:00:01:81:00:00:05:08:00",
    ],
    no: ["02:00:00:00:00", "02:00:00:00:00:01:08", "02-00-00-00-00-01"],
  },
  PORT: { yes: ["0", "65535"], no: ["", "123456"] },
  USER: { yes: ["root", "www-data", "j.doe", "host$", "me@EXAMPLE.NET", "zoé"], no: ["", "a b", "a/b"] },
  HOSTNAME: { yes: ["web1", "a.example.net", "_gateway"], no: ["", "a b", "a:b"] },
}

test("the table of values has a row for every built-in variable", () => {
  assert.deepEqual(Object.keys(fits).sort(), [...BUILT_IN_VARIABLES.keys()].sort())
})

test("every built-in variable is documented, and no other", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/rules.md"), "utf8")
  const rows = page.split("\n").filter((line) => line.startsWith("| `${"))
  const documented = rows.flatMap((row) => [...row.matchAll(/\$\{([A-Z0-9]+)\}/g)].map(([, name]) => name))
  assert.deepEqual(documented.sort(), [...BUILT_IN_VARIABLES.keys()].sort())
})

for (const [name, { yes, no }] of Object.entries(fits)) {
  test(`\${${name}} matches the values that senders write, also in grep`, (context) => {
    const pattern = `^(${BUILT_IN_VARIABLES.get(name)})$`
    const grep = spawnSync("grep", ["-E", "--text", "-e", pattern], {
      input: [...yes, ...no].map((line) => `${line}\n`).join(""),
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C.UTF-8" },
    })
    if (grep.error !== undefined) return context.skip("no GNU grep here")
    assert.deepEqual(grep.stdout.split("\n").slice(0, -1), yes)
  })
}
