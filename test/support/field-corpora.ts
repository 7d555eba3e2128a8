/**
 * Real rules, lines and verdicts. They belong to others and are no part of this repository. Tests use them if they are
 * available beside the clone; test/corpus is always available.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { decodeUtf8b } from "../../src/text/utf8b.ts"
import type { TriedPattern } from "./corpus.ts"

export const FIELD_CORPORA = join(import.meta.dirname, "../../../shared/corpora")

/** The reason to skip what needs them, or false. */
export const withoutFieldCorpora: string | false = existsSync(FIELD_CORPORA) ? false : `there is no ${FIELD_CORPORA}`

/** Debian's rules. */
export const DEBIAN = "debian-1.4.2+deb12u1"
export const DEBIAN_RULES = join(FIELD_CORPORA, "B-rules", DEBIAN)

interface Conformance {
  readonly pattern: string | null
  /** Where the pattern is not UTF-8. */
  readonly pattern_b64?: string
  readonly line: string | null
  readonly line_b64?: string
  readonly grep_utf8: boolean | "error"
}

interface Generated {
  /** Bytes as Latin-1. */
  readonly rule: string
  /** grep's, where it refuses the rule. */
  readonly error?: string
  /** Lines with grep's verdict in C.UTF-8, and another in C where it differs. */
  readonly lines?: readonly (readonly [line: string, verdict: number, inC?: number])[]
}

/** The tests of grep and of other engines, with grep's verdicts. */
export function conformancePatterns(): readonly TriedPattern[] {
  const path = join(FIELD_CORPORA, "D-oracle/ere-conformance.json")
  const { cases }: { cases: Conformance[] } = JSON.parse(readFileSync(path, "utf8"))
  return cases.map(({ pattern, pattern_b64, line, line_b64, grep_utf8 }) => ({
    text: decodeUtf8b(bytes(pattern, pattern_b64)),
    lines: [bytes(line, line_b64)],
    verdicts: grep_utf8 === "error" ? "refused" : [grep_utf8],
  }))
}

/** Real rules with lines that were made for each, with grep's verdicts. */
export function generatedPatterns(): readonly TriedPattern[] {
  const path = join(FIELD_CORPORA, "D-oracle/generated-cases.jsonl.gz")
  const rows = gunzipSync(readFileSync(path)).toString().trimEnd().split("\n")
  return rows.map((row) => {
    const { rule, error, lines = [] }: Generated = JSON.parse(row)
    return {
      text: decodeUtf8b(Buffer.from(rule, "latin1")),
      lines: lines.map(([line]) => Buffer.from(line)),
      verdicts: error === undefined ? lines.map(([, verdict]) => verdict === 1) : "refused",
    }
  })
}

function bytes(text: string | null, base64 = ""): Buffer {
  return text === null ? Buffer.from(base64, "base64") : Buffer.from(text)
}
