/** Suggestions as JSON, for programs. */

import type { Backtest } from "../suggest/rule-file-text.ts"
import { printableJson } from "../text/printable-json.ts"

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
