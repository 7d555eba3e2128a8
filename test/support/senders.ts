/** Senders on the loopback interface, from any address in 127.0.0.0/8: all of them belong to this machine. */
import { createSocket } from "node:dgram"
import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { connect, type Socket } from "node:net"
import { eventually } from "./eventually.ts"

/** The smallest receive buffer that tamis gets is 416 KiB. Two datagrams of any size leave this much of it free. */
const MAX_QUEUED_BYTES = 131_072

/** Sends datagrams one after the other, no faster than the receiver reads them; resolves when it has read them all. */
export async function sendDatagrams(
  port: number,
  datagrams: Iterable<string | Uint8Array>,
  from = "127.0.0.1",
  to = "127.0.0.1",
) {
  const socket = createSocket("udp4").bind(0, from)
  await once(socket, "listening")
  for (const datagram of datagrams) {
    await new Promise<void>((resolve, reject) => {
      socket.send(datagram, port, to, (error) => (error === null ? resolve() : reject(error)))
    })
    await eventually("datagrams to be read", async () => (await queuedBytes(port)) <= MAX_QUEUED_BYTES)
  }
  await eventually("all datagrams to be read", async () => (await queuedBytes(port)) === 0)
  socket.close()
}

/** Bytes that the kernel holds for the sockets of a port, with its own overhead (proc_net_udp(5): rx_queue). */
async function queuedBytes(port: number): Promise<number> {
  const localPort = `:${port.toString(16).toUpperCase().padStart(4, "0")}`
  let bytes = 0
  for (const line of (await readFile("/proc/net/udp", "latin1")).split("\n")) {
    const [, local, , , queues] = line.trim().split(/ +/)
    if (local?.endsWith(localPort)) bytes += Number.parseInt(queues?.split(":")[1] ?? "0", 16)
  }
  return bytes
}

export async function connectFrom(address: string, port: number, to = "127.0.0.1"): Promise<Socket> {
  const socket = connect({ port, host: to, localAddress: address })
  await once(socket, "connect")
  return socket
}

/** Sends a stream piece by piece; resolves when the receiver has read it to its end. */
export async function sendStream(
  port: number,
  pieces: Iterable<string | Uint8Array>,
  from = "127.0.0.1",
  to = "127.0.0.1",
) {
  const socket = await connectFrom(from, port, to)
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
