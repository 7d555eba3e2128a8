/**
 * Something wrong with an option, before it is known where in the file that option stands.
 *
 * The schema and the checks speak of options; only load.ts knows lines and columns and turns a OptionProblem into a Problem.
 */
export type Path = readonly (string | number)[]

export interface OptionProblem {
  readonly path: Path
  /** What to point at: the option's name or what is written there. */
  readonly at: "key" | "value"
  /** Without the option's path, which is put in front. */
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

/** Longest part of a value that a message repeats. */
const MAX_SHOWN_LENGTH = 80

/** Says what was found, for "expected …, got …". Never shows what stands before the @ of a URL. */
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

/** As `findAll`, but only the strings. What else stands there is the schema's to complain about. */
export function findStrings(tree: unknown, pattern: string): { path: Path; value: string }[] {
  return findAll(tree, pattern).flatMap(({ path, value }) => (typeof value === "string" ? [{ path, value }] : []))
}

function childrenOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return [...value.entries()]
  return typeof value === "object" && value !== null ? Object.entries(value) : []
}
