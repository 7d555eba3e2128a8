import assert from "node:assert/strict"
import test from "node:test"
import fc from "fast-check"
import { composeDocument } from "../../src/report/compose-document.ts"
import { renderHtml } from "../../src/report/html.ts"
import { makeTally, makeWindow, reportOf } from "./make.ts"

function pageOf(text: string): string {
  const tally = makeTally({ host: text, program: text, sections: [text], samples: [text], rules: [text] })
  const window = makeWindow({ tallies: [tally], newHosts: [text] })
  return renderHtml(composeDocument(reportOf([window], { digest: text }), "UTC", 100_000))
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

/** A page as SMTP carries it: UTF-8 as quoted-printable or Base64, whichever is shorter. */
function sentBytes(page: string): number {
  const bytes = Buffer.from(page)
  const quoted = bytes.reduce((sum, byte) => sum + (byte < 127 && byte !== 61 ? 1 : 3), 0)
  return Math.min(quoted, Math.ceil(bytes.length / 3) * 4)
}

test("a page with more than Gmail shows leaves entries out and says so", () => {
  const samples = Array.from({ length: 2_000 }, (_, n) => `web1 app${n.toString(36)}: ошибка ${"слово ".repeat(30)}`)
  const tallies = samples.map((sample, n) => makeTally({ host: "web1", program: `app${n}`, samples: [sample] }))
  const page = renderHtml(composeDocument(reportOf([makeWindow({ tallies })]), "UTC", 10_000_000))
  assert.ok(sentBytes(page) <= 100_000, `${sentBytes(page)} bytes`)
  const [, omitted] = /The text part of this mail has ([\d,]+) more entries\./.exec(page) ?? []
  const shown = page.match(/<pre>/g)?.length ?? 0
  assert.equal(shown + Number(omitted?.replaceAll(",", "")), 2_000)
})
