/** The effects of the options under `listen`. */
import { join } from "node:path"
import { eventually, within } from "../../support/eventually.ts"
import { closedByPeer, connectFrom, sendDatagrams, sendStream } from "../../support/senders.ts"
import { type Effect, effect, type Trial } from "./effect.ts"
import { OWN_RULES, RECEIVING, RULES, type Served, serve, UNKNOWN } from "./served.ts"

const listening = { rest: RECEIVING, files: RULES }

/** Another service, which closes silent connections after three seconds. */
const REFERENCE = {
  "reference/tamis.yml": JSON.stringify({ ...RECEIVING, listen: { ...RECEIVING.listen, idle: "3s" } }),
  "reference/rules/ignore.d.server/app": "",
}

export const LISTEN_EFFECTS: readonly Effect[] = [
  effect({
    option: "listen.udp",
    fact: "a datagram to each of its addresses is received",
    ...listening,
    values: [["127.0.0.1:0"], ["127.0.0.1:0", "127.0.0.2:0"]],
    observe: async (trial) => {
      const { service, stored, report } = await serve(trial)
      for (const { transport, address, port } of service.collector.start.bound) {
        if (transport === "udp") await sendDatagrams(port, [UNKNOWN], "127.0.0.1", address)
      }
      await stored()
      return (await report()).accounts.total.received
    },
    seen: [1, 2],
  }),
  effect({
    option: "listen.tcp",
    fact: "a connection to each of its addresses is accepted",
    ...listening,
    values: [["127.0.0.1:0"], ["127.0.0.1:0", "127.0.0.2:0"]],
    observe: async (trial) => {
      const { service, stored, report } = await serve(trial)
      for (const { transport, address, port } of service.collector.start.bound) {
        if (transport === "tcp") await sendStream(port, [`${UNKNOWN}\n`], "127.0.0.1", address)
      }
      await stored()
      return (await report()).accounts.total.received
    },
    seen: [1, 2],
  }),
  effect({
    option: "listen.maxFrame",
    fact: "a longer message is cut off",
    ...listening,
    values: ["480B", "64KiB"],
    observe: async (trial) => {
      const { stream, report } = await serve(trial)
      await stream(`${UNKNOWN} ${"x".repeat(500)} and its end`)
      const [line = ""] = (await report()).entries[0]?.samples ?? []
      return line.includes("xxx") && line.endsWith("and its end")
    },
    seen: [false, true],
  }),
  effect({
    option: "listen.maxConnections",
    fact: "a further connection is closed and counted",
    ...listening,
    values: [1, 2],
    observe: (trial) => connections(trial, ["127.0.0.5", "127.0.0.6"]),
    seen: [
      { received: 1, refused: 1 },
      { received: 2, refused: 0 },
    ],
  }),
  effect({
    option: "listen.maxConnectionsPerPeer",
    fact: "a further connection from the same address is closed and counted",
    ...listening,
    values: [1, 2],
    observe: (trial) => connections(trial, ["127.0.0.5", "127.0.0.5", "127.0.0.6"]),
    seen: [
      { received: 2, refused: 1 },
      { received: 3, refused: 0 },
    ],
  }),
  effect({
    option: "listen.idle",
    fact: "a silent connection is closed after this time",
    rest: RECEIVING,
    files: { ...RULES, ...REFERENCE },
    values: ["1s", "never"],
    observe: async (trial) => {
      const reference = await serve({ ...trial, file: join(trial.directory, "reference/tamis.yml") })
      const tried = await serve(trial)
      const closed = async ({ ports }: Served, what: string) => {
        const socket = await connectFrom("127.0.0.1", ports.tcp)
        trial.after(() => socket.destroy())
        await closedByPeer(socket)
        return what
      }
      const first = Promise.race([closed(tried, "it"), closed(reference, "one of 3 s")])
      return await within("tamis to close a silent connection", first)
    },
    seen: ["it", "one of 3 s"],
  }),
  effect({
    option: "listen.receiveBuffer",
    fact: "the kernel grants a buffer of this size",
    ...listening,
    values: ["64KiB", "1MiB"],
    observe: async (trial) => {
      const { service } = await serve(trial)
      // Linux grants twice what is asked, for its own overhead: socket(7), SO_RCVBUF.
      return (service.collector.start.receiveBuffers[0]?.grantedBytes ?? 0) > 2 * 65_536
    },
    seen: [false, true],
  }),
  effect({
    option: "listen.allow",
    fact: "a message from any other address is refused and counted",
    ...listening,
    values: [undefined, ["192.0.2.0/24"]],
    observe: async (trial) => {
      const { datagrams, report } = await serve(trial)
      await datagrams(UNKNOWN)
      const { total, losses } = (await report()).accounts
      return { received: total.received, refused: losses.peers_refused ?? 0 }
    },
    seen: [
      { received: 1, refused: 0 },
      { received: 0, refused: 1 },
    ],
  }),
  effect({
    option: "listen.proxyProtocol",
    fact: "a message belongs to the address in the PROXY header",
    rest: {
      ...RECEIVING,
      hosts: [{ name: "client", match: { address: ["192.0.2.7"] }, ...OWN_RULES }, ...RECEIVING.hosts],
    },
    files: RULES,
    values: [undefined, ["127.0.0.1"]],
    observe: async (trial) => {
      const { stream, report } = await serve(trial)
      await stream(`PROXY TCP4 192.0.2.7 198.51.100.1 56324 5514\r\n${UNKNOWN}`)
      return (await report()).accounts.hosts.client?.received ?? 0
    },
    seen: [0, 1],
  }),
]

/** Opens connections one after the other, sends a line on each, and counts received lines and refused connections. */
async function connections(trial: Trial, addresses: readonly string[]) {
  const { ports, stored, datagrams, report } = await serve(trial)
  // There is nothing to report before a line is stored.
  await datagrams("<13>Nov 23 18:00:00 db1 app: first")
  for (const address of addresses) {
    const socket = await connectFrom(address, ports.tcp)
    trial.after(() => socket.destroy())
    socket.on("error", () => {}).write(`${UNKNOWN}\n`)
  }
  // They stay open: a place that is free again would be taken.
  return await eventually("every connection to be used or refused", async () => {
    await stored()
    const { hosts, losses } = (await report()).accounts
    const seen = { received: hosts.web1?.received ?? 0, refused: losses.connections_refused ?? 0 }
    return seen.received + seen.refused === addresses.length && seen
  })
}
