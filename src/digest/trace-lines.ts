/**
 * Recognises the lines of stack traces and dumps: they say nothing without the line that they follow.
 *
 *     app[7]: java.lang.IllegalStateException: pool is closed         the head, no line of the trace
 *     app[7]:     at org.example.Pool.take(Pool.java:41)              a frame
 *     app[7]:     ... 17 more
 *
 * Only what these tools write and nothing else does. A line of source code, as Python's traces have them, is none: it can
 * say anything.
 */

/** Java and its relatives, .NET, JavaScript. */
const AT = [
  /^at [\w$.<>/@-]+\((?:[\w$-]+\.(?:java|kt|kts|scala|groovy|clj)(?::\d+)?|Native Method|Unknown Source|<generated>)\)/,
  /^at [\w$<>`]+(?:\.[\w$<>`[\],]+)+\(.*\)(?: in .+:line \d+)?$/,
  /^at (?:async )?(?:.+ \()?(?:file:\/\/|node:|\/|[A-Za-z]:\\)[^ ]*:\d+:\d+\)?$/,
  /^at (?:async )?[\w$.<>[\] ]+ \((?:<anonymous>|native|[^ ]+:\d+:\d+)\)$/,
  /^\.\.\. \d+ (?:more|common frames omitted)$/,
  /^--- End of (?:stack trace from previous location.*|inner exception stack trace) ---$/,
]

const CAUSES = /^(?:Caused by|Suppressed): [\w$.]+(?:Exception|Error|Throwable|Fault|Failure)\b/

const PYTHON = /^File "[^"]+", line \d+(?:, in .+)?$/

const GO = [
  /^goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[[^\]]+\]:$/,
  /^(?:[\w.-]+\/)*[\w-]+\.[\w.*()[\]…-]+\((?:\.\.\.|\{?(?:0x[\da-f]+\??|\{|\}|_|\.\.\.|, )+\}?)?\)$/,
  /^\/[^ ]+\.(?:go|s):\d+(?: \+0x[\da-f]+)?$/,
  /^created by [\w./*()-]+(?: in goroutine \d+)?$/,
]

const PERL_PHP_RUBY = [
  /^[\w:]+\(.*\) called at .+ line \d+\.?$/,
  /^(?:PHP )? *\d+\. [\w\\{}>:-]+\(.*\) .+:\d+$/,
  /^#\d+ (?:\{main\}|[^ ]+\(\d+\): .+|\[internal function\]: .+)$/,
  /^(?:PHP )?Stack trace:$/,
  /^thrown in [^ ]+ on line \d+$/,
  /^(?:from )?[^ ]+\.rb:\d+:in ['`].+'$/,
]

/** Behind the tag of the kernel only: short words that elsewhere can mean anything. */
const KERNEL = [
  /^(?:\[<[\da-f]{8,16}>\] )?(?:\? )?(?:\([^)]*\) )?[\w.]+\+0x[\da-f]+\/0x[\da-f]+(?: \[[\w-]+\])?(?: \([\w ]+\))?$/,
  /^\[<[\da-f]{8,16}>\](?: \? )?(?: 0x[\da-f]+)?$/,
  /^(?:\[<[\da-f]{8,16}>\] )(?:\? )?\S+$/,
  /^Call [Tt]race:(?:\s*\[<.*)?$/,
  /^<\/?(?:TASK|IRQ|NMI|EOI|SOFTIRQ)>$/,
  /^(?:[RE]IP|RSP|RAX|RDX|RBP|R\d\d|CR2|EAX|ESI|ESP|CS|DS|FS|ES): +(?:[\da-f]{4,16}\b|is at )/,
  /^(?:DR[0-7]): [\da-f]{8,16} DR[0-7]: /,
  /^(?:x\d+|pc|lr|sp|pstate) ?: (?:[\da-f]{8,16}\b|[\w.]+\+0x)/,
  /^Code: (?:(?:[\da-f]{2}|<[\da-f]{2}>|[\da-f]{8}|\([\da-f]{8}\)|Bad RIP value\.?) ?){4,}/,
  /^-+\[ (?:cut here|end trace \S+) \]-+$/,
  /^CPU: \d+ (?:UID: \d+ )?PID: \d+ Comm: /,
  /^Pid: \d+, comm: /,
  // The tasks that the memory killer could have taken.
  /^\[ *\d+\] +\d+ +\d+ +\d+ +\d+ +\d+ .*\S$/,
]

const PROGRAMS: readonly RegExp[] = [...AT, CAUSES, PYTHON, ...GO, ...PERL_PHP_RUBY]

/** Tag, the kernel's uptime, and blanks: a tab is `#011` in a line that was received. */
const BEFORE = /^(?:[^ :[\]]+(?:\[\d+\])?:)?(?: *\[ *\d+\.\d+\](?: *\[ *[TC]\d+\])?)?(?:\s|#011)*/

/** Longer lines are no frames. */
const MAX_LENGTH = 1_000

/** Whether a line, from behind its header on, is a part of a trace and not its head. */
export function isTraceLine(text: string): boolean {
  if (text.length > MAX_LENGTH) return false
  const said = text.slice(BEFORE.exec(text)?.[0].length ?? 0).trimEnd()
  const forms = text.startsWith("kernel") ? KERNEL : PROGRAMS
  return forms.some((form) => form.test(said))
}
