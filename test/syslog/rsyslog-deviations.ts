/**
 * The differences between tamis' line and the line that rsyslog 8.2302 writes for the same frame, with the reasons.
 *
 * Each deviation turns rsyslog's line into tamis' line. It uses only that line and the frame, not the parser under test.
 * Both are latin1 strings, one character a byte.
 */
interface Deviation {
  readonly name: string
  readonly reason: string
  /** Returns the line unchanged if the deviation does not apply. */
  rewrite(line: string, frame: string, isReceivedTime: IsReceivedTime): string
}

/** Whether a line's timestamp is the time at which rsyslog received the frame. */
export type IsReceivedTime = (timestamp: string) => boolean

/** The address that rsyslog writes if there is no host, and the fallback that the tests give to tamis. */
const FALLBACK = "127.0.0.1"

const PRI = "^(?:<\\d*>)?"
const BSD = "(?<bsd>\\w{3} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d)"
const ISO = "(?<iso>\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d)"
const WORD = "[\\w.-]+"
const ELEMENTS = '(?:-|(?:\\[(?:[^\\]"]|"[^"]*")*\\])+)'

/** PRI, VERSION, TIMESTAMP, and the fields of rsyslog's line. */
const RFC5424 = new RegExp(`^<\\d+>1 (?:-|${ISO}\\S*[Z\\d]) (?<host>[^ ]*) (?<app>[^ ]*) (?<pid>[^ ]*)(?: |$)`)

/** Headers that rsyslog reads differently, or not at all: the whole line is made from the frame again. */
const OTHER_HEADERS: readonly Deviation[] = [
  fromFrame(
    "cisco-sequence-number",
    "IOS counts its messages before the timestamp; rsyslog reads the count as the tag, and loses the time",
    [`\\d*: ${BSD}(?: [A-Z]+ ?)?: (%[^]*)`, `%TIME% ${FALLBACK} $2`],
    [`\\d+: \\*(\\w{3}) 0(\\d) ([\\d:]{8}): (${WORD}) (%[^]*)`, "$1  $2 $3 $4 $5"],
  ),
  fromFrame("cisco-clock-mark", "IOS marks an unreliable time with a star or a dot", [
    `\\.(\\w{3} \\d\\d) \\d{4} ([\\d:]{8}): ([^]*)`,
    `$1 $2 ${FALLBACK} $3`,
  ]),
  fromFrame(
    "cisco-colon-behind-host",
    "the tag of these messages begins with the percent sign; the word before the colon is the host",
    [` ?${BSD} (${WORD}) ?: (%[^]*)`, "%TIME% $2 $3"],
  ),
  fromFrame(
    "iso-timestamp",
    "a time with a blank before or in it, many digits, no zone or two zones is still a time",
    [` ?${ISO}(?:\\.\\d+)?(?:[+-]\\d\\d:\\d\\d)?Z?`, `%TIME% ${FALLBACK}`],
    [` ?${ISO}\\.\\d+\\+\\d\\d:\\d\\dZ? (${WORD}) (?:: (?=%))?([^]*)`, "%TIME% $2 $3"],
    [` ?${ISO}\\.\\d+\\+\\d\\d:\\d\\dZ? (${WORD}:)([^ ][^]*)`, `%TIME% ${FALLBACK} $2 $3`],
    [`1 ${ISO}\\.\\d+\\+\\d\\d:\\d\\dZ (${WORD}) (\\S+) (\\d+) \\S+ ${ELEMENTS} ?([^]*)`, "%TIME% $2 $3[$4]: $5"],
    [`1 ${ISO}\\.\\d+\\+\\d\\d:\\d\\dZ (${WORD}) (\\S+) - \\S+ ${ELEMENTS} ?([^]*)`, "%TIME% $2 $3: $4"],
  ),
  fromFrame("year-behind-the-time", "2009 is the year, not a host", [`${BSD} \\d{4} +([^]*)`, "%TIME% $2"]),
  fromFrame("unifi-name", "UniFi's devices have names such as model,MAC,version; model and MAC identify the device", [
    `${BSD} (\\w+),([0-9a-f]{12}),[^ :]+:? ([^]*)`,
    "%TIME% $2-$3 $4",
  ]),
  fromFrame("aix-forwarded", "AIX puts relayed messages into a sentence that contains the host", [
    `${BSD} Message forwarded from (${WORD}): ([^]*)`,
    "%TIME% $2 $3",
  ]),
  fromFrame(
    "meraki-epoch",
    "Meraki's header has version 1 and the seconds since 1970; rsyslog makes it text and loses the 1",
    [`1 \\d{10,} ([^]*)`, "%TIME% $1"],
  ),
  fromFrame("version-kept", "a version 1 that is not followed by RFC 5424 is text, and rsyslog loses it", [
    `(1 \\d{4}-\\d\\d-\\d\\d[^T][^]*)`,
    `%TIME% ${FALLBACK} $1`,
  ]),
  fromFrame("structured-data-without-end", "rsyslog keeps the last byte of it as the text", [
    `1 ${ISO}\\S+ (${WORD}) (${WORD}) (${WORD}) \\S+ (\\[[^\\]]*)`,
    "%TIME% $2 $3[$4]: $5",
  ]),
  {
    name: "chained-hostname",
    reason: "syslog-ng's src@web1 and relay/web1 before a tag are hosts",
    rewrite(line, frame) {
      const match = new RegExp(`${PRI}${BSD} (\\w+)[@/](\\w+) (\\w+:[^]*)$`).exec(frame)
      return match === null ? line : `${match[1]} ${match[2]}-${match[3]} ${match[4]}`
    },
  },
  {
    name: "ipv6-hostname",
    reason: "an address is a host, not a tag; Debian's rules match no colon in a host's name, so each becomes a -",
    rewrite(line, frame) {
      const match = new RegExp(`${PRI}${BSD} ([\\dA-Fa-f:]*::[\\dA-Fa-f:]*) ([^]*)$`).exec(frame)
      return match === null ? line : `${match[1]} ${match[2]?.replaceAll(":", "-")} ${match[3]}`
    },
  },
  {
    name: "no-hostname-without-timestamp",
    reason: 'senders that omit the time omit the host: in "user logged in", "user" is no host',
    rewrite(line, frame, isReceivedTime) {
      const { timestamp, hostname } = splitLine(line)
      if (hostname === FALLBACK || hasTimestamp(frame) || !isReceivedTime(timestamp)) return line
      return `${timestamp} ${FALLBACK} ${escapeControls(withoutTerminators(frame).replace(new RegExp(PRI), ""))}`
    },
  },
]

