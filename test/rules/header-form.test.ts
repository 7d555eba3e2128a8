import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { parseEre } from "../../src/rules/ere.ts"
import { headerForm } from "../../src/rules/header-form.ts"

const CASES: { name: string; pattern: string; form: "any" | "iso" }[] = [
  {
    name: "Debian's header takes both forms",
    pattern: "^(\\w{3} [ :0-9]{11}|[0-9T:.+-]{32}) [._[:alnum:]-]+ x$",
    form: "any",
  },
  { name: "so does the same the other way round", pattern: "^([0-9T:.+-]{32}|\\w{3} [ :0-9]{11}) x$", form: "any" },
  { name: "the older header takes the classic form", pattern: "^\\w{3} [ :[:digit:]]{11} x$", form: "any" },
  { name: "an ISO date of 32 characters", pattern: "^[0-9T:.+-]{32} x$", form: "iso" },
  { name: "an ISO date, repeated by mistake", pattern: "^[0-9T:.+-]{32}+ x$", form: "iso" },
  { name: "an ISO date, part by part", pattern: "^[[:digit:]]{4}-[0-9]{2}-[^ ]+ x$", form: "iso" },
  { name: "a year as it stands", pattern: "^20[0-9][0-9]-x", form: "iso" },
  { name: "one alternative of several", pattern: "^\\w{3} x|^2026-11-23T", form: "iso" },
  { name: "an anchor in the group", pattern: "(^[0-9]{4}-) x", form: "iso" },
  { name: "behind what may be nothing", pattern: "^ *(<[0-9]+>)?[0-9]{4}-x", form: "iso" },
  { name: "a date is optional", pattern: "^([0-9T:.+-]{32} )?[A-Z]", form: "any" },
  { name: "a line that begins with anything", pattern: "^.* sshd", form: "any" },
  { name: "a negated bracket takes letters", pattern: "^[^ ]+ x", form: "any" },
  { name: "a rule without an anchor", pattern: "[0-9T:.+-]{32} x", form: "any" },
  { name: "a rule that cannot begin with a digit either", pattern: "^<x", form: "any" },
  { name: "the empty rule", pattern: "", form: "any" },
]

describe("headerForm", () => {
  for (const { name, pattern, form } of CASES) {
    it(name, () => {
      const parsed = parseEre(pattern)
      assert.ok(parsed.ok)
      assert.equal(headerForm(parsed.ere), form)
    })
  }
})
