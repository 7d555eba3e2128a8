/**
 * Plain syslog over TCP (RFC 6587): the stream of each connection becomes frames.
 *
 * Plain TCP has no acknowledgement: a sender forgets a message as soon as its kernel has sent it. So however a connection
 * ends, the frames that came on it are handed over, the unterminated last one included.
 */
import { StreamFraming } from "../framing/stream-framing.ts"
import type { Converse } from "./conversation.ts"
import type { Downstream, Listener, PeerFrameSink } from "./listener.ts"
import { LossCount } from "./loss-count.ts"
import { listenStream, type StreamServerOptions } from "./stream-server.ts"

export interface TcpOptions extends StreamServerOptions {
  readonly maxFrameBytes: number
  readonly downstream: Downstream
}

/** Binds and resolves once connections are being accepted; rejects if the address cannot be bound. */
export function listenTcp(options: TcpOptions): Promise<Listener> {
  const losses = new LossCount()
  return listenStream(options, {
    name: "tcp",
    open: (socket, peer, opened) => opened(socket, peer),
    converse: syslogConversation(options.maxFrameBytes, options.downstream.sink, losses),
    losses,
  })
}

/** Hands over frames and never answers. Counts frames that were cut and bytes that were skipped as losses. */
export function syslogConversation(maxFrameBytes: number, sink: PeerFrameSink, losses: LossCount): Converse {
  return (peer, connection) => {
    const framing = new StreamFraming(maxFrameBytes, (bytes, start, end, truncated) => {
      if (truncated) losses.add("frames_truncated", 1)
      sink(peer, bytes, start, end, truncated)
    })
    let skippedBytes = 0
    function countSkipped(): void {
      losses.add("stream_bytes_skipped", framing.skippedBytes - skippedBytes)
      skippedBytes = framing.skippedBytes
    }

    return {
      push(chunk) {
        framing.push(chunk)
        countSkipped()
      },
      end() {
        framing.end()
        countSkipped()
      },
      // rsyslog and syslog-ng look for our FIN before they send, keep their messages, and close.
      drain: () => connection.end(),
    }
  }
}
