import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { Collector, PAUSE_GROUPS } from "../../src/collector/collector.ts"
import type { Listener } from "../../src/listen/listener.ts"
import type { Batch } from "../../src/tally/batch.ts"
import type { Loss } from "../../src/tally/losses.ts"
import type { RuleActivity } from "../../src/tally/rule-activity.ts"
import { DEFAULT_BOOK_LIMITS, TallyBook } from "../../src/tally/tally-book.ts"
import { lineOf } from "../tally/tallies.ts"

const LOUD = { layer: "system", sections: ["System Events"], rules: [], unjudged: false } as const

/** A listener whose frames are the test's affair. */
class QuietListener implements Listener {
  readonly bound = { transport: "tcp", address: "127.0.0.1", port: 5514 } as const
  readonly losses = new Map<Loss, number>()
  reading = true
  /** Done while it drains: what the kernel still held. */
  lastWords: () => void = () => {}

  pause(): void {
    this.reading = false
  }

  resume(): void {
    this.reading = true
  }

  takeLosses(): ReadonlyMap<Loss, number> {
    const taken = new Map(this.losses)
    this.losses.clear()
    return taken
  }

  async drain(): Promise<void> {
    this.lastWords()
  }
}

/** A collector whose batches are answered when the test says so. */
class Scene {
  readonly listener = new QuietListener()
  readonly book = new TallyBook({ ...DEFAULT_BOOK_LIMITS, templates: 2 * PAUSE_GROUPS })
  readonly batches: Batch[] = []
  /** What rules did and nobody has told yet; told where it is the last time, or where `tellsActivity`. */
  activity: RuleActivity | undefined
  tellsActivity = false
  readonly heard: (string | undefined)[] = []
  readonly collector = new Collector({
    id: "c",
    listeners: [this.listener],
    book: this.book,
    takePrograms: () => undefined,
    takeActivity: (content, isLast) => {
      this.heard.push(content?.tallies[0]?.program)
      if (!isLast && !this.tellsActivity) return undefined
      const { activity } = this
      this.activity = undefined
      return activity
    },
    send: (batch) => this.batches.push(batch),
  })

  line(host = "web1", text = "one"): void {
    this.book.reported(host, LOUD, "app", lineOf(`${host} app: ${text}`), 0)
  }

  /** As many lines of as many groups: letters, since numbers are masked. */
  groups(count: number): void {
    for (let n = 0; n < count; n += 1) {
      this.line("web1", n.toString(2).replaceAll("0", "a").replaceAll("1", "b"))
    }
  }

  acknowledge(sequence: number): void {
    this.collector.acknowledge({ collector: "c", sequence })
  }

  received(batch: number): number {
    return this.batches[batch]?.hosts.values().reduce((sum, { received }) => sum + received, 0) ?? 0
  }
}

