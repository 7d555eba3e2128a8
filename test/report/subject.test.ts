import assert from "node:assert/strict"
import test from "node:test"
import { subject } from "../../src/report/subject.ts"
import { makeTally, makeWindow, type ReportFields, reportOf, type WindowFields } from "./make.ts"

function subjectOf(window: WindowFields, pattern = "%t|%s", fields: ReportFields = {}): string {
  return subject(reportOf([makeWindow(window)], fields), pattern)
}

const system = makeTally({ host: "web1", program: "app", samples: ["web1 app: a"] })
const violation = makeTally({ host: "nas", layer: "violations", sections: ["Security Events for su"], samples: ["b"] })
const alert = makeTally({ host: "nas", layer: "cracking", sections: ["Security Alerts"], samples: ["c"] })
const alarm = makeTally({ host: "combo", program: "passwd", alarm: "accounts", samples: ["d"] })
const known = makeWindow({ tallies: [system] })

const cases: { name: string; window: WindowFields; before?: ReportFields["before"]; want: string }[] = [
  {
    name: "without a history, the subject names program and host",
    window: { tallies: [system] },
    want: "app on web1|1 entry",
  },
  {
    name: "a form that the digest never saw is new",
    window: { tallies: [system] },
    before: [makeWindow({})],
    want: "new on web1: app|1 new",
  },
  { name: "a known form is as usual", window: { tallies: [system] }, before: [known], want: "all as usual|1 as usual" },
  {
    name: "a flood of a known form is more than usual",
    window: { tallies: [{ ...system, count: 2_400 }] },
    before: [known, known, known],
    want: "app on web1: 2,400 lines, more than usual|1 more than usual",
  },
  {
    name: "a security section is graver than new lines",
    window: { tallies: [system, violation] },
    want: "Security Events for su on nas|1 security event, 1 entry",
  },
  {
    name: "an alarm is graver than a security event, and its topic is named",
    window: { tallies: [system, violation, alarm] },
    want: "accounts alarm on combo|1 alarming, 1 security event, 1 entry",
  },
  {
    name: "an alert is the gravest",
    window: { tallies: [system, violation, alert, alarm] },
    want: "Security Alerts on nas|1 security alert, 1 alarming, 1 security event, 1 entry",
  },
  {
    name: "an entry of several hosts names the first",
    window: {
      tallies: ["web1", "web2", "web3"].map((host) => makeTally({ host, alarm: "disk", samples: [`${host} d`] })),
    },
    want: "disk alarm on web1 and 2 more hosts|1 alarming",
  },
  {
    name: 'a quiet report is "all quiet"',
    window: { ignored: { web1: 1_204, nas: 1 } },
    want: "all quiet|1,205 lines from 2 hosts",
  },
  { name: 'a report without lines is "nothing received"', window: {}, want: "nothing received|0 lines from 0 hosts" },
  {
    name: "a report with only a new host says so",
    window: { ignored: { web1: 1 }, newHosts: ["web1"] },
    want: "1 new host|1 line from 1 host",
  },
  {
    name: "losses are graver than a new host",
    window: { newHosts: ["web1"], losses: { udp_kernel_drops: 1 } },
    want: "losses|0 lines from 0 hosts",
  },
]

for (const { name, window, before, want } of cases) {
  test(name, () => assert.equal(subjectOf(window, "%t|%s", { before }), want))
}

test("the digest's name is filled in, and other percents stay", () => {
  assert.equal(subjectOf({}, "[tamis] %d: 100%% %x %", { digest: "router" }), "[tamis] router: 100% %x %")
})

test("a filled-in value is not read as a pattern", () => {
  assert.equal(subjectOf({}, "%d", { digest: "%t" }), "%t")
})

test("a subject is one line of at most 120 characters", () => {
  const made = subjectOf({}, `%d\r\nBcc: everybody@example.org ${"x".repeat(1_000)}`, { digest: "a\nb" })
  assert.match(made, /^a\\x0ab\\x0d\\x0aBcc/)
  assert.ok(made.length <= 120, `${made.length} characters`)
})
