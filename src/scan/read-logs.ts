/** Reads the logs of one scan: all lines, or only those that are new since the cursor was saved. */
import { resolve } from "node:path"
import { OperatorError } from "../errors.ts"
import { type Cursor, findUnread, loadCursor, saveCursor } from "./cursor.ts"
import { type LineSink, openLogFile, type ReadSpan, readLogFile, readStream } from "./log-file.ts"

export interface ReadLogsOptions {
  /** The cursor's file; without one, whole files are read. */
  readonly cursor: string | undefined
  /** Whether to save the cursor after `finish`. */
  readonly moveCursor: boolean
}

/**
 * Passes every line of the files to `sink`, in order; "-" is standard input. Then calls `finish` with the lost logs:
 * those that were rotated since the cursor was saved, and whose old file is gone, so that lines may be unread. Saves the
 * cursor only after that: a scan that fails to report is repeated, not lost.
 *
 * If a log cannot be read, the others are still read and reported: the OperatorError that names it comes last.
 */
export async function readLogs(
  files: readonly string[],
  options: ReadLogsOptions,
  sink: LineSink,
  finish: (lost: readonly string[]) => void,
): Promise<void> {
  const lost: string[] = []
  const unreadable: string[] = []
  const readEach = async (read: (file: string) => Promise<"lost" | "all">) => {
    for (const file of files) {
      try {
        if ((await read(file)) === "lost") lost.push(file)
      } catch (error) {
        if (!isOutside(error)) throw error
        unreadable.push(`${file}: cannot be read (${error.message})`)
      }
    }
  }
  if (options.cursor === undefined) {
    await readEach((file) => readWhole(file, sink))
    finish(lost)
  } else {
    if (files.includes("-")) {
      throw new OperatorError("TAMIS_COMMAND_MISUSED", "--cursor does not work with standard input; name the log files")
    }
    const cursor = await loadCursor(options.cursor)
    await readEach((file) => readUnread(resolve(file), cursor, sink))
    finish(lost)
    if (options.moveCursor) await saveCursor(options.cursor, cursor)
  }
  if (unreadable.length > 0) throw new OperatorError("TAMIS_LOG_UNREADABLE", unreadable.join("\n"))
}

const WHOLE_FILE: ReadSpan = { fromByte: 0, unfinished: "read" }

async function readWhole(path: string, sink: LineSink): Promise<"all"> {
  if (path === "-") {
    await readStream(process.stdin, sink)
  } else {
    await using log = await openLogFile(path)
    await readLogFile(log, WHOLE_FILE, sink)
  }
  return "all"
}

async function readUnread(path: string, cursor: Cursor, sink: LineSink): Promise<"all" | "lost"> {
  // Opened first: a rotation from here on changes the file's name, but not the file that is read and remembered.
  await using log = await openLogFile(path)
  const status = await log.stat()
  const { rotated, fromByte } = await findUnread(path, status, cursor)
  if (rotated !== undefined && rotated !== "lost") {
    await using old = await openLogFile(rotated.path)
    // A rotated file gets no more lines: its last line is complete, even without LF.
    await readLogFile(old, { fromByte: rotated.fromByte, unfinished: "read" }, sink)
  }
  const offset = await readLogFile(log, { fromByte, unfinished: "leave" }, sink)
  cursor.set(path, { inode: status.ino, offset })
  return rotated === "lost" ? "lost" : "all"
}

/** Whether an error comes from the system or zlib, so that the operator can fix it. Node's codes "ERR_…" are bugs. */
function isOutside(error: unknown): error is Error {
  return error instanceof Error && "code" in error && !String(error.code).startsWith("ERR_")
}
