/**
 * What the kernel dropped because a UDP socket's receive buffer was full: the last column of /proc/net/udp.
 *
 *      sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
 *     395: 00000000:0202 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 25214 2 00000000 1537
 *
 * Without /proc (or with one that hides it) nothing is known, and 0 is counted.
 */
import { readFileSync } from "node:fs"

export interface UdpSocket {
  readonly port: number
  /** Names the socket in this table as long as it lives. */
  readonly inode: number
  /** Since the socket was made. */
  readonly drops: number
}

const LOCAL_ADDRESS = 1
const INODE = 9
const DROPS = 12

/** Reads the text of /proc/net/udp or udp6; a line in another form is passed over. */
export function parseUdpSockets(text: string): UdpSocket[] {
  const sockets: UdpSocket[] = []
  for (const line of text.split("\n")) {
    const columns = line.trim().split(/ +/)
    const local = columns[LOCAL_ADDRESS] ?? ""
    const port = Number.parseInt(local.slice(local.indexOf(":") + 1), 16)
    const inode = Number(columns[INODE])
    const drops = Number(columns[DROPS])
    if (Number.isInteger(port) && Number.isInteger(inode) && Number.isInteger(drops))
      sockets.push({ port, inode, drops })
  }
  return sockets
}

/**
 * Counts the drops of one socket of this process.
 *
 * Node does not tell a socket's inode. It is the one that is new under the port once the socket is bound,
 * which also holds where several sockets share a port; only when two of them are bound in the same
 * moment may each count the other's, too.
 */
export class KernelDrops {
  readonly #table: string
  readonly #before: ReadonlySet<number>
  #inodes: ReadonlySet<number> = new Set()
  #counted = 0

  /** To be made before the socket is bound. */
  constructor(family: "udp4" | "udp6") {
    this.#table = family === "udp6" ? "/proc/net/udp6" : "/proc/net/udp"
    this.#before = new Set(this.#read().map((socket) => socket.inode))
  }

  /** To be called when the socket is bound. */
  watch(port: number): void {
    const own = this.#read().filter((socket) => socket.port === port && !this.#before.has(socket.inode))
    this.#inodes = new Set(own.map((socket) => socket.inode))
  }

  /** Returns how many datagrams were dropped since the last call. */
  take(): number {
    let total = 0
    for (const socket of this.#read()) if (this.#inodes.has(socket.inode)) total += socket.drops
    // The table is not read in one piece: a row may be missing from one reading and be there in the next.
    const taken = Math.max(0, total - this.#counted)
    this.#counted += taken
    return taken
  }

  #read(): UdpSocket[] {
    try {
      return parseUdpSockets(readFileSync(this.#table, "latin1"))
    } catch {
      return []
    }
  }
}
