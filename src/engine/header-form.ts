/**
 * The forms of a line's header, and what of a pattern can match lines of one form.
 *
 *     classic   Nov 23 17:45:00 web1 …                        begins with a month's initial
 *     iso       2026-11-23T17:45:00.000000+00:00 web1 …       begins with a year
 *     bare      <134>Nov 23 17:45:00 web1 …, [ 4.2] usb …     begins as neither can
 *
 * Debian's rules take both headers: `^(\w{3} [ :0-9]{11}|[0-9T:.+-]{32}) …`, older ones the classic one only. For lines
 * of one form the other one's alternative is dead weight: without it, RE2 finds the beginning that the rules have in
 * common and builds a set of them in a third of the time and memory. For bare lines next to nothing is left of them.
 */

import { isAnchored } from "../ere/anchored.ts"
import { bracketTakes } from "../ere/bracket.ts"
import type { Ere, EreAlternation, EreGroup, EreNode } from "../ere/ere.ts"

export type HeaderForm = "classic" | "iso" | "bare"

const MONTH_INITIALS = codePoints("JFMASOND")
const DIGITS = codePoints("0123456789")
const ASCII = Array.from({ length: 0x80 }, (_, codePoint) => codePoint)
const WORD_CHARACTERS = ASCII.filter((codePoint) => /\w/.test(String.fromCharCode(codePoint)))
/** What an ISO date is made of. */
const ISO_CHARACTERS = codePoints("0123456789T:.+-")

/** By position, the characters that a line begins with. */
type Beginning = readonly (readonly number[])[]

/** A line has a form when it begins in one of these ways. */
const BEGINNINGS: Readonly<Record<HeaderForm, readonly Beginning[]>> = {
  classic: [[MONTH_INITIALS]],
  iso: [[DIGITS, DIGITS, DIGITS, DIGITS]],
  // A date has neither its three letters and a blank here, nor its digits and marks.
  bare: [
    [without(ASCII, [...WORD_CHARACTERS, ...ISO_CHARACTERS])],
    [without(WORD_CHARACTERS, [...MONTH_INITIALS, ...ISO_CHARACTERS]), ASCII, ASCII, without(ASCII, codePoints(" "))],
  ],
}

/** By byte, whether a line of the classic form begins with it: nearly every line asks for this alone. */
const BEGINS_CLASSIC = Uint8Array.from({ length: 256 }, (_, byte) => (MONTH_INITIALS.includes(byte) ? 1 : 0))

/** Tells a line's form by its beginning; undefined for a line that may be of any. */
export function headerFormOf(line: Buffer): HeaderForm | undefined {
  if (line.length === 0) return undefined
  if (BEGINS_CLASSIC[line[0]!] === 1) return "classic"
  if (begins(line, "iso")) return "iso"
  return begins(line, "bare") ? "bare" : undefined
}

function begins(line: Buffer, form: HeaderForm): boolean {
  return BEGINNINGS[form].some((beginning) => beginning.every((characters, at) => characters.includes(line[at] ?? -1)))
}

/** Whether the pattern, or one of its alternatives, can match lines with an ISO date only. */
export function isIsoOnly({ root }: Ere): boolean {
  const branches = root.kind === "alternation" ? root.branches : [root]
  return branches.some(
    (branch) => isAnchored(branch, "line-start") && !canMatch(branch, "classic") && canMatch(branch, "iso"),
  )
}

/** Returns what of a pattern can match lines of the form: on those, it matches as the whole does. Undefined if nothing can. */
export type Restriction = (root: EreNode) => EreNode | undefined

