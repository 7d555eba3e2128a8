import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import type { Layer, Rule } from "../../src/rules/rule.ts"
import type { Verdict } from "../../src/rules/verdict.ts"
import { OTHER_HOSTS } from "../../src/tally/coarsen.ts"
import { fingerprint } from "../../src/tally/fingerprint.ts"
import {
  type BatchContent,
  type BookLimits,
  MAX_SAMPLE_LENGTH,
  RESERVED_GROUPS,
  TallyBook,
} from "../../src/tally/tally-book.ts"
import { template } from "../../src/tally/template.ts"
import { LAYERS, lineOf } from "./tallies.ts"

const SYSTEM = verdict("system", ["System Events"])
const NOW = 1_750_000_000_000

function verdict(layer: Layer, sections: readonly string[], rules: readonly Rule[] = []): Verdict {
  return { layer, sections, rules, unjudged: false }
}

function contentOf(book: TallyBook): BatchContent {
  const content = book.take()
  assert.ok(content)
  return content
}

/** A word that no mask touches, different for every number. */
function word(number: number): string {
  return [...String(number)].map((digit) => "zyxwvutsrq"[Number(digit)]).join("")
}

describe("TallyBook", () => {
  it("a tally book is empty at first, and after its content was taken", () => {
    const book = new TallyBook()
    assert.equal(book.take(), undefined)
    book.ignored("web1", NOW)
    assert.equal(book.isEmpty, false)
    assert.ok(book.take())
    assert.equal(book.isEmpty, true)
    assert.equal(book.take(), undefined)
  })

  it("a tally book counts lines of one template apart by the topic of their alarm, beyond the limits too", () => {
    const alarm = (topic: string): Verdict => ({ ...SYSTEM, alarm: topic })
    const [disk, memory] = [alarm("disk"), alarm("memory")]
    const verdicts = [disk, SYSTEM, memory, disk]
    const topics = (content: BatchContent) => content.tallies.map(({ alarm, count }) => [alarm, count])
    const book = new TallyBook()
    for (const verdict of verdicts)
      book.reported("web1", verdict, "md", lineOf("Jun 21 16:47:48 web1 md[7]: 1 of 2"), NOW)
    const exact = contentOf(book)
    assert.deepEqual(topics(exact), [
      ["disk", 2],
      [undefined, 1],
      ["memory", 1],
    ])
    assert.ok(exact.tallies.every((tally) => tally.alarm !== undefined || !("alarm" in tally)))
    assert.equal(new Set(exact.tallies.map((tally) => tally.fingerprint)).size, 3)

    const coarse = new TallyBook({ templates: 0, programs: 0, hosts: 1, pool: 0 })
    coarse.ignored("web0", NOW)
    for (const verdict of verdicts)
      coarse.reported("web1", verdict, "md", lineOf("Jun 21 16:47:48 web1 md[7]: 1 of 2"), NOW)
    const { tallies } = contentOf(coarse)
    assert.deepEqual(
      tallies.map(({ host, coarseness, alarm, count }) => [host, coarseness, alarm, count]),
      [
        [OTHER_HOSTS, 3, "disk", 2],
        [OTHER_HOSTS, 3, undefined, 1],
        [OTHER_HOSTS, 3, "memory", 1],
      ],
    )
  })

  it("a tally book groups lines of one template, with their number, span, severities and first samples", () => {
    const book = new TallyBook()
    for (const [pid, atMs, severity] of [
      [7, 30, 6],
      [8, 10, 3],
      [9, 20, undefined],
      [10, 40, 6],
    ] as const) {
      const line = lineOf(`Jun 21 16:47:48 web1 su[${pid}]: no`)
      if (severity === undefined) book.reported("web1", SYSTEM, "su", line, atMs)
      else book.reported("web1", SYSTEM, "su", line, atMs, severity)
    }
    assert.equal(book.size, 1)
    assert.deepEqual(contentOf(book).tallies, [
      {
        fingerprint: fingerprint("web1", "system", ["System Events"], "web1 su[<n>]: no"),
        host: "web1",
        layer: "system",
        sections: ["System Events"],
        program: "su",
        template: "web1 su[<n>]: no",
        rules: [],
        coarseness: 0,
        count: 4,
        firstMs: 10,
        lastMs: 40,
        severities: [0, 0, 0, 1, 0, 0, 2, 0],
        values: [],
        samples: [7, 8, 9].map((pid) => `Jun 21 16:47:48 web1 su[${pid}]: no`),
      },
    ])
  })

  it("a tally book separates hosts, layers and sections, and names the rules that raised the lines", () => {
    const rule: Rule = {
      directory: "violations.d",
      file: "su",
      path: "/rules/violations.d/su",
      line: 3,
      text: "no",
      samples: [],
    }
    const book = new TallyBook()
    const line = "Jun 21 16:47:48 web1 su[7]: no"
    book.reported("web1", SYSTEM, "su", lineOf(line), NOW)
    book.reported("web2", SYSTEM, "su", lineOf(line), NOW)
    book.reported("web1", verdict("violations", ["Security Events for su"], [rule, rule]), "su", lineOf(line), NOW)
    book.reported("web1", verdict("violations", ["Security Events for su", "Security Events"]), "su", lineOf(line), NOW)
    const { tallies } = contentOf(book)
    assert.equal(tallies.length, 4)
    assert.equal(new Set(tallies.map((tally) => tally.fingerprint)).size, 4)
    assert.deepEqual(
      tallies.flatMap((tally) => tally.rules),
      ["/rules/violations.d/su:3"],
    )
  })

  it("a tally book counts every line for its host", () => {
    const book = new TallyBook()
    book.ignored("web1", 20)
    book.rejected("web1", 10)
    book.reported("web1", { ...SYSTEM, unjudged: true }, "su", lineOf("no"), 30)
    assert.deepEqual(
      contentOf(book).hosts,
      new Map([
        [
          "web1",
          { received: 3, ignored: 1, reported: 1, rejected: 1, unjudged: 1, own_mail: 0, firstMs: 10, lastMs: 30 },
        ],
      ]),
    )
  })

  it("a tally book adds up losses, and has no entry for a loss of 0", () => {
    const book = new TallyBook()
    book.lose("peers_refused", 0)
    assert.equal(book.isEmpty, true)
    book.lose("peers_refused", 2)
    book.lose("peers_refused", 3)
    assert.deepEqual(contentOf(book).losses, new Map([["peers_refused", 5]]))
  })

  it("a tally book cuts long samples and program names", () => {
    const book = new TallyBook()
    book.reported("web1", SYSTEM, "p".repeat(1_000), lineOf("é".repeat(100_000)), NOW)
    const [tally] = contentOf(book).tallies
    assert.deepEqual(tally?.samples, [`${"é".repeat(MAX_SAMPLE_LENGTH)}…`])
    assert.equal(tally.program, `${"p".repeat(64)}…`)
  })

  it("a tally book groups a line's bytes like template() groups its text", () => {
    const lines = ["Jun 21 16:47:48 web1 su[7]: no", "caf\u00e9 7", "", "a".repeat(MAX_SAMPLE_LENGTH)]
    for (const line of lines) {
      const book = new TallyBook()
      book.reported("web1", SYSTEM, "su", lineOf(line), NOW)
      const [tally] = contentOf(book).tallies
      assert.equal(tally?.template, template(line))
      assert.deepEqual(tally?.samples, [line])
    }
  })

  it("a tally book refuses an ignored line, which would break the accounts", () => {
    assert.throws(() => new TallyBook().reported("web1", { ...SYSTEM, layer: "ignored" }, "su", lineOf("no"), NOW))
  })
})

