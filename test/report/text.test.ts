import assert from "node:assert/strict"
import test from "node:test"
import fc from "fast-check"
import { composeDocument } from "../../src/report/compose-document.ts"
import { sentBytes } from "../../src/report/sent-bytes.ts"
import { renderText } from "../../src/report/text.ts"
import type { Tally } from "../../src/tally/tally.ts"
import { wrap } from "../../src/text/wrap.ts"
import { makeTally, makeWindow, reportOf, type WindowFields } from "./make.ts"

function textOf(window: WindowFields, maxBytes = 100_000): string {
  return renderText(composeDocument(reportOf([makeWindow(window)]), "UTC", maxBytes))
}

const notes: { name: string; fields: Partial<Tally>; want: RegExp }[] = [
  {
    name: "a single line gets only its id",
    fields: { samples: ["Jan  1 00:00:05 a b: c"] },
    want: /b: c {2}#[0-9a-z]+\n\n/,
  },
  {
    name: "several lines get a note with count and times",
    fields: { count: 1_204, lastMs: 9_000 },
    want: / {2}\(1,204 lines, 00:00:05 to 00:00:09\) {2}#/,
  },
  {
    name: "several lines within a second get a note with one time",
    fields: { count: 2 },
    want: / {2}\(2 lines, at 00:00:05\) {2}#/,
  },
  {
    name: "a line raised by a rule gets a note with the rule",
    fields: { rules: ["violations.d/su:3"], samples: ["00:00"] },
    want: /00:00 {2}\(rule violations.d\/su:3\) {2}#/,
  },
  {
    name: "a line raised by two rules gets a note with both rules",
    fields: { rules: ["a:1", "b:2"], count: 2 },
    want: /; rules a:1, b:2\) {2}#/,
  },
  {
    name: "the coarse group of a program names the program",
    fields: { coarseness: 1, program: "sshd", count: 2 },
    want: /2 further lines of sshd in too many groups to list, at/,
  },
  {
    name: "the coarse group of lines without a program says so",
    fields: { coarseness: 1, count: 1 },
    want: /1 further line without a program in too many groups/,
  },
  {
    name: "the coarse group of a host says so",
    fields: { coarseness: 2, count: 2 },
    want: /2 further lines of a in too many groups/,
  },
  {
    name: "the coarse group of further hosts says so",
    fields: { coarseness: 3, count: 2 },
    want: /2 further lines of further hosts in too many groups/,
  },
]

for (const { name, fields, want } of notes) {
  test(name, () => {
    assert.match(textOf({ tallies: [makeTally({ host: "a", firstMs: 5_000, samples: ["a b: c"], ...fields })] }), want)
  })
}

test("times have the day if the report covers more than one day", () => {
  const fields = { host: "a", count: 2, firstMs: 5_000, lastMs: 90_000_000, samples: ["a b: c"] }
  const text = textOf({ tallies: [makeTally(fields)], closesAtMs: 172_800_000 })
  assert.match(text, /2 lines, Jan {2}1 00:00:05 to Jan {2}2 01:00:00/)
})

test("a long sample is not wrapped", () => {
  const sample = `Jan  1 00:00:05 a b: ${"word ".repeat(100)}end`
  assert.ok(
    textOf({ tallies: [makeTally({ host: "a", firstMs: 5_000, samples: [sample] })] }).includes(`\n${sample}  #`),
  )
})

test("prose is wrapped at 78 columns", () => {
  assert.equal(wrap(`${"word ".repeat(16)}end`), `${"word ".repeat(15).trimEnd()}\nword end\n`)
  assert.equal(wrap(`a ${"x".repeat(100)} b`), `a\n${"x".repeat(100)}\nb\n`)
})

test("hosts with reported or rejected lines have a row in the accounts, and the rest is summed up", () => {
  const ignored = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`h${n}`, 10]))
  const tallies = Array.from({ length: 50 }, (_, n) => makeTally({ host: `h${n}`, count: n + 1, samples: ["x"] }))
  const rows = accountRows(textOf({ ignored, tallies }))
  assert.equal(rows.length, 5)
  assert.equal(rows[0]?.label, "200 hosts in all")
  assert.deepEqual(rows.at(-1), {
    label: "197 further hosts",
    received: 3_098,
    ignored: 1_970,
    reported: 1_128,
    rejected: 0,
  })
})

