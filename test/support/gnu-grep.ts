/**
 * GNU grep in C.UTF-8, as logcheck runs it: the reference for rules.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { encodeUtf8b } from "../../src/text/utf8b.ts"

/** Returns the reason to skip tests that need GNU grep in C.UTF-8, or false. */
export function withoutGnuGrep(): string | false {
  const { stdout } = spawnSync("grep", ["--version"])
  if (stdout?.includes("GNU grep") !== true) return "there is no GNU grep to compare with"
  const probe = spawnSync("grep", ["-E", "^[[:alpha:]]$"], { input: "é\n", env: UTF8 })
  return probe.status === 0 ? false : "grep knows no C.UTF-8 here"
}

/**
 * Asks grep which of the lines each pattern matches. The answer is "error" for a pattern that it refuses, and "no
 * answer" if it takes too long: with some nested repeats its matcher takes minutes for a line of six characters.
 */
export function askGrep(patterns: readonly string[], lines: readonly Buffer[]): GrepAnswer[] {
  const directory = mkdtempSync(join(tmpdir(), "tamis-grep-"))
  const file = join(directory, "lines")
  try {
    writeFileSync(file, Buffer.concat(lines.flatMap((line) => [line, LF])))
    return patterns.map((pattern) => {
      const { status, stdout } = spawnSync("grep", ["-E", "--text", "-n", "-f", "-", file], {
        input: Buffer.concat([encodeUtf8b(pattern), LF]),
        env: UTF8,
        maxBuffer: 1 << 28,
        timeout: PATIENCE_MS,
      })
      if (status === null) return "no answer"
      if (status === 1) return []
      if (status !== 0) return "error"
      // As Latin-1, since lines need not be UTF-8. Only the numbers before them matter.
      const numbers = stdout.toString("latin1").trimEnd().split("\n")
      return numbers.map((row) => Number.parseInt(row, 10) - 1)
    })
  } finally {
    rmSync(directory, { recursive: true })
  }
}

export type GrepAnswer = readonly number[] | "error" | "no answer"

const PATIENCE_MS = 10_000
const LF = Buffer.from("\n")
const UTF8 = { ...process.env, LC_ALL: "C.UTF-8" }