describe("limits", () => {
  const limits: BookLimits = { templates: 5, programs: 4, hosts: 3, pool: 100 }

  it("beyond its limits, a book counts further lines of a host by program, then all together", () => {
    const book = new TallyBook(limits)
    for (let i = 0; i < 30; i += 1) book.reported("web1", SYSTEM, word(i), lineOf(word(i)), NOW)
    const { tallies } = contentOf(book)
    const counts = [0, 1, 2, 3].map((level) =>
      tallies.filter((tally) => tally.coarseness === level).map((t) => t.count),
    )
    assert.deepEqual(counts, [[1, 1, 1, 1, 1], [1, 1, 1, 1], [21], []])
  })

  it("beyond its limits, a book still counts the groups that it has", () => {
    const book = new TallyBook(limits)
    for (let round = 0; round < 2; round += 1) {
      for (let i = 0; i < 6; i += 1) book.reported("web1", SYSTEM, "su", lineOf(word(i)), NOW)
    }
    assert.deepEqual(
      contentOf(book).tallies.map((tally) => tally.count),
      [2, 2, 2, 2, 2, 2],
    )
  })

  it("beyond its limits, a book counts further hosts together, with their ignored lines", () => {
    const book = new TallyBook(limits)
    for (let i = 0; i < 10; i += 1) {
      book.ignored(word(i), NOW)
      book.reported(word(i), SYSTEM, "su", lineOf(word(i)), NOW)
    }
    const { hosts, tallies } = contentOf(book)
    assert.deepEqual([...hosts.keys()], [word(0), word(1), word(2), OTHER_HOSTS])
    assert.deepEqual([hosts.get(OTHER_HOSTS)?.ignored, hosts.get(OTHER_HOSTS)?.reported], [7, 7])
    assert.deepEqual(
      tallies.filter((tally) => tally.host === OTHER_HOSTS).map((t) => [t.coarseness, t.count]),
      [[3, 7]],
    )
  })

  it("beyond its limits, no host takes the groups of another", () => {
    const book = new TallyBook({ templates: 1_000, programs: 10, hosts: 10, pool: 50 })
    for (let i = 0; i < 500; i += 1) book.reported("noisy", SYSTEM, word(i), lineOf(word(i)), NOW)
    book.reported("quiet", SYSTEM, "su", lineOf("a"), NOW)
    book.reported("quiet", SYSTEM, "su", lineOf("b"), NOW)
    const ofQuiet = contentOf(book).tallies.filter((tally) => tally.host === "quiet")
    assert.deepEqual(
      ofQuiet.map((tally) => [tally.template, tally.coarseness]),
      [
        ["a", 0],
        ["b", 0],
      ],
    )
  })
})

