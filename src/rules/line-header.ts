/**
 * A line's header: when and where.
 *
 *     Nov 23 17:45:00 web1 sshd[4711]: …                        classic date (RFC 3164 §4.1.2)
 *     2026-11-23T17:45:00.000000+00:00 web1 sshd[4711]: …       ISO date (RFC 3339)
 *     |                                |    |__________________ tag
 *     |                                |_______________________ host
 *     |________________________________________________________ date
 *
 * In rules `${HEAD}` takes it. What tamis takes off lines itself is the same.
 */

// With any fraction and zone, not only the 32 characters that Debian's `[0-9T:.+-]{32}` takes.
const ISO_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(Z|[+-][0-9]{2}:?[0-9]{2})"
const DATE = `([A-Z][a-z]{2} [ :0-9]{11}|${ISO_DATE})`
// An address may stand for the host, IPv6 included.
const HOST_MARKS = "-._:%@/"

/** Date and host, as an ERE. */
export const HEADER_ERE = `${DATE} [${HOST_MARKS}[:alnum:]]+`

const DATE_START = new RegExp(`^${DATE} `)
const HEADER_START = new RegExp(`^${DATE} [${HOST_MARKS}\\p{L}\\p{N}]+ `, "u")

/** Length of "Nov 23 17:45:00". */
export const CLASSIC_DATE_LENGTH = 15

/** Returns what ${HEAD} takes of a line, with the blank behind it; empty where the line has no such header. */
export function headerOf(line: string): string {
  return HEADER_START.exec(line)?.[0] ?? ""
}

/** Returns a line's date, with the blank behind it; empty where it has none. */
export function dateOf(line: string): string {
  return DATE_START.exec(line)?.[0] ?? ""
}

/** Returns where the tag begins in a line as `serve` writes it, whose date is classic; 0 where there is none. */
export function tagStart(line: string): number {
  return line.indexOf(" ", CLASSIC_DATE_LENGTH + 1) + 1
}
