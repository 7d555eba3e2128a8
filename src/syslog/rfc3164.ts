/**
 * Headers of the old kind: everything after the PRI that is not RFC 5424.
 *
 *     Oct 11 22:14:15 mymachine su[42]: 'su root' failed …     RFC 3164 §4.1
 *     2026-10-11T22:14:15+02:00 mymachine su[42]: …             rsyslog's RSYSLOG_ForwardFormat
 *     Oct 11 22:14:15 su[42]: …                                 busybox, HAProxy, Python: no host name
 *     000123: R1: *Oct 11 22:14:15.123 UTC: %SYS-5-CONFIG_I: …  IOS
 *
 * Decides as rsyslog 8.2302 does (pmrfc3164), unless that makes rules fail or invents hosts;
 * test/syslog/rsyslog-deviations.ts names the differences. The main one: without a timestamp there is no host name
 * either. rsyslog would take the first word of "user logged in" for a host name.
 */
import { COLON, DOT, LEFT_BRACE, LEFT_BRACKET, MINUS, ONE, SPACE } from "../text/ascii.ts"
import { endOfWord, isAt, skipBlanks, skipDigits, startsWith } from "./header-steps.ts"
import { endOfChain, endOfUnifiName, isIpv6Address, isWordEnd, skipHostname } from "./hostname.ts"
import type { Message } from "./message.ts"
import { parseTag, setTagless } from "./tag.ts"
import { isColonBeforePercent, NO_TIMESTAMP, parseTimestamp } from "./timestamp.ts"

/** From BSD's syslogd, which relays without a host name: "last" is no host. */
const LAST_MESSAGE_REPEATED = Buffer.from("last message repeated ")
/** The same from macOS. */
const DASHED_LAST_MESSAGE_REPEATED = Buffer.from("--- last message repeated ")

/** AIX's syslogd wraps what it relays: "Message forwarded from web1: sshd[7]: …". */
const MESSAGE_FORWARDED = Buffer.from("Message forwarded from ")

export function parseRfc3164(bytes: Buffer, start: number, end: number, message: Message): void {
  const at = skipBlanks(bytes, start, end)
  let behind = parseTimestamp(bytes, at, end, message)
  if (behind === NO_TIMESTAMP) behind = parseSequence(bytes, at, end, message)
  if (behind === NO_TIMESTAMP) behind = skipEpoch(bytes, at, end)
  if (behind === NO_TIMESTAMP) parseHeaderless(bytes, start, end, message)
  else parseTag(bytes, parseHostname(bytes, skipBlanks(bytes, behind, end), end, message), end, message)
}

/**
 * IOS counts its messages before the timestamp. Its name may follow the count, and a second count may follow:
 * `123: `, `123: R1: `, `123: R1: 000045: `. UCS and Nexus write only a colon.
 */
function parseSequence(bytes: Buffer, start: number, end: number, message: Message): number {
  let at = start
  let hostname = start
  let hostnameEnd = start
  for (let words = 0; words < 3; words += 1) {
    const colon = skipHostname(bytes, at, end)
    if (end - colon < 2 || bytes[colon] !== COLON || bytes[colon + 1] !== SPACE) return NO_TIMESTAMP
    if (skipDigits(bytes, at, colon) < colon) {
      if (words === 0) return NO_TIMESTAMP
      hostname = at
      hostnameEnd = colon
    }
    at = skipBlanks(bytes, colon + 1, end)
    const behind = parseTimestamp(bytes, at, end, message)
    if (behind !== NO_TIMESTAMP) {
      message.hostnameStart = hostname
      message.hostnameEnd = hostnameEnd
      return behind
    }
  }
  return NO_TIMESTAMP
}

/** Digits of the seconds since 1970, at any time today. */
const MIN_EPOCH_LENGTH = 10

