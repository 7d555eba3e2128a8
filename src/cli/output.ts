/** Where a command writes. Tests give it their own; main.ts gives it the process's. */
export interface Output {
  readonly stdout: (output: string | Uint8Array) => void
  readonly stderr: (text: string) => void
}
