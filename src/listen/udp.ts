/**
 * Syslog over UDP (RFC 5426): one datagram becomes one frame.
 *
 * What the kernel drops for want of buffer is counted nowhere else in this process, so the buffer
 * is made large, the handler small, and the kernel's own count is among the losses.
 */
import { createSocket } from "node:dgram"
import { once } from "node:events"
import { isIPv6 } from "node:net"
import type { Admission } from "./admission.ts"
import { KernelDrops } from "./kernel-drops.ts"
import type { Endpoint } from "./listen-config.ts"
import type { Listener, PeerFrameSink } from "./listener.ts"
import { LossCount } from "./loss-count.ts"
import { PeerDirectory } from "./peer-directory.ts"
import { untilQuiet } from "./until-quiet.ts"

export interface UdpOptions {
  readonly endpoint: Endpoint
  readonly maxFrameBytes: number
  /** Asked of the kernel. */
  readonly receiveBufferBytes: number
  readonly admission: Admission
  /** Lets other sockets bind the same address and port; the kernel spreads the senders over them. */
  readonly reusePort: boolean
  readonly sink: PeerFrameSink
  /** Hears of an error that left the socket open. */
  readonly onError: (error: Error) => void
}

export interface UdpListener extends Listener {
  /** Granted by the kernel, which caps what was asked for at net.core.rmem_max without a word. */
  readonly receiveBufferBytes: number
}

// The kernel charges the buffer for a datagram's bookkeeping, too: sizeof(struct sk_buff) and more.
const MIN_DATAGRAM_OVERHEAD_BYTES = 232

/** Binds and resolves once datagrams are being received; rejects where the address cannot be bound. */
export async function listenUdp(options: UdpOptions): Promise<UdpListener> {
  const { endpoint, maxFrameBytes, sink } = options
  const type = isIPv6(endpoint.address) ? "udp6" : "udp4"
  const losses = new LossCount()
  const peers = new PeerDirectory("udp", options.admission)
  const kernelDrops = new KernelDrops(type)
  let receivedBytes = 0

  const socket = createSocket({
    type,
    // So that "::" and "0.0.0.0" can be bound beside each other, and a peer has one address only.
    ipv6Only: type === "udp6",
    reusePort: options.reusePort,
    recvBufferSize: options.receiveBufferBytes,
  })
  socket.on("message", (datagram, from) => {
    receivedBytes += datagram.length + MIN_DATAGRAM_OVERHEAD_BYTES
    const peer = peers.find(from.address)
    if (peer === undefined) {
      losses.add("peers_refused", 1)
    } else if (datagram.length > maxFrameBytes) {
      losses.add("frames_truncated", 1)
      sink(peer, datagram, 0, maxFrameBytes, true)
    } else {
      sink(peer, datagram, 0, datagram.length, false)
    }
  })
  socket.bind({ address: endpoint.address, port: endpoint.port, exclusive: true })
  await once(socket, "listening")
  socket.on("error", options.onError)

  const { address, port } = socket.address()
  kernelDrops.watch(port)
  const bufferBytes = socket.getRecvBufferSize()

  return {
    bound: { transport: "udp", address, port },
    // Linux doubles what was asked for, to cover its bookkeeping, and tells the double (socket(7)).
    receiveBufferBytes: process.platform === "linux" ? bufferBytes / 2 : bufferBytes,

    pause() {},
    resume() {},

    takeLosses() {
      losses.add("udp_kernel_drops", kernelDrops.take())
      return losses.take()
    },

    async drain() {
      // A buffer's worth of datagrams later, everything is out that was in it, however fast senders go on.
      const enoughBytes = receivedBytes + bufferBytes
      await untilQuiet(
        () => receivedBytes,
        () => receivedBytes > enoughBytes,
      )
      losses.add("udp_kernel_drops", kernelDrops.take())
      socket.close()
      await once(socket, "close")
    },
  }
}
