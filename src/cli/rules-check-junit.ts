/**
 * The findings as JUnit XML, for CI systems. A rule set is a suite, a rule is a test case, and a file with a problem of
 * its own is a test case as well.
 */

import type { CheckedSet } from "../lint/checked-set.ts"
import { type Finding, formatFinding } from "../lint/finding.ts"
import { rulePlace } from "../rules/rule.ts"
import { escapeMarkup } from "../text/markup.ts"
import { printable } from "../text/printable.ts"

export function junitReport(checked: readonly CheckedSet[]): string {
  const suites = checked.map(suite)
  const sum = (of: (suite: Suite) => number) => suites.reduce((total, suite) => total + of(suite), 0)
  const tests = sum(({ cases }) => cases.length)
  const failures = sum(({ failures }) => failures)
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="tamis rules check" tests="${tests}" failures="${failures}">`,
    ...suites.flatMap(({ name, cases, failures }) => [
      `  <testsuite name="${xmlText(name)}" tests="${cases.length}" failures="${failures}">`,
      ...cases,
      "  </testsuite>",
    ]),
    "</testsuites>",
  ]
  return `${lines.join("\n")}\n`
}

interface Suite {
  readonly name: string
  /** One line each. */
  readonly cases: readonly string[]
  readonly failures: number
}

function suite({ directory, rules, findings }: CheckedSet): Suite {
  const found = Map.groupBy(findings, ({ problem }) => `${problem.file}:${problem.line}`)
  // A finding in a sample belongs to the sample's rule.
  const lines = [...rules].map((rule) => {
    const places = new Set([rule.line, ...rule.samples.map(({ line }) => line)])
    const ofRule = [...places].flatMap((line) => {
      const key = rulePlace({ path: rule.path, line })
      const there = found.get(key) ?? []
      found.delete(key)
      return there
    })
    return testCase(rule.path, `line ${rule.line}`, ofRule)
  })
  const others = [...found.values()].map((there) => testCase(there[0]?.problem.file ?? directory, "file", there))
  const cases = [...lines, ...others]
  return { name: directory, cases, failures: cases.filter((each) => !each.endsWith("/>")).length }
}

function testCase(file: string, name: string, findings: readonly Finding[]): string {
  const open = `    <testcase classname="${xmlText(file)}" name="${name}"`
  const [first] = findings
  if (first === undefined) return `${open}/>`
  const text = findings.map((finding) => xmlText(formatFinding(finding))).join("\n")
  const attributes = `type="${first.code}" message="${xmlText(first.problem.message)}"`
  return `${open}><failure ${attributes}>${text}</failure></testcase>`
}

/** XML 1.0 takes no control characters, not even escaped. */
function xmlText(text: string): string {
  return escapeMarkup(printable(text))
}
