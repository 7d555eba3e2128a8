/**
 * What options must be to each other: names given once, rule sets that exist, a relay that can be known.
 *
 * Works on the file as written and looks only at what has the right type, so that an operator reads these findings together
 * with the schema's, and not only once those are mended.
 */
import { parseNetwork } from "../hosts/network.ts"
import { CATCH_ALL, saysNothing } from "../hosts/resolve.ts"
import { validateSchedule } from "../schedule.ts"
import { didYouMean } from "../text/nearest.ts"
import { findAll, findStrings, formatPath, type OptionProblem, type Path } from "./option-problem.ts"

export interface Known {
  /** Names of rule sets, shipped and configured. */
  readonly ruleSets: ReadonlyMap<string, string>
  /** The machine's, for digests that name none. */
  readonly timeZone: string
}

export function relationFindings(raw: unknown, known: Known): OptionProblem[] {
  return [
    ...repeated(findStrings(raw, "hosts.*.name"), (name) => name.toLowerCase()),
    ...repeated(findStrings(raw, "hosts.*.match.address.*"), networkKey),
    ...repeated(claims(raw), (glob) => glob.toLowerCase()),
    ...repeated(findStrings(raw, "digests.*.name"), (name) => name),
    ...["listen.udp.*", "listen.tcp.*"].flatMap((list) => repeated(findStrings(raw, list), endpointKey)),
    ...silentListen(raw),
    ...unknownRuleSets(raw, known.ruleSets),
    ...findAll(raw, "hosts.*").flatMap(({ path, value }) => hostFindings(path, value)),
    ...claims(raw).flatMap(emptyClaims),
    ...findAll(raw, "digests.*").flatMap(({ path, value }) => scheduleFindings(path, value, known.timeZone)),
    ...twoStores(raw),
    ...redisFindings(raw),
    ...missingRecipients(raw),
  ]
}

/** Finds what was given before. Texts without a key are not compared. */
function repeated(
  given: { path: Path; value: string }[],
  keyOf: (text: string) => string | undefined,
): OptionProblem[] {
  const first = new Map<string, Path>()
  return given.flatMap(({ path, value }): OptionProblem[] => {
    const key = keyOf(value)
    const before = key === undefined ? undefined : first.get(key)
    if (key !== undefined && before === undefined) first.set(key, path)
    if (before === undefined) return []
    return [{ path, at: "value", message: `${JSON.stringify(value)} is taken by ${formatPath(before)}` }]
  })
}

function networkKey(text: string): string | undefined {
  const network = parseNetwork(text)
  return network && `${network.bytes.join(".")}/${network.prefixLength}`
}

/** Port 0 is another port each time. */
function endpointKey(text: string): string | undefined {
  return text.endsWith(":0") ? undefined : text
}

/** The host names under which strangers may claim to be one of the hosts, with where each is written. */
function claims(raw: unknown): { path: Path; value: string }[] {
  return findAll(raw, "hosts.*").flatMap(({ path, value }) => {
    const hostnames = findStrings(value, "match.hostname.*")
    const unmatched = hostnames.length === 0 && findAll(value, "match.address.*").length === 0
    const patterns = unmatched ? findStrings(value, "name") : hostnames
    return patterns.map((pattern) => ({ path: [...path, ...pattern.path], value: pattern.value }))
  })
}

function emptyClaims({ path, value }: { path: Path; value: string }): OptionProblem[] {
  if (!saysNothing(value.toLowerCase())) return []
  const hint = "match its address"
  return [{ path, at: "value", message: `${JSON.stringify(value)} in a message says nothing about who sent it`, hint }]
}

function silentListen(raw: unknown): OptionProblem[] {
  const empty = ["listen.udp", "listen.tcp"].every((list) => {
    return findAll(raw, list).some(({ value }) => Array.isArray(value) && value.length === 0)
  })
  return empty ? [{ path: ["listen"], at: "key", message: "expected an address in udp or tcp, got none" }] : []
}

