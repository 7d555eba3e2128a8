/** An explanation for programs: one JSON object on one line. Columns are 1-based, in characters. */
import { formatProblem } from "../problem.ts"
import { type Rule, ruleId } from "../rules/rule.ts"
import { printableJson } from "../text/printable-json.ts"
import { decodeUtf8b } from "../text/utf8b.ts"
import type { ExplainedMessage } from "./explained-message.ts"
import type { Explanation, Match } from "./explanation.ts"
import type { NearRule } from "./near-rules.ts"

export function explanationJson({ explanation, quarantined, ...explained }: ExplainedMessage): string {
  const document = {
    ...explained,
    quarantined: quarantined.map(({ problem }) => formatProblem(problem)),
    ...(explanation === undefined ? { verdict: { layer: "rejected", sections: [] } } : body(explanation)),
  }
  return printableJson(document, 0)
}

function body({ line, isoForm, layers, verdict, deciding, others, atOtherLevels, nearest }: Explanation) {
  const { layer, sections, unjudged, alarm, alarmRule } = verdict
  return {
    line: decodeUtf8b(line),
    isoForm: decodeUtf8b(isoForm),
    layers: layers.map(({ matching, ...findings }) => ({
      ...findings,
      matching: matching.map(({ rule }) => ruleId(rule)),
    })),
    verdict: { layer, sections, unjudged, alarm, alarmRule: alarmRule && ruleDocument(alarmRule) },
    deciding: deciding.map(matchDocument),
    others: others.map(matchDocument),
    atOtherLevels: atOtherLevels.map(ruleDocument),
    nearest: nearest.map(nearDocument),
  }
}

function ruleDocument({ path, line, text, directory, file }: Rule) {
  return { path, line, text, directory, file }
}

function matchDocument({ rule, form }: Match) {
  return { ...ruleDocument(rule), form }
}

function nearDocument({ rule, pattern, form, nearness, line, got, expected, resumes, approximate }: NearRule) {
  const columns = ({ start, end }: { start: number; end: number }) => ({ column: start + 1, endColumn: end + 1 })
  return {
    ...ruleDocument(rule),
    pattern,
    form,
    nearness: Math.round(nearness * 1000) / 1000,
    lineAt: columns(line),
    got: got ?? null,
    expected: expected.map(({ text, literal, anchor, variable, rule: place }) => {
      const inCharacters = (offset: number) => Array.from(rule.text.slice(0, offset)).length
      const ruleAt = columns({ start: inCharacters(place.start), end: inCharacters(place.end) })
      return { text, literal, anchor, variable, ruleAt }
    }),
    resumesAt: resumes === undefined ? null : resumes + 1,
    approximate,
  }
}
