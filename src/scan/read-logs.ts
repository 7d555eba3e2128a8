/** Reads the logs of one scan: everything, or what is new since a cursor was last moved. */
import { resolve } from "node:path"
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
 * Hands every line of the files to `sink`, in order; "-" is standard input. Calls `finish` when all are read, with the
 * logs that were rotated since the cursor was moved and whose old file is not beside them any more, so that nobody
 * can tell whether all of it was read. Moves the cursor only after that: a scan that fails to report is repeated,
 * not lost.
 *
 * A log that cannot be read keeps no other from being reported: the OperatorError that names it comes last.
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
      throw new OperatorError("--cursor remembers places in files: name the log files instead of standard input")
    }
    const cursor = await loadCursor(options.cursor)
    await readEach((file) => readUnread(resolve(file), cursor, sink))
    finish(lost)
    if (options.moveCursor) await saveCursor(options.cursor, cursor)
  }
  if (unreadable.length > 0) throw new OperatorError(unreadable.join("\n"))
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
  // Opened first: where it is rotated from here on, its name changes and not what is read and remembered.
  await using log = await openLogFile(path)
  const status = await log.stat()
  const { rotated, fromByte } = await findUnread(path, status, cursor)
  if (rotated !== undefined && rotated !== "lost") {
    await using old = await openLogFile(rotated.path)
    // A rotated file gets no more lines: its last one is whole, whatever it ends in.
    await readLogFile(old, { fromByte: rotated.fromByte, unfinished: "read" }, sink)
  }
  const offset = await readLogFile(log, { fromByte, unfinished: "leave" }, sink)
  cursor.set(path, { inode: status.ino, offset })
  return rotated === "lost" ? "lost" : "all"
}

/** Whether an error is the system's or zlib's, and so the operator's to mend. Codes of misuse, a bug, begin with "ERR_". */
function isOutside(error: unknown): error is Error {
  return error instanceof Error && "code" in error && !String(error.code).startsWith("ERR_")
}
