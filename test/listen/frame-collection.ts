import type { Peer } from "../../src/hosts/peer.ts"
import type { PeerFrameSink } from "../../src/listen/listener.ts"

export interface CollectedFrame {
  readonly peer: Peer
  readonly text: string
  readonly truncated: boolean
}

/** A sink that keeps what it gets and lets a test wait for it. */
export class FrameCollection {
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

  get texts(): string[] {
    return this.frames.map((frame) => frame.text)
  }

  /** Resolves when `count` frames have come since the collection was made. */
  arrived(count: number): Promise<void> {
    if (this.frames.length >= count) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ count, resolve }))
  }
}
