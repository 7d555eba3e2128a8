import assert from "node:assert/strict"
import { test } from "node:test"
import { ruleKey } from "../../src/rules/rule-key.ts"

const RULE = {
  directory: "ignore.d.server",
  file: "ssh",
  path: "/etc/logcheck/ignore.d.server/ssh",
  line: 12,
  text: "^${HEAD} sshd\\[${PID}\\]: Accepted publickey$",
  samples: [],
} as const

test("a rule's key never changes between versions, so histories survive an upgrade", () => {
  assert.equal(ruleKey("debian", RULE), "4cea2c9f64237ffb778a6188dba55251")
})

test("a rule's key stays the same if the rule moves within its file, or its set moves on the disk", () => {
  assert.equal(ruleKey("debian", { ...RULE, line: 99, path: "/mnt/ssh" }), ruleKey("debian", RULE))
})

test("a rule's key depends on the set, the directory, the file and the text", () => {
  const others = [
    ruleKey("own", RULE),
    ruleKey("debian", { ...RULE, directory: "ignore.d.paranoid" }),
    ruleKey("debian", { ...RULE, file: "local-ssh" }),
    ruleKey("debian", { ...RULE, text: `${RULE.text} ` }),
    ruleKey("debian", RULE),
  ]
  assert.equal(new Set(others).size, others.length)
})
