/**
 * What an operator wrote that tamis cannot use: where it is, what is wrong, and the way out.
 *
 * Configuration and rules are checked as a whole and report all their problems at once.
 */
export interface Problem {
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** 1-based, in characters. */
  readonly column: number
  /** What is wrong, in the operator's words, without a final period. */
  readonly message: string
  /** The way out, where there is one to name. */
  readonly hint?: string
}

/** Prints a problem the way compilers do, so that editors can jump to it: `file:line:col: what; way out`. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, message, hint } = problem
  return `${file}:${line}:${column}: ${message}${hint === undefined ? "" : `; ${hint}`}`
}
