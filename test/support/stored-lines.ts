/** Waits until the lines that a test sent are in the store. */
import type { HostStatus, Status } from "../../src/http/status.ts"
import { eventually } from "./eventually.ts"

/** Where the status comes from: a process, a container. */
export interface StatusSource {
  status(): Promise<Status>
}

/** Asks for the status until the store has this many lines of the host, or more. Returns what it has. */
export function storedLines(source: StatusSource, host: string, lines: number, digest?: string): Promise<HostStatus> {
  return eventually(`${lines} lines of ${host} in the store`, async () => {
    const { digests } = await source.status()
    const status = digests.find(({ name }) => digest === undefined || name === digest)?.hosts[host]
    return status !== undefined && status.received >= lines && status
  })
}
