/**
 * `tamis history`: the lines that no rule ignored, in the order of their arrival, from the store of the service.
 *
 * Exit status 0: done; 2: the command failed.
 */
import { isoTime } from "../text/iso-time.ts"
import { printableJson } from "../text/printable-json.ts"
import { configuration } from "./configuration.ts"
import { digestGroups, entryIds, findEntry, lineWithId } from "./kept-entries.ts"
import { momentOf } from "./moment.ts"
import { withStore } from "./open-windows.ts"
import type { Output } from "./output.ts"

export interface HistoryOptions {
  readonly config?: string
  readonly host?: string
  readonly program?: string
  readonly since: string
  readonly until?: string
  /** Lines with this text, in capital or small letters. */
  readonly grep?: string
  readonly entry?: string
  readonly json?: boolean
}

export async function history(options: HistoryOptions, output: Output): Promise<0> {
  const { config } = configuration(options.config)
  const nowMs = Date.now()
  const fromMs = momentOf("--since", options.since, nowMs)
  const untilMs = options.until === undefined ? Number.MAX_SAFE_INTEGER : momentOf("--until", options.until, nowMs)
  const found = await withStore(config, async (store) => {
    const groups = await store.keptGroups()
    const digests = await digestGroups(store, config, groups)
    const members =
      options.entry === undefined
        ? undefined
        : new Set(findEntry(digests, options.entry).members.map(({ fingerprint }) => fingerprint))
    const wanted = groups
      .filter(({ host }) => options.host === undefined || host === options.host)
      .filter(({ tally }) => options.program === undefined || tally.program === options.program)
      .filter(({ fingerprint }) => members === undefined || members.has(fingerprint))
      .map(({ fingerprint }) => fingerprint)
    const lines = await store.keptLines(wanted.length === groups.length ? "all" : wanted, { fromMs, untilMs })
    return { lines, ids: entryIds(digests), groups: new Map(groups.map((each) => [each.fingerprint, each.tally])) }
  })
  const grep = options.grep?.toLowerCase()
  for (const line of found.lines) {
    if (grep !== undefined && !line.line.toLowerCase().includes(grep)) continue
    const id = found.ids.get(line.fingerprint)
    const { host, program } = found.groups.get(line.fingerprint) ?? {}
    output.stdout(
      options.json === true
        ? printableJson({ at: isoTime(line.receivedAtMs), host, program, entry: id, line: line.line }, 0)
        : lineWithId(line.line, id),
    )
  }
  return 0
}