/** Deviations in one field. */
const OTHER_FIELDS: readonly Deviation[] = [
  {
    name: "rfc5424-colon",
    reason: "rsyslog's tag of APP-NAME and PROCID lacks the colon that every rule expects",
    rewrite(line, frame) {
      const { head, app } = rfc5424Head(line, frame)
      return isNil(app) || app?.endsWith(":") || !line.startsWith(head) ? line : `${head}:${line.slice(head.length)}`
    },
  },
  {
    name: "rfc5424-nil-app-name",
    reason: "without an APP-NAME there is no tag",
    rewrite(line, frame) {
      const { head, host, app } = rfc5424Head(line, frame)
      if (app === undefined || !isNil(app) || !line.startsWith(head)) return line
      return `${line.slice(0, 16)}${host}${line.slice(head.length)}`
    },
  },
  {
    name: "nil-hostname",
    reason: "- is no host name; the peer's address is better",
    rewrite(line, frame) {
      const host = RFC5424.exec(frame)?.groups?.host ?? new RegExp(`${PRI}${BSD} (-)$`).exec(frame)?.[2]
      return isNil(host) ? `${line.slice(0, 16)}${FALLBACK}${line.slice(16 + (host?.length ?? 0))}` : line
    },
  },
  {
    name: "hostname-bytes",
    reason: "Debian's rules require [._[:alnum:]-]+ for the host: any other byte becomes -",
    rewrite(line, frame) {
      const host = RFC5424.exec(frame)?.groups?.host ?? ""
      const written = escapeControls(host)
      return line.slice(16).startsWith(written)
        ? `${line.slice(0, 16)}${host.replace(/[^\w.-]/g, "-")}${line.slice(16 + written.length)}`
        : line
    },
  },
  {
    name: "byte-order-mark",
    reason: "RFC 5424's mark of UTF-8 is not part of the text",
    rewrite: (line) => line.replace(/ \xef\xbb\xbf ?/, " "),
  },
  {
    name: "colon-behind-pid",
    reason: "a word that ends in a pid is the tag even if its colon is missing",
    rewrite: (line) => line.replace(/^(.{15} \S+ [\w.-]+\[\d+\]) /, "$1: "),
  },
  {
    name: "one-blank-without-tag",
    reason: "rsyslog writes two or more blanks in place of the tag",
    rewrite: (line) => line.replace(/^(.{15} \S+) {2,}/, "$1 "),
  },
  {
    name: "delete-escaped",
    reason: "DEL is a control character, and a terminal acts on it; rsyslog escapes only those before the blank",
    rewrite: (line) => line.replaceAll("\x7f", "#177"),
  },
  {
    name: "terminators-stripped",
    reason: "a CR or NUL at the end belongs to the transport, as the LF does",
    rewrite: (line, frame) => (/[\r\0]\n*$/.test(frame) ? line.replace(/(?:#015|#000)+$/, "") : line),
  },
]

export const DEVIATIONS: readonly Deviation[] = [...OTHER_HEADERS, ...OTHER_FIELDS]

/** Applies the first deviation of headers that fits, or else all deviations of fields; calls `used` with their names. */
export function deviate(
  rsyslogLine: string,
  frame: string,
  isReceivedTime: IsReceivedTime,
  used: (name: string) => void,
): string {
  for (const { name, rewrite } of OTHER_HEADERS) {
    const line = rewrite(rsyslogLine, frame, isReceivedTime)
    if (line === rsyslogLine) continue
    used(name)
    return line
  }
  return OTHER_FIELDS.reduce((line, { name, rewrite }) => {
    const next = rewrite(line, frame, isReceivedTime)
    if (next !== line) used(name)
    return next
  }, rsyslogLine)
}

/** A deviation that needs only the frame: `[pattern after the PRI, line]`. `%TIME%` is the frame's time, else rsyslog's. */
function fromFrame(name: string, reason: string, ...shapes: readonly [pattern: string, line: string][]): Deviation {
  return {
    name,
    reason,
    rewrite(line, frame) {
      for (const [pattern, replacement] of shapes) {
        const match = new RegExp(`${PRI}${pattern}$`).exec(withoutTerminators(frame))
        if (match === null) continue
        const { bsd, iso } = match.groups ?? {}
        const time = bsd ?? (iso === undefined ? line.slice(0, 15) : bsdTimestamp(iso))
        const rebuilt = replacement
          .replace("%TIME%", `${time.slice(0, 1).toUpperCase()}${time.slice(1).toLowerCase()}`)
          .replace(/\$(\d)/g, (_, group) => match[Number(group)] ?? "")
        return escapeControls(rebuilt)
      }
      return line
    },
  }
}

function hasTimestamp(frame: string): boolean {
  return RFC5424.test(frame) || new RegExp(`${PRI} ?(?:${BSD}|${ISO})\\S* `).test(frame)
}

function splitLine(line: string): { timestamp: string; hostname: string } {
  const [, timestamp = "", hostname = ""] = /^(.{15}) (\S*)/.exec(line) ?? []
  return { timestamp, hostname }
}

/** The beginning of rsyslog's line for an RFC 5424 message: time, host and tag. */
function rfc5424Head(line: string, frame: string): { head: string; host: string; app: string | undefined } {
  const { host = "", app, pid } = RFC5424.exec(frame)?.groups ?? {}
  const written = escapeControls(host)
  const tag = `${app === "" ? "-" : app}${pid === "-" ? "" : `[${pid}]`}`
  return { head: `${line.slice(0, 16)}${written} ${escapeControls(tag)}`, host: written, app }
}

function withoutTerminators(frame: string): string {
  return frame.replace(/[\r\n\0]+$/, "")
}

function isNil(field: string | undefined): boolean {
  return field === "-" || field === ""
}

function bsdTimestamp(iso: string): string {
  const months = "JanFebMarAprMayJunJulAugSepOctNovDec"
  const month = Number(iso.slice(5, 7)) * 3
  return `${months.slice(month - 3, month)} ${String(Number(iso.slice(8, 10))).padStart(2)} ${iso.slice(11)}`
}

function escapeControls(text: string): string {
  return text.replace(/[\x00-\x1f\x7f]/g, (char) => `#${char.charCodeAt(0).toString(8).padStart(3, "0")}`)
}
