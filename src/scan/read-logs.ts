/** Reads the logs of one scan: everything, or what is new since a cursor was last moved. */
import type { FileHandle } from "node:fs/promises"
import { OperatorError } from "../errors.ts"
import { type Cursor, findUnread, loadCursor, saveCursor } from "./cursor.ts"
import { type LineSink, openLogFile, type ReadSpan, readLogFile, readStream } from "./log-file.ts"

export interface ReadLogsOptions {
  /** Where the cursor is kept; without one, whole files are read. */
  readonly cursor: string | undefined
  /** Moves the cursor when everything is written. */
  readonly moveCursor: boolean
}

/**
 * Hands every line of the files to `sink`, in order; "-" is standard input. Calls `finish` when all are read, and
 * moves the cursor only after it: a scan that fails to report is repeated, not lost.
 *
 * Resolves with the logs that were rotated since the cursor was moved and whose old file is not beside them any
 * more, so that nobody can tell whether all of it was read.
 */
export async function readLogs(
  files: readonly string[],
  options: ReadLogsOptions,
  sink: LineSink,
  finish: () => void,
): Promise<readonly string[]> {
  if (options.cursor === undefined) {
    for (const file of files) {
      if (file === "-") await readStream(process.stdin, sink)
      else await withLogFile(file, (log) => readLogFile(log, WHOLE_FILE, sink))
    }
    finish()
    return []
  }
  if (files.includes("-")) {
    throw new OperatorError("--cursor remembers places in files: name the log files instead of standard input")
  }
  const cursor = await loadCursor(options.cursor)
  const lost: string[] = []
  for (const file of files) if ((await readUnread(file, cursor, sink)) === "lost") lost.push(file)
  finish()
  if (options.moveCursor) await saveCursor(options.cursor, cursor)
  return lost
}

const WHOLE_FILE: ReadSpan = { fromByte: 0, unfinished: "read" }

function readUnread(path: string, cursor: Cursor, sink: LineSink): Promise<"all" | "lost"> {
  // Opened first: where it is rotated from here on, its name changes and not what is read and remembered.
  return withLogFile(path, async (log) => {
    const status = await log.stat()
    const { rotated, fromByte } = await findUnread(path, status, cursor)
    if (rotated !== undefined && rotated !== "lost") {
      // A rotated file gets no more lines: its last one is whole, whatever it ends in.
      const rest: ReadSpan = { fromByte: rotated.fromByte, unfinished: "read" }
      await withLogFile(rotated.path, (old) => readLogFile(old, rest, sink))
    }
    const offset = await readLogFile(log, { fromByte, unfinished: "leave" }, sink)
    cursor.set(path, { inode: status.ino, offset })
    return rotated === "lost" ? "lost" : "all"
  })
}

/** A log that cannot be read is the operator's to mend; a bug in what the lines go through is not. */
async function withLogFile<Result>(path: string, read: (log: FileHandle) => Promise<Result>): Promise<Result> {
  try {
    await using log = await openLogFile(path)
    return await read(log)
  } catch (error) {
    if (isOutside(error)) throw new OperatorError(`${path}: cannot be read (${error.message})`)
    throw error
  }
}

/** What the system and zlib have to say; codes of misuse begin with "ERR_". */
function isOutside(error: unknown): error is Error {
  return error instanceof Error && "code" in error && !String(error.code).startsWith("ERR_")
}
