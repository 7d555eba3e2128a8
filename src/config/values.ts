/**
 * The kinds of values that options take, each with its own "expected …".
 *
 * A kind turns a written value into the resolved one, and describes in one phrase what it takes; issues.ts adds the
 * option's path and the value found: `listen.idle: expected a duration from "1s" up, got "0"`.
 */
import { isIP } from "node:net"
import * as z from "zod"
import { globDefect } from "../hosts/glob.ts"
import { choiceDefect } from "../hosts/host-choice.ts"
import { parseAddress, parseNetwork } from "../hosts/network.ts"
import { MAX_HOST_NAME_LENGTH } from "../hosts/resolve.ts"
import type { Endpoint } from "../listen/listen-config.ts"
import { validateSchedule } from "../schedule.ts"
import { didYouMean } from "../text/nearest.ts"
import type { RedisNode } from "./config.ts"
import { DURATION_UNITS, parseDuration, parseSize, SIZE_UNITS } from "./quantities.ts"

/** Returns a hint for the value found. */
type WayOut = (found: unknown) => string | undefined

/** A map with fixed keys. With nothing below it, it counts as empty, so that all its options can be commented out. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.preprocess((found) => found ?? {}, z.strictObject(shape, { error: "expected a map" }))
}

export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item, { error: "expected a list" })
}

/** A map whose keys the operator chooses. */
export function dictionary<Value extends z.ZodType>(key: RegExp, keyIs: string, value: Value) {
  return z.record(z.string().regex(key, `expected ${keyIs}`), value, { error: "expected a map" })
}

/** A string that `read` accepts; for any other value the message is "expected …". */
function text<Value>(expected: string, read: (text: string) => Value | undefined, wayOut: WayOut = quotes) {
  const readFound = (found: unknown) => (typeof found === "string" ? read(found) : undefined)
  return kind(expected, "string", readFound, wayOut)
}

function kind<Value>(expected: string, type: string, read: (found: unknown) => Value | undefined, wayOut?: WayOut) {
  return z
    .unknown()
    .transform((found, context): Value => {
      const value = read(found)
      if (value !== undefined) return value
      const params = { hint: wayOut?.(found) }
      context.issues.push({ code: "custom", input: found, message: `expected ${expected}`, params })
      return z.NEVER
    })
    .meta({ type, title: expected })
}

function quotes(found: unknown): string | undefined {
  return typeof found === "number" || typeof found === "boolean" ? `put it in quotes: "${found}"` : undefined
}

export function flag() {
  return kind("true or false", "boolean", (found) => (typeof found === "boolean" ? found : undefined))
}

export function integer(from: number, to: number) {
  return kind(`a whole number from ${from} to ${to}`, "integer", (found) =>
    typeof found === "number" && Number.isInteger(found) && found >= from && found <= to ? found : undefined,
  ).meta({ minimum: from, maximum: to })
}

export function oneOf<const Words extends readonly string[]>(...words: Words) {
  const expected = `one of ${words.join(", ")}`
  return kind(
    expected,
    "string",
    (found): Words[number] | undefined => words.find((word) => word === found),
    (found) => (typeof found === "string" ? didYouMean(found, words) : undefined),
  ).meta({ enum: [...words] })
}

/** In milliseconds; 0 for `never`, undefined for `learned`. */
export function silence(from: string, to: string) {
  const [fromMs = 0, toMs = 0] = [parseDuration(from), parseDuration(to)]
  const read = (found: string) => {
    const ms = found === "never" ? 0 : parseDuration(found)
    if (found === "learned") return { ms: undefined }
    return ms !== undefined && (ms === 0 || (ms >= fromMs && ms <= toMs)) ? { ms } : undefined
  }
  return text(
    `a duration from "${from}" up to "${to}", "learned" or "never"`,
    read,
    unitHint(parseDuration, DURATION_UNITS),
  )
}

/** In milliseconds; 0 for `never`, if the option takes that word. */
export function duration(from: string, to: string, never?: "never") {
  const [fromMs = 0, toMs = 0] = [parseDuration(from), parseDuration(to)]
  const expected = `a duration from "${from}" up to "${to}"${never === undefined ? "" : ', or "never"'}`
  const read = (found: string) => {
    if (found === never) return 0
    const ms = parseDuration(found)
    return ms !== undefined && ms >= fromMs && ms <= toMs ? ms : undefined
  }
  return text(expected, read, unitHint(parseDuration, DURATION_UNITS))
}

/** In bytes. */
export function size(from: string, to: string) {
  const [fromBytes = 0, toBytes = 0] = [parseSize(from), parseSize(to)]
  const read = (found: string) => {
    const bytes = parseSize(found)
    return bytes !== undefined && bytes >= fromBytes && bytes <= toBytes ? bytes : undefined
  }
  return text(`a size from "${from}" up to "${to}"`, read, unitHint(parseSize, SIZE_UNITS))
}

function unitHint(parse: (text: string) => number | undefined, units: readonly string[]): WayOut {
  return (found) =>
    typeof found === "string" && parse(found) !== undefined
      ? undefined
      : `write a whole number with a unit (${units.join(", ")})`
}

/**
 * `ADDRESS:PORT`. A name would be looked up once and could be wrong later; a port alone would not say whether IPv4 or
 * IPv6 is meant.
 */
export function endpoint() {
  return text('an address with its port, such as "0.0.0.0:5514" or "[::]:5514"', parseEndpoint, (found) =>
    /^\d{1,5}$/.test(String(found))
      ? `write "0.0.0.0:${found}" for every IPv4 address, "[::]:${found}" for every IPv6 address`
      : undefined,
  )
}