/** Makes the restriction of many patterns: a header that their trees share is looked at once. */
export function restrictionTo(form: HeaderForm): Restriction {
  const headers = new Map<EreGroup, EreNode | undefined>()

  function restrictHeader(header: EreGroup, { branches }: EreAlternation): EreNode | undefined {
    const possible = branches.filter((branch) => canMatch(branch, form))
    if (possible.length === branches.length) return header
    const body = oneOf(possible)
    return body && { ...header, body }
  }

  function restrict(root: EreNode): EreNode | undefined {
    if (root.kind === "alternation") {
      return oneOf(root.branches.map(restrict).filter((branch) => branch !== undefined))
    }
    if (root.kind !== "sequence") return root
    const [anchor, header] = root.parts
    if (anchor?.kind !== "anchor" || anchor.at !== "line-start") return root
    if (header?.kind !== "group" || header.body.kind !== "alternation") return canMatch(root, form) ? root : undefined
    if (!headers.has(header)) headers.set(header, restrictHeader(header, header.body))
    const possible = headers.get(header)
    if (possible === header) return root
    return possible && { kind: "sequence", parts: root.parts.with(1, possible) }
  }

  return restrict
}

function oneOf(branches: readonly EreNode[]): EreNode | undefined {
  return branches.length > 1 ? { kind: "alternation", branches } : branches[0]
}

/** Whether the node, standing at the line's start, may match there in a line of the form. */
function canMatch(node: EreNode, form: HeaderForm): boolean {
  return BEGINNINGS[form].some((beginning) => advance(node, AT_START, beginning) !== 0)
}

/** Where in a line's beginning a match may have come, as bits; the one above all positions stands for the rest of the line. */
type Places = number

const AT_START: Places = 1

/** Moves each place over what the node may match there. Anchors are taken to hold. */
function advance(node: EreNode, places: Places, beginning: Beginning): Places {
  switch (node.kind) {
    case "character":
    case "any":
    case "bracket":
      return step(places, beginning, (codePoint) => takes(node, codePoint))
    case "text": {
      const past = 1 << beginning.length
      let moved = places
      for (let at = 0; at < node.text.length && moved !== 0 && moved !== past; at += 1) {
        const only = node.text.charCodeAt(at)
        moved = step(moved, beginning, (codePoint) => codePoint === only)
      }
      return moved
    }
    case "anchor":
      return places
    case "back-reference":
      // It repeats what a group before it matched: anything, or nothing at all.
      return (2 << beginning.length) - 1
    case "group":
      return advance(node.body, places, beginning)
    case "repeat": {
      // Further rounds than there are positions move nothing any more.
      const rounds = beginning.length + 1
      let moved = places
      for (let round = 0; round < Math.min(node.min, rounds); round += 1) moved = advance(node.body, moved, beginning)
      let last = moved
      for (let round = 0; round < Math.min(node.max - node.min, rounds); round += 1) {
        last = advance(node.body, last, beginning)
        moved |= last
      }
      return moved
    }
    case "alternation":
      return node.branches.reduce((moved, branch) => moved | advance(branch, places, beginning), 0)
    case "sequence": {
      const past = 1 << beginning.length
      let moved = places
      for (const part of node.parts) {
        if (moved === 0 || moved === past) break
        moved = advance(part, moved, beginning)
      }
      return moved
    }
  }
}

/** Moves each place over one character. */
function step(places: Places, beginning: Beginning, takesOne: (codePoint: number) => boolean): Places {
  const past = 1 << beginning.length
  let moved = places & past
  for (let at = 0; at < beginning.length; at += 1) {
    if ((places & (1 << at)) !== 0 && beginning[at]!.some(takesOne)) moved |= 2 << at
  }
  return moved
}

function takes(node: Extract<EreNode, { kind: "character" | "any" | "bracket" }>, codePoint: number): boolean {
  if (node.kind === "bracket") return bracketTakes(node, codePoint)
  return node.kind === "any" || node.codePoint === codePoint
}

function without(codes: readonly number[], others: readonly number[]): readonly number[] {
  return codes.filter((code) => !others.includes(code))
}

function codePoints(characters: string): readonly number[] {
  return Array.from(characters, (character) => character.charCodeAt(0))
}
