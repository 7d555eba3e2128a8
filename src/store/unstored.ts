/**
 * Batches that a shutdown could not store, because the store was away: one file each in the state directory.
 *
 * The next start stores them under the same batch id, so that a batch that the store had applied is not counted twice.
 */
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { codeOf, OperatorError } from "../errors.ts"
import type { Batch } from "../tally/batch.ts"
import { batch } from "./stored-json.ts"
import { writableTally } from "./stored-tally.ts"

export interface UnstoredBatches {
  readonly directory: string
  /** Resolves once the batch would survive a crash of the machine. */
  save(batch: Batch): Promise<void>
  /** In the order in which they must be stored; `forget` removes one that is stored. */
  load(): Promise<readonly { readonly batch: Batch; forget(): Promise<void> }[]>
}

const FILE_NAME = /^unstored-.+\.json$/

export function unstoredBatches(directory: string): UnstoredBatches {
  return {
    directory,
    async save(batch) {
      await mkdir(directory, { recursive: true })
      const file = join(directory, `unstored-${batch.collector}-${String(batch.sequence).padStart(12, "0")}.json`)
      const handle = await open(`${file}.new`, "w", 0o600)
      try {
        await handle.writeFile(JSON.stringify(writable(batch)))
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(`${file}.new`, file)
      await syncDirectory(directory)
    },
    async load() {
      const names = await readdir(directory).catch((error: unknown) => {
        if (codeOf(error) === "ENOENT") return []
        throw error
      })
      const files = names.filter((name) => FILE_NAME.test(name)).sort()
      return Promise.all(
        files.map(async (name) => {
          const file = join(directory, name)
          return { batch: readBatch(file, await readFile(file, "utf8")), forget: () => rm(file) }
        }),
      )
    },
  }
}

/** As the schema `batch` reads it. */
function writable({ tallies, hosts, losses, activity, programs, ...rest }: Batch): unknown {
  return {
    ...rest,
    tallies: tallies.map(writableTally),
    hosts: [...hosts],
    losses: [...losses],
    programs: programs && [...programs],
    activity: activity && { ...activity, rules: [...activity.rules] },
  }
}

function readBatch(file: string, text: string): Batch {
  try {
    return batch.parse(JSON.parse(text))
  } catch {
    throw new OperatorError(
      "TAMIS_BATCH_INVALID",
      `${file}: not a batch of tamis; move the file away to start without its lines`,
    )
  }
}

/** A new file name is on the disk only when its directory is. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
