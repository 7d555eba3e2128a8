/**
 * Marks that make a line of any program alarming: words for failing hardware, file systems, kernels and services, and for
 * somebody who became root or tried to.
 *
 * They only keep tamis from *suggesting* a rule: people can still write it. Routine lines of a host on the Internet are not
 * listed, so that their rules are suggested: sshd's failed passwords, even for root, since nobody got in, and its
 * "POSSIBLE BREAK-IN ATTEMPT!".
 */

export interface AlarmingMark {
  /** Completes "the lines look alarming (…)". */
  readonly about: string
  /** A line has the mark when it matches all of these. Each is linear in the line. */
  readonly all: readonly RegExp[]
}

export const ALARMING_MARKS: readonly AlarmingMark[] = [
  mark(
    "memory ran out",
    /\bout of memory\b|cannot allocate memory|\boom[-_ ]?kill|\boom_reaper\b|\bKilled process \d|page allocation failure/i,
  ),
  mark(
    "a program crashed",
    /\bsegfault\b|segmentation fault|general protection|divide error|invalid opcode|dump(?:ed|s|ing) core|\bcore[- ]dump/i,
  ),
  mark(
    "a program crashed",
    /\bSIG(?:SEGV|ABRT|BUS|ILL|FPE)\b|\b(?:SEGV|ABRT)\b|exit(?:ed)? (?:on )?signal (?:4|6|7|8|10|11)\b/,
  ),
  mark(
    "the kernel failed",
    /\bkernel panic\b|\bkernel BUG\b|\bBUG: |\bOops: |\b(?:soft|hard) lockup\b|self-detected stall/i,
  ),
  mark(
    "the kernel failed",
    /\bblocked for more than \d+ seconds|NULL pointer dereference|unable to handle kernel|\bNMI received\b|\bCall Trace:/i,
  ),
  mark(
    "a disk fails",
    /\bI\/O error\b|\b(?:medium|critical target|unrecovered read|read|write) error\b(?! from)|\bsense (?:code|key)\b|failed command: |exception Emask/i,
  ),
  mark(
    "a disk fails",
    /\bUncorrectableError|SeekComplete Error|SATA link down|hard resetting link|\bunreadable \(pending\)|\boffline uncorrectable|\bATA error count increased|\bbad (?:sector|block)s?\b|\bdisk failure\b|controller is down|offlined?\b.*\bdevice\b/i,
  ),
  mark("a disk fails", /\bSMART\b/, /\bfail(?:ed|ure|ing)?\b/i),
  mark("a disk fails", /\bI\/O \d+\b|\bQID \d+\b/, /\btimeout\b/),
  mark(
    "a file system fails",
    /\bEXT[234]-fs error|remount(?:ing|ed)? (?:file ?system )?read-only|read-only file ?system|force_shutdown|abort(?:ing|ed) journal|journal has aborted/i,
  ),
  mark(
    "a file system fails",
    /\b(?:EXT[234]-fs|XFS|BTRFS|ZFS|JFS|REISERFS|FAT-fs|SQUASHFS)\b/i,
    /\b(?:error|corrupt\w*|shut down)\b/i,
  ),
  mark(
    "data is damaged",
    /\b(?:metadata|database|page|journal|table|index|file ?system)\b/i,
    /\bcorrupt(?:ed|ion)?\b/i,
  ),
  mark("data is damaged", /\bclass=(?:checksum|data|io)\b|\bchecksum (?:error|mismatch|failed)/i),
  mark(
    "something is full",
    /no space left on device|too many open files|(?:disk|file ?system|partition|device) (?:is )?(?:almost )?full\b|table (?:full|overflow)|quota exceeded/i,
  ),
  mark("a RAID fails", /\bdegraded|\bfail(?:spare)? event|kicking non-fresh/i),
  mark(
    "a RAID fails",
    /\b(?:raid\d*|array|mdadm|md\d+|megaraid\w*)\b/i,
    /\b(?:drive|disk|device|array|volume)\b/i,
    /\bfail(?:ed|ure)\b/i,
  ),
  mark(
    "hardware fails",
    /machine check (?!architecture|reporting)|hardware error|\bEDAC\b.{0,40}\b[CU]E\b|\buncorrect(?:ed|able) error|over-current/i,
  ),
  mark(
    "hardware fails",
    /temperature (?:is )?above|\boverheat|critical temperature|thermal (?:shutdown|trip)|clock throttled|\bfan fail/i,
  ),
  mark("the power fails", /\bon battery\b|battery is low|\bpower (?:fail|supply (?:fail|lost)|loss)/i),
  mark(
    "somebody became root",
    /\bAccepted \S+ for root\b|\broot login\b|\bsu(?:\[\d+\])?: .*\bto root\b|\S:root$|\bsu for root\b|LOGIN ON \S+ BY root/i,
  ),
  mark(
    "somebody became root",
    /\bsession opened for user root\b/,
    /\b(?:su|su-l|login|sshd|sshd-session|gdm|sddm|lightdm)\b/,
  ),
  mark(
    "somebody failed to get other rights",
    /incorrect password|not in sudoers|command not allowed|\b(?:FAILED|BAD) (?:su|login)\b|could not identify password|failed to authenticate|\(sudo:auth\)|\(su(?:-l)?:auth\)/i,
  ),
  mark("somebody failed to get other rights", /\b(?:su|sudo|login|polkitd?|doas)\b/, /authentication failure/i),
  mark("somebody tried to become root", /^(?!.{0,100}\bsshd\b).*authentication failure/i, /\buser=root\b/),
  mark("accounts changed", /\bnew (?:user|group): name=|\badd '[^']*' to (?:shadow )?group|password changed for/i),
  mark(
    "a service failed",
    /\bFailed to start\b|entered failed state|Failed with result|start request repeated too quickly|Dependency failed for/i,
  ),
  mark("a service failed", /\bcode=(?:killed|dumped)\b|\bstatus=1\/FAILURE\b|\bCMD FAILED\b|\bPANIC:/),
  mark(
    "it looks like an attack",
    /promiscuous mode|SYN flooding|bad (?:string|data|packet) length|\brootkit: |\bSuspicious\b/,
  ),
  mark(
    "it looks like an attack",
    /: .{1,200} FOUND$|module verification failed|apparmor="DENIED"|\bflip flop\b|changed ethernet address|\bAXFR\b.{0,40} started$/,
  ),
  mark("a certificate is invalid", /\bcertificate\b/i, /\bexpired\b|verify failed|verification failed/i),
]

function mark(about: string, ...all: readonly RegExp[]): AlarmingMark {
  return { about, all }
}
