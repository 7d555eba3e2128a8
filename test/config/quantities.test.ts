import assert from "node:assert/strict"
import { test } from "node:test"
import { parseDuration, parseSize } from "../../src/config/quantities.ts"

const durations: [text: string, want: number | undefined][] = [
  ["1s", 1_000],
  ["15m", 900_000],
  ["2h", 7_200_000],
  ["7d", 604_800_000],
  ["0s", 0],
  ["999999999d", 86_399_999_913_600_000],
  ["15", undefined],
  ["15 m", undefined],
  ["1.5h", undefined],
  ["-1s", undefined],
  ["1h30m", undefined],
  ["15M", undefined],
  ["9999999999s", undefined],
  ["1constructor", undefined],
  ["", undefined],
]

const sizes: [text: string, want: number | undefined][] = [
  ["480B", 480],
  ["64KiB", 65_536],
  ["4MiB", 4_194_304],
  ["1GiB", 1_073_741_824],
  ["64KB", undefined],
  ["64kib", undefined],
  ["64", undefined],
  ["1.5MiB", undefined],
]

for (const [text, want] of durations) {
  test(`the duration ${JSON.stringify(text)} ${want === undefined ? "is invalid" : `has ${want} ms`}`, () =>
    assert.equal(parseDuration(text), want))
}

for (const [text, want] of sizes) {
  test(`the size ${JSON.stringify(text)} ${want === undefined ? "is invalid" : `has ${want} bytes`}`, () =>
    assert.equal(parseSize(text), want))
}
