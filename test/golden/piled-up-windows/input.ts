import { makeTally, makeWindow } from "../../report/make.ts"
import { at, type GoldenCase } from "../golden-case.ts"

const linkDown = {
  host: "router",
  program: "kernel",
  template: "router kernel: igb *: NIC Link is Down",
}
const yesterday = 86_400_000

export const input: GoldenCase = {
  windows: [
    makeWindow({
      id: 4,
      opensAtMs: at("22:00:00") - yesterday,
      closesAtMs: at("23:00:00") - yesterday,
      ignored: { router: 3_000, web1: 10 },
      newHosts: ["web1"],
      tallies: [
        makeTally({
          ...linkDown,
          count: 2,
          firstMs: at("22:30:00") - yesterday,
          lastMs: at("22:31:00") - yesterday,
          samples: ["Nov 22 22:30:00 router kernel: igb 0000:02:00.0 enp2s0: NIC Link is Down"],
        }),
      ],
    }),
    makeWindow({
      id: 5,
      opensAtMs: at("23:00:00") - yesterday,
      closesAtMs: at("00:00:00"),
      ignored: { router: 2_950 },
    }),
    makeWindow({
      id: 6,
      opensAtMs: at("00:00:00"),
      closesAtMs: at("01:00:00"),
      ignored: { router: 2_876, db1: 4 },
      newHosts: ["db1"],
      tallies: [
        makeTally({
          ...linkDown,
          firstMs: at("00:12:13"),
          samples: ["Nov 23 00:12:13 router kernel: igb 0000:02:00.0 enp2s0: NIC Link is Down"],
        }),
      ],
    }),
  ],
}
