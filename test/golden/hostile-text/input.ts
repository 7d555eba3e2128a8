import { makeTally, makeWindow } from "../../report/make.ts"
import { at, type GoldenCase } from "../golden-case.ts"

const ESC = "\u001b"

export const input: GoldenCase = {
  windows: [
    makeWindow({
      opensAtMs: at("09:00:00"),
      closesAtMs: at("10:00:00"),
      newHosts: ["evil\u202Egpj.host"],
      tallies: [
        makeTally({
          host: "evil\u202Egpj.host",
          program: "sh",
          firstMs: at("09:00:01"),
          samples: [`Nov 23 09:00:01 evil sh: ${ESC}[2J${ESC}]0;owned\u0007 back\u0008\u0008 and\r\nforth\u0085`],
        }),
        makeTally({
          host: "evil\u202Egpj.host",
          program: "sh",
          firstMs: at("09:00:02"),
          samples: [
            "Nov 23 09:00:02 evil sh: \u2066abc\u2069 \u200Bzero\u200Dwidth\uFEFF \u2028 \uD800 half \u{E0041} tag",
          ],
        }),
        makeTally({
          host: "evil\u202Egpj.host",
          program: "sh",
          firstMs: at("09:00:03"),
          samples: [`Nov 23 09:00:03 evil sh: ${"long ".repeat(800)}`],
        }),
        makeTally({
          host: "evil\u202Egpj.host",
          program: "curl\nSubject: forged",
          coarseness: 1,
          count: 7,
          firstMs: at("09:00:04"),
          lastMs: at("09:00:05"),
          samples: ["Nov 23 09:00:04 evil curl: Ünïcödé stays as it is, 漢字 and 🦀 too"],
        }),
      ],
    }),
  ],
}
