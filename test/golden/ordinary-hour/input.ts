import { type LogLine, logWindow, makeTally } from "../../report/make.ts"
import { at, type GoldenCase } from "../golden-case.ts"

/** Two jobs that are as usual, each so many times an hour. */
function usual(hour: number, backups: number, timeouts: number): readonly LogLine[] {
  const line = (minute: number, text: string, times: number) => {
    const time = `0${hour}:${minute}:00`
    return { atMs: at(time), text: `Nov 23 ${time} web1 ${text}`, times }
  }
  return [
    line(10, "backup[71]: job nightly is late", backups - 1),
    line(58, "backup[93]: job nightly is late", 1),
    line(11, "nginx[411]: upstream timed out after 60 s", timeouts - 1),
    line(43, "nginx[411]: upstream timed out after 61 s", 1),
  ]
}

const before = [6, 7, 8].map((hour, index) =>
  logWindow(usual(hour, 6, 3), {
    id: index + 1,
    opensAtMs: at(`0${hour}:00:00`),
    ignored: { router: 6_000, web1: 1_800 },
  }),
)

const CRIT =
  "2026/11/23 09:20:00 [crit] 411#411: *1877 connect() to unix:/run/php/php8.4-fpm.sock failed " +
  "(2: No such file or directory) while connecting to upstream, client: 198.51.100.7, server: www.example.org"

export const input: GoldenCase = {
  before,
  windows: [
    logWindow(
      [
        ...usual(9, 7, 240),
        {
          atMs: at("09:41:02"),
          text: "Nov 23 09:41:02 web1 systemd[1]: certbot.service: Failed with result 'exit-code'.",
        },
        { atMs: at("09:05:30"), text: "Jan  1 00:00:09 router ntpd[212]: time stepped by 1795421721.512 s" },
        {
          atMs: at("09:02:17"),
          text: "Nov 23 09:02:17 router kernel: igb 0000:02:00.0 enp2s0: NIC Link is Down",
          times: 2,
        },
        { atMs: at("09:48:55"), text: "Nov 23 09:48:55 router kernel: igb 0000:02:00.0 enp2s0: NIC Link is Down" },
      ],
      {
        id: 4,
        opensAtMs: at("09:00:00"),
        ignored: { router: 6_211, web1: 1_874, mail: 290, db1: 12 },
        tallies: [
          makeTally({
            host: "web1",
            program: "nginx",
            alarm: "service",
            count: 12,
            firstMs: at("09:20:00"),
            lastMs: at("09:31:12"),
            samples: [`Nov 23 09:20:00 web1 nginx[411]: ${CRIT}`],
          }),
          makeTally({
            host: "web1",
            program: "su",
            layer: "violations",
            sections: ["Security Events for su"],
            rules: ["/etc/logcheck/violations.d/su:3"],
            count: 2,
            firstMs: at("09:12:40"),
            lastMs: at("09:12:44"),
            samples: ["Nov 23 09:12:40 web1 su[2204]: FAILED SU (to root) marie on pts/0"],
          }),
        ],
      },
    ),
  ],
}
