import type { RottenRule } from "../../../src/rot/rotten-rules.ts"
import { makeTally, makeWindow } from "../../report/make.ts"
import { at, type GoldenCase } from "../golden-case.ts"

const DAY = 86_400_000

const sessions = makeTally({
  host: "web1",
  program: "sshd-session",
  count: 31,
  firstMs: at("09:02:10"),
  lastMs: at("09:58:03"),
  samples: ["Nov 23 09:02:10 web1 sshd-session[714]: Accepted publickey for ada from 192.0.2.7 port 40122 ssh2"],
})

const deactivated = ["apt-daily", "man-db"].map((unit, index) =>
  makeTally({
    host: "web1",
    program: "systemd",
    template: `web1 systemd[<n>]: ${unit}.service: Deactivated successfully.`,
    count: 2 - index,
    firstMs: at("09:17:00"),
    lastMs: at("09:47:00"),
    samples: [`Nov 23 09:17:00 web1 systemd[1]: ${unit}.service: Deactivated successfully.`],
  }),
)

const rotten: readonly RottenRule[] = [
  {
    rule: {
      directory: "ignore.d.server",
      file: "local-ssh",
      path: "/etc/tamis/rules/own/ignore.d.server/local-ssh",
      line: 12,
      text: "^${HEAD} sshd\\[${PID}\\]: Accepted publickey for ${USER} from ${IP} port ${PORT} ssh2$",
      samples: [],
    },
    record: {
      hits: 16_856,
      firstMs: at("08:58:00") - 14 * DAY,
      lastMs: at("08:58:00"),
      gapMs: 1_200_000,
      days: 15,
      sample: "Nov 23 08:40:12 web1 sshd[711]: Accepted publickey for ada from 192.0.2.7 port 40100 ssh2",
    },
    groups: [sessions],
    proposal: {
      pattern: "^${HEAD} sshd(-session)?\\[${PID}\\]: Accepted publickey for ${USER} from ${IP} port ${PORT} ssh2$",
      isChange: true,
    },
  },
  {
    rule: {
      directory: "ignore.d.server",
      file: "local-systemd",
      path: "/etc/tamis/rules/own/ignore.d.server/local-systemd",
      line: 3,
      text: "^${HEAD} systemd\\[${PID}\\]: [^ ]+: Succeeded\\.$",
      samples: [],
    },
    record: {
      hits: 14,
      firstMs: at("06:30:00") - 34 * DAY,
      lastMs: at("06:30:00") - 4 * DAY,
      gapMs: DAY,
      days: 14,
      sample: "Nov 19 06:30:00 web1 systemd[1]: apt-daily.service: Succeeded.",
    },
    groups: deactivated,
    proposal: {
      pattern: "^${HEAD} systemd\\[${PID}\\]: [^ ]+: (Succeeded|Deactivated successfully)\\.$",
      isChange: true,
    },
  },
]

export const input: GoldenCase = {
  further: { rottenRules: rotten },
  windows: [
    makeWindow({
      opensAtMs: at("09:00:00"),
      closesAtMs: at("10:00:00"),
      ignored: { web1: 412 },
      tallies: [sessions, ...deactivated],
    }),
  ],
}
