/**
 * Whole mails, to be read as prose: `test/golden/<case>/input.ts` makes the windows, `report.txt` is the mail, and
 * `attached-rules` the rule file that comes with it, if one does.
 *
 * UPDATE_GOLDEN=1 writes the mails anew; the difference is for a person to read.
 */
import assert from "node:assert/strict"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import test from "node:test"
import { attachedRules } from "../../src/report/attached-rules.ts"
import { renderHtml } from "../../src/report/html.ts"
import { pileUp } from "../../src/report/pile.ts"
import { retainedTallies, suggestedRules } from "../../src/report/retained.ts"
import { subject } from "../../src/report/subject.ts"
import { summarize } from "../../src/report/summarize.ts"
import { renderText } from "../../src/report/text.ts"
import type { GoldenCase } from "./golden-case.ts"

function agree(file: string, written: string): void {
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, written)
  assert.equal(written, readFileSync(file, "utf8"))
}

const cases = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory())

for (const { name } of cases) {
  test(`the mail of "${name}" reads as agreed`, async () => {
    const directory = join(import.meta.dirname, name)
    const { input }: { input: GoldenCase } = await import(join(directory, "input.ts"))
    const pile = pileUp(input.windows)
    const retained = retainedTallies(input.past ?? [], pile)
    const limits = {
      maxBytes: input.maxBytes ?? 65_536,
      nowMs: 0,
    }
    const attached = input.attachRules ? attachedRules(pile, retained, new Map()) : undefined
    const report = {
      ...summarize("default", pile, input.quarantined ?? [], limits),
      ...input.further,
      suggestedRules: suggestedRules(pile, retained, input.suggestedRules ?? 0),
      attachedRules: attached,
    }
    agree(
      join(directory, "report.txt"),
      `Subject: ${subject(report, "[tamis] %d: %t, %s")}\n\n${renderText(report, "Europe/Paris")}`,
    )
    agree(join(directory, "report.html"), renderHtml(report, "Europe/Paris"))
    if (attached !== undefined) agree(join(directory, "attached-rules"), attached)
  })
}
