/** A rule base of many times the size that still looks like the one it was made of. */

/** Returns so many patterns; the first are the given ones. */
export function variations(patterns: readonly string[], count: number): readonly string[] {
  const all = patterns.slice(0, count)
  for (let round = 1; all.length < count; round += 1) {
    for (const pattern of patterns) {
      if (all.length === count) break
      all.push(round % 2 === 1 ? ofAnotherProgram(pattern, round) : ofAnotherEnd(pattern, round))
    }
  }
  return all
}

/** `… sshd\[…` becomes `… v1sshd\[…`. */
function ofAnotherProgram(pattern: string, round: number): string {
  const host = "[._[:alnum:]-]+ "
  const at = pattern.indexOf(host)
  if (at === -1) return `v${round}${pattern}`
  return `${pattern.slice(0, at + host.length)}v${round}${pattern.slice(at + host.length)}`
}

/** Told apart from the first at the line's end only. */
function ofAnotherEnd(pattern: string, round: number): string {
  return pattern.endsWith("$") ? `${pattern.slice(0, -1)} v${round}$` : `${pattern} v${round}`
}
