/** Suggestions as JSON, for programs. */
import { printableJson } from "../report/printable-json.ts"
import type { Backtest } from "../report/rule-file.ts"

export function renderJson({ suggestions, ...rest }: Backtest): string {
  const document = {
    ...rest,
    suggestions: suggestions.map(({ near, ...suggestion }) => ({
      ...suggestion,
      ...(near && { near: { path: near.rule.path, line: near.rule.line, differences: near.differences } }),
    })),
  }
  return printableJson(document)
}
