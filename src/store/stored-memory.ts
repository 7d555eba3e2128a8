/** A digest's memory as both stores keep it: one JSON text. */
import type { DigestMemory } from "../tally/digest-memory.ts"
import { digestMemory } from "./stored-json.ts"

export function writeMemory(memory: DigestMemory): string {
  const { waiting } = memory
  return JSON.stringify({
    ...memory,
    waiting: waiting && {
      ...waiting,
      hosts: [...waiting.hosts],
      losses: [...waiting.losses],
      usual: [...waiting.usual],
    },
  })
}

/** Reads a memory. Throws where the text is not one that a store wrote. */
export function readMemory(stored: string): DigestMemory {
  const { waiting, mailedAtMs, ...rest } = digestMemory.parse(JSON.parse(stored))
  return { ...rest, waiting, mailedAtMs }
}
