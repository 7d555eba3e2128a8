/**
 * Lines that no suggestion hides: those that tamis lists as alarming, and those that say the like of them.
 *
 * The marks are words that programs use when hardware, a file system, the kernel or a service fails, or when somebody becomes root
 * or tries to. They only keep a rule from being *suggested*: who knows better writes it. What is routine on the Internet is left
 * out on purpose, or nobody could hide it: sshd's failed passwords, of root too, and its "POSSIBLE BREAK-IN ATTEMPT!".
 */
import { ALARMING_LINES } from "../rules/alarming-lines.ts"

interface Mark {
  /** What it is about, for "the lines look alarming (…)". */
  readonly about: string
  readonly words: RegExp
}

// Literal and without nested repeats: they run over what the network sent.
const MARKS: readonly Mark[] = [
  { about: "out of memory", words: /\bout of memory\b|\boom-killer\b|\boom killer\b|\bKilled process \d/i },
  { about: "a program crashed", words: /\bsegfault\b|segmentation fault|general protection|dumped core|core[- ]dump|\bSIG(SEGV|ABRT|BUS|ILL)\b|status=\d+\/(SEGV|ABRT|BUS|ILL)|exited on signal (4|6|7|8|10|11)\b/i },
  { about: "the kernel failed", words: /kernel panic|\bBUG: |\bOops\b|\b(soft|hard) lockup\b|blocked for more than \d+ seconds|NULL pointer dereference|\bNMI received\b/ },
  { about: "a disk fails", words: /\bI\/O error\b|medium error|unreadable \(pending\)|offline uncorrectable|\bSMART\b.*\bfail|\bfailed SMART\b|failed command: |exception Emask|\bbad (sector|block)s?\b|\bdisk failure\b|controller is down/i },
  { about: "a file system fails", words: /\bEXT[234]-fs error|\b(XFS|BTRFS|ZFS|REISERFS|JFS|UDF|FAT)\b.*\b(corrupt|error)|remount\w* \w*\s?read-only|metadata corruption|(journal|database|page|filesystem) .*corrupt/i },
  { about: "no room", words: /no space left on device|disk (is )?full|file ?system (is )?full|table full/i },
  { about: "RAID is degraded", words: /\bdegraded|fail event|\b(raid|array|mdadm|md\d+)\b.*\bfail/i },
  { about: "hardware fails", words: /machine check (?!architecture|reporting)|hardware error|\bEDAC\b.*\b[CU]E\b|\bmce: |temperature (is )?above|\boverheat|thermal (shutdown|trip)|critical temperature|clock throttled|on battery|battery is low|power fail/i },
  { about: "somebody logged in as root", words: /\bAccepted \S+ for root\b|\bROOT LOGIN\b|\bto root\b|:root\b(?=$)|\bsu for root\b/ },
  { about: "somebody became root", words: /\bsu(?:-l)?[(:[].*session opened for user root|(login|sshd|gdm|sddm|lightdm)\S*[(:[].*session opened for user root/ },
  { about: "somebody tried to get rights", words: /\b(su|sudo|login|polkit|doas)\b.*authentication failure|incorrect password|not in sudoers|command not allowed|FAILED (su|login)\b|failed to authenticate/i },
  { about: "accounts changed", words: /\bnew (user|group): name=|\badd '.*' to group|password changed for/ },
  { about: "a service failed", words: /\bFailed to start\b|entered failed state|Failed with result|CMD FAILED|\bPANIC:/ },
  { about: "traces of an attack", words: /promiscuous mode|SYN flooding|bad string length|[Rr]ootkit|\bFOUND$|verification failed|apparmor="DENIED"|flip flop/ },
  { about: "a certificate expired", words: /certificate\b.*\b(has )?expired|expired certificate/i },
]

export interface Alarm {
  readonly about: string
}

/** Says what is alarming about a line; undefined where nothing is. */
export function alarmOf(line: string): Alarm | undefined {
  return MARKS.find(({ words }) => words.test(line))
}

const TAG = /^(.{15} \S+ )([^ :[\]]+)(\[\d+\])?:/

/** The alarming lines, and what they would be if this program said them, with a PID and without. */
export function alarmingLinesBy(program: string): readonly string[] {
  return ALARMING_LINES.flatMap((line) => [
    line,
    line.replace(TAG, `$1${program.replaceAll("$", "$$$$")}:`),
    line.replace(TAG, `$1${program.replaceAll("$", "$$$$")}[2204]:`),
  ])
}
