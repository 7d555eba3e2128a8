/** Senders on the loopback interface, each from an address of its own if need be: 127.0.0.0/8 is all this machine's. */
import { createSocket } from "node:dgram"
import { once } from "node:events"
import { connect, type Socket } from "node:net"

/** Sends datagrams one after the other; resolves when the kernel has them all. */
export async function sendDatagrams(port: number, datagrams: Iterable<string | Uint8Array>, from = "127.0.0.1") {
  const socket = createSocket("udp4").bind(0, from)
  await once(socket, "listening")
  for (const datagram of datagrams) {
    await new Promise<void>((resolve, reject) => {
      socket.send(datagram, port, "127.0.0.1", (error) => (error === null ? resolve() : reject(error)))
    })
  }
  socket.close()
}

export async function connectFrom(address: string, port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", localAddress: address })
  await once(socket, "connect")
  return socket
}

/** Sends a stream, piece by piece; resolves when tamis has read it to its end. */
export async function sendStream(port: number, pieces: Iterable<string | Uint8Array>, from = "127.0.0.1") {
  const socket = await connectFrom(from, port)
  const closed = once(socket.resume(), "close")
  for (const piece of pieces) if (!socket.write(piece)) await once(socket, "drain")
  socket.end()
  await closed
}

/** Resolves when tamis has closed or reset the connection. */
export async function closedByPeer(socket: Socket): Promise<void> {
  if (socket.closed) return
  socket.on("error", () => {})
  await new Promise((resolve) => socket.resume().once("close", resolve))
}
