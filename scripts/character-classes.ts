/**
 * Asks GNU grep in C.UTF-8 which characters are in which class, and writes src/rules/character-class-table.ts.
 *
 *     node scripts/character-classes.ts
 *
 * grep is asked rather than Unicode's data files, because glibc's classes are the reference: it has
 * digits of other scripts in alpha, and no-break spaces in punct.
 */
import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { CLASS_NAMES } from "../src/ere/character-classes.ts"

const LF = 0x0a
const TABLE = new URL("../src/ere/character-class-table.ts", import.meta.url)

const masks = new Uint16Array(0x11_0000)
const askable: number[] = []
for (let codePoint = 0; codePoint < masks.length; codePoint++) {
  const surrogate = codePoint >= 0xd800 && codePoint <= 0xdfff
  if (codePoint !== LF && !surrogate) askable.push(codePoint)
}
const lines = Buffer.from(askable.map((codePoint) => String.fromCodePoint(codePoint)).join("\n"))

for (const [bit, name] of CLASS_NAMES.entries()) {
  const grep = spawnSync("grep", ["-E", "--text", "-n", `^[[:${name}:]]$`], {
    input: lines,
    env: { ...process.env, LC_ALL: "C.UTF-8" },
    maxBuffer: 1 << 28,
  })
  if (grep.status !== 0) throw new Error(`grep failed for [[:${name}:]]: ${grep.stderr}`)
  for (const line of grep.stdout.toString().trimEnd().split("\n")) {
    const codePoint = askable[Number.parseInt(line, 10) - 1]
    if (codePoint !== undefined) masks[codePoint] = (masks[codePoint] ?? 0) | (1 << bit)
  }
}
// A line cannot hold a line feed, so grep cannot be asked; it is classed as carriage return is.
masks[LF] = masks[0x0d] ?? 0

const letters = new Map<number, string>()
let runs = ""
for (let start = 0; start < masks.length; ) {
  const mask = masks[start] ?? 0
  let end = start + 1
  while (end < masks.length && masks[end] === mask) end++
  const letter = letters.get(mask) ?? String.fromCharCode("A".charCodeAt(0) + letters.size)
  letters.set(mask, letter)
  runs += end - start === 1 ? letter : `${letter}${end - start}`
  start = end
}

const sets = [...letters].map(([mask, letter]) => {
  const names = CLASS_NAMES.filter((_, bit) => mask & (1 << bit))
  return `  ${letter}: ${JSON.stringify(names.join(" "))},`
})
const libc = spawnSync("ldd", ["--version"]).stdout.toString().split("\n")[0]
writeFileSync(
  TABLE,
  `/**
 * The character classes of C.UTF-8: which sets of classes occur, and runs of code points from U+0000
 * on, as the set's letter and the run's length (1 where left out).
 * Written by scripts/character-classes.ts; ${libc}.
 */
export const CLASS_SETS = {
${sets.join("\n")}
}

export const CLASS_RUNS =
${(runs.match(/.{1,110}/g) ?? []).map((row) => `  ${JSON.stringify(row)}`).join(" +\n")}
`,
)
