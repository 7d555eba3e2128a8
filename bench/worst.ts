/** The worst lines that a sender can make, and the worst rules that an operator can write. */
import { isAscii } from "node:buffer"
import { compileEngine, type Engine } from "../src/engine/engine.ts"
import { loadRuleSet } from "../src/rules/rule-set.ts"
import { rulesInForce } from "../src/rules/rules-in-force.ts"
import { type Bench, figure, type Measurement } from "./bench.ts"
import { realLines } from "./lines.ts"
import { RULES } from "./service.ts"

const LINE_BYTES = 64 * 1024
const VARIANTS = 20
const HEADER = "Nov 23 17:45:00 web1 "

const FIRST = "ns a byte the first time"
const LATER = "ns a byte later"
const UNJUDGED = "lines unjudged"

/** By kind, the text of a line; another for each number. */
const LINES: readonly { name: string; text: (number: number) => Buffer }[] = [
  { name: "one letter", text: () => Buffer.alloc(LINE_BYTES, "a") },
  {
    name: "what a rule wants over and over",
    text: () => Buffer.alloc(LINE_BYTES, "sshd[1]: Accepted password for a "),
  },
  { name: "random letters and blanks", text: (number) => random(number, "abcdefgh .:[]") },
  { name: "random printable ASCII", text: (number) => random(number, PRINTABLE) },
  { name: "random letters beyond ASCII", text: (number) => random(number, "aéßЖλ雪 ") },
  { name: "random bytes", text: randomBytes },
]

const PRINTABLE = Array.from({ length: 0x5f }, (_, at) => String.fromCharCode(0x20 + at)).join("")

/** Each beside Debian's. */
const WORST_RULES: readonly { name: string; pattern: string }[] = [
  { name: "a large repeat", pattern: "[a-h .]{1000}x$" },
  { name: "the largest repeat", pattern: "^.{32767}x" },
  { name: "stars side by side", pattern: ".*a.*b.*c.*d.*[0-9]x" },
  { name: "stars in stars", pattern: "((a*b*)*c*)*x$" },
  { name: "a back-reference held on both sides", pattern: "^\\w{3} [ :0-9]{11} [^ ]+ sshd\\[([0-9]+)\\]: .* \\1$" },
  { name: "a loose back-reference", pattern: "(.*)x\\1y" },
  { name: "word anchors", pattern: "\\<(\\w+)\\> \\bfoo\\b" },
]

export const worst: Bench = {
  name: "worst",
  question:
    "What do the worst lines of 64 KiB cost with Debian's rules, and what do the worst rules make of real lines?",

  async run({ file, small }) {
    const { ruleSet } = loadRuleSet("debian", RULES)
    const patterns = rulesInForce([ruleSet], "server", false).map(({ text }) => text)
    const variants = small ? 2 : VARIANTS
    const { engine } = compileEngine(patterns)
    const measurements = LINES.flatMap(({ name, text }) => {
      const lines = Array.from({ length: variants }, (_, number) => Buffer.concat([Buffer.from(HEADER), text(number)]))
      return measure(`line: ${name}`, engine, lines)
    })
    const all = realLines(file)
    const count = small ? 200 : 20_000
    const real = Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)]!)
    const hard = LINES.map(({ text }) => Buffer.concat([Buffer.from(HEADER), text(0)]))
    measurements.push(...measure("rules: Debian's alone", engine, real))
    for (const { name, pattern } of WORST_RULES) {
      const beside = compileEngine([...patterns, pattern]).engine
      measurements.push(...measure(`rule on real lines: ${name}`, beside, real))
      measurements.push(...measure(`rule on the worst lines: ${name}`, beside, hard))
    }
    return measurements
  },

  claims(measured) {
    const slowest = Math.max(
      ...measured.cases.filter((name) => name.startsWith("line: ")).map((name) => measured.median(name, FIRST)),
    )
    const unjudged = measured.cases
      .filter((name) => name.startsWith("line: ") || name.startsWith("rule on real lines: "))
      .filter((name) => measured.median(name, UNJUDGED) > 0)
    return [
      {
        holds: slowest < MAX_NS_A_BYTE,
        sentence: `no line costs Debian's rules more than ${figure(slowest)} ns a byte (at most ${MAX_NS_A_BYTE})`,
      },
      {
        holds: unjudged.every((name) => name.endsWith("a loose back-reference")),
        sentence: "every line is judged, but for some by a loose back-reference",
      },
    ]
  },
}

/** 65 ms for a line of 64 KiB. */
const MAX_NS_A_BYTE = 1_000

function measure(name: string, engine: Engine, lines: readonly Buffer[]): Measurement[] {
  const bytes = lines.reduce((sum, line) => sum + line.length, 0)
  let unjudged = 0
  const pass = () => {
    unjudged = 0
    const start = performance.now()
    for (const line of lines) if (engine.match(line, isAscii(line)) === undefined) unjudged += 1
    return ((performance.now() - start) * 1e6) / bytes
  }
  return [
    { case: name, run: 1, quantity: FIRST, value: pass() },
    { case: name, run: 1, quantity: LATER, value: pass() },
    { case: name, run: 1, quantity: UNJUDGED, value: unjudged },
  ]
}

/** The same for the same number: mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function random(seed: number, characters: string): Buffer {
  const next = randomNumbers(seed)
  const from = Array.from(characters)
  let text = ""
  while (text.length < LINE_BYTES) text += from[Math.floor(next() * from.length)]
  return Buffer.from(text)
}

function randomBytes(seed: number): Buffer {
  const next = randomNumbers(seed)
  return Buffer.from(
    Array.from({ length: LINE_BYTES }, () => Math.floor(next() * 256)).map((byte) => (byte === 0x0a ? 0 : byte)),
  )
}
