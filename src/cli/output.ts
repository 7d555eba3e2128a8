/** Where a command writes: the process's own streams, or those of a test. */
export interface Output {
  readonly stdout: (output: string | Uint8Array) => void
  readonly stderr: (text: string) => void
}
