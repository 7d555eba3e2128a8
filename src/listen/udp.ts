/**
 * Syslog over UDP (RFC 5426): one datagram becomes one frame.
 *
 * The kernel drops datagrams when the receive buffer is full. So the buffer is large, the handler small, and the kernel's
 * own count of drops is among the losses.
 */
import { createSocket } from "node:dgram"
import { once } from "node:events"
import { isIPv6 } from "node:net"
import type { Admission } from "./admission.ts"
import { KernelDrops } from "./kernel-drops.ts"
import type { Endpoint } from "./listen-config.ts"
import type { Downstream, Listener } from "./listener.ts"
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
  readonly downstream: Downstream
  /** Called with an error that left the socket open. */
  readonly onError: (error: Error) => void
}

export interface UdpListener extends Listener {
  /** Granted by the kernel. It silently caps the request at net.core.rmem_max. */
  readonly receiveBufferBytes: number
}

// The kernel also charges the buffer for a datagram's bookkeeping: sizeof(struct sk_buff) and more.
const MIN_DATAGRAM_OVERHEAD_BYTES = 232

/** Binds and resolves once datagrams are being received; rejects if the address cannot be bound. */
export async function listenUdp(options: UdpOptions): Promise<UdpListener> {
  const { endpoint, maxFrameBytes } = options
  const { sink } = options.downstream
  const type = isIPv6(endpoint.address) ? "udp6" : "udp4"
  const losses = new LossCount()
  const peers = new PeerDirectory(options.admission)
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
    // Linux doubles the request, to cover its bookkeeping, and returns the double (socket(7)).
    receiveBufferBytes: process.platform === "linux" ? bufferBytes / 2 : bufferBytes,

    pause() {},
    resume() {},

    takeLosses() {
      losses.add("udp_kernel_drops", kernelDrops.take())
      return losses.take()
    },

    async drain() {
      // Once a buffer's worth of datagrams is read, all that was in the buffer is read, however fast senders go on.
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