/** Meraki's `1 1735787045.123456789 MX84 urls src=…`. The seconds are dropped, since the receive time is as good. */
function skipEpoch(bytes: Buffer, start: number, end: number): number {
  if (end - start < 2 || bytes[start] !== ONE || bytes[start + 1] !== SPACE) return NO_TIMESTAMP
  const dot = skipDigits(bytes, start + 2, end)
  if (dot - start - 2 < MIN_EPOCH_LENGTH) return NO_TIMESTAMP
  const behind = isAt(bytes, dot, end, DOT) ? skipDigits(bytes, dot + 1, end) : dot
  if (!isAt(bytes, behind, end, SPACE)) return NO_TIMESTAMP
  return behind + 1
}

/** Without a header there may still be a tag, but not after a blank. JSON has colons, but no tag. */
function parseHeaderless(bytes: Buffer, start: number, end: number, message: Message): void {
  const at = skipBlanks(bytes, start, end)
  if (at > start || isAt(bytes, at, end, LEFT_BRACE) || isAt(bytes, at, end, LEFT_BRACKET)) {
    setTagless(at, message)
    return
  }
  const count = skipDigits(bytes, at, end)
  parseTag(bytes, count > at && isColonBeforePercent(bytes, count, end) ? count + 2 : at, end, message)
}

/** Takes the word after the timestamp if it is a host's name, and returns the place where the tag begins. */
function parseHostname(bytes: Buffer, start: number, end: number, message: Message): number {
  if (message.hostnameEnd > message.hostnameStart) return start
  if (startsWith(bytes, start, end, MESSAGE_FORWARDED)) {
    const from = start + MESSAGE_FORWARDED.length
    const colon = skipHostname(bytes, from, end)
    if (colon > from && isAt(bytes, colon, end, COLON)) return setHostname(from, colon, colon + 1, message)
  }
  if (startsWith(bytes, start, end, LAST_MESSAGE_REPEATED)) return start
  if (startsWith(bytes, start, end, DASHED_LAST_MESSAGE_REPEATED)) return start

  const wordEnd = skipHostname(bytes, start, end)
  if (wordEnd > start && isWordEnd(bytes, wordEnd, end)) {
    const behind = skipLoneColon(bytes, wordEnd, end)
    const isNil = wordEnd === start + 1 && bytes[start] === MINUS
    return setHostname(start, isNil ? start : wordEnd, behind, message)
  }
  // "192.0.2.1: %ACE-3-251010: …": the tag begins with the percent sign.
  if (wordEnd > start && isColonBeforePercent(bytes, wordEnd, end)) {
    return setHostname(start, wordEnd, wordEnd + 1, message)
  }
  const unifiEnd = endOfUnifiName(bytes, start, end)
  if (unifiEnd > start) return setHostname(start, unifiEnd, endOfWord(bytes, unifiEnd, end), message)
  const addressEnd = endOfAddress(bytes, start, end)
  if (addressEnd > start) return setHostname(start, addressEnd, addressEnd, message)
  const chainEnd = endOfChain(bytes, start, end)
  return chainEnd > start ? setHostname(start, chainEnd, chainEnd, message) : start
}

/** Finds the end of an IPv6 address that is followed by a blank; returns `start` if there is none. */
function endOfAddress(bytes: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] !== SPACE && at - start <= MAX_ADDRESS_LENGTH) at += 1
  return isWordEnd(bytes, at, end) && isIpv6Address(bytes, start, at) ? at : start
}

/** An IPv6 address, and the longest name of an interface after it (IFNAMSIZ). */
const MAX_ADDRESS_LENGTH = 45 + 1 + 16

/** ASA and FTD: "fw1 : %ASA-6-302013: …". */
function skipLoneColon(bytes: Buffer, at: number, end: number): number {
  return isAt(bytes, at, end, SPACE) && isColonBeforePercent(bytes, at + 1, end) ? at + 2 : at
}

function setHostname(start: number, end: number, behind: number, message: Message): number {
  message.hostnameStart = start
  message.hostnameEnd = end
  return behind
}
