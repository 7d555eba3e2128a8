import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { SHIPPED_ALARMING } from "../support/alarming.ts"

/** Beside the samples of the rules: what programs say in other releases, and in other words. */
const ALARMING: readonly string[] = [
  "sshd[7]: Accepted keyboard-interactive/pam for root from 203.0.113.9 port 52144 ssh2",
  "sshd(pam_unix)[7]: session opened for user root by (uid=0)",
  "sshd-session[7]: pam_unix(sshd:session): session opened for user root(uid=0) by root(uid=0)",
  "login(pam_unix)[7]: session opened for user root by LOGIN(uid=0)",
  "su(pam_unix)[7]: authentication failure; logname= uid=500 euid=0 tty= ruser=ada rhost=  user=root",
  "sudo: pam_unix(sudo:auth): conversation failed",
  "kernel: Out of Memory: Killed process 1702 (httpd).",
  "kernel: oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),task=java,pid=1702,uid=1000",
  "kernel: oom_reaper: reaped process 1702 (java), now anon-rss:0kB",
  "kernel: httpd: page allocation failure. order:0, mode:0x20",
  "kernel: traps: php[7] trap invalid opcode ip:7f sp:7f error:0",
  "httpd[7]: child pid 8 exit signal Segmentation fault (11)",
  "kernel: kernel BUG at fs/inode.c:512!",
  "kernel: rcu: INFO: rcu_sched self-detected stall on CPU",
  "kernel: print_req_error: critical target error, dev sdb, sector 7",
  "kernel: nvme nvme0: I/O 123 QID 4 timeout, aborting",
  "kernel: hda: dma_intr: status=0x51 { DriveReady SeekComplete Error }",
  "kernel: ata1: hard resetting link",
  "app[7]: fork failed: Cannot allocate memory",
  "app[7]: accept: Too many open files",
  "su: BAD SU ada to operator on /dev/ttyp0",
  "kernel: Aborting journal on device sda1-8.",
  "kernel: EXT4-fs (sda1): error count since last fsck: 3",
  "kernel: XFS (dm-0): Filesystem has been shut down due to log error (0x2).",
  "kernel: md: kicking non-fresh sdb1 from array!",
  "kernel: megaraid_sas 0000:03:00.0: drive 4 of array 0 failed",
  "kernel: CPU1: Package temperature above threshold, cpu clock throttled (total events = 7)",
  "kernel: thermal thermal_zone0: critical temperature reached (99 C), shutting down",
  "systemd[1]: nginx.service: Start request repeated too quickly.",
  "systemd[1]: nginx.service: Main process exited, code=exited, status=1/FAILURE",
  "systemd[1]: Dependency failed for Remote File Systems.",
  "nginx[7]: SSL_do_handshake() failed: certificate verify failed: certificate has expired",
  "certbot[7]: the certificate for www.example.org expired yesterday",
  "kernel: neighbour: arp_cache: neighbor table overflow!",
  "arpwatch: changed ethernet address 192.0.2.7 02:00:00:00:00:aa (02:00:00:00:00:bb)",
]

const ORDINARY: readonly string[] = [
  "sshd[7]: Failed password for root from 203.0.113.9 port 52144 ssh2",
  "sshd[7]: Failed password for invalid user oracle from 203.0.113.9 port 52144 ssh2",
  "sshd[7]: Invalid user admin from 203.0.113.9",
  "sshd[7]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9  user=root",
  "sshd(pam_unix)[7]: authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=203.0.113.9  user=root",
  "sshd[7]: reverse mapping checking getaddrinfo for a.example.org [203.0.113.9] failed - POSSIBLE BREAK-IN ATTEMPT!",
  "sshd[7]: Accepted publickey for ada from 203.0.113.9 port 52144 ssh2",
  "sshd[7]: Read error from remote host 203.0.113.9 port 52144: Connection reset by peer",
  "CRON[7]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)",
  "crond(pam_unix)[7]: session opened for user root by (uid=0)",
  "su(pam_unix)[7]: session opened for user news by (uid=0)",
  "sudo:     ada : TTY=pts/0 ; PWD=/home/ada ; USER=root ; COMMAND=/usr/bin/apt update",
  "kernel: EXT4-fs (sda1): mounted filesystem with ordered data mode",
  "kernel: hub 1-0:1.0: USB hub found",
  "kernel: Intel machine check architecture supported.",
  "kernel: Out of IOMMU space, falling back",
  "smartd[7]: Device: /dev/sda [SAT], SMART Usage Attribute: 194 Temperature_Celsius changed from 111 to 110",
  "systemd[1]: Started nginx.service - A high performance web server.",
  "systemd[1]: apt-daily.service: Deactivated successfully.",
  "ntpd[7]: synchronized to 192.0.2.7, stratum 3",
]

describe("what looks alarming", () => {
  const line = (text: string) => `Nov 23 18:33:13 web1 ${text}`
  for (const text of ALARMING) {
    test(text, () => assert.ok(SHIPPED_ALARMING.about(line(text))))
  }

  test("every sample of an alarm rule is alarming", () => {
    assert.deepEqual(
      SHIPPED_ALARMING.lines.filter((each) => SHIPPED_ALARMING.about(each) === undefined),
      [],
    )
  })

  test("routine lines are not alarming", () => {
    assert.deepEqual(
      ORDINARY.filter((text) => SHIPPED_ALARMING.about(line(text)) !== undefined),
      [],
    )
  })
})
