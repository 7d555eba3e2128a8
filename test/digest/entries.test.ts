import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { DigestForms } from "../../src/digest/digest-forms.ts"
import { digestEntries } from "../../src/digest/entries.ts"
import { noMemory } from "../../src/tally/digest-memory.ts"
import type { Tally } from "../../src/tally/tally.ts"
import { type LogLine, logWindow, makeTally } from "../report/make.ts"

const HOUR = 3_600_000

function entriesOf(lines: readonly LogLine[], memory = noMemory(0)) {
  return digestEntries({ tallies: logWindow(lines).tallies, memory, spanMs: HOUR })
}

/** Hours of lines, one after the other: the entries of the last. */
function lastOf(hours: readonly (readonly string[])[]) {
  let memory = noMemory(0)
  let made = entriesOf([])
  for (const [hour, texts] of hours.entries()) {
    made = entriesOf(
      texts.map((text) => ({ atMs: hour * HOUR, text: `Nov 23 18:00:00 ${text}` })),
      memory,
    )
    memory = made.memory
  }
  return made.entries
}

describe("an entry", () => {
  test("has the lines of all hosts, exactly counted, most lines first", () => {
    const [entry, ...others] = entriesOf([
      { atMs: 5, text: "Nov 23 18:00:00 web1 app[7]: job 8 failed", times: 3 },
      { atMs: 9, text: "Nov 23 18:00:01 web2 app[70]: job 9 failed", times: 44 },
    ]).entries
    assert.equal(others.length, 0)
    assert.equal(entry?.count, 47)
    assert.deepEqual(entry?.hosts, [
      { name: "web2", count: 44 },
      { name: "web1", count: 3 },
    ])
    assert.deepEqual([entry?.firstMs, entry?.lastMs], [5, 9])
    assert.equal(entry?.samples[0], "Nov 23 18:00:01 web2 app[70]: job 9 failed")
  })

  test("has the values of its places, the most frequent first", () => {
    const [entry] = entriesOf([
      { atMs: 0, text: "Nov 23 18:00:00 web1 app: no answer from 192.0.2.7", times: 2 },
      { atMs: 0, text: "Nov 23 18:00:00 web1 app: no answer from 192.0.2.9", times: 5 },
    ]).entries
    const addresses = entry?.places.find(({ mask }) => mask === "<ip>")
    assert.equal(addresses?.distinct, 2)
    assert.deepEqual(addresses?.top, [
      ["192.0.2.9", 5],
      ["192.0.2.7", 2],
    ])
  })

  test("has the same id in every window", () => {
    const text = "Nov 23 18:00:00 web1 app[7]: job 8 failed"
    const first = entriesOf([{ atMs: 0, text }])
    const second = entriesOf([{ atMs: HOUR, text: text.replace("8", "9") }], first.memory)
    assert.match(first.entries[0]?.id ?? "", /^[0-9a-hjkmnp-tv-z]{8}$/)
    assert.equal(first.entries[0]?.id, second.entries[0]?.id)
  })

  test("of one form is apart for each topic of an alarm", () => {
    const plain = makeTally({ host: "a", samples: ["a md: 1 of 2 mirrors"], template: "a md: <n> of <n> mirrors" })
    const alarm: Tally = { ...plain, fingerprint: "0", alarm: "disk", samples: ["a md: 2 of 2 mirrors"] }
    const { entries } = digestEntries({ tallies: [plain, alarm], memory: noMemory(0), spanMs: HOUR })
    assert.deepEqual(
      entries.map(({ topic, news }) => [topic, news]),
      [
        ["disk", "alarming"],
        [undefined, "new"],
      ],
    )
  })
})