function unknownRuleSets(raw: unknown, known: ReadonlyMap<string, string>): OptionProblem[] {
  const names = [...known.keys()]
  return findStrings(raw, "hosts.*.rules.*")
    .filter(({ value }) => !known.has(value))
    .map(({ path, value }) => {
      const hint = didYouMean(value, names) ?? `known are ${names.join(", ")}; others are named in ruleSets`
      return { path, at: "value", message: `there is no rule set ${JSON.stringify(value)}`, hint }
    })
}

function hostFindings(path: Path, host: unknown): OptionProblem[] {
  const findings: OptionProblem[] = []
  const isCatchAll = findStrings(host, "name").some(({ value }) => value === CATCH_ALL)
  const matches = findAll(host, "match").filter(({ value }) => value !== null)
  const addresses = findAll(host, "match.address.*")
  if (isCatchAll && matches.length > 0) {
    const message = `the entry "${CATCH_ALL}" takes what no other takes and cannot have a match`
    findings.push({ path: [...path, "match"], at: "key", message, hint: `call the entry "?*", say` })
  } else if (matches.length > 0 && addresses.length === 0 && findAll(host, "match.hostname.*").length === 0) {
    findings.push({ path: [...path, "match"], at: "key", message: "expected an address or a hostname, got neither" })
  }
  if (addresses.length === 0 && findAll(host, "relay").some(({ value }) => value === true)) {
    const message = "a relay can only be known by its address, since its claims are about others"
    findings.push({ path: [...path, "relay"], at: "value", message, hint: "add match.address" })
  }
  return findings
}

function scheduleFindings(path: Path, digest: unknown, machineZone: string): OptionProblem[] {
  const [schedule] = findStrings(digest, "schedule")
  const zone = findStrings(digest, "timeZone")[0]?.value ?? machineZone
  if (schedule === undefined || schedule.value === "") return []
  // A bad zone is found where it stands, and says nothing about the pattern.
  const usable = validateSchedule("0 0 * * *", zone) === undefined ? zone : "UTC"
  const message = validateSchedule(schedule.value, usable)
  return message === undefined ? [] : [{ path: [...path, "schedule"], at: "value", message }]
}

function twoStores(raw: unknown): OptionProblem[] {
  if (findAll(raw, "store.sqlite").length === 0) return []
  return findAll(raw, "store.redis").map(({ path }) => ({
    path,
    at: "key",
    message: "stands beside sqlite",
    hint: "keep one",
  }))
}

/** What the URL can say depends on how Redis is run. */
function redisFindings(raw: unknown): OptionProblem[] {
  const sentinels = findAll(raw, "store.redis.sentinel")
  const clusters = findAll(raw, "store.redis.cluster")
  const at = "value"
  const findings = findStrings(raw, "store.redis.url").flatMap(({ path, value }): OptionProblem[] => {
    const url = URL.canParse(value) ? new URL(value) : undefined
    if (clusters.length > 0 && Number(url?.pathname.slice(1)) > 0) {
      return [{ path, at, message: "a Redis Cluster has database 0 only", hint: "leave the database out" }]
    }
    if (sentinels.length > 0 && url?.port) {
      const message = "the host is the primary's name here, and the Sentinels tell its address"
      return [{ path, at, message, hint: "leave the port out" }]
    }
    return []
  })
  if (sentinels.length === 0) return findings
  const both = clusters.map(({ path }): OptionProblem => {
    return { path, at: "key", message: "stands beside sentinel", hint: "keep one" }
  })
  return [...findings, ...both]
}

/** Without recipients a digest can be printed, but not mailed. */
function missingRecipients(raw: unknown): OptionProblem[] {
  if (findAll(raw, "mail.smtp").length === 0) return []
  const digests = findAll(raw, "digests.*")
  if (digests.length === 0) {
    const message = "there is nobody to mail to"
    return [{ path: ["mail", "smtp"], at: "key", message, hint: 'add a digest with "to" under digests' }]
  }
  return digests
    .filter(({ value }) => findAll(value, "to.*").length === 0)
    .map(({ path }) => ({ path: [...path, "to"], at: "value", message: "expected somebody to mail to, got nobody" }))
}
