/**
 * `tamis hosts`: lists the hosts that the service knows. `tamis hosts forget` and `rename` change what its store knows of one;
 * the service may be running.
 *
 * Exit status 0: done; list: 1 if a host is silent; forget and rename: 1 if no host has that name.
 */
import type { Config } from "../config/config.ts"
import { OperatorError } from "../errors.ts"
import { readHostName } from "../hosts/resolve.ts"
import { hostList, hostWarnings, type KnownHost } from "../service/host-list.ts"
import type { TallyStore } from "../store/store.ts"
import { every } from "../text/duration.ts"
import { isoTime } from "../text/iso-time.ts"
import { printable } from "../text/printable.ts"
import { printableJson } from "../text/printable-json.ts"
import { table } from "../text/table.ts"
import { configuration } from "./configuration.ts"
import { withStore } from "./open-windows.ts"
import type { Output } from "./output.ts"

export interface HostsOptions {
  readonly config?: string
  readonly json?: boolean
}

export async function hosts(options: HostsOptions, output: Output): Promise<0 | 1> {
  const { config } = configuration(options.config)
  const presence = await withStore(config, (store) => store.presence())
  const known = hostList(presence, config, Date.now())
  const warnings = hostWarnings(known, config)
  output.stdout(options.json === true ? renderJson(known, warnings) : renderText(known, warnings))
  return known.some(({ isSilent, silentPrograms }) => isSilent || silentPrograms.length > 0) ? 1 : 0
}

export async function forgetHost(host: string, options: HostsOptions, output: Output): Promise<0 | 1> {
  return change(host, options, output, "forgot", async (store, name, digests) => {
    const results = [await store.forgetPresence(name)]
    for (const digest of digests) results.push(await store.forgetHost(digest, name))
    return results
  })
}

export async function renameHost(host: string, to: string, options: HostsOptions, output: Output): Promise<0 | 1> {
  const name = nameOf(to)
  if (name === nameOf(host)) throw new OperatorError("TAMIS_COMMAND_MISUSED", "the two names are the same")
  return change(host, options, output, `renamed to ${name}:`, async (store, from, digests) => {
    const results = [await store.renamePresence(from, name)]
    for (const digest of digests) results.push(await store.renameHost(digest, from, name))
    return results
  })
}

async function change(
  host: string,
  options: HostsOptions,
  output: Output,
  done: string,
  work: (store: TallyStore, name: string, digests: readonly string[]) => Promise<readonly boolean[]>,
): Promise<0 | 1> {
  const { config } = configuration(options.config)
  const name = nameOf(host)
  const results = await withStore(config, (store) => work(store, name, digestsOf(config)))
  const isKnown = results.includes(true)
  output.stdout(printable(isKnown ? `${done} ${name}` : `no known host is called ${name}`).concat("\n"))
  return isKnown ? 0 : 1
}

function digestsOf({ digests }: Config): readonly string[] {
  return digests.map(({ name }) => name)
}

function nameOf(host: string): string {
  const name = readHostName(host)
  if (name !== "") return name
  throw new OperatorError("TAMIS_COMMAND_MISUSED", `expected the name of a host, got ${JSON.stringify(host)}`)
}

function renderText(known: readonly KnownHost[], warnings: readonly string[]): string {
  const lines: string[] = []
  if (known.length === 0) lines.push("no host is known yet")
  else {
    const rows = known.map(({ name, lastSeenMs, usualMs, isSilent, silentPrograms, digests }) => [
      name,
      isoTime(lastSeenMs),
      usualMs === undefined ? "" : every(usualMs),
      isSilent ? "SILENT" : silentPrograms.length > 0 ? `silent: ${silentPrograms.join(", ")}` : "",
      digests.join(", "),
    ])
    const heading = ["host", "last seen", "speaks at least", "", "digests"]
    lines.push(...table([heading, ...rows], ["left", "left", "left", "left", "left"]))
  }
  lines.push(...warnings.map((warning) => `  ! ${warning}`))
  return `${lines.map(printable).join("\n")}\n`
}

function renderJson(known: readonly KnownHost[], warnings: readonly string[]): string {
  return printableJson({ hosts: known.map(hostDocument), warnings })
}

export function hostDocument({ name, lastSeenMs, usualMs, isSilent, silentPrograms, digests }: KnownHost) {
  return {
    name,
    lastSeenAt: isoTime(lastSeenMs),
    usuallyEverySeconds: usualMs === undefined ? undefined : Math.round(usualMs / 1_000),
    silentSince: isSilent ? isoTime(lastSeenMs) : undefined,
    silentPrograms,
    digests,
  }
}
