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
import { composeDocument } from "../../src/report/compose-document.ts"
import { renderHtml } from "../../src/report/html.ts"
import { subject } from "../../src/report/subject.ts"
import { renderText } from "../../src/report/text.ts"
import { attachedRules } from "../../src/suggest/attached-rules.ts"
import { mailLeftovers } from "../../src/suggest/mail-leftovers.ts"
import { unaskedRules } from "../../src/suggest/unasked.ts"
import { pileUp } from "../../src/tally/pile.ts"
import { reportOf } from "../report/make.ts"
import { SHIPPED_ALARMING } from "../support/alarming.ts"
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
    const attached = input.attachRules ? attachedRules(leftovers, new Map(), SHIPPED_ALARMING) : undefined
    const report = {
      ...reportOf(input.windows, { before: input.before, quarantined: input.quarantined }),
      ...input.further,
      suggestedRules: unaskedRules(leftovers, input.suggestedRules ?? 0, SHIPPED_ALARMING),
      attachedRules: attached,
    }
    const document = composeDocument(report, "Europe/Paris", input.maxBytes ?? 65_536)
    agree(join(directory, "report.txt"), `Subject: ${subject(report, "[tamis] %t; %s")}\n\n${renderText(document)}`)
    agree(join(directory, "report.html"), renderHtml(document))
    if (attached !== undefined) agree(join(directory, "attached-rules"), attached)
  })
}