type Entry =
  | { readonly kind: "ignored" | "rejected"; readonly host: string }
  | {
      readonly kind: "reported"
      readonly host: string
      readonly layer: Layer
      readonly sections: string[]
      readonly program: string
      readonly line: string
    }
  | { readonly kind: "take" }

const arbitraryName = fc.oneof(fc.constantFrom("web1", "web2", OTHER_HOSTS), fc.string({ minLength: 1, maxLength: 2 }))
const arbitraryEntry: fc.Arbitrary<Entry> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("ignored", "rejected"), host: arbitraryName }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("reported"),
      host: arbitraryName,
      layer: fc.constantFrom(...LAYERS),
      sections: fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 3 }),
      program: arbitraryName,
      line: fc.string(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "take" }) },
)
const arbitraryLimits: fc.Arbitrary<BookLimits> = fc.record({
  templates: fc.integer({ min: 0, max: 6 }),
  programs: fc.integer({ min: 0, max: 4 }),
  hosts: fc.integer({ min: 1, max: 4 }),
  pool: fc.integer({ min: 0, max: 12 }),
})

describe("any lines", () => {
  it("a tally book accounts for any line, for each host and in total, within its limits", () => {
    fc.assert(
      fc.property(arbitraryLimits, fc.array(arbitraryEntry, { maxLength: 120 }), (limits, entries) => {
        const book = new TallyBook(limits)
        const contents: BatchContent[] = []
        const expected = { ignored: 0, rejected: 0, reported: 0 }
        const mostGroups = limits.pool + limits.hosts * (2 * RESERVED_GROUPS + LAYERS.length) + LAYERS.length
        for (const entry of entries) {
          if (entry.kind === "take") {
            const content = book.take()
            if (content !== undefined) contents.push(content)
            continue
          }
          expected[entry.kind] += 1
          if (entry.kind === "reported") {
            book.reported(entry.host, verdict(entry.layer, entry.sections), entry.program, lineOf(entry.line), NOW)
          } else book[entry.kind](entry.host, NOW)
          assert.ok(book.size <= mostGroups)
        }
        const last = book.take()
        if (last !== undefined) contents.push(last)

        const sums = { ignored: 0, rejected: 0, reported: 0 }
        for (const { hosts, tallies } of contents) {
          assert.ok(hosts.size <= limits.hosts + 1)
          for (const [host, counters] of hosts) {
            assert.equal(counters.received, counters.ignored + counters.reported + counters.rejected)
            const counted = tallies.filter((tally) => tally.host === host).reduce((sum, { count }) => sum + count, 0)
            assert.equal(counted, counters.reported, `tallies of ${host}`)
            for (const kind of ["ignored", "rejected", "reported"] as const) sums[kind] += counters[kind]
          }
          assert.equal(
            new Set(tallies.map((tally) => tally.fingerprint)).size,
            tallies.length,
            "one tally a fingerprint",
          )
          for (const { host } of tallies) assert.ok(hosts.has(host))
        }
        assert.deepEqual(sums, expected)
      }),
      { numRuns: 300 },
    )
  })
})
