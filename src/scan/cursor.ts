/**
 * Where the last scan of a log file ended, so that the next one reads only what is new: logtail's job.
 *
 * A file is known by its inode. When the path holds another inode now, or a shorter file, it was rotated: the rest
 * of the old file is looked for beside it (`syslog.1`, `syslog-20261123`) and read first. Of several rotations since
 * the last scan, only the first leaves a file that is recognised.
 */
import { readdir, readFile, rename, stat, writeFile } from "node:fs/promises"
import { dirname, join, parse } from "node:path"
import { OperatorError } from "../errors.ts"

export interface Position {
  readonly inode: number
  /** Bytes read so far. */
  readonly offset: number
}

/** By the log file's absolute path. */
export type Cursor = Map<string, Position>

/** What of a log no scan has read yet. */
export interface Unread {
  /** The rest of the file that the path held at the last scan; "lost" where that file is not beside it any more. */
  readonly rotated: { readonly path: string; readonly fromByte: number } | "lost" | undefined
  /** Where to go on in the file that the path holds now. */
  readonly fromByte: number
}

/** An absent file is a cursor that has read nothing. */
export async function loadCursor(file: string): Promise<Cursor> {
  let text: string
  try {
    text = await readFile(file, "utf8")
  } catch (error) {
    if (isMissing(error)) return new Map()
    throw new OperatorError(`${file}: cannot read the cursor (${reasonOf(error)})`)
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
  try {
    await writeFile(`${file}.new`, `${JSON.stringify({ files: Object.fromEntries(cursor) }, undefined, 2)}\n`)
    await rename(`${file}.new`, file)
  } catch (error) {
    throw new OperatorError(
      `${file}: cannot write the cursor, so the next scan reads the same again (${reasonOf(error)})`,
    )
  }
}

/** Finds what is new in a log whose path holds a file of this inode and size. */
export async function findUnread(path: string, now: { ino: number; size: number }, cursor: Cursor): Promise<Unread> {
  const known = cursor.get(path)
  if (known === undefined) return { rotated: undefined, fromByte: 0 }
  if (now.ino !== known.inode) return { rotated: (await findRotated(path, known)) ?? "lost", fromByte: 0 }
  // Shorter: truncated in place (copytruncate); what was cut is gone or in a copy we cannot recognise.
  return { rotated: undefined, fromByte: now.size < known.offset ? 0 : known.offset }
}

async function findRotated(path: string, { inode, offset }: Position): Promise<Unread["rotated"]> {
  const directory = dirname(path)
  // Without the extension: logrotate can put the date before it ("mail-20261123.log").
  const { name: stem, base } = parse(path)
  for (const name of await readdir(directory)) {
    if (!name.startsWith(stem) || name === base) continue
    const candidate = join(directory, name)
    const status = await stat(candidate).catch(() => undefined)
    // A shorter file has the inode of one that was removed.
    if (status?.ino === inode && status.size >= offset) return { path: candidate, fromByte: offset }
  }
  return undefined
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT"
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