// ---- properties

const name = fc.oneof(
  fc.constantFrom("router", "web1", "(other hosts)"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 300 }),
)
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ maxLength: 20 }).map((part) => part.repeat(300)),
)
const section = fc.constantFrom(
  { layer: "cracking" as const, sections: ["Security Alerts"] },
  { layer: "violations" as const, sections: ["Security Events for su", "Security Events for \u202Ex"] },
  { layer: "system" as const, sections: ["System Events"] },
)
const tally = fc
  .record({
    section,
    host: name,
    program: name,
    template: text,
    samples: fc.array(text, { maxLength: 3 }),
    rules: fc.array(text, { maxLength: 2 }),
    coarseness: fc.constantFrom(0, 1, 2, 3),
    count: fc.integer({ min: 1, max: 10_000_000 }),
    firstMs: fc.integer({ min: 0, max: 3_600_000 }),
  })
  .map(({ section, ...fields }) => makeTally({ ...section, ...fields, lastMs: fields.firstMs + 70_000 }))
const counts = fc.dictionary(name, fc.integer({ min: 0, max: 1_000_000 }), { noNullPrototype: true, maxKeys: 60 })
const window = fc.record({
  tallies: fc.array(tally, { maxLength: 40 }),
  ignored: counts,
  rejected: counts,
  newHosts: fc.array(name, { maxLength: 50 }),
  losses: fc.dictionary(fc.constantFrom("udp_kernel_drops", "frames_truncated"), fc.nat()),
})

/** Accounts, new hosts and losses stand in a mail however small its limit is. Their names are cut. */
const FURTHER_BYTES = 65_536

test("a mail of arbitrary lines has no control characters and stays within its size", () => {
  fc.assert(
    fc.property(window, fc.integer({ min: 2_000, max: 30_000 }), (fields, maxBytes) => {
      const mail = textOf(fields, maxBytes)
      assert.doesNotMatch(mail, /[^\P{Cc}\n]|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}/u)
      assert.ok(sentBytes(mail) <= maxBytes + FURTHER_BYTES, `${sentBytes(mail)} bytes`)
    }),
    { numRuns: 60 },
  )
})

test("with room for what is around them, entries stay within the limit as sent", () => {
  fc.assert(
    fc.property(fc.array(tally, { maxLength: 60 }), fc.integer({ min: 20_000, max: 60_000 }), (tallies, maxBytes) => {
      const mail = textOf({ tallies: tallies.map((each) => ({ ...each, host: "web1" })) }, maxBytes)
      assert.ok(sentBytes(mail) <= maxBytes, `${sentBytes(mail)} bytes`)
    }),
    { numRuns: 60 },
  )
})

test("the accounts add up, in every row and column", () => {
  fc.assert(
    fc.property(window, (fields) => {
      const [total, ...hosts] = accountRows(textOf(fields))
      assert.ok(total !== undefined)
      for (const row of [total, ...hosts]) {
        assert.equal(row.received, row.ignored + row.reported + row.rejected)
      }
      if (hosts.length === 0) return
      for (const part of ["received", "ignored", "reported", "rejected"] as const) {
        assert.equal(
          hosts.reduce((sum, row) => sum + row[part], 0),
          total[part],
        )
      }
    }),
    { numRuns: 60 },
  )
})

interface Row {
  readonly label: string
  readonly received: number
  readonly ignored: number
  readonly reported: number
  readonly rejected: number
}

/** Reads the numbers back as a person would. */
function accountRows(mail: string): Row[] {
  const [part = ""] = mail.slice(mail.indexOf("\nAccounts\n") + 1).split("\n\n")
  const [, , , ...lines] = part.trimEnd().split("\n")
  return lines.map((line) => {
    const [, received, ignored, reported, rejected, label] =
      /^ *([\d,]+) {3} *([\d,]+) {3} *([\d,]+) {3} *([\d,]+) {2}(.*)$/.exec(line) ?? []
    assert.ok(label !== undefined, line)
    const number = (text: string | undefined) => Number(text?.replaceAll(",", ""))
    return {
      label,
      received: number(received),
      ignored: number(ignored),
      reported: number(reported),
      rejected: number(rejected),
    }
  })
}
