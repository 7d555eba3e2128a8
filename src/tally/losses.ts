/**
 * The losses: bytes that nobody judged, or judged cut. All there are, each with its sentence in the mail.
 *
 * Batches, both stores, the JSON and the mail follow from this list. A new loss is one entry here and the listener that
 * counts it. A name stays: stores keep it.
 */
import { amount } from "../text/amount.ts"

export interface LossDefinition {
  /** What is counted, in the singular. */
  readonly unit: "datagram" | "connection" | "message" | "byte" | "datagram or connection"
  /** What it means, in one line, for documentation and metrics. */
  readonly meaning: string
  /** Says in a mail how many there were, and the way out. */
  readonly sentence: (count: number) => string
  /** Whether a mail goes out for it where there is nothing else to read. */
  readonly isNews: boolean
}

export const LOSSES = {
  udp_kernel_drops: {
    unit: "datagram",
    meaning: "dropped by the kernel because the receive buffer was full",
    sentence: (count) =>
      `The kernel dropped ${amount(count, "datagram")} before tamis could read ${them(count)}. ` +
      "Raise net.core.rmem_max or listen.receiveBuffer (docs/operations.md).",
    isNews: true,
  },
  peers_refused: {
    unit: "datagram or connection",
    meaning: "refused because listen.allow does not name the sender",
    sentence: (count) =>
      `Refused ${amount(count, "datagram or connection", "datagrams or connections")} ` +
      "from addresses that listen.allow does not name.",
    isNews: true,
  },
  connections_refused: {
    unit: "connection",
    meaning: "refused because listen.maxConnections or listen.maxConnectionsPerPeer was reached",
    sentence: (count) =>
      `Refused ${amount(count, "connection")} above listen.maxConnections or listen.maxConnectionsPerPeer. ` +
      "The senders try again later.",
    isNews: true,
  },
  connections_idle_closed: {
    unit: "connection",
    meaning: "closed because it was silent for longer than listen.idle",
    sentence: (count) =>
      `Closed ${amount(count, "connection")} that ${count === 1 ? "was" : "were"} silent for longer than listen.idle. ` +
      "A sender may lose the first line that it writes after that.",
    isNews: false,
  },
  proxy_headers_missing: {
    unit: "connection",
    meaning: "closed because a load balancer sent no PROXY header",
    sentence: (count) =>
      `Closed ${amount(count, "connection")} from addresses in listen.proxyProtocol: ` +
      `${count === 1 ? "it" : "they"} did not begin with a PROXY header. The load balancer must send one.`,
    isNews: true,
  },
  frames_truncated: {
    unit: "message",
    meaning: "cut off on the way, or longer than listen.maxFrame",
    sentence: (count) =>
      `${amount(count, "message")} arrived cut off or ${count === 1 ? "was" : "were"} longer than listen.maxFrame. ` +
      `tamis judged the part of ${them(count)} that it has.`,
    isNews: true,
  },
  stream_bytes_skipped: {
    unit: "byte",
    meaning: "skipped in TCP streams: the rest of messages longer than listen.maxFrame, and bytes that are no message",
    sentence: (count) =>
      `Skipped ${amount(count, "byte")} of TCP streams: ` +
      "the rest of messages longer than listen.maxFrame, and bytes that are no message.",
    isNews: true,
  },
} as const satisfies Readonly<Record<string, LossDefinition>>

export type Loss = keyof typeof LOSSES

/** Stores may hold losses that a newer tamis counted. */
export function isLoss(name: string): name is Loss {
  return Object.hasOwn(LOSSES, name)
}

export function mergeLosses(into: Map<Loss, number>, from: ReadonlyMap<Loss, number>): void {
  for (const [loss, count] of from) into.set(loss, (into.get(loss) ?? 0) + count)
}

function them(count: number): string {
  return count === 1 ? "it" : "them"
}
