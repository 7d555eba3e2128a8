import assert from "node:assert/strict"
import test from "node:test"
import { classOf } from "../../src/digest/order.ts"
import { isQuiet, newsOf, type Report } from "../../src/report/report.ts"
import { summarize } from "../../src/report/summarize.ts"
import { pileUp } from "../../src/tally/pile.ts"
import { makeTally, makeWindow, reportOf, type WindowFields } from "./make.ts"

test("entries come in the order of their gravity, the security sections by title, the plain title first", () => {
  const layers = [
    ["system", "System Events"],
    ["violations", "Security Events for zope"],
    ["violations", "Security Events"],
    ["cracking", "Security Alerts for rootkit"],
    ["violations", "Security Events for amavis"],
    ["cracking", "Security Alerts"],
  ] as const
  const tallies = layers.map(([layer, title]) => makeTally({ host: "a", layer, sections: [title], samples: ["a x"] }))
  const alarm = makeTally({ host: "a", alarm: "disk", samples: ["a disk"] })
  assert.deepEqual(
    reportOf([makeWindow({ tallies: [...tallies, alarm] })]).entries.map(({ topic, section }) => topic ?? section),
    [
      "Security Alerts",
      "Security Alerts for rootkit",
      "disk",
      "Security Events",
      "Security Events for amavis",
      "Security Events for zope",
      "System Events",
    ],
  )
})

test("one line of twelve hosts is one entry", () => {
  const tallies = Array.from({ length: 12 }, (_, n) => {
    const host = `web${n}`
    const template = `Nov 23 09:00:00 ${host} app[<n>]: job is late`
    return makeTally({ host, program: "app", template, count: n + 1, samples: [template.replace("<n>", "7")] })
  })
  const { entries } = reportOf([makeWindow({ tallies })])
  assert.equal(entries.length, 1)
  assert.equal(entries[0]?.count, 78)
  assert.deepEqual(entries[0]?.hosts.slice(0, 2), [
    { name: "web11", count: 12 },
    { name: "web10", count: 11 },
  ])
})

test("a group with two titles is an entry in both sections and counts once", () => {
  const sections = ["Security Events for ssh", "Security Events for local"]
  const report = reportOf([
    makeWindow({ tallies: [makeTally({ host: "a", layer: "violations", sections, count: 5 })] }),
  ])
  assert.deepEqual(
    report.entries.map(({ section, count }) => [section, count]),
    [
      ["Security Events for local", 5],
      ["Security Events for ssh", 5],
    ],
  )
  assert.equal(report.accounts.total.reported, 5)
})

test("piled-up windows become one report, and are not changed", () => {
  const same = { host: "a", template: "a app *", program: "x" }
  const older = makeWindow({
    id: 3,
    opensAtMs: 1_000,
    closesAtMs: 2_000,
    ignored: { a: 7 },
    losses: { udp_kernel_drops: 2 },
    newHosts: ["b", "a"],
    tallies: [makeTally({ ...same, count: 2, firstMs: 1_100, lastMs: 1_200, samples: ["a 1"] })],
  })
  const newer = makeWindow({
    id: 4,
    opensAtMs: 2_000,
    closesAtMs: 3_000,
    rejected: { b: 1 },
    losses: { udp_kernel_drops: 3, frames_truncated: 1 },
    newHosts: ["c"],
    tallies: [makeTally({ ...same, count: 3, firstMs: 2_100, lastMs: 2_200, samples: ["a 2"] })],
  })
  const before = structuredClone([older, newer])
  const report = reportOf([older, newer])
  assert.deepEqual([older, newer], before)
  assert.deepEqual([report.opensAtMs, report.closesAtMs, report.windows], [1_000, 3_000, 2])
  const [entry] = report.entries
  assert.deepEqual([entry?.count, entry?.firstMs, entry?.lastMs, entry?.samples[0]], [5, 1_100, 2_200, "a 1"])
  const { received, ignored, reported, rejected } = report.accounts.total
  assert.deepEqual([received, ignored, reported, rejected], [13, 7, 5, 1])
  assert.deepEqual(
    [...report.accounts.losses],
    [
      ["udp_kernel_drops", 5],
      ["frames_truncated", 1],
    ],
  )
  assert.deepEqual(report.newHosts, ["a", "b", "c"])
})