describe("news", () => {
  test("a form is new once, and new again on a host that never had it", () => {
    assert.equal(lastOf([["web1 app: slow"]])[0]?.news, "new")
    assert.equal(lastOf([["web1 app: slow"], ["web1 app: slow"]])[0]?.news, "usual")
    const [entry] = lastOf([["web1 app: slow"], ["web1 app: slow", "web2 app: slow"]])
    assert.deepEqual([entry?.news, entry?.newOn], ["new", ["web2"]])
  })

  test("a form that three hosts had is no news on a fourth", () => {
    const hour = (...hosts: readonly string[]) => hosts.map((host) => `${host} app: slow`)
    assert.equal(lastOf([hour("web1", "web2"), hour("web1", "nas")])[0]?.news, "new")
    assert.equal(lastOf([hour("web1", "web2", "web3"), hour("web1", "nas")])[0]?.news, "usual")
  })

  test("a form that stayed away for days is as usual when it returns", () => {
    const away = Array.from({ length: 72 }, () => ["web1 other: text"])
    const [first] = lastOf([["web1 app: slow"], ...away, ["web1 app: slow"]])
    assert.equal(first?.news, "usual")
  })

  test("a form that comes far more often than before is more than usual", () => {
    const hour = (lines: number) => Array.from({ length: lines }, () => "web1 app: slow")
    assert.equal(lastOf([hour(3), hour(4), hour(3), hour(240)])[0]?.news, "more")
    assert.equal(lastOf([hour(3), hour(4), hour(3), hour(9)])[0]?.news, "usual")
    assert.equal(lastOf([hour(100), hour(0), hour(0), hour(120)])[0]?.news, "usual", "as much as its peak")
    assert.equal(lastOf([hour(3), hour(240)])[0]?.news, "usual", "after one window nothing is known of its rate")
  })

  test("a login from a network that the account never came from is new, however often others log in", () => {
    const login = (user: string, address: string) =>
      `web1 sshd[7]: Accepted publickey for ${user} from ${address} port 4711 ssh2`
    const usual = [login("backup", "192.0.2.7")]
    assert.equal(lastOf([usual, usual, usual, usual])[0]?.news, "usual")
    assert.equal(lastOf([usual, usual, [login("backup", "192.0.2.8")]])[0]?.news, "usual", "the same network")
    assert.equal(lastOf([usual, usual, [login("backup", "198.51.100.9")]])[0]?.news, "new")
    assert.equal(lastOf([usual, usual, [login("mallory", "192.0.2.7")]])[0]?.news, "new")
  })
})

const word = fc.constantFrom("job", "disk", "slow", "failed", "7", "8", "192.0.2.7", "web1")
const line = fc.record({
  host: fc.constantFrom("web1", "web2", "nas"),
  program: fc.constantFrom("app", "cron", "sshd[7]"),
  words: fc.array(word, { minLength: 1, maxLength: 5 }),
  times: fc.integer({ min: 1, max: 9 }),
})

test("every line is in exactly one entry of its section, and the memory does not change that", () => {
  fc.assert(
    fc.property(fc.array(fc.array(line, { maxLength: 12 }), { maxLength: 4 }), (windows) => {
      let memory = noMemory(0)
      for (const lines of windows) {
        const texts = lines.map(({ host, program, words, times }) => {
          return { atMs: 0, times, text: `Nov 23 18:00:00 ${host} ${program}: ${words.join(" ")}` }
        })
        const made = entriesOf(texts, memory)
        const sent = lines.reduce((sum, { times }) => sum + times, 0)
        assert.equal(
          made.entries.reduce((sum, { count }) => sum + count, 0),
          sent,
        )
        for (const { count, hosts } of made.entries) {
          assert.equal(
            hosts.reduce((sum, host) => sum + host.count, 0),
            count,
          )
        }
        assert.equal(new Set(made.entries.map(({ id }) => id)).size, made.entries.length)
        memory = made.memory
      }
    }),
    { numRuns: 100 },
  )
})

describe("forms that are kept from window to window", () => {
  const WORDS = ["ada", "bob", "eve", "kim", "joe", "max", "zoe", "liz", "root", "admin"]
  const text = fc
    .tuple(
      fc.constantFrom("web1", "web2"),
      fc.constantFrom("user", "from", "disk"),
      fc.constantFrom(...WORDS),
      fc.nat(3),
    )
    .map(([host, key, word, number]) => `${host} app[${number}]: login failed for ${key} ${word} on tty${number}`)

  test("change no entry", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(text, { minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 6 }),
        (hours) => {
          const run = (forms: () => DigestForms) => {
            let memory = noMemory(0)
            return hours.map((texts, hour) => {
              const lines = texts.map((each) => ({ atMs: hour * HOUR, text: `Nov 23 18:00:00 ${each}` }))
              const made = digestEntries({ tallies: logWindow(lines).tallies, memory, spanMs: HOUR, forms: forms() })
              memory = made.memory
              return made.entries
            })
          }
          const kept = new DigestForms()
          assert.deepEqual(
            run(() => kept),
            run(() => new DigestForms()),
          )
        },
      ),
    )
  })
})
