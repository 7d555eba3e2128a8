/**
 * A line becomes its template: what varies between lines that a person calls the same gives way to `<ip>`, `<n>`, `<time>`…
 *
 *     Jun 21 16:47:48 web1 sshd[4711]: Invalid user ada from 203.0.113.7 port 40122
 *                     web1 sshd[<n>]: Invalid user ada from <ip> port <n>
 *
 * Words stay, and so do numbers that are part of a name: sda1, eth0.100, GigabitEthernet0/1, e1000e, dm-0, OpenSSH_9.2p1,
 * HTTP/1.1. The header's time is dropped, in its classic and its ISO form; the hostname after it stays whatever
 * it looks like. A pure function of the line, so that every instance gets the same groups, and linear in its length.
 * A template is its own template, as long as its hostname does not look like a number.
 */
import { kindAt } from "./character.ts"
import { timestampEnd, writtenTimeEnd } from "./times.ts"
import { partsAt } from "./variable-parts.ts"

/** Longer templates are cut there, and end in "…". */
export const MAX_TEMPLATE_LENGTH = 1_000

export function template(line: string): string {
  const timeEnd = headerTimeEnd(line)
  let out = ""
  let copied = timeEnd
  let at = timeEnd === 0 ? 0 : hostnameEnd(line, timeEnd)

  while (at < line.length && out.length + at - copied <= MAX_TEMPLATE_LENGTH) {
    let end = at
    let kinds = 0
    for (let kind = kindAt(line, at); kind !== 0; kind = kindAt(line, end)) {
      kinds |= kind
      end += 1
    }
    let mask: string | undefined
    let next = end === at ? at + 1 : end
    for (const part of partsAt(line, at, end, kinds)) {
      const partEnd = part.endOf(line, at, end, kinds)
      if (partEnd !== -1) {
        next = partEnd
        mask = part.mask
        break
      }
    }
    if (mask !== undefined) {
      out += line.slice(copied, maskStart(line, at, copied)) + mask
      copied = next
    }
    at = next
  }
  out += line.slice(copied, at)
  return out.length > MAX_TEMPLATE_LENGTH ? `${out.slice(0, MAX_TEMPLATE_LENGTH).toWellFormed()}…` : out
}

/** Where a mask begins: it takes the number's sign with it, and the blanks that line numbers up. */
function maskStart(line: string, at: number, copied: number): number {
  let start = at
  const isSigned = line[at - 1] === "-" || line[at - 1] === "+"
  if (isSigned && at - 1 > copied && " =([:,".includes(line[at - 2]!)) start -= 1
  while (start - 1 > copied && line[start - 1] === " " && (line[start - 2] === " " || line[start - 2] === "["))
    start -= 1
  return start
}

/** Returns the index after the header's time and its blank, 0 where there is none. */
function headerTimeEnd(line: string): number {
  const end = line[10] === "T" ? timestampEnd(line, 0) : writtenTimeEnd(line, 0, 3)
  return line[end] === " " ? end + 1 : 0
}

function hostnameEnd(line: string, at: number): number {
  const end = line.indexOf(" ", at)
  return end === -1 ? line.length : end
}
