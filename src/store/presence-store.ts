/**
 * The part of a store that knows hosts: their cadences, and what digests keep of them.
 *
 * Cadences belong to no digest: the installation has one presence, to which all instances add.
 */
import type { Heard } from "../cadence/cadence.ts"
import type { Presence } from "../cadence/presence.ts"

export interface PresenceStore {
  /**
   * Adds the times of lines to their senders' cadences, and notes that an instance was there at `nowMs`. A call without lines
   * notes that as well. A call that is repeated changes nothing more.
   */
  hear(heard: ReadonlyMap<string, Heard>, nowMs: number): Promise<void>

  presence(): Promise<Presence>

  /** Forgets the cadences of a host and its programs; false where there were none. */
  forgetPresence(host: string): Promise<boolean>

  /** Gives the cadences of a host and its programs another name. They replace those of that name, if they are longer known. */
  renamePresence(host: string, to: string): Promise<boolean>

  /**
   * Takes a host out of a digest's sums and memory; false where it was in neither. Windows keep their lines. If the host sends
   * lines again, it is new.
   */
  forgetHost(digest: string, host: string): Promise<boolean>

  /** Gives a host another name in a digest's sums and memory; it joins a host of that name. Windows keep their lines. */
  renameHost(digest: string, host: string, to: string): Promise<boolean>
}
