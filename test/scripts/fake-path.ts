/**
 * A directory to run scripts with as their whole PATH: the machine's own programs by name, and fakes.
 *
 * Its apt-get installs nothing. It writes down its arguments, and puts an empty program into the directory for each
 * package that it is asked for.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"

export interface FakePath {
  readonly directory: string
  /** Returns the arguments of each call of apt-get that installs or fetches something. */
  aptCalls(): readonly string[]
  add(program: string, text: string): void
  remove(): void
}

export function fakePath(programs: readonly string[]): FakePath {
  const directory = mkdtempSync(join(tmpdir(), "tamis-fake-path-"))
  const calls = join(directory, "apt-calls")
  mkdirSync(join(directory, "bin"))
  for (const program of programs) symlinkSync(find(program), join(directory, "bin", program))
  const add = (program: string, text: string) => {
    writeFileSync(join(directory, "bin", program), text)
    chmodSync(join(directory, "bin", program), 0o755)
  }
  add(
    "apt-get",
    `#!${find("sh")}
[ "$1" = --version ] && exit
echo "$*" >> '${calls}'
while [ "$1" != install ]; do [ $# -gt 1 ] || exit 0; shift; done
for package; do case $package in -* | install) ;; *) ln -s '${find("true")}' "$PATH/$package" ;; esac; done
`,
  )
  return {
    directory: join(directory, "bin"),
    aptCalls: () => (existsSync(calls) ? readFileSync(calls, "utf8").trimEnd().split("\n") : []),
    add,
    remove: () => rmSync(directory, { recursive: true }),
  }
}

function find(program: string): string {
  const found = (process.env.PATH ?? "").split(delimiter).map((directory) => join(directory, program))
  const path = found.find((candidate) => existsSync(candidate))
  if (path === undefined) throw new Error(`${program} is not on the PATH`)
  return path
}
