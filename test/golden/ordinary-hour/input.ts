import { makeTally, makeWindow } from "../../report/make.ts"
import { at, type GoldenCase } from "../golden-case.ts"

/** Three hours before, with the router's link and two jobs that are as usual. */
const before = [6, 7, 8].map((hour, index) => {
  const opensAtMs = at(`0${hour}:00:00`)
  const usual = (program: string, count: number, sample: string) =>
    makeTally({ host: "web1", program, count, firstMs: opensAtMs, lastMs: opensAtMs + 1_800_000, samples: [sample] })
  return makeWindow({
    id: index + 1,
    opensAtMs,
    ignored: { router: 6_000, web1: 1_800 },
    tallies: [
      usual("backup", 6, `Nov 23 0${hour}:10:00 web1 backup[71]: job nightly is late`),
      usual("nginx", 3, `Nov 23 0${hour}:11:00 web1 nginx[411]: upstream timed out`),
    ],
  })
})

export const input: GoldenCase = {
  before,
  windows: [
    makeWindow({
      opensAtMs: at("09:00:00"),
      closesAtMs: at("10:00:00"),
      ignored: { router: 6_211, web1: 1_874, mail: 290, db1: 12 },
      tallies: [
        makeTally({
          host: "web1",
          program: "nginx",
          alarm: "service",
          count: 12,
          firstMs: at("09:20:00"),
          lastMs: at("09:31:12"),
          samples: [
            "Nov 23 09:20:00 web1 nginx[411]: 2026/11/23 09:20:00 [crit] 411#411: *1877 connect() to unix:/run/php/php8.4-fpm.sock failed (2: No such file or directory) while connecting to upstream, client: 198.51.100.7, server: www.example.org",
          ],
        }),
        makeTally({
          host: "web1",
          program: "backup",
          count: 7,
          firstMs: at("09:10:00"),
          lastMs: at("09:58:00"),
          samples: ["Nov 23 09:10:00 web1 backup[71]: job nightly is late"],
        }),
        makeTally({
          host: "web1",
          program: "nginx",
          count: 240,
          firstMs: at("09:11:00"),
          lastMs: at("09:43:12"),
          samples: ["Nov 23 09:11:00 web1 nginx[411]: upstream timed out"],
        }),
        makeTally({
          host: "web1",
          program: "systemd",
          firstMs: at("09:41:02"),
          samples: ["Nov 23 09:41:02 web1 systemd[1]: certbot.service: Failed with result 'exit-code'."],
        }),
        makeTally({
          host: "router",
          program: "kernel",
          count: 3,
          firstMs: at("09:02:17"),
          lastMs: at("09:48:55"),
          samples: ["Nov 23 09:02:17 router kernel: igb 0000:02:00.0 enp2s0: NIC Link is Down"],
        }),
        makeTally({
          host: "router",
          program: "ntpd",
          firstMs: at("09:05:30"),
          samples: ["Jan  1 00:00:09 router ntpd[212]: time stepped by 1795421721.512 s"],
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
    }),
  ],
}
