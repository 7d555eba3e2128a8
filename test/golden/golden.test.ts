/**
 * Whole mails, to be read as prose: `test/golden/<case>/input.ts` makes the windows, `report.txt` is the mail, and
 * `attached-rules` the rule file that comes with it, if one does.
 *
 * UPDATE_GOLDEN=1 writes the mails again; the difference is for a person to read.
 */
import assert from "node:assert/strict"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import test from "node:test"
import { composeDocument } from "../../src/report/document.ts"
import { renderHtml } from "../../src/report/html.ts"
import { subject } from "../../src/report/subject.ts"
import { summarize } from "../../src/report/summarize.ts"
import { renderText } from "../../src/report/text.ts"
import { attachedRules } from "../../src/suggest/attached-rules.ts"
import { mailLeftovers } from "../../src/suggest/mail-leftovers.ts"
import { unaskedRules } from "../../src/suggest/unasked.ts"
import { pileUp } from "../../src/tally/pile.ts"
import type { GoldenCase } from "./golden-case.ts"

function agree(file: string, written: string): void {
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, written)
  assert.equal(written, readFileSync(file, "utf8"))
}

const cases = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory())

for (const { name } of cases) {
  test(`the mail of "${name}" is unchanged`, async () => {
    const directory = join(import.meta.dirname, name)
    const { input }: { input: GoldenCase } = await import(join(directory, "input.ts"))
    const pile = pileUp(input.windows)
    const leftovers = mailLeftovers(pile, input.past ?? [])
    const limits = {
      maxBytes: input.maxBytes ?? 65_536,
      nowMs: 0,
    }
    const attached = input.attachRules ? attachedRules(leftovers, new Map()) : undefined
    const report = {
      ...summarize("default", pile, input.quarantined ?? [], limits),
      ...input.further,
      suggestedRules: unaskedRules(leftovers, input.suggestedRules ?? 0),
      attachedRules: attached,
    }
    const document = composeDocument(report, "Europe/Paris")
    agree(join(directory, "report.txt"), `Subject: ${subject(report, "[tamis] %d: %t, %s")}\n\n${renderText(document)}`)
    agree(join(directory, "report.html"), renderHtml(document))
    if (attached !== undefined) agree(join(directory, "attached-rules"), attached)
  })
}
