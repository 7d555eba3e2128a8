import type { Peer } from "../../src/hosts/peer.ts"
import type { Downstream, PeerFrameSink } from "../../src/listen/listener.ts"
import { within } from "../support/eventually.ts"

export interface CollectedFrame {
  readonly peer: Peer
  readonly text: string
  readonly truncated: boolean
}

/** Keeps the frames of a listener, and lets a test wait for them. */
export class FrameCollection implements Downstream {
  readonly frames: CollectedFrame[] = []
  #waiting: { readonly count: number; readonly resolve: () => void }[] = []

  readonly sink: PeerFrameSink = (peer, bytes, start, end, truncated) => {
    this.frames.push({ peer, text: bytes.toString("latin1", start, end), truncated })
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.frames.length < count) return true
      resolve()
      return false
    })
  }

  async flush(): Promise<void> {}

  get texts(): string[] {
    return this.frames.map((frame) => frame.text)
  }

  /** Resolves when `count` frames have come since the collection was made. */
  arrived(count: number): Promise<void> {
    if (this.frames.length >= count) return Promise.resolve()
    const arrival = new Promise<void>((resolve) => this.#waiting.push({ count, resolve }))
    return within(`frame ${count}`, arrival)
  }
}
