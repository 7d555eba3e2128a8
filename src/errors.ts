import { formatProblem, type Problem } from "./problem.ts"

/** An operator's mistake: the configuration or a command line cannot be used. Exit status 2. */
export class OperatorError extends Error {
  readonly problems: readonly Problem[]

  constructor(message: string, problems: readonly Problem[] = []) {
    super([message, ...problems.map(formatProblem)].join("\n"))
    this.name = "OperatorError"
    this.problems = problems
  }
}