/** Whether a promise is settled by now: every promise that could settle without the outside world has its turn first. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false
  promise.then(() => {
    settled = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  return settled
}

describe("batches", () => {
  test("a beat without new lines sends nothing", () => {
    const at = new Scene()
    at.collector.beat()
    assert.deepEqual(at.batches, [])
  })

  test("batches are numbered from 1, without gaps", () => {
    const at = new Scene()
    for (const sequence of [1, 2, 3]) {
      at.line()
      at.collector.beat()
      at.acknowledge(sequence)
    }
    assert.deepEqual(
      at.batches.map(({ collector, sequence }) => [collector, sequence]),
      [
        ["c", 1],
        ["c", 2],
        ["c", 3],
      ],
    )
  })

  test("lines that come while a batch is under way are merged into the next batch", () => {
    const at = new Scene()
    at.line()
    at.collector.beat()
    for (let beat = 0; beat < 5; beat += 1) {
      at.line()
      at.collector.beat()
    }
    assert.equal(at.batches.length, 1)
    at.acknowledge(1)
    at.collector.beat()
    assert.equal(at.batches[1]?.sequence, 2)
    assert.equal(at.batches[1]?.tallies.length, 1)
    assert.equal(at.received(1), 5)
  })

  test("a late or repeated answer changes nothing", () => {
    const at = new Scene()
    at.line()
    at.collector.beat()
    at.acknowledge(1)
    at.line()
    at.collector.beat()
    at.acknowledge(1)
    at.acknowledge(7)
    at.line()
    at.collector.beat()
    assert.equal(at.batches.length, 2, "the second one is still under way")
  })

  test("a batch carries losses once, even without lines", () => {
    const at = new Scene()
    at.listener.losses.set("udp_kernel_drops", 7)
    at.collector.beat()
    assert.deepEqual([...(at.batches[0]?.losses ?? [])], [["udp_kernel_drops", 7]])
    at.acknowledge(1)
    at.collector.beat()
    assert.equal(at.batches.length, 1)
  })
})

describe("a flush", () => {
  test("a flush without lines is done at once", async () => {
    assert.ok(await isSettled(new Scene().collector.flush()))
  })

  test("a flush sends at once, and waits for the answer", async () => {
    const at = new Scene()
    at.line()
    const flushed = at.collector.flush()
    assert.equal(at.received(0), 1)
    assert.equal(await isSettled(flushed), false)
    at.acknowledge(1)
    assert.ok(await isSettled(flushed))
  })

  test("a flush waits for the batch under way, even if no line came after it", async () => {
    const at = new Scene()
    at.line()
    at.collector.beat()
    const flushed = at.collector.flush()
    assert.equal(await isSettled(flushed), false)
    at.acknowledge(1)
    assert.ok(await isSettled(flushed))
  })

  test("a flush of lines behind a batch under way needs two answers and no beat", async () => {
    const at = new Scene()
    at.line()
    at.collector.beat()
    at.line()
    const flushed = at.collector.flush()
    at.acknowledge(1)
    assert.equal(await isSettled(flushed), false)
    at.acknowledge(2)
    assert.ok(await isSettled(flushed))
  })

  test("a flush does not wait for later lines", async () => {
    const at = new Scene()
    at.line()
    const first = at.collector.flush()
    at.line()
    const second = at.collector.flush()
    at.acknowledge(1)
    assert.ok(await isSettled(first))
    assert.equal(await isSettled(second), false)
    at.acknowledge(2)
    assert.ok(await isSettled(second))
  })
})

describe("a store that takes nothing", () => {
  test(`at ${PAUSE_GROUPS} groups streams are paused until the store takes the previous batch`, () => {
    const at = new Scene()
    at.line()
    at.collector.beat()
    at.groups(PAUSE_GROUPS - 1)
    at.collector.beat()
    assert.equal(at.listener.reading, true)
    at.line("web1", "the last straw")
    at.collector.beat()
    assert.deepEqual([at.listener.reading, at.collector.paused, at.collector.groups], [false, true, PAUSE_GROUPS])
    at.acknowledge(1)
    assert.deepEqual([at.listener.reading, at.collector.paused, at.collector.groups], [true, false, 0])
    assert.equal(at.received(1), PAUSE_GROUPS)
  })

  test("streams are not paused while no batch is under way, with any number of groups", () => {
    const at = new Scene()
    at.groups(PAUSE_GROUPS)
    at.collector.beat()
    assert.equal(at.listener.reading, true)
  })
})

describe("draining", () => {
  test("a drain stores the listeners' last lines and losses before it resolves", async () => {
    const at = new Scene()
    at.line()
    at.collector.beat()
    at.listener.lastWords = () => {
      at.line("web2")
      at.listener.losses.set("frames_truncated", 1)
    }
    const drained = at.collector.drain()
    assert.equal(await isSettled(drained), false)
    at.acknowledge(1)
    assert.equal(await isSettled(drained), false)
    assert.deepEqual([...(at.batches[1]?.hosts.keys() ?? [])], ["web2"])
    assert.deepEqual([...(at.batches[1]?.losses ?? [])], [["frames_truncated", 1]])
    at.acknowledge(2)
    assert.ok(await isSettled(drained))
  })

  test("a drain pauses no stream, with any number of groups", async () => {
    const at = new Scene()
    at.line()
    at.collector.beat()
    at.listener.lastWords = () => {
      at.groups(PAUSE_GROUPS)
      at.collector.beat()
    }
    const drained = at.collector.drain()
    assert.equal(at.listener.reading, true)
    at.acknowledge(1)
    at.acknowledge(2)
    assert.equal(await isSettled(drained), false, "listeners drain first")
    at.acknowledge(2)
    await drained
  })
})

describe("what rules did", () => {
  const ACTIVITY: RuleActivity = { atMs: 0, lines: 7, rules: new Map(), programs: [] }

  test("activity leaves with a batch when it is due, and gets the content of the batch", () => {
    const at = new Scene()
    at.activity = ACTIVITY
    at.line()
    at.collector.beat()
    at.acknowledge(1)
    assert.equal(at.batches[0]?.activity, undefined)
    at.tellsActivity = true
    at.line()
    at.collector.beat()
    assert.equal(at.batches[1]?.activity, ACTIVITY)
    assert.deepEqual(at.heard, ["app", "app"])
  })

  test("activity makes a batch of its own if there are no lines", () => {
    const at = new Scene()
    at.activity = ACTIVITY
    at.tellsActivity = true
    at.collector.beat()
    assert.deepEqual(at.batches[0], {
      collector: "c",
      sequence: 1,
      tallies: [],
      hosts: new Map(),
      losses: new Map(),
      activity: ACTIVITY,
      programs: undefined,
    })
  })

  test("activity leaves at the end, even after a batch under way", async () => {
    const at = new Scene()
    at.line()
    at.collector.beat()
    at.activity = ACTIVITY
    const drained = at.collector.drain()
    await new Promise(setImmediate)
    at.acknowledge(1)
    await new Promise(setImmediate)
    assert.equal(at.batches[1]?.activity, ACTIVITY)
    at.acknowledge(2)
    await drained
  })
})
