/** Real log lines: those of the corpus beside the repository, or of a file that the user names. */
import { closeSync, globSync, openSync, readFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"

export const CORPUS = join(import.meta.dirname, "../../shared/corpora/A-lines")

/** The lines of the log file, or of the whole corpus, without their line feeds. */
export function realLines(file: string | undefined): readonly Buffer[] {
  const files = file === undefined ? globSync(join(CORPUS, "**/*.log.gz")).sort() : [file]
  if (files.length === 0) throw new Error("there is no corpus beside the repository: give a log file with --file")
  return files.flatMap((path) => splitLines(readLog(path)))
}

/** Writes lines to a file, from the first again after the last, until there are so many. */
export function writeRepeated(path: string, lines: readonly Buffer[], count: number): void {
  const whole = Buffer.concat(lines.flatMap((line) => [line, LF]))
  const rest = Buffer.concat(lines.slice(0, count % lines.length).flatMap((line) => [line, LF]))
  const descriptor = openSync(path, "w", 0o644)
  for (let round = 0; round < Math.floor(count / lines.length); round += 1) writeSync(descriptor, whole)
  writeSync(descriptor, rest)
  closeSync(descriptor)
}

const LF = Buffer.from("\n")

function readLog(path: string): Buffer {
  const bytes = readFileSync(path)
  return path.endsWith(".gz") ? gunzipSync(bytes) : bytes
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  let start = 0
  for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, start)) {
    lines.push(bytes.subarray(start, end))
    start = end + 1
  }
  return lines
}
