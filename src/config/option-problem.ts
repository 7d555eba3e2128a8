/**
 * A problem with an option, before its position in the file is known.
 *
 * The schema and the checks refer to options; only load.ts knows lines and columns and turns an OptionProblem into a
 * Problem.
 */
export type Path = readonly (string | number)[]

export interface OptionProblem {
  readonly path: Path
  /** Whether to point at the option's name or at its value. */
  readonly at: "key" | "value"
  /** Without the option's path, which load.ts puts in front. */
  readonly message: string
  readonly hint?: string | undefined
}

/** `hosts[0].match.address`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`
    return text === "" ? step : `${text}.${step}`
  }, "")
}

/** How much of a value a message repeats. */
const MAX_SHOWN_LENGTH = 80

/**
 * Describes the value found, for "expected …, got …". Never shows the part of a URL before the @: it may be a password.
 */
export function describe(found: unknown): string {
  if (found === undefined || found === null) return "nothing"
  if (Array.isArray(found)) return found.length === 0 ? "an empty list" : "a list"
  if (typeof found === "object") return "a map"
  if (typeof found !== "string") return String(found)
  const shown = found.replace(/\/\/[^/@]*@/, "//…@")
  return JSON.stringify(shown.length > MAX_SHOWN_LENGTH ? `${shown.slice(0, MAX_SHOWN_LENGTH)}…` : shown)
}

/** Returns every value at a path in which "*" stands for all items of a list or all entries of a map. */
export function findAll(tree: unknown, pattern: string): { path: Path; value: unknown }[] {
  let found: { path: Path; value: unknown }[] = [{ path: [], value: tree }]
  for (const step of pattern.split(".")) {
    found = found.flatMap(({ path, value }) =>
      childrenOf(value)
        .filter(([key]) => step === "*" || key === step)
        .map(([key, child]) => ({ path: [...path, key], value: child })),
    )
  }
  return found
}

/** Like `findAll`, but returns only the strings. The schema objects to other types. */
export function findStrings(tree: unknown, pattern: string): { path: Path; value: string }[] {
  return findAll(tree, pattern).flatMap(({ path, value }) => (typeof value === "string" ? [{ path, value }] : []))
}

function childrenOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return [...value.entries()]
  return typeof value === "object" && value !== null ? Object.entries(value) : []
}
