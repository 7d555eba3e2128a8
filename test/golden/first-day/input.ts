/** The first window of a digest: nothing is usual yet, and the hosts are new. */
import { makeTally, makeWindow } from "../../report/make.ts"
import { at, type GoldenCase } from "../golden-case.ts"

const span = { firstMs: at("09:00:07"), lastMs: at("09:57:31") }

export const input: GoldenCase = {
  windows: [
    makeWindow({
      opensAtMs: at("09:00:00"),
      ignored: { router: 4_100, nas: 311, web1: 922 },
      newHosts: ["router", "nas", "web1"],
      tallies: [
        makeTally({
          host: "router",
          program: "dnsmasq-dhcp",
          count: 48,
          ...span,
          samples: ["Nov 23 09:00:07 router dnsmasq-dhcp[901]: not using configured address 192.168.1.20"],
        }),
        makeTally({
          host: "nas",
          program: "smartd",
          alarm: "disk",
          count: 2,
          ...span,
          samples: ["Nov 23 09:00:07 nas smartd[640]: Device: /dev/sdb, 8 Currently unreadable (pending) sectors"],
        }),
        makeTally({
          host: "web1",
          program: "app",
          firstMs: at("09:31:00"),
          samples: ["Nov 23 09:31:00 web1 app[88]: cache is cold"],
        }),
      ],
    }),
  ],
}
