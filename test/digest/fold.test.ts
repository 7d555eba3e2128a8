import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { type Digested, digestEntries } from "../../src/digest/entries.ts"
import { type DigestMemory, noMemory } from "../../src/tally/digest-memory.ts"
import { type LogLine, logWindow, makeTally } from "../report/make.ts"

const HOUR = 3_600_000

function digestOf(lines: readonly LogLine[], memory: DigestMemory = noMemory(0)): Digested {
  return digestEntries({ tallies: logWindow(lines).tallies, memory, spanMs: HOUR })
}

function line(atMs: number, text: string): LogLine {
  return { atMs, text: `Nov 23 18:00:00 ${text}` }
}

/** A kernel starts at `atMs` and says what it finds. */
function boot(host: string, atMs: number, ...found: readonly string[]): readonly LogLine[] {
  return ["Linux version 6.1.0-40-amd64 (debian-kernel@lists.debian.org)", ...found].map((text, second) =>
    line(atMs + second * 1_000, `${host} kernel: [    ${second}.000000] ${text}`),
  )
}

const FOUND = ["ACPI: Early table checksum verification disabled", "NET: Registered PF_INET6 protocol family"]

describe("a boot", () => {
  test("is one entry with the lines of the kernel that follow", () => {
    const { entries, talliesOf } = digestOf([...boot("web1", 5_000, ...FOUND), line(6_000, "web1 app: ready")])
    assert.deepEqual(
      entries.map(({ program, count, bootLines }) => ({ program, count, bootLines })),
      [
        { program: "kernel", count: 3, bootLines: 2 },
        { program: "app", count: 1, bootLines: undefined },
      ],
    )
    assert.equal(talliesOf.get(entries[0]!)?.length, 3)
    assert.match(entries[0]!.samples[0]!, /Linux version/)
  })

  test("of two hosts with two kernels is one entry", () => {
    const other = boot("web2", 9_000, ...FOUND).map((each) => ({
      ...each,
      text: each.text.replace("6.1.0-40", "6.12.5"),
    }))
    const { entries } = digestOf([...boot("web1", 5_000, ...FOUND), ...other])
    assert.deepEqual(
      entries.map(({ count, hosts }) => [count, hosts.length]),
      [[6, 2]],
    )
  })

  test("leaves out the lines of other hosts and of later minutes", () => {
    const { entries } = digestOf([
      ...boot("web1", 0),
      line(1_000, "web2 kernel: [77.000000] eth0: renamed from veth1"),
      line(10 * 60_000, "web1 kernel: [600.000000] usb 1-1: new device found"),
    ])
    assert.deepEqual(
      entries.map(({ count }) => count),
      [1, 1, 1],
    )
  })

  test("leaves out alarms", () => {
    const alarm = makeTally({
      host: "web1",
      program: "kernel",
      alarm: "disk",
      template: "web1 kernel: [<n>] ata1: failed command: READ DMA",
      firstMs: 1_000,
      samples: ["Nov 23 18:00:00 web1 kernel: [1.000000] ata1: failed command: READ DMA"],
    })
    const { tallies } = logWindow(boot("web1", 0, ...FOUND))
    const { entries } = digestEntries({ tallies: [...tallies, alarm], memory: noMemory(0), spanMs: HOUR })
    assert.deepEqual(
      entries.map(({ topic, count }) => [topic, count]),
      [
        ["disk", 1],
        [undefined, 3],
      ],
    )
  })

  test("that the host had before leaves out what it never said", () => {
    const { memory } = digestOf(boot("web1", 0, ...FOUND))
    const { entries } = digestOf(boot("web1", HOUR, ...FOUND, "tpm tpm0: starting up the TPM manually"), memory)
    assert.deepEqual(
      entries.map(({ count, news, samples }) => [count, news, samples[0]!.includes("tpm")]),
      [
        [1, "new", true],
        [3, "new", false],
      ],
    )
  })
})

describe("a state", () => {
  const down = "router kernel: igb 0000:02:00.0 enp2s0: NIC Link is Down"
  const up = "router kernel: igb 0000:02:00.0 enp2s0: NIC Link is Up 1000 Mbps Full Duplex"

  test("is one entry with its end", () => {
    const { entries } = digestOf([line(0, down), line(4_000, up)])
    assert.deepEqual(
      entries.map(({ count, end, samples }) => [count, end, samples[0]!.endsWith("Down")]),
      [[2, { atMs: 4_000, afterMs: 4_000 }, true]],
    )
  })

  test("that came again after its end lasts", () => {
    const { entries } = digestOf([line(0, down), line(4_000, up), line(9_000, down)])
    assert.deepEqual(
      entries.map(({ end }) => end),
      ["lasts"],
    )
  })

  test("of another interface or host does not end it", () => {
    for (const other of [up.replace("enp2s0", "enp3s0"), up.replace("router", "gw")]) {
      const { entries } = digestOf([line(0, down), line(4_000, other)])
      assert.deepEqual(
        entries.map(({ end }) => end),
        [undefined, undefined],
      )
    }
  })

  test("without an end says nothing of it", () => {
    assert.deepEqual(
      digestOf([line(0, down)]).entries.map(({ end }) => end),
      [undefined],
    )
  })

  const ROWS: readonly (readonly [state: string, end: string])[] = [
    ["web1 kernel: nfs: server nas1 not responding, still trying", "web1 kernel: nfs: server nas1 OK"],
    ["gw vpnd[7]: tunnel paris: connection lost", "gw vpnd[7]: tunnel paris: connection restored"],
    ["gw monit[9]: host db1 is unreachable", "gw monit[9]: host db1 is reachable"],
  ]
  for (const [state, end] of ROWS) {
    test(state, () => assert.equal(digestOf([line(0, state), line(9_000, end)]).entries.length, 1))
  }

  test("of a link is no alarm once it ended", () => {
    const tally = (text: string, atMs: number, alarm?: string) =>
      makeTally({
        host: "router",
        program: "kernel",
        template: text,
        samples: [text],
        firstMs: atMs,
        ...(alarm && { alarm }),
      })
    const digest = (upMs: number) =>
      digestEntries({
        tallies: [tally(down, 5_000, "network"), tally(up, upMs)],
        memory: noMemory(0),
        spanMs: HOUR,
      }).entries.map(({ news }) => news)
    assert.deepEqual(digest(9_000), ["new"])
    assert.deepEqual(digest(1_000), ["alarming"])
  })
})
