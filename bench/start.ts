/** What the missing build step costs when the command line starts: TypeScript as it is, out of the cache, and compiled beforehand. */
import { cpSync, globSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { stripTypeScriptTypes } from "node:module"
import { join } from "node:path"
import { type Bench, figure, type Measurement } from "./bench.ts"
import { runTimed } from "./timed.ts"

const ROOT = join(import.meta.dirname, "..")
const RUNS = 15
const WALL = "wall clock s"

const TYPESCRIPT = "TypeScript with nothing cached"
const CACHED = "TypeScript cached"
const JAVASCRIPT = "JavaScript cached"
const NOTHING = "node -e 0"

export const start: Bench = {
  name: "start",
  question:
    "How long does a scan of an empty file take as TypeScript, and how long would it if it were compiled beforehand?",

  async run({ small, scratch }) {
    const javascript = join(scratch, "javascript")
    stripAll(javascript)
    const empty = join(scratch, "empty.log")
    writeFileSync(empty, "")
    const scan = (main: string) => [process.execPath, main, "scan", "--rules", "common", empty]
    const commands = [
      { name: NOTHING, command: () => [process.execPath, "-e", "0"], cache: undefined },
      { name: TYPESCRIPT, command: () => scan(join(ROOT, "src/main.ts")), cache: "fresh" },
      { name: CACHED, command: () => scan(join(ROOT, "src/main.ts")), cache: "kept" },
      { name: JAVASCRIPT, command: () => scan(join(javascript, "src/main.js")), cache: "kept" },
    ]
    const measurements: Measurement[] = []
    for (let run = 0; run <= (small ? 1 : RUNS); run += 1) {
      for (const { name, command, cache } of commands) {
        const folder = join(scratch, `cache-${cache === "fresh" ? run : "kept"}`)
        const output = join(scratch, "output")
        const { wallSeconds, status } = runTimed(["env", `NODE_COMPILE_CACHE=${folder}`, ...command()], output)
        if (status !== 0) throw new Error(`${name} failed:\n${readFileSync(`${output}.err`, "utf8")}`)
        // The first run fills the cache that is kept.
        if (run > 0) measurements.push({ case: name, run, quantity: WALL, value: wallSeconds })
      }
    }
    return measurements
  },

  claims(measured) {
    const late = measured.median(CACHED, WALL) - measured.median(JAVASCRIPT, WALL)
    return [
      {
        holds: late < 0.05,
        sentence: `TypeScript starts ${figure(late * 1000)} ms after JavaScript once both are cached (less than 50)`,
      },
    ]
  },
}

/** The source tree as a build step would leave it: types away, imports of `.js`. */
function stripAll(to: string): void {
  cpSync(join(ROOT, "rules"), join(to, "rules"), { recursive: true })
  symlinkSync(join(ROOT, "node_modules"), join(to, "node_modules"))
  cpSync(join(ROOT, "package.json"), join(to, "package.json"))
  cpSync(join(ROOT, "src"), join(to, "src"), { recursive: true, filter: (path) => !path.endsWith(".ts") })
  for (const file of globSync("src/**/*.ts", { cwd: ROOT })) {
    const stripped = stripTypeScriptTypes(readFileSync(join(ROOT, file), "utf8"))
    const imports = stripped.replace(/((?:from|import\() ?"\.[^"]*)\.ts"/g, '$1.js"')
    writeFileSync(join(to, file.replace(/\.ts$/, ".js")), imports)
  }
}
