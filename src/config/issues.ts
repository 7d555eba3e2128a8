/** Turns zod's issues into messages for the operator: the option, the expected value, the value found, a suggestion. */
import type * as z from "zod"
import { didYouMean } from "../text/nearest.ts"
import { describe, formatPath, type OptionProblem, type Path } from "./option-problem.ts"
import { optionsAt } from "./options.ts"
import { PASSWORD_VARIABLES } from "./secrets.ts"

/** `raw` is the file as written: zod does not report the value that it found. */
export function findingsOf(issues: readonly z.core.$ZodIssue[], raw: unknown, base: Path = []): OptionProblem[] {
  return issues.flatMap((issue): OptionProblem[] => {
    const path = [...base, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))]
    switch (issue.code) {
      case "unrecognized_keys":
        return issue.keys.map((key) => unknownOption(path, key))
      case "invalid_key":
        return [{ path, at: "key", message: `${issue.issues[0]?.message}, got ${describe(path.at(-1))}` }]
      case "invalid_union": {
        const alternative = issue.errors.find((errors) => errors.some(isInside))
        return alternative === undefined ? [wrongValue(path, issue, raw)] : findingsOf(alternative, raw, path)
      }
      default:
        return [wrongValue(path, issue, raw)]
    }
  })
}

/** Whether an alternative got as far as its options: the operator meant that one. */
function isInside(issue: z.core.$ZodIssue): boolean {
  return issue.path.length > 0 || issue.code === "unrecognized_keys"
}

/** Options of earlier versions, with what took their place. */
const REPLACED: ReadonlyMap<string, string> = new Map([
  ["allQuiet", "write send: always for allQuiet: true, and send: leftovers for the mails of version 0.1"],
])

function unknownOption(section: Path, key: string): OptionProblem {
  const variable = key === "password" ? PASSWORD_VARIABLES.get(formatPath(section)) : undefined
  if (variable !== undefined) {
    const hint = `put it in a file and set passwordFile to that file, or set the environment variable ${variable}`
    return { path: [...section, key], at: "key", message: "passwords do not belong in this file", hint }
  }
  const known = optionsAt(section)
  const hint = REPLACED.get(key) ?? didYouMean(key, known) ?? `the options here are ${known.join(", ")}`
  return { path: [...section, key], at: "key", message: "unknown option", hint }
}

function wrongValue(path: Path, issue: z.core.$ZodIssue, raw: unknown): OptionProblem {
  const hint = issue.code === "custom" && typeof issue.params?.hint === "string" ? issue.params.hint : undefined
  return { path, at: "value", message: `${issue.message}, got ${describe(valueAt(raw, path))}`, hint }
}

function valueAt(raw: unknown, path: Path): unknown {
  let value: unknown = raw
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined
    value = Object.entries(value).find(([key]) => key === String(step))?.[1]
  }
  return value
}
