import { type LogLine, logWindow } from "../../report/make.ts"
import { at, type GoldenCase } from "../golden-case.ts"

const FOUND = [
  "Command line: BOOT_IMAGE=/boot/vmlinuz-6.1.0-40-amd64 root=UUID=8c1e quiet",
  "BIOS-provided physical RAM map:",
  "ACPI: Early table checksum verification disabled",
  "smpboot: CPU0: AMD EPYC Processor (family: 0x17, model: 0x31, stepping: 0x0)",
  "NET: Registered PF_INET6 protocol family",
  "virtio_net virtio0 enp1s0: renamed from eth0",
  "EXT4-fs (vda1): mounted filesystem with ordered data mode. Quota mode: none.",
]

function boot(time: string, found: readonly string[]): readonly LogLine[] {
  const version = "Linux version 6.1.0-40-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0)"
  return [version, ...found].map((text, second) => {
    const atMs = at(`${time}:00`) + second * 1_000
    return { atMs, text: `Nov 23 ${time}:0${second} web1 kernel: [    ${second}.004711] ${text}` }
  })
}

/** A host that starts, with a device that it never had; a link that was down for a moment; a program that fails with a trace. */
export const input: GoldenCase = {
  before: [
    logWindow(boot("06:10", FOUND), { id: 1, opensAtMs: at("06:00:00"), ignored: { web1: 210, router: 400 } }),
    logWindow([], { id: 2, opensAtMs: at("07:00:00"), ignored: { web1: 211, router: 401 } }),
  ],
  windows: [
    logWindow(
      [
        ...boot("09:12", [...FOUND, "tpm tpm0: A TPM error (256) occurred attempting the self test"]),
        { atMs: at("09:30:00"), text: "Nov 23 09:30:00 router kernel: igb 0000:02:00.0 enp2s0: NIC Link is Down" },
        {
          atMs: at("09:30:04"),
          text: "Nov 23 09:30:04 router kernel: igb 0000:02:00.0 enp2s0: NIC Link is Up 1000 Mbps Full Duplex",
        },
        {
          atMs: at("09:41:10"),
          text: "Nov 23 09:41:10 web1 shop[811]: java.lang.IllegalStateException: pool is closed",
        },
        ...["Pool.take(Pool.java:41)", "Shop.order(Shop.java:190)", "Server.run(Server.java:77)"].map((frame) => ({
          atMs: at("09:41:10"),
          text: `Nov 23 09:41:10 web1 shop[811]: #011at org.example.${frame}`,
        })),
      ],
      { id: 3, opensAtMs: at("09:00:00"), ignored: { web1: 190, router: 402 } },
    ),
  ],
}
