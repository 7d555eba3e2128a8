import type { Quarantined } from "../../../src/rules/rule.ts"
import { makeTally, makeWindow } from "../../report/make.ts"
import { at, type GoldenCase } from "../golden-case.ts"

function broken(file: string, line: number, column: number, message: string, hint: string): Quarantined {
  const path = `/etc/tamis/rules/web/ignore.d.server/${file}`
  return {
    rule: { directory: "ignore.d.server", file, path, line, text: "", samples: [] },
    problem: { file: path, line, column, message, hint },
  }
}

export const input: GoldenCase = {
  quarantined: [
    broken("nginx", 14, 52, "unmatched ( in the pattern", "close it, or write \\( for a parenthesis"),
    broken("php-fpm", 3, 1, "unknown variable POOL", "define it under this host's variables"),
  ],
  further: {
    refusedReload: {
      atMs: at("09:41:12"),
      problems: ['/etc/tamis/tamis.yml:14:5: hosts.2.levle: unknown option; did you mean "level"?'],
    },
  },
  windows: [
    makeWindow({
      opensAtMs: at("09:00:00"),
      closesAtMs: at("10:00:00"),
      ignored: { router: 90_411, web1: 412 },
      rejected: { router: 2 },
      unjudged: { web1: 1 },
      losses: {
        udp_kernel_drops: 120,
        peers_refused: 1,
        connections_refused: 14,
        connections_idle_closed: 3,
        frames_truncated: 1,
        stream_bytes_skipped: 20_480,
      },
      newHosts: ["web1"],
      tallies: [
        makeTally({
          host: "web1",
          program: "app",
          firstMs: at("09:30:00"),
          samples: ["Nov 23 09:30:00 web1 app[9]: started"],
        }),
      ],
    }),
  ],
}
