import assert from "node:assert/strict"
import test from "node:test"
import { subject } from "../../src/report/subject.ts"
import { summarize } from "../../src/report/summarize.ts"
import { pileUp } from "../../src/tally/pile.ts"
import { makeTally, makeWindow, type WindowFields } from "./make.ts"

function subjectOf(window: WindowFields, pattern = "%t|%s", digest = "default"): string {
  return subject(summarize(digest, pileUp([makeWindow(window)]), [], { maxBytes: 10_000, nowMs: 0 }), pattern)
}

const system = makeTally({ host: "web1", samples: ["a"] })
const violation = makeTally({ host: "nas", layer: "violations", sections: ["Security Events for su"], samples: ["b"] })
const alert = makeTally({ host: "nas", layer: "cracking", sections: ["Security Alerts"], samples: ["c"] })

const cases: { name: string; window: WindowFields; want: string }[] = [
  { name: "one group", window: { tallies: [system] }, want: "System Events|1 group on 1 host" },
  { name: "the graver of two", window: { tallies: [system, violation] }, want: "Security Events|2 groups on 2 hosts" },
  {
    name: "the subject names the gravest of three sections",
    window: { tallies: [system, violation, alert] },
    want: "Security Alerts|3 groups on 2 hosts",
  },
  {
    name: 'a quiet report is "All quiet"',
    window: { ignored: { web1: 1_204, nas: 1 } },
    want: "All quiet|1,205 lines from 2 hosts",
  },
  { name: 'a report without lines is "Nothing received"', window: {}, want: "Nothing received|0 lines" },
  {
    name: 'a report with only a new host is "New hosts"',
    window: { ignored: { web1: 1 }, newHosts: ["web1"] },
    want: "New hosts|1 line from 1 host",
  },
  {
    name: "losses are graver than a new host",
    window: { newHosts: ["web1"], losses: { udp_kernel_drops: 1 } },
    want: "Losses|0 lines",
  },
]

for (const { name, window, want } of cases) {
  test(name, () => assert.equal(subjectOf(window), want))
}

test("the digest's name is filled in, and other percents stay", () => {
  assert.equal(subjectOf({}, "[tamis] %d: 100%% %x %", "router"), "[tamis] router: 100% %x %")
})

test("a filled-in value is not read as a pattern", () => {
  assert.equal(subjectOf({}, "%d", "%t"), "%t")
})

test("a subject is one line of limited length", () => {
  const made = subjectOf({}, `%d\r\nBcc: everybody@example.org ${"x".repeat(1_000)}`, "a\nb")
  assert.match(made, /^a\\x0ab\\x0d\\x0aBcc/)
  assert.ok(made.length < 200)
})
