/** Lines that no suggestion may hide: those that tamis lists as alarming, and those with an alarming mark. */
import { ALARMING_LINES } from "../rules/alarming-lines.ts"
import { headerOf } from "../rules/line-header.ts"
import { ALARMING_MARKS } from "./alarming-marks.ts"

/** Characters of a line that are examined. Programs that log whole requests name the problem before that. */
const MAX_CHARACTERS = 4_096

/** Names the alarming thing about a line; undefined if there is none. */
export function alarmOf(line: string): string | undefined {
  const start = line.slice(0, MAX_CHARACTERS)
  return ALARMING_MARKS.find(({ all }) => all.every((words) => words.test(start)))?.about
}

const TAG = /^[^ :[\]]+(?:\[\d+\])?:/

/**
 * The alarming lines unchanged, and as if this program had logged them, with and without a PID: a rule that would hide
 * those hides nearly everything of its program.
 */
export function alarmingLinesBy(program: string): readonly string[] {
  const says = (tag: string) =>
    ALARMING_LINES.map((line) => {
      const header = headerOf(line)
      return header + line.slice(header.length).replace(TAG, () => `${tag}:`)
    })
  return [...ALARMING_LINES, ...says(program), ...says(`${program}[2204]`)]
}
