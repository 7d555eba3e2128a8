import assert from "node:assert/strict"
import test from "node:test"
import fc from "fast-check"
import { composeDocument } from "../../src/report/document.ts"
import { renderHtml } from "../../src/report/html.ts"
import { summarize } from "../../src/report/summarize.ts"
import { pileUp } from "../../src/tally/pile.ts"
import { makeTally, makeWindow } from "./make.ts"

function pageOf(text: string): string {
  const tally = makeTally({ host: text, program: text, sections: [text], samples: [text], rules: [text] })
  const window = makeWindow({ tallies: [tally], newHosts: [text] })
  return renderHtml(composeDocument(summarize(text, pileUp([window]), [], { maxBytes: 100_000, nowMs: 0 }), "UTC"))
}

const TAG = /<\/?([a-z0-9]+)[^<>]*>/g
const tagsOf = (page: string) => [...page.matchAll(TAG)].map(([tag]) => tag)

test("text from senders adds no tag, entity or attribute", () => {
  const plain = tagsOf(pageOf("a"))
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."<>&\"'/= \n\x1b\u202e=ascriptonerror-!"), minLength: 1 }),
      (text) => {
        const page = pageOf(text)
        assert.deepEqual(tagsOf(page), plain)
        // What is left beside tags and style holds no bare mark.
        const rest = page
          .replace(/<style>.*<\/style>/s, "")
          .replace(/^<!DOCTYPE html>/, "")
          .replace(TAG, "")
        assert.doesNotMatch(rest, /[<>"']|&(?!(amp|lt|gt|quot|#39|nbsp);)/)
        assert.doesNotMatch(page.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u)
      },
    ),
    { numRuns: 300 },
  )
})

test("a page loads nothing and runs nothing", () => {
  assert.doesNotMatch(
    pageOf("http://example.org/x.png"),
    /<(script|img|link|iframe|a)\b|\b(src|href|on\w+)=|url\(|@import/,
  )
})
