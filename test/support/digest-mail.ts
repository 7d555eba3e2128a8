/** Reads a digest's text back into numbers, as a person with a calculator would. */

export interface ReadDigest {
  /** Lines by section title, host and sample. */
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, number>>>
  /** Lines that each host's heading promises, by section title and host. */
  readonly promised: ReadonlyMap<string, ReadonlyMap<string, number>>
  /** The rows of the accounts, by label. */
  readonly accounts: ReadonlyMap<string, ReadAccount>
}

export interface ReadAccount {
  readonly received: number
  readonly ignored: number
  readonly reported: number
  readonly rejected: number
}

const UNDERLINE = /^(=-)*=?$/
const HOST_HEADING = /^(\S+): ([\d,]+) lines?(?: in [\d,]+ groups?)?$/
const COUNT = /^ {4}([\d,]+) such lines/
const ACCOUNT = /^ *([\d,]+) +([\d,]+) +([\d,]+) +([\d,]+) {2}(.+)$/

export function readDigest(text: string): ReadDigest {
  const sections = new Map<string, Map<string, Map<string, number>>>()
  const promised = new Map<string, Map<string, number>>()
  const accounts = new Map<string, ReadAccount>()
  let title = ""
  let host = ""
  let sample = ""
  const lines = text.split("\n")
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1] ?? ""
    if (next !== "" && next.length === line.length && UNDERLINE.test(next)) {
      title = line
      host = ""
      continue
    }
    const account = ACCOUNT.exec(line)
    if (title === "Accounts" && account !== null) {
      const [, received, ignored, reported, rejected, label] = account
      accounts.set(label ?? "", {
        received: number(received),
        ignored: number(ignored),
        reported: number(reported),
        rejected: number(rejected),
      })
      continue
    }
    if (!title.startsWith("Security ") && title !== "System Events") continue
    const heading = HOST_HEADING.exec(line)
    const count = COUNT.exec(line)
    if (heading !== null && next === "") {
      host = heading[1] ?? ""
      within(promised, title, () => new Map<string, number>()).set(host, number(heading[2]))
    } else if (count !== null) {
      within(within(sections, title, newSection), host, newHost).set(sample, number(count[1]))
    } else if (line !== "" && !line.startsWith("    ") && !UNDERLINE.test(line) && host !== "") {
      sample = line
      within(within(sections, title, newSection), host, newHost).set(sample, 1)
    }
  }
  return { sections, promised, accounts }
}

const newSection = () => new Map<string, Map<string, number>>()
const newHost = () => new Map<string, number>()

function within<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key) ?? make()
  map.set(key, known)
  return known
}

function number(text: string | undefined): number {
  return Number((text ?? "").replaceAll(",", ""))
}
