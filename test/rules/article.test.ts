/**
 * The lines that an administrator's own rules for a router and its servers ignore are ignored by the shipped rule sets
 * as well. A real administrator's rules are no part of this repository: they are tried if they are available.
 */
import assert from "node:assert/strict"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { compileJudge } from "../../src/rules/compile.ts"
import { loadRuleSet } from "../../src/rules/rule-set.ts"

const root = join(import.meta.dirname, "../..")
const article = join(root, "../shared/article/rules")
const corpus = join(root, "test/corpus/administrator")

const packet = "MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 SRC=203.0.113.7 DST=192.0.2.1"
const broadcast = "MAC=ff:ff:ff:ff:ff:ff:02:00:00:00:00:02:08:00 SRC=192.0.2.77"
const unspecified = "0000:0000:0000:0000:0000:0000:0000:0000"
const loopback = "0000:0000:0000:0000:0000:0000:0000:0001"

const ignored = [
  `kernel: [12345.678901] [STEALTH] IN=enp1s0 OUT= ${packet} LEN=40 TOS=0x00 PREC=0x00 TTL=240 ID=54321 PROTO=TCP SPT=40000 DPT=23 WINDOW=1024 RES=0x00 FIN URGP=0`,
  `kernel: [   45.678901] [SYNSCAN] IN=enp1s0 OUT= ${packet} LEN=44 TOS=0x00 PREC=0x00 TTL=52 ID=0 DF PROTO=TCP SPT=40000 DPT=22 WINDOW=65535 RES=0x00 SYN URGP=0`,
  `kernel: [12345.678901] [CNSCAN] IN=enp1s0 OUT= ${packet} LEN=28 TOS=0x00 PREC=0x00 TTL=49 ID=1 PROTO=ICMP TYPE=8 CODE=0 ID=1 SEQ=1`,
  `kernel: [12345.678901] [GRSCAN] IN=enp1s0 OUT= ${packet} LEN=29 TOS=0x00 PREC=0x00 TTL=49 ID=1 PROTO=UDP SPT=40000 DPT=161 LEN=9`,
  `kernel: [12345.678901] [INPUT] IN=enp1s0 OUT= ${broadcast} DST=192.0.2.255 LEN=164 TOS=0x00 PREC=0x00 TTL=64 ID=4711 DF PROTO=UDP SPT=44752 DPT=6771 LEN=144`,
  `kernel: [12345.678901] [INPUT] IN=enp1s0 OUT= ${broadcast} DST=192.0.2.255 LEN=44 TOS=0x00 PREC=0x00 TTL=64 ID=4711 DF PROTO=UDP SPT=8612 DPT=8610 LEN=24`,
  `kernel: [12345.678901] [INPUT] IN=enp1s0 OUT= ${broadcast} DST=255.255.255.255 LEN=101 TOS=0x00 PREC=0x00 TTL=64 ID=4711 DF PROTO=UDP SPT=40000 DPT=161 LEN=81`,
  `kernel: [12345.678901] [INPUT] IN=enp1s0 OUT= ${broadcast} DST=255.255.255.255 LEN=328 TOS=0x10 PREC=0x00 TTL=128 ID=0 PROTO=UDP SPT=68 DPT=67 LEN=308`,
  "kernel: [   12.345678] [IP6] IN= OUT=enp1s0 SRC=fe80:0000:0000:0000:0000:00ff:fe00:0001 DST=ff02:0000:0000:0000:0000:0000:0000:0002 LEN=56 TC=0 HOPLIMIT=255 FLOWLBL=0 PROTO=ICMPv6 TYPE=133 CODE=0",
  `kernel: [   12.345678] [IP6] IN= OUT=enp1s0 SRC=${unspecified} DST=ff02:0000:0000:0000:0000:0000:0000:0016 LEN=76 TC=0 HOPLIMIT=1 FLOWLBL=0 PROTO=ICMPv6 TYPE=143 CODE=0 MARK=0xd4`,
  `kernel: [12345.678901] [IP6] IN= OUT=lo SRC=${loopback} DST=${loopback} LEN=120 TC=0 HOPLIMIT=64 FLOWLBL=123456 PROTO=UDP SPT=40000 DPT=53 LEN=80`,
  "sshd[4711]: Received disconnect from 203.0.113.7 port 50022:11: Bye Bye [preauth]",
  "sshd[4711]: Disconnected from 203.0.113.7 port 50022 [preauth]",
  "sshd[4711]: Invalid user admin from 203.0.113.7 port 50022",
  "sshd[4711]: Connection closed by 203.0.113.7 port 50022 [preauth]",
  "systemd[1]: apt-daily.service: Succeeded.",
  "systemd[1]: Started Session 12 of user root.",
  "systemd[1]: Created slice User Slice of root.",
  "systemd[1]: Starting Daily apt upgrade and clean activities...",
  "systemd[1]: Finished Daily apt upgrade and clean activities.",
  "cron-apt: CRON-APT ACTION: 9-notify",
  "cron-apt: CRON-APT LINE: /usr/bin/apt-get -o quiet=2 -q -q --no-act upgrade",
  "cron-apt: CRON-APT LINE: /usr/bin/apt-get -o quiet=2 update -o quiet=2",
  "kernel: [12345.678901] perf: interrupt took too long (2501 > 2500), lowering kernel.perf_event_max_sample_rate to 79750",
  "fail2ban-server[4711]: Server ready",
  "isc-dhcp-server[4711]: Starting ISC DHCPv4 server: dhcpd.",
  "ntpd[4711]: configuration OK",
  'rsyslogd: [origin software="rsyslogd" swVersion="8.1901.0" x-pid="4711" x-info="https://www.rsyslog.com"] rsyslogd was HUPed',
  "rkhunter: Please inspect this machine, because it may be infected.",
  "kernel: [12345.678901] e1000e 0000:03:00.0 enp3s0: 10/100 speed: disabling TSO",
  "kernel: [12345.678901] e1000e: enp3s0 NIC Link is Down",
  "kernel: [12345.678901] e1000e: enp3s0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx",
]