test("the report of an open window ends now", () => {
  const { window, ...contents } = makeWindow({ opensAtMs: 5 })
  const open = { ...contents, window: { ...window, closesAtMs: undefined } }
  assert.equal(reportOf([open], { nowMs: 99 }).closesAtMs, 99)
})

const quiet: { name: string; window: WindowFields; want: boolean }[] = [
  { name: "a window of ignored lines", window: { ignored: { a: 10 } }, want: true },
  { name: "an empty window", window: {}, want: true },
  { name: "a window of empty messages", window: { rejected: { a: 1 } }, want: true },
  { name: "a loss with count 0", window: { losses: { udp_kernel_drops: 0 } }, want: true },
  { name: "a closed idle connection", window: { losses: { connections_idle_closed: 1 } }, want: true },
  { name: "a group", window: { tallies: [makeTally({ host: "a" })] }, want: false },
  { name: "a new host", window: { newHosts: ["a"] }, want: false },
  { name: "a loss", window: { losses: { frames_truncated: 1 } }, want: false },
]

for (const { name, window, want } of quiet) {
  test(`${name} is ${want ? "quiet" : "worth a mail"}`, () => {
    assert.equal(isQuiet(reportOf([makeWindow(window)])), want)
  })
}

const HOUR = 3_600_000

/** Windows of an hour, each with these lines of `app` on `web1`, one after the other. */
function hours(counts: readonly number[], text = "queue is long"): ReturnType<typeof makeWindow>[] {
  return counts.map((count, hour) => {
    const fields = { host: "web1", program: "app", count, firstMs: hour * HOUR, samples: [`web1 app: ${text}`] }
    return makeWindow({ id: hour + 1, opensAtMs: hour * HOUR, tallies: [makeTally(fields)] })
  })
}

function last(windows: readonly ReturnType<typeof makeWindow>[]): Report {
  return reportOf(windows.slice(-1), { before: windows.slice(0, -1) })
}

test("an entry is new in the first window that has it, and as usual after that", () => {
  assert.deepEqual(last(hours([3])).entries.map(classOf), ["new"])
  assert.equal(last(hours([3])).history, "begins")
  assert.deepEqual(last(hours([3, 3])).entries.map(classOf), ["usual"])
  assert.equal(last(hours([3, 3])).history, "known")
})

test("an entry that comes far more often than before is more than usual, and says what is usual", () => {
  const { entries } = last(hours([3, 4, 3, 4, 240]))
  assert.deepEqual(entries.map(classOf), ["more"])
  assert.equal(Math.round(entries[0]?.usuallyHourly ?? 0), 3)
})

test("lines as usual are counted by program", () => {
  assert.deepEqual([...last(hours([3, 4])).usual], [["app", 4]])
})

test("a report's news is the gravest of its entries", () => {
  const alarm = makeTally({ host: "web1", alarm: "disk", samples: ["web1 kernel: I/O error"] })
  assert.equal(newsOf(reportOf([makeWindow({ tallies: [alarm] })])), "alarming")
  assert.equal(newsOf(last(hours([3]))), "new")
  assert.equal(newsOf(last(hours([3, 4, 3, 4, 240]))), "more")
  assert.equal(newsOf(last(hours([3, 4]))), "usual")
  assert.equal(newsOf(reportOf([makeWindow({ newHosts: ["web1"] })])), "new")
})

test("a report without a window throws", () => {
  const source = { digest: "default", pile: pileUp([]), quarantined: [], memory: undefined, nowMs: 0 }
  assert.throws(() => summarize(source), RangeError)
})
