/** Guessed passwords as in every hour, and one that fitted: the login is new, and accounts change after it. */
import { logWindow, makeTally } from "../../report/make.ts"
import { at, type GoldenCase } from "../golden-case.ts"

function guesses(hour: number, names: readonly string[]) {
  return names.map((name, n) => {
    const time = `0${hour}:0${n % 10}:00`
    const text = `Nov 23 ${time} combo sshd[7104]: Failed password for invalid user ${name} from 198.51.100.153 port 4711 ssh2`
    return { atMs: at(time), text, times: 9 }
  })
}

function login(hour: number, address: string) {
  const time = `0${hour}:12:04`
  const text = `Nov 23 ${time} combo sshd[7105]: Accepted password for root from ${address} port 4712 ssh2`
  return { atMs: at(time), text }
}

const NAMES = ["oracle", "postgres", "nagios", "guest", "test", "ftp", "www", "git", "mysql", "ubuntu"]

export const input: GoldenCase = {
  before: [7, 8].map((hour) =>
    logWindow([...guesses(hour, NAMES), login(hour, "192.0.2.7")], { opensAtMs: at(`0${hour}:00:00`) }),
  ),
  windows: [
    logWindow([...guesses(9, [...NAMES, "jenkins"]), login(9, "198.51.100.153")], {
      id: 3,
      opensAtMs: at("09:00:00"),
      ignored: { combo: 210, router: 5_000 },
      tallies: [
        makeTally({
          host: "combo",
          program: "passwd",
          alarm: "accounts",
          firstMs: at("09:12:40"),
          samples: ["Nov 23 09:12:40 combo passwd[7140]: password changed for root"],
        }),
      ],
    }),
  ],
}
