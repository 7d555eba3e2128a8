/**
 * Remembers where the last scan of a log file ended, so that the next one reads only new lines, as logtail does.
 *
 * A file is identified by its inode. If the path has another inode now, or a shorter file, the log was rotated: the rest
 * of the old file is searched in the same directory (`syslog.1`, `syslog-20261123`) and read first. After several
 * rotations since the last scan, only the file from before the first one is recognised.
 */
import { readdir, readFile, rename, stat, writeFile } from "node:fs/promises"
import { dirname, join, parse } from "node:path"
import { codeOf, OperatorError, reasonOf } from "../errors.ts"

export interface Position {
  readonly inode: number
  /** Bytes read so far. */
  readonly offset: number
}

/** By the log file's absolute path. */
export type Cursor = Map<string, Position>

/** The part of a log that no scan has read yet. */
export interface Unread {
  /** The rest of the file that the path had at the last scan; "lost" if that file is no longer in the directory. */
  readonly rotated: { readonly path: string; readonly fromByte: number } | "lost" | undefined
  /** Where to go on in the file that the path has now. */
  readonly fromByte: number
}

/** Loads a cursor. A missing file is a cursor that has read nothing. */
export async function loadCursor(file: string): Promise<Cursor> {
  let text: string
  try {
    text = await readFile(file, "utf8")
  } catch (error) {
    if (codeOf(error) === "ENOENT") return new Map()
    throw new OperatorError("TAMIS_CURSOR_UNUSABLE", `${file}: cannot read the cursor (${reasonOf(error)})`)
  }
  try {
    const { files } = JSON.parse(text)
    return new Map(Object.entries<Position>(files))
  } catch {
    throw new OperatorError(
      "TAMIS_CURSOR_UNUSABLE",
      `${file}:1:1: not a cursor of tamis; give another file, or remove it to read all logs from the start`,
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
      "TAMIS_CURSOR_UNWRITABLE",
      `${file}: cannot write the cursor, so the next scan reads the same lines again (${reasonOf(error)})`,
    )
  }
}

/** Finds the unread part of a log whose path has a file of this inode and size. */
export async function findUnread(path: string, now: { ino: number; size: number }, cursor: Cursor): Promise<Unread> {
  const known = cursor.get(path)
  if (known === undefined) return { rotated: undefined, fromByte: 0 }
  if (now.ino !== known.inode) return { rotated: (await findRotated(path, known)) ?? "lost", fromByte: 0 }
  // Shorter: truncated in place (copytruncate). The cut part is gone, or in a copy that cannot be recognised.
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
    // A shorter file is a new one that got the inode of a removed file.
    if (status?.ino === inode && status.size >= offset) return { path: candidate, fromByte: offset }
  }
  return undefined
}
