/** Runs the real logcheck of the Debian package over lines and rules. */
import { execFile } from "node:child_process"
import { chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import type { Level } from "../../src/rules/rule.ts"
import { missing, unlessCommand } from "./requirement.ts"
import { readSections, type Sections } from "./sections.ts"

const run = promisify(execFile)

/** The reason to skip tests that run logcheck, or false. logcheck refuses root, and only root can become its user. */
export const withoutLogcheck: string | false =
  unlessCommand("logcheck") || (process.getuid?.() === 0 ? false : missing("root, who runs logcheck as its own user,"))

export interface LogcheckRun {
  /** A directory laid out like /etc/logcheck. logcheck's user must be able to read it. */
  readonly rules: string
  readonly level: Level
  readonly crackingIgnore?: boolean
}

/** Runs `logcheck -o -t` over a log in C.UTF-8, and reads its report. */
export async function runLogcheck(
  log: Buffer,
  { rules, level, crackingIgnore = false }: LogcheckRun,
): Promise<Sections> {
  const directory = await mkdtemp(join(tmpdir(), "tamis-logcheck-"))
  try {
    const file = (name: string) => join(directory, name)
    await mkdir(file("state"))
    await writeFile(file("log"), log)
    // Lock and scratch files of its own: another logcheck may be running.
    const state = file("state")
    await writeFile(
      file("logcheck.conf"),
      `INTRO=0\nREPORTLEVEL=${level}\nSUPPORT_CRACKING_IGNORE=${Number(crackingIgnore)}\nTMP=${state}\nLOCKDIR=${state}\nLOCKFILE=${state}/lock\n`,
    )
    const uid = Number((await run("id", ["-u", "logcheck"])).stdout)
    for (const path of [directory, state]) await chown(path, uid, -1)
    const command = `logcheck -o -t -c ${file("logcheck.conf")} -S ${state} -r "${rules}" -l ${file("log")}`
    const { stdout, stderr } = await run("su", ["-s", "/bin/bash", "-c", command, "logcheck"], {
      encoding: "buffer",
      maxBuffer: Number.MAX_SAFE_INTEGER,
      env: { ...process.env, LC_ALL: "C.UTF-8" },
    })
    if (stderr.length > 0) throw new Error(`logcheck: ${stderr}`)
    return readSections(stdout)
  } finally {
    await rm(directory, { recursive: true })
  }
}
