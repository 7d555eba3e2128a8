import { makeTally, makeWindow } from "../../report/make.ts"
import { at, type GoldenCase } from "../golden-case.ts"

/** One host fills its groups with ever new lines; another has a single one. */
const flood = Array.from({ length: 2_000 }, (_, n) =>
  makeTally({
    host: "camera",
    program: "ipcam",
    count: 1 + (n % 3),
    firstMs: at("09:00:00") + n * 500,
    lastMs: at("09:40:00") + n * 500,
    samples: [`Nov 23 09:00:00 camera ipcam: motion zone ${n.toString(36)}: event queue overflow`],
  }),
)

export const input: GoldenCase = {
  maxBytes: 2_048,
  windows: [
    makeWindow({
      opensAtMs: at("09:00:00"),
      closesAtMs: at("10:00:00"),
      ignored: { camera: 20, nas: 118 },
      tallies: [
        ...flood,
        makeTally({
          host: "camera",
          program: "ipcam",
          template: "(other lines of ipcam)",
          coarseness: 1,
          count: 1_204_381,
          firstMs: at("09:01:40"),
          lastMs: at("09:59:59"),
          samples: ["Nov 23 09:01:40 camera ipcam: motion zone 1jz: event queue overflow"],
        }),
        makeTally({
          host: "camera",
          program: "dropbear",
          firstMs: at("09:52:08"),
          samples: ["Nov 23 09:52:08 camera dropbear[812]: Exit before auth: Max auth tries reached"],
        }),
        makeTally({
          host: "nas",
          program: "smartd",
          firstMs: at("09:33:33"),
          samples: ["Nov 23 09:33:33 nas smartd[640]: Device: /dev/sdb, 8 Currently unreadable (pending) sectors"],
        }),
      ],
    }),
  ],
}
