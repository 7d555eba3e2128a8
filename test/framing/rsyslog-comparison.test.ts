/**
 * Compares the frames of tamis with those that a real rsyslogd cuts out of the same streams: the streams of test/corpus,
 * which it gets here, and streams from the field, for which its frames were recorded, if they are available.
 *
 * The frames are compared as rsyslog writes them: control characters escaped, a LF at a frame's end dropped.
 */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { before, describe, it } from "node:test"
import { encodeUtf8b } from "../../src/text/utf8b.ts"
import { withoutFieldCorpora } from "../support/field-corpora.ts"
import { unlessCommand } from "../support/requirement.ts"
import { receivedByRsyslogd } from "../support/rsyslogd-receiver.ts"
import { recordedStreams } from "./recorded-streams.ts"
import { chunksOf, framesOf } from "./stream-frames.ts"

const MAX_FRAME_BYTES = 65_536

const NUL_ENDS_A_FRAME =
  "RFC 6587 §3.4.2 allows NUL as a trailer, and Python and rsyslog itself can send it; rsyslog reads on to LF"
const NO_COUNT = "the digits are no count, so they are text; rsyslog drops them"
const CUT_BY_THE_END = "a frame that the end of the stream cut short is kept and marked truncated; rsyslog drops it"
const IMPOSSIBLE_COUNT = "an impossible count is text with its blank; rsyslog drops the blank"

/** Of the recorded streams: why tamis' frames are others. */
const RECORDED_DIFFERENCES: ReadonlyMap<string, string> = new Map([
  ["go-syslog-framing/007", NO_COUNT],
  ["go-syslog-framing/008", NO_COUNT],
  ["go-syslog-framing/017", NUL_ENDS_A_FRAME],
  ["go-syslog-framing/019", NUL_ENDS_A_FRAME],
  ["go-syslog-framing/021", NUL_ENDS_A_FRAME],
  ["telegraf-syslog/011", CUT_BY_THE_END],
  ["rsyslog-tests/063", "lines that are numbers stay lines; rsyslog, set to octet counting, loses most of them"],
  ["rsyslog-tests/065", IMPOSSIBLE_COUNT],
  ["rsyslog-tests/066", IMPOSSIBLE_COUNT],
  ["rsyslog-tests/067", IMPOSSIBLE_COUNT],
  ["rsyslog-tests/068", "a count of 0 is text; rsyslog drops it"],
  ["rsyslog-tests/069", CUT_BY_THE_END],
  ["rsyslog/tcp-frame-delim-nul#conn0", NUL_ENDS_A_FRAME],
  ["python/tcp-default#conn0", NUL_ENDS_A_FRAME],
])

const APP = "<13>Nov 23 18:00:00 web1 app:"
const ONE_AND_TWO = [`${APP} one`, `${APP} two`]

/** Of the streams in test/corpus/streams.json: why tamis' frames are others, and which. */
const CORPUS_DIFFERENCES: ReadonlyMap<string, { readonly reason: string; readonly frames: readonly string[] }> =
  new Map([
    [
      "by lines, CR and LF",
      { reason: "a CR before the LF is part of the line's end; rsyslog keeps it", frames: ONE_AND_TWO },
    ],
    [
      "counted, CR and LF between",
      { reason: "a CR between counted frames is no message; rsyslog makes it one", frames: ONE_AND_TWO },
    ],
    ["by NULs", { reason: NUL_ENDS_A_FRAME, frames: ONE_AND_TWO }],
    ["cut by the end", { reason: CUT_BY_THE_END, frames: [`${APP} one`, `${APP} two…`] }],
    ["a count of 0", { reason: "a count of 0 is text; rsyslog drops it", frames: [`0 ${APP} one`] }],
    ["a count with a zero in front", { reason: NO_COUNT, frames: ["007 <13>one", `${APP} two`] }],
    ["an impossible count", { reason: IMPOSSIBLE_COUNT, frames: [`999999999999 ${APP} one`, `${APP} two`] }],
    ["a number without a blank behind it", { reason: NO_COUNT, frames: ["42", `${APP} two`] }],
  ])

describe("the streams of test/corpus", { skip: unlessCommand("rsyslogd") }, () => {
  const path = join(import.meta.dirname, "../corpus/streams.json")
  const texts: Record<string, string> = JSON.parse(readFileSync(path, "utf8"))
  const streams = Object.entries(texts).map(([id, text]) => ({ id, bytes: encodeUtf8b(text) }))
  let rsyslog: readonly (readonly string[])[] = []
  before(async () => {
    const received = await receivedByRsyslogd(streams.map(({ bytes }) => bytes))
    rsyslog = received.map((messages) => messages.map(({ frame }) => frame))
  })

  for (const [index, { id, bytes }] of streams.entries()) {
    const difference = CORPUS_DIFFERENCES.get(id)
    it(factOf(id, difference?.reason), () => {
      const written = rsyslog[index] ?? assert.fail("rsyslogd was not asked")
      if (difference !== undefined) assert.notDeepEqual(difference.frames, written, "no difference any more")
      for (const frames of framesInChunks(bytes, written)) assert.deepEqual(frames, difference?.frames ?? written)
    })
  }

  it("the corpus includes every stream with a known difference", () => {
    assertIncludes(streams, CORPUS_DIFFERENCES)
  })
})

describe("the recorded streams", { skip: withoutFieldCorpora }, () => {
  const streams = withoutFieldCorpora === false ? recordedStreams() : []
  for (const { id, bytes, rsyslog } of streams) {
    const difference = RECORDED_DIFFERENCES.get(id)
    it(factOf(id, difference), () => {
      for (const frames of framesInChunks(bytes, rsyslog)) {
        if (difference === undefined) assert.deepEqual(frames, rsyslog)
        else assert.notDeepEqual(frames, rsyslog, "no difference any more")
      }
    })
  }

  it("the recordings include every stream with a known difference", () => {
    assertIncludes(streams, RECORDED_DIFFERENCES)
  })
})

function factOf(id: string, difference: string | undefined): string {
  return `${id}: ${difference ?? "the frames are the same as rsyslog's"}`
}

/** The stream's frames as rsyslog would write them, for chunks of different sizes. */
function framesInChunks(stream: Buffer, rsyslog: readonly string[]): readonly (readonly string[])[] {
  return [MAX_FRAME_BYTES, 1448, 1].map((size) =>
    framesOf(chunksOf(stream, size), MAX_FRAME_BYTES).frames.map((frame, index) =>
      abbreviatedAs(rsyslog[index], asRsyslogWrites(frame)),
    ),
  )
}

function assertIncludes(streams: readonly { readonly id: string }[], differences: ReadonlyMap<string, unknown>): void {
  const ids = new Set(streams.map(({ id }) => id))
  assert.deepEqual(
    [...differences.keys()].filter((id) => !ids.has(id)),
    [],
  )
}

function asRsyslogWrites(frame: string): string {
  return frame.replace(/[\n\0]$/, "").replaceAll(/[\x00-\x1f\x7f]/g, (character) => `#${octal(character)}`)
}

/** The recordings keep only the beginning and the length of a long frame. */
function abbreviatedAs(written: string | undefined, frame: string): string {
  const mark = written?.indexOf("...<") ?? -1
  return mark > 0 && written?.endsWith(" bytes in all>")
    ? `${frame.slice(0, mark)}...<${frame.length} bytes in all>`
    : frame
}

function octal(character: string): string {
  return character.charCodeAt(0).toString(8).padStart(3, "0")
}
