/** What was lost, in sentences that name the way out. */
import type { Loss } from "../tally/loss.ts"
import { amount } from "../text/amount.ts"

const SENTENCES: Readonly<Record<Loss, (count: number) => string>> = {
  udp_kernel_drops: (count) =>
    `The kernel dropped ${amount(count, "datagram")} before tamis could read ${them(count)}; ` +
    "raise net.core.rmem_max or listen.receiveBuffer, see docs/operations.md.",
  peers_refused: (count) =>
    `Refused ${amount(count, "datagram or connection", "datagrams or connections")} ` +
    "from addresses that listen.allow does not name.",
  connections_refused: (count) =>
    `Refused ${amount(count, "connection")} above listen.maxConnections or listen.maxConnectionsPerPeer; ` +
    "senders try again later.",
  connections_idle_closed: (count) =>
    `Closed ${amount(count, "connection")} that had been silent for longer than listen.idle; ` +
    "a sender may lose the first line that it writes after that.",
  proxy_headers_missing: (count) =>
    `Closed ${amount(count, "connection")} from addresses that listen.proxyProtocol names ` +
    `since ${count === 1 ? "it" : "they"} did not begin with a PROXY header; the load balancer must send one.`,
  frames_truncated: (count) =>
    `${amount(count, "message")} came cut off or ${count === 1 ? "was" : "were"} longer than listen.maxFrame; ` +
    `what there was of ${them(count)} was judged.`,
  stream_bytes_skipped: (count) =>
    `Skipped ${amount(count, "byte")} of TCP streams: ` +
    "the rest of messages longer than listen.maxFrame, and what was no message.",
}

/** Returns a sentence for each loss that there was. */
export function lossSentences(losses: ReadonlyMap<Loss, number>): string[] {
  return [...losses].filter(([, count]) => count > 0).map(([loss, count]) => SENTENCES[loss](count))
}

function them(count: number): string {
  return count === 1 ? "it" : "them"
}
