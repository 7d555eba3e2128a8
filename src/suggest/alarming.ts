/** Lines that no suggestion hides: those that tamis lists as alarming, and those that have an alarming mark. */
import { ALARMING_LINES } from "../rules/alarming-lines.ts"
import { ALARMING_MARKS } from "./alarming-marks.ts"

/** Of a line. What logs whole requests says what it is about before that. */
const MAX_CHARACTERS = 4_096

/** Says what is alarming about a line; undefined where nothing is. */
export function alarmOf(line: string): string | undefined {
  const start = line.slice(0, MAX_CHARACTERS)
  return ALARMING_MARKS.find(({ all }) => all.every((words) => words.test(start)))?.about
}

const TAG = /^(.{15} \S+ )([^ :[\]]+)(\[\d+\])?:/

/**
 * The alarming lines as they are, and as if this program had said them, with a PID and without: a rule that would hide those is about
 * anything that its program says.
 */
export function alarmingLinesBy(program: string): readonly string[] {
  const says = (tag: string) => ALARMING_LINES.map((line) => line.replace(TAG, (_, head) => `${head}${tag}:`))
  return [...ALARMING_LINES, ...says(program), ...says(`${program}[2204]`)]
}
