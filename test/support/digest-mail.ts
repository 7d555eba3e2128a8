/** Reads a digest's text back into numbers, as a person with a calculator would. */

export interface ReadDigest {
  readonly entries: readonly ReadEntry[]
  /** Lines by program, of the paragraph "As usual". */
  readonly usual: ReadonlyMap<string, number>
  /** Lines by layer: "Security Alerts for su", "System Events". An entry in two security sections is in both. */
  readonly sections: ReadonlyMap<string, number>
  /** The rows of the accounts, by label. */
  readonly accounts: ReadonlyMap<string, ReadAccount>
}

export interface ReadEntry {
  /** Of its part of the mail. */
  readonly heading: string
  readonly sample: string
  readonly note: string
  readonly lines: number
}

export interface ReadAccount {
  readonly received: number
  readonly ignored: number
  readonly reported: number
  readonly rejected: number
}

const UNDERLINE = /^(=-)*=?$/
/** `  #k3f9q2a1`, and a short note before it. */
const END = /(?: {2}\(([^()]*)\))? {2}#[0-9a-z]{8}$/
const COUNT = /(?:^|; )([\d,]+) (?:lines(?: on |, )|further lines?)/
const TRACE = /\+([\d,]+) lines? of trace/
const ACCOUNT = /^ *([\d,]+) +([\d,]+) +([\d,]+) +([\d,]+) {2}(.+)$/
const NEWS = new Set(["Alarming", "New", "More than usual", "System Events"])

export function readDigest(text: string): ReadDigest {
  const parts = readParts(text)
  const entries = [...parts]
    .filter(([heading]) => heading.startsWith("Security ") || NEWS.has(heading))
    .flatMap(([heading, lines]) => readEntries(heading, lines))
  const usual = readUsual(parts.get("As usual") ?? [])
  const sections = new Map<string, number>()
  const count = (section: string, lines: number) => sections.set(section, (sections.get(section) ?? 0) + lines)
  for (const { heading, lines } of entries) count(heading.startsWith("Security ") ? heading : "System Events", lines)
  for (const lines of usual.values()) count("System Events", lines)
  return { entries, usual, sections, accounts: readAccounts(parts.get("Accounts") ?? []) }
}

/** The lines below each heading. */
function readParts(text: string): Map<string, string[]> {
  const parts = new Map<string, string[]>()
  let part: string[] = []
  const lines = text.split("\n")
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1] ?? ""
    if (next !== "" && next.length === line.length && UNDERLINE.test(next)) {
      part = []
      parts.set(line, part)
    } else if (!UNDERLINE.test(line)) {
      part.push(line)
    }
  }
  return parts
}

function readEntries(heading: string, lines: readonly string[]): ReadEntry[] {
  return lines.flatMap((line, index) => {
    if (line.startsWith("    ")) return []
    const next = lines[index + 1] ?? ""
    const note = next.startsWith("    ") ? next.trim().replace(END, "") : (END.exec(line)?.[1] ?? "")
    const traced = number(TRACE.exec(note)?.[1] ?? "0")
    return [{ heading, sample: line.replace(END, ""), note, lines: number(COUNT.exec(note)?.[1] ?? "1") + traced }]
  })
}

/** `47 lines: diskd 40, app 7.` */
function readUsual(lines: readonly string[]): Map<string, number> {
  const [, all, programs = ""] = /^([\d,]+) lines?: (.*)\.$/.exec(lines.join(" ").trim()) ?? []
  const usual = new Map(
    programs === ""
      ? []
      : programs.split(", ").map((each): [string, number] => {
          const [, program = "", count] = /^(.*) ([\d,]+)$/.exec(each) ?? []
          return [program, number(count)]
        }),
  )
  const sum = usual.values().reduce((total, count) => total + count, 0)
  if (sum !== number(all ?? "0")) throw new Error(`the programs have ${sum} lines, not ${all}`)
  return usual
}

function readAccounts(lines: readonly string[]): Map<string, ReadAccount> {
  const accounts = new Map<string, ReadAccount>()
  for (const line of lines) {
    const [, received, ignored, reported, rejected, label] = ACCOUNT.exec(line) ?? []
    if (label === undefined) continue
    accounts.set(label, {
      received: number(received),
      ignored: number(ignored),
      reported: number(reported),
      rejected: number(rejected),
    })
  }
  return accounts
}

function number(text: string | undefined): number {
  return Number((text ?? "").replaceAll(",", ""))
}
