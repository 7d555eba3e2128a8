/** Reads the logs of one scan: everything, or what is new since a cursor was last moved. */
import { stat } from "node:fs/promises"
import { OperatorError } from "../errors.ts"
import { type Cursor, loadCursor, saveCursor, unreadParts } from "./cursor.ts"
import { type LineSink, openLogFile, readLogFile, readStream } from "./log-file.ts"

export interface ReadLogsOptions {
  /** Where the cursor is kept; without one, whole files are read. */
  readonly cursor: string | undefined
  /** Moves the cursor when everything is written. */
  readonly moveCursor: boolean
}

/**
 * Hands every line of the files to `sink`, in order; "-" is standard input. Calls `finish` when all are read, and
 * moves the cursor only after it: a scan that fails to report is repeated, not lost.
 */
export async function readLogs(
  files: readonly string[],
  options: ReadLogsOptions,
  sink: LineSink,
  finish: () => void,
): Promise<void> {
  if (options.cursor === undefined) {
    for (const file of files) {
      if (file === "-") await readStream(process.stdin, sink)
      else await readPart(file, 0, "read", sink)
    }
    return finish()
  }
  if (files.includes("-")) {
    throw new OperatorError("--cursor remembers places in files: name the log files instead of standard input")
  }
  const cursor = await loadCursor(options.cursor)
  for (const file of files) await readUnread(file, cursor, sink)
  finish()
  if (options.moveCursor) await saveCursor(options.cursor, cursor)
}

async function readUnread(file: string, cursor: Cursor, sink: LineSink): Promise<void> {
  for (const { path, fromByte } of await orOperatorError(file, unreadParts(file, cursor))) {
    // A rotated file gets no more lines: its last one is whole, whatever it ends in.
    const offset = await readPart(path, fromByte, path === file ? "leave" : "read", sink)
    if (path === file) cursor.set(file, { inode: (await stat(path)).ino, offset })
  }
}

async function readPart(path: string, fromByte: number, unfinished: "read" | "leave", sink: LineSink): Promise<number> {
  const file = await orOperatorError(path, openLogFile(path))
  try {
    return await orOperatorError(path, readLogFile(file, { fromByte, unfinished }, sink))
  } finally {
    await file.close()
  }
}

/** A log that cannot be read is the operator's to mend; a bug in what the lines go through is not. */
async function orOperatorError<T>(path: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof Error && "code" in error) throw new OperatorError(`${path}: cannot be read (${error.message})`)
    throw error
  }
}
