import assert from "node:assert/strict"
import test from "node:test"
import { isQuiet, reportingHosts } from "../../src/report/report.ts"
import { summarize } from "../../src/report/summarize.ts"
import { pileUp } from "../../src/tally/pile.ts"
import type { Tally } from "../../src/tally/tally.ts"
import { makeTally, makeWindow, type WindowFields } from "./make.ts"

const AMPLE = { maxBytes: 1_000_000, nowMs: 99 }

function reportOf(tallies: readonly Tally[], maxBytes = AMPLE.maxBytes) {
  return summarize("default", pileUp([makeWindow({ tallies })]), [], { ...AMPLE, maxBytes })
}

test("sections come in the order of their gravity, the plain title first, then alphabetically", () => {
  const layers = [
    ["system", "System Events"],
    ["violations", "Security Events for zope"],
    ["violations", "Security Events"],
    ["cracking", "Security Alerts for rootkit"],
    ["violations", "Security Events for amavis"],
    ["cracking", "Security Alerts"],
  ] as const
  const report = reportOf(layers.map(([layer, title]) => makeTally({ host: "a", layer, sections: [title] })))
  assert.deepEqual(
    report.sections.map(({ title }) => title),
    [
      "Security Alerts",
      "Security Alerts for rootkit",
      "Security Events",
      "Security Events for amavis",
      "Security Events for zope",
      "System Events",
    ],
  )
})

test("hosts are sorted alphabetically, groups by their first line, coarse groups last, ties in input order", () => {
  const report = reportOf([
    makeTally({ host: "b", firstMs: 1, samples: ["b"] }),
    makeTally({ host: "a", firstMs: 0, coarseness: 1, samples: ["coarse"] }),
    makeTally({ host: "a", firstMs: 7, samples: ["late"] }),
    makeTally({ host: "a", firstMs: 3, samples: ["first of a tie"] }),
    makeTally({ host: "a", firstMs: 3, samples: ["second of a tie"] }),
  ])
  assert.deepEqual(
    report.sections[0]?.hosts.map(({ host, groups }) => [host, groups.flatMap(({ samples }) => samples)]),
    [
      ["a", ["first of a tie", "second of a tie", "late", "coarse"]],
      ["b", ["b"]],
    ],
  )
})

test("a group with two titles is in both sections and counts once", () => {
  const sections = ["Security Events for ssh", "Security Events for local"]
  const report = reportOf([makeTally({ host: "a", layer: "violations", sections, count: 5 })])
  assert.deepEqual(
    report.sections.map(({ title, hosts }) => [title, hosts[0]?.groups.length]),
    [
      ["Security Events for local", 1],
      ["Security Events for ssh", 1],
    ],
  )
  assert.equal(report.groups, 1)
  assert.equal(report.accounts.total.reported, 5)
})

test("piled-up windows become one report, and are not changed", () => {
  const same = { host: "a", template: "a *", program: "x" }
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
  const report = summarize("default", pileUp([older, newer]), [], AMPLE)
  assert.deepEqual([older, newer], before)
  assert.deepEqual([report.opensAtMs, report.closesAtMs, report.windows], [1_000, 3_000, 2])
  const group = report.sections[0]?.hosts[0]?.groups[0]
  assert.deepEqual([group?.count, group?.firstMs, group?.lastMs, group?.samples], [5, 1_100, 2_200, ["a 1", "a 2"]])
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
  assert.equal(reportingHosts(report), 1)
})

test("the report of an open window ends now", () => {
  const { window, ...contents } = makeWindow({ opensAtMs: 5 })
  const open = { ...contents, window: { ...window, closesAtMs: undefined } }
  assert.equal(summarize("default", pileUp([open]), [], AMPLE).closesAtMs, 99)
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
    assert.equal(isQuiet(summarize("default", pileUp([makeWindow(window)]), [], AMPLE)), want)
  })
}

/** Groups of one line each, with samples of about 100 bytes. */
function groups(host: string, count: number, fields: Partial<Tally> = {}): Tally[] {
  return Array.from({ length: count }, (_, n) =>
    makeTally({ host, program: "p", firstMs: n, samples: [`${host} p: ${n} ${"x".repeat(90)}`], ...fields }),
  )
}

function shown(tallies: readonly Tally[], maxBytes: number): Record<string, number> {
  const entries = reportOf(tallies, maxBytes).sections.flatMap(({ hosts }) =>
    hosts.map(({ host, groups }) => [host, groups.length] as const),
  )
  return Object.fromEntries(entries)
}

test("a host that floods does not hide other hosts", () => {
  const all = shown([...groups("flood", 1_000), ...groups("nas", 5), ...groups("web1", 3)], 5_000)
  assert.deepEqual([all.nas, all.web1], [5, 3])
  assert.ok(all.flood! > 5, `flood shows ${all.flood}`)
})

test("a program that floods does not hide other programs of its host", () => {
  const rare = makeTally({ host: "flood", program: "smartd", firstMs: 5_000, samples: ["disk is failing"] })
  const report = reportOf([...groups("flood", 1_000), rare], 2_000)
  assert.ok(report.sections[0]?.hosts[0]?.groups.includes(rare) === false, "merged tallies are copies")
  assert.ok(report.sections[0]?.hosts[0]?.groups.some(({ samples }) => samples[0] === "disk is failing"))
})

test("noise does not hide security sections, nor do these hide the rest", () => {
  const security = { layer: "violations", sections: ["Security Events"] } as const
  const many = Array.from({ length: 500 }, (_, n) => groups(`h${n}`, 1)).flat()
  const noise = reportOf([...many, ...groups("nas", 20, security)], 10_000)
  assert.equal(noise.sections[0]?.hosts[0]?.groups.length, 20)
  const attack = reportOf([...groups("nas", 500, security), ...groups("web1", 20)], 10_000)
  assert.equal(attack.sections[1]?.hosts[0]?.groups.length, 20)
})

test("omitted groups are counted exactly, by host and by section", () => {
  const tallies = Array.from({ length: 300 }, (_, n) =>
    groups(`h${n % 60}`, 1, { count: n + 1, template: `t${n}` }),
  ).flat()
  const [section] = reportOf(tallies, 6_000).sections
  assert.ok(section !== undefined && section.omitted.hosts > 0 && section.hosts.length > 0)
  const { hosts, omitted } = section
  const groupsInAll = hosts.reduce((sum, host) => sum + host.groups.length + host.omittedGroups, omitted.groups)
  const linesShown = hosts.flatMap((host) => host.groups).reduce((sum, { count }) => sum + count, 0)
  const linesOmitted = hosts.reduce((sum, host) => sum + host.omittedLines, omitted.lines)
  assert.equal(groupsInAll, 300)
  assert.equal(hosts.length + omitted.hosts, 60)
  assert.equal(linesShown + linesOmitted, (300 * 301) / 2)
})

test("a report without a window throws", () => {
  assert.throws(() => summarize("default", pileUp([]), [], AMPLE), RangeError)
})
