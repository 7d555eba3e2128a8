/** Lines that no rule knows, as suggestions are made of them: equal ones of a host and a day are one. */
export interface Leftover {
  /** With its header. */
  readonly line: string
  readonly host: string
  /** Lines that it stands for; 0 for a further sample of lines that another one stands for. */
  readonly count: number
}
