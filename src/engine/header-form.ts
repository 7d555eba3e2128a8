/**
 * The forms of a line's header, and the parts of a pattern that can match lines of one form.
 *
 *     classic   Nov 23 17:45:00 web1 …                        begins with a month's initial
 *     iso       2026-11-23T17:45:00.000000+00:00 web1 …       begins with a year
 *     bare      <134>Nov 23 17:45:00 web1 …, [ 4.2] usb …     begins as neither of these can
 *
 * Debian's rules match both headers: `^(\w{3} [ :0-9]{11}|[0-9T:.+-]{32}) …`; older ones match the classic one only.
 * For lines of one form, the alternative for the other form is useless. Without it, RE2 finds the prefix that the rules
 * share, and builds their set in a third of the time and memory. For bare lines, hardly any part of the rules remains.
 */

import { isAnchored } from "../ere/anchored.ts"
import { bracketTakes } from "../ere/bracket.ts"
import type { Ere, EreAlternation, EreGroup, EreNode } from "../ere/ere.ts"

export type HeaderForm = "classic" | "iso" | "bare"

const MONTH_INITIALS = codePoints("JFMASOND")
const DIGITS = codePoints("0123456789")
const ASCII = Array.from({ length: 0x80 }, (_, codePoint) => codePoint)
const WORD_CHARACTERS = ASCII.filter((codePoint) => /\w/.test(String.fromCharCode(codePoint)))
/** The characters of an ISO date. */
const ISO_CHARACTERS = codePoints("0123456789T:.+-")

/** By position, the characters with which a line may begin. */
type Beginning = readonly (readonly number[])[]

/** A line has a form if it begins in one of these ways. */
const BEGINNINGS: Readonly<Record<HeaderForm, readonly Beginning[]>> = {
  classic: [[MONTH_INITIALS]],
  iso: [[DIGITS, DIGITS, DIGITS, DIGITS]],
  // Neither the three letters and a blank of a classic date, nor the digits and marks of an ISO date.
  bare: [
    [without(ASCII, [...WORD_CHARACTERS, ...ISO_CHARACTERS])],
    [without(WORD_CHARACTERS, [...MONTH_INITIALS, ...ISO_CHARACTERS]), ASCII, ASCII, without(ASCII, codePoints(" "))],
  ],
}

/** By byte, whether a line of the classic form may begin with it. For nearly every line this is the only test. */
const BEGINS_CLASSIC = Uint8Array.from({ length: 256 }, (_, byte) => (MONTH_INITIALS.includes(byte) ? 1 : 0))

/** Returns the form of a line by its beginning; undefined if it may have any form. */
export function headerFormOf(line: Buffer): HeaderForm | undefined {
  if (line.length === 0) return undefined
  if (BEGINS_CLASSIC[line[0]!] === 1) return "classic"
  if (begins(line, "iso")) return "iso"
  return begins(line, "bare") ? "bare" : undefined
}

function begins(line: Buffer, form: HeaderForm): boolean {
  return BEGINNINGS[form].some((beginning) => beginning.every((characters, at) => characters.includes(line[at] ?? -1)))
}

/** Whether the pattern, or one of its alternatives, can only match lines with an ISO date. */
export function isIsoOnly({ root }: Ere): boolean {
  const branches = root.kind === "alternation" ? root.branches : [root]
  return branches.some(
    (branch) => isAnchored(branch, "line-start") && !canMatch(branch, "classic") && canMatch(branch, "iso"),
  )
}

/**
 * Returns the parts of a pattern that can match lines of the form. On such lines they match like the whole pattern.
 * Undefined if no part can match.
 */
export type Restriction = (root: EreNode) => EreNode | undefined

/** Makes the restriction for many patterns. It processes a header that their trees share once. */
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

/** Whether the node may match at the start of a line of the form. */
function canMatch(node: EreNode, form: HeaderForm): boolean {
  return BEGINNINGS[form].some((beginning) => advance(node, AT_START, beginning) !== 0)
}

/**
 * The positions in a line's beginning that a match may have reached, as bits. The highest bit is the rest of the line.
 */
type Places = number

const AT_START: Places = 1

/** Moves each place past the text that the node may match there. Anchors are assumed to hold. */
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
      // It matches the text of an earlier group: any text, or none.
      return (2 << beginning.length) - 1
    case "group":
      return advance(node.body, places, beginning)
    case "repeat": {
      // More rounds than positions change nothing.
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