const reported = [
  "sshd[4711]: Accepted password for root from 203.0.113.7 port 50022 ssh2",
  "kernel: [12345.678901] e1000e: enp1s0 NIC Link is Down",
  `kernel: [12345.678901] [INPUT] IN=enp3s0 OUT= ${broadcast} DST=192.0.2.255 LEN=44 TOS=0x00 PREC=0x00 TTL=64 ID=4711 DF PROTO=UDP SPT=8612 DPT=8610 LEN=24`,
  `kernel: [12345.678901] [INPUT] IN=enp1s0 OUT= ${packet} LEN=44 TOS=0x00 PREC=0x00 TTL=52 ID=0 DF PROTO=TCP SPT=40000 DPT=22 WINDOW=65535 RES=0x00 SYN URGP=0`,
  "systemd[1]: apt-daily.service: Failed with result 'exit-code'.",
]

const variables = new Map([
  ["WAN_IF", "enp1s0"],
  ["LAN_IF", "enp3s0"],
])

function sieve(directories: readonly string[]) {
  const loaded = directories.map((directory) => loadRuleSet(directory, directory))
  assert.deepEqual(
    loaded.flatMap(({ problems }) => problems),
    [],
  )
  const sets = loaded.map(({ ruleSet }) => ruleSet)
  const { judge, quarantined } = compileJudge(sets, { level: "server", variables, crackingIgnore: false })
  assert.deepEqual(quarantined, [])
  return (text: string) => {
    const bytes = Buffer.from(`Jun 21 16:47:48 router ${text}`)
    return judge.judge({ bytes, ascii: true, isoForm: () => undefined }).layer
  }
}

const sources = [
  { name: "an administrator's rules in test/corpus", directories: [corpus] },
  { name: "a real administrator's rules", directories: [article] },
  { name: "the shipped rules", directories: [join(root, "rules/common"), join(root, "rules/router")] },
]

for (const { name, directories } of sources) {
  const absent = directories.find((directory) => !existsSync(directory))
  describe(name, { skip: absent === undefined ? false : `${absent} is not there` }, () => {
    const layerOf = absent === undefined ? sieve(directories) : () => undefined
    test(`${name} ignore the lines that the administrator dealt with`, () =>
      assert.deepEqual(
        ignored.filter((line) => layerOf(line) !== "ignored"),
        [],
      ))
    test(`${name} report all other lines`, () =>
      assert.deepEqual(
        reported.filter((line) => layerOf(line) !== "system"),
        [],
      ))
  })
}
