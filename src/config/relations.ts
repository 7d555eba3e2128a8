/**
 * Checks that concern several options: names that are unique, rule sets that exist, a relay that has an address.
 *
 * They work on the file as written and look only at values of the right type, so that an operator sees these findings
 * together with the schema's, and not only after those are fixed.
 */
import { isExclusion } from "../hosts/host-choice.ts"
import { parseNetwork } from "../hosts/network.ts"
import { CATCH_ALL, saysNothing } from "../hosts/resolve.ts"
import { validateSchedule } from "../schedule.ts"
import { didYouMean } from "../text/nearest.ts"
import { findAll, findStrings, formatPath, type OptionProblem, type Path } from "./option-problem.ts"

export interface Known {
  /** Names of rule sets, shipped and configured. */
  readonly ruleSets: ReadonlyMap<string, string>
  /** The machine's time zone, for digests that set none. */
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
    ...findAll(raw, "digests.*").flatMap(({ path, value }) => pauseFindings(path, value)),
    ...partialDigests(raw),
    ...findAll(raw, "digests.*.hosts").flatMap(({ path, value }) => onlyExclusions(path, value)),
    ...twoStores(raw),
    ...redisFindings(raw),
    ...missingRecipients(raw),
  ]
}

/** Finds values that occur a second time. Values without a key are not compared. */
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
    return [{ path, at: "value", message: `${JSON.stringify(value)} is already used in ${formatPath(before)}` }]
  })
}

function networkKey(text: string): string | undefined {
  const network = parseNetwork(text)
  return network && `${network.bytes.join(".")}/${network.prefixLength}`
}

/** Port 0 may occur twice: the kernel picks another port each time. */
function endpointKey(text: string): string | undefined {
  return text.endsWith(":0") ? undefined : text
}

/** The host names by which a sender without a configured address can claim to be a host, with their places. */
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
  const message = `the host name ${JSON.stringify(value)} in a message does not identify its sender`
  return [{ path, at: "value", message, hint: "use match.address" }]
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
      const hint = didYouMean(value, names) ?? `the rule sets are ${names.join(", ")}; define others in ruleSets`
      return { path, at: "value", message: `unknown rule set ${JSON.stringify(value)}`, hint }
    })
}

function hostFindings(path: Path, host: unknown): OptionProblem[] {
  const findings: OptionProblem[] = []
  const isCatchAll = findStrings(host, "name").some(({ value }) => value === CATCH_ALL)
  const matches = findAll(host, "match").filter(({ value }) => value !== null)
  const addresses = findAll(host, "match.address.*")
  if (isCatchAll && matches.length > 0) {
    const message = `the entry "${CATCH_ALL}" takes all hosts that no other entry takes, so it cannot have a match`
    findings.push({ path: [...path, "match"], at: "key", message, hint: `give the entry another name, such as "?*"` })
  } else if (matches.length > 0 && addresses.length === 0 && findAll(host, "match.hostname.*").length === 0) {
    findings.push({ path: [...path, "match"], at: "key", message: "expected an address or a hostname, got neither" })
  }
  if (addresses.length === 0 && findAll(host, "relay").some(({ value }) => value === true)) {
    const message = "tamis recognizes a relay only by its address, since its messages name other hosts"
    findings.push({ path: [...path, "relay"], at: "value", message, hint: "add match.address" })
  }
  return findings
}

function scheduleFindings(path: Path, digest: unknown, machineZone: string): OptionProblem[] {
  const [schedule] = findStrings(digest, "schedule")
  const zone = findStrings(digest, "timeZone")[0]?.value ?? machineZone
  if (schedule === undefined || schedule.value === "") return []
  // The schema reports an invalid zone; here UTC replaces it, to check the pattern alone.
  const usable = validateSchedule("0 0 * * *", zone) === undefined ? zone : "UTC"
  const message = validateSchedule(schedule.value, usable)
  return message === undefined ? [] : [{ path: [...path, "schedule"], at: "value", message }]
}

/** A digest with a pause has no schedule: its windows close soon after their first line. */
function pauseFindings(path: Path, digest: unknown): OptionProblem[] {
  if (findAll(digest, "pause").length === 0) return []
  const at: Path = [...path, "pause"]
  const findings: OptionProblem[] = []
  if (findAll(digest, "schedule").length > 0) {
    const hint = "keep pause for mails at once, or schedule for mails at fixed times"
    findings.push({ path: at, at: "key", message: "cannot be used together with schedule", hint })
  }
  if (findAll(digest, "only").length === 0) {
    const hint = "add only: [cracking, alarming], or write schedule instead of pause"
    findings.push({ path: at, at: "key", message: "needs only: not every line can be mailed at once", hint })
  }
  return findings
}

/** Lines that no digest takes would be lost. */
function partialDigests(raw: unknown): OptionProblem[] {
  const digests = findAll(raw, "digests.*")
  const isPartial = ({ value }: { value: unknown }) => findAll(value, "only").length > 0
  if (digests.length === 0 || !digests.every(isPartial)) return []
  const message = "every digest has only, so no digest reports the other lines"
  return [{ path: ["digests"], at: "key", message, hint: "add a digest without only" }]
}

function onlyExclusions(path: Path, globs: unknown): OptionProblem[] {
  if (!Array.isArray(globs) || globs.length === 0) return []
  if (!globs.every((glob) => typeof glob === "string" && isExclusion(glob))) return []
  return [{ path, at: "value", message: 'expected a glob without "!", got none', hint: 'put "*" before them' }]
}

function twoStores(raw: unknown): OptionProblem[] {
  if (findAll(raw, "store.sqlite").length === 0) return []
  return findAll(raw, "store.redis").map(({ path }) => ({
    path,
    at: "key",
    message: "cannot be used together with sqlite",
    hint: "keep one",
  }))
}

/** Sentinels and clusters restrict what the URL may contain. */
function redisFindings(raw: unknown): OptionProblem[] {
  const sentinels = findAll(raw, "store.redis.sentinel")
  const clusters = findAll(raw, "store.redis.cluster")
  const at = "value"
  const findings = findStrings(raw, "store.redis.url").flatMap(({ path, value }): OptionProblem[] => {
    const url = URL.canParse(value) ? new URL(value) : undefined
    if (clusters.length > 0 && Number(url?.pathname.slice(1)) > 0) {
      return [{ path, at, message: "a Redis Cluster has database 0 only", hint: "remove the database from the URL" }]
    }
    if (sentinels.length > 0 && url?.port) {
      const message = "with sentinel, the host is the primary's name, and the Sentinels know its address and port"
      return [{ path, at, message, hint: "remove the port from the URL" }]
    }
    return []
  })
  if (sentinels.length === 0) return findings
  const both = clusters.map(({ path }): OptionProblem => {
    return { path, at: "key", message: "cannot be used together with sentinel", hint: "keep one" }
  })
  return [...findings, ...both]
}

/** A digest without recipients can be printed, but not mailed. */
function missingRecipients(raw: unknown): OptionProblem[] {
  if (findAll(raw, "mail.smtp").length === 0) return []
  const digests = findAll(raw, "digests.*")
  if (digests.length === 0) {
    const message = "there are no recipients"
    return [{ path: ["mail", "smtp"], at: "key", message, hint: 'add a digest with "to" under digests' }]
  }
  return digests
    .filter(({ value }) => findAll(value, "to.*").length === 0)
    .map(({ path }) => ({ path: [...path, "to"], at: "value", message: "expected at least one recipient, got none" }))
}
