import { makeTally, makeWindow } from "../../report/make.ts"
import { at, type GoldenCase } from "../golden-case.ts"

export const input: GoldenCase = {
  windows: [
    makeWindow({
      opensAtMs: at("09:00:00"),
      closesAtMs: at("10:00:00"),
      ignored: { mail: 3_120, web1: 1_700 },
      tallies: [
        makeTally({
          host: "mail",
          program: "systemd",
          firstMs: at("09:59:58"),
          samples: ["Nov 23 09:59:58 mail systemd[1]: spamd.service: Main process exited, code=killed, status=9/KILL"],
        }),
        makeTally({
          host: "web1",
          layer: "violations",
          // Two rule files raise it, so two sections show it; the accounts count it once.
          sections: ["Security Events for ssh", "Security Events for local-brute"],
          rules: ["/etc/logcheck/violations.d/ssh:11", "/etc/tamis/rules/violations.d/local-brute:2"],
          program: "sshd-session",
          count: 1_342,
          firstMs: at("09:00:03"),
          lastMs: at("09:58:41"),
          samples: [
            "Nov 23 09:00:03 web1 sshd-session[30112]: error: maximum authentication attempts exceeded for root",
          ],
        }),
        makeTally({
          host: "web1",
          layer: "cracking",
          sections: ["Security Alerts for rootkit"],
          rules: ["cracking.d/rootkit:4"],
          program: "kernel",
          firstMs: at("09:17:26"),
          samples: ["Nov 23 09:17:26 web1 kernel: device eth0 entered promiscuous mode"],
        }),
        makeTally({
          host: "web1",
          layer: "violations",
          sections: ["Security Events"],
          rules: ["/etc/logcheck/violations.d/logcheck:8"],
          program: "sudo",
          firstMs: at("09:17:02"),
          samples: [
            "Nov 23 09:17:02 web1 sudo: www-data : user NOT in sudoers ; PWD=/tmp ; USER=root ; COMMAND=/usr/bin/tcpdump",
          ],
        }),
      ],
    }),
  ],
}
