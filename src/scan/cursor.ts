/**
 * Where the last scan of a log file ended, so that the next one reads only what is new: logtail's job.
 *
 * A file is known by its inode. When the path holds another inode now, or a shorter file, it was rotated: the rest
 * of the old file is looked for beside it (`syslog.1`, `syslog-20261123`) and read first.
 */
import { readdir, readFile, rename, stat, writeFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { OperatorError } from "../errors.ts"

export interface Position {
  readonly inode: number
  /** Bytes read so far. */
  readonly offset: number
}

/** By the log file's path as given. */
export type Cursor = Map<string, Position>

export interface Unread {
  readonly path: string
  readonly fromByte: number
}

/** An absent file is a cursor that has read nothing. */
export async function loadCursor(file: string): Promise<Cursor> {
  let text: string
  try {
    text = await readFile(file, "utf8")
  } catch (error) {
    if (isMissing(error)) return new Map()
    throw new OperatorError(`${file}: cannot read the cursor (${error instanceof Error ? error.message : error})`)
  }
  try {
    const { files } = JSON.parse(text)
    return new Map(Object.entries<Position>(files))
  } catch {
    throw new OperatorError(
      `${file}:1:1: is no cursor of tamis; name another file, or remove it to read all logs from their start`,
    )
  }
}

/** Replaces the cursor in one step: a crash leaves the old one or the new one. */
export async function saveCursor(file: string, cursor: Cursor): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify({ files: Object.fromEntries(cursor) }, undefined, 2)}\n`)
  await rename(`${file}.new`, file)
}

/** The parts of `path` that were not read yet, the oldest first. */
export async function unreadParts(path: string, cursor: Cursor): Promise<readonly Unread[]> {
  const known = cursor.get(path)
  if (known === undefined) return [{ path, fromByte: 0 }]
  const now = await stat(path)
  if (now.ino === known.inode && now.size >= known.offset) return [{ path, fromByte: known.offset }]
  // Same inode but shorter: truncated in place (copytruncate); what was cut is gone or in a copy we cannot recognise.
  const rotated = now.ino === known.inode ? undefined : await findRotated(path, known.inode)
  const whole = { path, fromByte: 0 }
  return rotated === undefined ? [whole] : [{ path: rotated, fromByte: known.offset }, whole]
}

async function findRotated(path: string, inode: number): Promise<string | undefined> {
  const directory = dirname(path)
  for (const name of await readdir(directory)) {
    if (!name.startsWith(basename(path)) || name === basename(path)) continue
    const candidate = join(directory, name)
    if ((await stat(candidate).catch(() => undefined))?.ino === inode) return candidate
  }
  return undefined
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT"
}
