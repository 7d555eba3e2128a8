/** Lists of globs that choose hosts: a host is chosen if a glob matches it and none with a "!" before it does. */
import { globDefect, matchesGlob } from "./glob.ts"

export function chooses(globs: readonly string[], host: string): boolean {
  return !excludes(globs, host) && globs.some((glob) => !isExclusion(glob) && matchesGlob(glob, host))
}

/** Whether one of the globs takes the host out by name. */
export function excludes(globs: readonly string[], host: string): boolean {
  return globs.some((glob) => isExclusion(glob) && matchesGlob(glob.slice(1), host))
}

/** Describes the defect of a glob that may have a "!"; undefined if it has none. */
export function choiceDefect(glob: string): string | undefined {
  return globDefect(isExclusion(glob) ? glob.slice(1) : glob)
}

export function isExclusion(glob: string): boolean {
  return glob.startsWith("!")
}
