/** What comes often and complains of nothing gets a rule; a service that fails, however often, does not. */
import { makeTally, makeWindow } from "../../report/make.ts"
import { at, type GoldenCase } from "../golden-case.ts"

const span = { firstMs: at("09:00:12"), lastMs: at("09:55:40") }

function backups(host: string, count: number) {
  return makeTally({
    host,
    program: "backup",
    template: `${host} backup[<n>]: job nightly finished in <n> s`,
    count,
    ...span,
    samples: [
      `Nov 23 09:00:12 ${host} backup[812]: job nightly finished in 42 s`,
      `Nov 23 09:20:12 ${host} backup[977]: job hourly finished in 7 s`,
    ],
  })
}

const DAY_MS = 86_400_000

/** Nine days before, an hour with as many backups. */
const past = {
  id: 1,
  opensAtMs: at("09:00:00") - 9 * DAY_MS,
  closesAtMs: at("10:00:00") - 9 * DAY_MS,
  tallies: [{ ...backups("mail", 30), firstMs: span.firstMs - 9 * DAY_MS, lastMs: span.lastMs - 9 * DAY_MS }],
}

export const input: GoldenCase = {
  past: [past],
  suggestedRules: 5,
  attachRules: true,
  windows: [
    makeWindow({
      id: 2,
      opensAtMs: at("09:00:00"),
      closesAtMs: at("10:00:00"),
      tallies: [
        backups("web1", 48),
        backups("db1", 24),
        makeTally({
          host: "web1",
          program: "sshd",
          template: "web1 sshd[<n>]: Failed password for root from <ip> port <n> ssh2",
          count: 310,
          ...span,
          samples: [
            "Nov 23 09:01:40 web1 sshd[2204]: Failed password for root from 203.0.113.9 port 50022 ssh2",
            "Nov 23 09:02:11 web1 sshd[2209]: Failed password for root from 198.51.100.7 port 41 ssh2",
          ],
        }),
        makeTally({
          host: "web1",
          program: "nginx",
          template: "web1 nginx[<n>]: <time> [crit] <n>#<n>: *<n> connect() failed",
          count: 120,
          ...span,
          samples: ["Nov 23 09:20:00 web1 nginx[411]: 2026/11/23 09:20:00 [crit] 411#411: *1877 connect() failed"],
        }),
        makeTally({
          host: "db1",
          program: "kernel",
          template: "db1 kernel: Out of memory: Killed process <n> (postgres)",
          count: 30,
          ...span,
          samples: ["Nov 23 09:30:00 db1 kernel: Out of memory: Killed process 1702 (postgres)"],
        }),
      ],
      ignored: { web1: 5_000, db1: 2_000 },
    }),
  ],
}