function parseEndpoint(found: string): Endpoint | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(found) ?? []
  const address = bracketed ?? plain ?? ""
  const port = Number(digits)
  return isIP(address) === (bracketed === undefined ? 4 : 6) && port <= 65_535 ? { address, port } : undefined
}

/** An address or a CIDR network, as written. */
export function network() {
  return text(
    'an address or a network, such as "192.0.2.0/24" or "2001:db8::/32"',
    (found) => (parseNetwork(found) === undefined ? undefined : found),
    (found) => {
      const [address = "", prefix] = String(found).split("/")
      if (parseAddress(address) === undefined || prefix === undefined) return undefined
      return `write the network's first address before the "/", or the address "${address}" alone`
    },
  )
}

/** A host's name, or a glob over such names. */
export function hostGlob() {
  return text(`a host name or a glob such as "gw-*", at most ${MAX_HOST_NAME_LENGTH} characters`, (found) =>
    found.length <= MAX_HOST_NAME_LENGTH && globDefect(found) === undefined ? found : undefined,
  )
}

/** A glob over hosts' names, or one with a "!" before it, which takes hosts out. */
export function hostChoice() {
  return text(
    `a host name, a glob such as "gw-*", or "!" and one of these, at most ${MAX_HOST_NAME_LENGTH} characters`,
    (found) => (found.length <= MAX_HOST_NAME_LENGTH && choiceDefect(found) === undefined ? found : undefined),
  )
}

/** A name that the operator gives. It is used in commands, mails and the store's keys. */
export function name() {
  return text("a name of letters, digits, dots, dashes and underscores, at most 64", (found) =>
    NAME.test(found) ? found : undefined,
  )
}

export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

export function path() {
  return text("a path", (found) => (/^[^\0]+$/.test(found) ? found : undefined))
}

/** One line of text that is not empty. */
export function phrase(expected: string) {
  return text(expected, (found) => (/^\P{C}+$/u.test(found) ? found : undefined))
}

/** Like `phrase`, but may be empty. */
export function variable() {
  return text("text on one line", (found) => (/^\P{Cc}*$/u.test(found) ? found : undefined))
}

/** `HH:MM`, as the cron pattern of every day at that time. */
export function timeOfDay() {
  return text('a time of day such as "07:00"', (found) => {
    const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(found) ?? []
    return hour === undefined ? undefined : `${Number(minute)} ${Number(hour)} * * *`
  })
}

export function timeZone() {
  return text(
    'a time zone such as "Europe/Paris" or "UTC"',
    (found) => (isTimeZone(found) ? found : undefined),
    (found) =>
      typeof found === "string" ? didYouMean(found, ["UTC", ...Intl.supportedValuesOf("timeZone")]) : undefined,
  )
}

function isTimeZone(found: string): boolean {
  return validateSchedule("0 0 * * *", found) === undefined
}

/** Without blanks, control characters and characters that have a meaning in a mail's header. */
const ADDRESS = /^[^\s\p{C}@<>()[\],;:"\\]{1,64}@[^\s\p{C}@<>()[\],;:"\\]{1,255}$/u

export function mailAddress() {
  return text('a mail address such as "admin@example.org"', (found) => (ADDRESS.test(found) ? found : undefined))
}

/** `tamis@example.org`, or `tamis <tamis@example.org>`. */
export function mailSender() {
  return text('a mail address such as "tamis@example.org" or "tamis <tamis@example.org>"', (found) => {
    const [, address = found] = /^[^\p{C}@<>()[\],;:"\\]+ <([^<>]*)>$/u.exec(found) ?? []
    return ADDRESS.test(address) ? found : undefined
  })
}

/** A subject line; report/subject.ts explains the placeholders. */
export function subject() {
  return text(
    "text on one line, with %d, %t and %s as placeholders",
    (found) => (/^\P{C}+$/u.test(found) && unknownPlaceholder(found) === undefined ? found : undefined),
    (found) => {
      const unknown = typeof found === "string" ? unknownPlaceholder(found) : undefined
      return unknown === undefined ? quotes(found) : `"${unknown}" is no placeholder; write %% for a percent sign`
    },
  )
}

function unknownPlaceholder(found: string): string | undefined {
  return /%[A-Za-z]/.exec(found.replace(/%[dts%]/g, ""))?.[0]
}

/** `redis://[user@]host[:port][/database]`. */
export function redisUrl(passwordGoes: string) {
  return text(
    'a URL such as "redis://redis:6379/0" or "rediss://…" for TLS',
    (found) => {
      const url = URL.canParse(found) ? new URL(found) : undefined
      const usable =
        /^rediss?:$/.test(url?.protocol ?? "") && url?.hostname !== "" && /^\/?\d*$/.test(url?.pathname ?? "")
      return usable && url?.password === "" ? found : undefined
    },
    (found) =>
      typeof found === "string" && URL.canParse(found) && new URL(found).password !== "" ? passwordGoes : undefined,
  )
}

/** `HOST:PORT` of a Sentinel or a cluster's node. A name is allowed, since it is looked up at each connection. */
export function node(defaultPort: number) {
  return text(`a host with its port, such as "redis1:${defaultPort}"`, (found): RedisNode | undefined => {
    const [, bracketed, plain, digits = String(defaultPort)] =
      /^(?:\[([^\]]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(found) ?? []
    const host = bracketed ?? plain
    const port = Number(digits)
    const usable = bracketed === undefined || isIP(bracketed) === 6
    return host !== undefined && usable && port >= 1 && port <= 65_535 ? { host, port } : undefined
  })
}
