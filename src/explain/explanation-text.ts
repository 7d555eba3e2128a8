/** An explanation for people: the path of a message, step by step. */

import { rulePlace } from "../rules/rule.ts"
import { amount, grouped } from "../text/amount.ts"
import { printable } from "../text/printable.ts"
import { decodeUtf8b } from "../text/utf8b.ts"
import { underline } from "./caret.ts"
import type { ExplainedMessage } from "./explained-message.ts"
import type { Explanation, LayerFindings, Match } from "./explanation.ts"
import type { Expected, NearRule } from "./near-rules.ts"

export function explanationText(explained: ExplainedMessage): string {
  const { explanation } = explained
  const blocks = [path(explained)]
  if (explanation === undefined) {
    blocks.push([field("verdict", "rejected: the message is empty; tamis counts it, and applies no rules")])
  } else {
    blocks.push(layers(explanation), verdict(explained, explanation), others(explanation), nearest(explanation))
  }
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`
}

/** Width of the column with the names of fields. */
const NAME_WIDTH = 20

function field(name: string, text: string): string {
  return `${name.padEnd(NAME_WIDTH)} ${printable(text)}`.trimEnd()
}

function repeated({ times, last }: { readonly times: number; readonly last: boolean }): string {
  const count = `${amount(times, "message")}: counts as ${grouped(times)} of`
  if (!last) return `${count} the message in brackets, with its verdict`
  return `${count} the sender's last message if tamis knows it; else judged as below`
}

function path({
  frame,
  repeats,
  message,
  host,
  ruleSets,
  level,
  quarantined,
  explanation,
}: ExplainedMessage): string[] {
  const cut = frame.truncated ? ", cut at the limit" : ""
  const sets = ruleSets.map(({ name, directory, rules }) => {
    return `${name === directory ? name : `${name} (${directory})`}: ${amount(rules, "rule")}`
  })
  const lines = [
    field("frame", `${amount(frame.bytes, "byte")}, ${frame.framing}${cut}`),
    field("message", `${message.facility}.${message.severity}`),
    field("  timestamp", message.timestamp ?? "none"),
    field("  host name", message.hostname ?? "none"),
    field("  tag", message.tag ?? "none"),
    field("  process id", message.procId ?? "none"),
    field("  text", message.text),
    field("  defects", message.defects.join(", ") || "none"),
  ]
  if (repeats !== undefined) lines.push(field("  stands for", repeated(repeats)))
  if (explanation !== undefined) {
    lines.push(field("line", visible(explanation.line)), field("  its ISO form", visible(explanation.isoForm)))
  }
  if (host !== undefined) lines.push(field("host", `${host.name}: entry ${host.entry}, ${host.because}`))
  lines.push(
    ...sets.map((set, index) => field(index === 0 ? "rule sets" : "", set)),
    field("level", `${level}${quarantined.length > 0 ? `; ${amount(quarantined.length, "rule")} out of force` : ""}`),
  )
  return lines
}

function layers({ layers }: Explanation): string[] {
  return layers.filter(({ inForce }) => inForce).map((findings) => field(findings.directory, layer(findings)))
}

function layer({ rules, matching }: LayerFindings): string {
  if (rules === 0) return "no rules"
  if (matching.length === 0) return `none of ${amount(rules, "rule")}`
  return `${matching.map(({ rule }) => `${rule.file}:${rule.line}`).join(", ")} (of ${grouped(rules)})`
}

function verdict({ digests }: ExplainedMessage, { verdict, deciding, atOtherLevels }: Explanation): string[] {
  const lines: string[] = []
  if (verdict.unjudged)
    lines.push(field("verdict", "reported unjudged: the rules need too much memory or time for this line"))
  else if (verdict.layer === "ignored") lines.push(field("verdict", "ignored"))
  else lines.push(field("verdict", deciding.length > 0 ? "reported" : "reported, because no rule matches it"))
  if (verdict.layer !== "ignored") {
    lines.push(field("  section", verdict.sections.join(", ")))
    if (digests.length > 0) lines.push(field("  digest", digests.join(", ")))
  }
  lines.push(...deciding.flatMap((match) => ruleLines("  by", match)))
  if (verdict.alarm !== undefined) lines.push(field("  alarm", verdict.alarm))
  if (verdict.alarmRule !== undefined) lines.push(...ruleLines("  by", { rule: verdict.alarmRule, form: "both" }))
  for (const rule of atOtherLevels) {
    lines.push(...ruleLines(`  at level ${rule.directory.slice("ignore.d.".length)}`, { rule, form: "both" }))
  }
  return lines
}

function others({ others }: Explanation): string[] {
  return others.flatMap((match) => ruleLines("also matches", match))
}

function ruleLines(name: string, { rule, form }: Match): string[] {
  const only = form === "both" ? "" : ` (in the ${form === "iso" ? "ISO" : "classic"} form only)`
  return [field(name, `${rulePlace(rule)}${only}`), field("", rule.text)]
}

function visible(line: Buffer): string {
  return decodeUtf8b(line)
}

function nearest({ nearest, isoForm, line, verdict }: Explanation): string[] {
  if (verdict.layer === "system" && nearest.length === 0) return ["No rule nearly matches."]
  if (nearest.length === 0) return []
  const lines = { classic: decodeUtf8b(line), iso: decodeUtf8b(isoForm) }
  return ["Nearest rules", ...nearest.flatMap((near) => ["", ...nearRule(near, lines[near.form])])]
}

function nearRule(near: NearRule, line: string): string[] {
  const { rule, expected, resumes, approximate } = near
  const inRule = expected[0]
  if (inRule === undefined) return [printable(rulePlace(rule)), `    matches except for its back-reference`]
  const characters = Array.from(line)
  const offset = (count: number) => characters.slice(0, count).join("").length
  const [lineText, lineCarets] = underline(line, offset(near.line.start), offset(near.line.end))
  const [ruleText, ruleCarets] = underline(rule.text, inRule.rule.start, inRule.rule.end)
  const lines = [
    printable(rulePlace(rule)),
    `    ${lineText}`,
    `    ${lineCarets}`,
    `    ${ruleText}`,
    `    ${ruleCarets}`,
    `    expected ${expected.map(expectedText).join(" or ")}, got ${gotText(near.got)}`,
  ]
  if (resumes !== undefined) {
    const rest = characters.slice(resumes).join("")
    lines.push(`    from ${quoted(start(rest))} on, the rule matches to the end of the line`)
  }
  if (approximate) lines.push("    approximate: for a back-reference, any text that its group matches was accepted")
  return lines
}

/** Characters shown of the rest of a line. */
const MAX_REST = 40

function start(text: string): string {
  const characters = Array.from(text)
  return characters.length <= MAX_REST ? text : `${characters.slice(0, MAX_REST).join("")}…`
}

const ANCHORS = {
  "line-start": "the start of the line",
  "line-end": "the end of the line",
  "word-start": "the start of a word",
  "word-end": "the end of a word",
  "word-edge": "the edge of a word",
  "not-word-edge": "no edge of a word",
} as const

function expectedText({ text, literal, anchor, variable }: Expected): string {
  if (anchor !== undefined) return ANCHORS[anchor]
  const shown = literal ? quoted(text ?? "") : printable(text ?? "")
  return variable === undefined ? shown : `${shown} (of ${variable})`
}

function gotText(got: string | undefined): string {
  return got === undefined ? "the end of the line" : quoted(got)
}

function quoted(text: string): string {
  return `"${printable(text)}"`
}
