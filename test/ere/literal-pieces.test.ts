import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { literalPieces } from "../../src/ere/literal-pieces.ts"

/** Neighbours are joined by "+". */
const CASES: readonly [pattern: string, pieces: readonly string[] | undefined][] = [
  ["^${HEAD} sshd\\[${PID}\\]: Accepted publickey", ["sshd", "Accepted", "+publickey"]],
  ["^\\w{3} [ :[:digit:]]{11} [._[:alnum:]-]+ cron\\[[0-9]+\\]: done\\.$", ["cron", "done"]],
  ["a (b|c(d|e)) f", ["a", "+(b|c(d|e))", "+f"]],
  ["a (b|c)? f", ["a", "f"]],
  ["files?: x", ["file", "x"]],
  ["a.b\\.c", ["a", "b", "+c"]],
  ["x{2,3}y", ["y"]],
  ["in\\.tftpd-x/y", ["in", "+tftpd-x/y"]],
  ["[]a-z]b[^]]c", ["b", "c"]],
  ["a|b", undefined],
  ["a)b", undefined],
  ["(a", undefined],
  ["[a", undefined],
  ["a\\", undefined],
  ["", []],
]

describe("literalPieces", () => {
  for (const [pattern, want] of CASES) {
    test(`${JSON.stringify(pattern)} has ${want === undefined ? "no pieces" : `the pieces ${JSON.stringify(want)}`}`, () => {
      const pieces = literalPieces(pattern)?.map(
        ({ start, end, followsLiterally }) => `${followsLiterally ? "+" : ""}${pattern.slice(start, end)}`,
      )
      assert.deepEqual(pieces, want)
    })
  }
})
