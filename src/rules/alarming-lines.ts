/**
 * Lines that somebody should read: an ignore rule should not match any of them.
 *
 * `rules check` reports an ignore rule that matches one of them as over-broad. They are whole lines in the classic
 * form, for invented hosts and documentation addresses (RFC 5737, RFC 3849). They have the words of the programs, of
 * current and older releases (`sshd` and `sshd-session`, `Out of memory: Kill process` and `Out of memory: Killed
 * process`), because the hosts of a network have different releases.
 *
 * A line belongs here if it shows that an intruder may have come in or gained rights, that hardware or a file system is
 * failing, that data may be lost, or that the kernel or a service died. Lines that are routine on hosts in the Internet
 * do not belong here, such as failed passwords of users that do not exist. A rule for one of these lines may be right
 * on one host; the finding then shows its price.
 */
export const ALARMING_LINES: readonly string[] = [
  // Somebody became root, from outside or from inside.
  "Nov 23 03:14:07 web1 sshd[2204]: Accepted password for root from 203.0.113.9 port 52144 ssh2",
  "Nov 23 03:14:07 web1 sshd[2204]: Accepted publickey for root from 203.0.113.9 port 52144 ssh2: ED25519 SHA256:k2Jr1WBmDBcwVjHnEVYRyVPUf1DBoC1XxYnFhHZ3Tq4",
  "Nov 23 03:14:07 web1 sshd-session[2204]: Accepted password for root from 2001:db8::9 port 52144 ssh2",
  "Nov 23 03:14:07 web1 sshd[2204]: ROOT LOGIN REFUSED FROM 203.0.113.9 port 52144",
  "Nov 23 03:14:07 web1 login[811]: ROOT LOGIN on '/dev/tty1'",
  "Nov 23 03:14:07 web1 login[811]: ROOT LOGIN ON tty1 FROM 203.0.113.9",
  "Nov 23 03:14:07 web1 su[2310]: (to root) marie on pts/0",
  "Nov 23 03:14:07 web1 su[2310]: Successful su for root by marie",
  "Nov 23 03:14:07 web1 su[2310]: + pts/0 marie:root",
  "Nov 23 03:14:07 web1 su: pam_unix(su-l:session): session opened for user root(uid=0) by marie(uid=1000)",
  // Somebody tried to become root.
  "Nov 23 03:15:21 web1 su[2311]: FAILED SU (to root) marie on pts/0",
  "Nov 23 03:15:21 web1 su[2311]: FAILED su for root by marie",
  "Nov 23 03:15:21 web1 su[2311]: pam_unix(su:auth): authentication failure; logname=marie uid=1000 euid=0 tty=pts/0 ruser=marie rhost=  user=root",
  "Nov 23 03:15:21 web1 sudo[2312]: pam_unix(sudo:auth): authentication failure; logname=marie uid=1000 euid=0 tty=/dev/pts/0 ruser=marie rhost=  user=marie",
  "Nov 23 03:15:21 web1 sudo:    marie : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/home/marie ; USER=root ; COMMAND=/bin/bash",
  "Nov 23 03:15:21 web1 sudo[2312]:    marie : user NOT in sudoers ; TTY=pts/0 ; PWD=/home/marie ; USER=root ; COMMAND=/usr/bin/id",
  "Nov 23 03:15:21 web1 sudo[2312]:    marie : command not allowed ; TTY=pts/0 ; PWD=/home/marie ; USER=root ; COMMAND=/usr/bin/passwd root",
  "Nov 23 03:15:21 web1 login[812]: FAILED LOGIN (3) on '/dev/tty1' FOR 'root', Authentication failure",
  "Nov 23 03:15:21 web1 polkitd[640]: Operator of unix-session:3 FAILED to authenticate to gain authorization for action org.freedesktop.policykit.exec for unix-process:2300:91544 [bash] (owned by unix-user:marie)",
  // Accounts were made, or got rights.
  "Nov 23 03:16:02 web1 useradd[2330]: new user: name=backdoor, UID=0, GID=0, home=/root, shell=/bin/bash",
  "Nov 23 03:16:02 web1 useradd[2330]: new user: name=backdoor, UID=0, GID=0, home=/root, shell=/bin/bash, from=/dev/pts/0",
  "Nov 23 03:16:02 web1 usermod[2331]: add 'marie' to group 'sudo'",
  "Nov 23 03:16:02 web1 passwd[2332]: pam_unix(passwd:chauthtok): password changed for root",
  // Traces of an attack, or of somebody removing such traces.
  "Nov 23 03:17:44 web1 sshd[2340]: error: buffer_get_string_ret: bad string length 1349676916",
  "Nov 23 03:17:44 web1 sshd[2340]: fatal: mm_answer_sign: bad data length: 0",
  "Nov 23 03:17:44 web1 kernel: device eth0 entered promiscuous mode",
  "Nov 23 03:17:44 web1 kernel: [81277.204912] eth0: entered promiscuous mode",
  "Nov 23 03:17:44 web1 kernel: rootkit: module verification failed: signature and/or required key missing - tainting kernel",
  'Nov 23 03:17:44 web1 kernel: audit: type=1400 audit(1795404464.101:88): apparmor="DENIED" operation="open" profile="/usr/sbin/named" name="/etc/shadow" pid=700 comm="named" requested_mask="r" denied_mask="r" fsuid=105 ouid=0',
  "Nov 23 03:17:44 web1 arpwatch[590]: flip flop 192.0.2.1 00:00:5e:00:53:aa (00:00:5e:00:53:01) eth0",
  "Nov 23 03:17:44 web1 rkhunter[2350]: Warning: Suspicious file types found in /dev:",
  "Nov 23 03:17:44 web1 clamd[701]: /var/www/upload/x.php: Php.Webshell.Agent FOUND",
  "Nov 23 03:17:44 web1 systemd-journald[301]: File /var/log/journal/4f1c/system.journal corrupted or uncleanly shut down, renaming and replacing.",
  // Out of memory.
  "Nov 23 04:02:11 db1 kernel: Out of memory: Kill process 1702 (mysqld) score 901 or sacrifice child",
  "Nov 23 04:02:11 db1 kernel: Killed process 1702 (mysqld) total-vm:8123456kB, anon-rss:7012345kB, file-rss:0kB",
  "Nov 23 04:02:11 db1 kernel: [931204.118203] Out of memory: Killed process 1702 (postgres) total-vm:8123456kB, anon-rss:7012345kB, file-rss:0kB, shmem-rss:12kB, UID:113 pgtables:14200kB oom_score_adj:0",
  "Nov 23 04:02:11 db1 kernel: Memory cgroup out of memory: Killed process 1702 (java) total-vm:8123456kB, anon-rss:7012345kB, file-rss:0kB, shmem-rss:0kB, UID:1000 pgtables:14200kB oom_score_adj:0",
  "Nov 23 04:02:11 db1 kernel: postgres invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0",
  "Nov 23 04:02:11 db1 systemd[1]: postgresql@17-main.service: A process of this unit has been killed by the OOM killer.",
  // Disks and file systems.
  "Nov 23 04:10:40 nas1 kernel: ata1.00: exception Emask 0x0 SAct 0x0 SErr 0x0 action 0x6 frozen",
  "Nov 23 04:10:40 nas1 kernel: ata1.00: failed command: READ FPDMA QUEUED",
  "Nov 23 04:10:40 nas1 kernel: end_request: I/O error, dev sda, sector 976773160",
  "Nov 23 04:10:40 nas1 kernel: blk_update_request: I/O error, dev sda, sector 976773160",
  "Nov 23 04:10:40 nas1 kernel: [ 7712.403358] I/O error, dev sda, sector 976773160 op 0x0:(READ) flags 0x80700 phys_seg 4 prio class 2",
  "Nov 23 04:10:40 nas1 kernel: Buffer I/O error on dev sda1, logical block 122096389, lost async page write",
  "Nov 23 04:10:40 nas1 kernel: sd 0:0:0:0: [sda] Unhandled sense code",
  "Nov 23 04:10:40 nas1 kernel: sd 0:0:0:0: [sda] tag#12 Sense Key : Medium Error [current]",
  "Nov 23 04:10:40 nas1 kernel: nvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0x10",
  "Nov 23 04:10:40 nas1 kernel: critical medium error, dev nvme0n1, sector 1953525160 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 2",
  "Nov 23 04:10:40 nas1 kernel: EXT4-fs error (device sda1): ext4_find_entry:1455: inode #2: comm ls: reading directory lblock 0",
  "Nov 23 04:10:40 nas1 kernel: EXT4-fs (sda1): Remounting filesystem read-only",
  "Nov 23 04:10:40 nas1 kernel: XFS (sdb1): Metadata corruption detected at xfs_agi_verify+0xc8/0x160 [xfs], xfs_agi block 0x2",
  "Nov 23 04:10:40 nas1 kernel: BTRFS error (device sdc1): bdev /dev/sdc1 errs: wr 0, rd 12, flush 0, corrupt 4, gen 0",
  "Nov 23 04:10:40 nas1 kernel: md/raid1:md0: Disk failure on sdb1, disabling device.",
  "Nov 23 04:10:40 nas1 mdadm[602]: Fail event detected on md device /dev/md0, component device /dev/sdb1",
  "Nov 23 04:10:40 nas1 mdadm[602]: DegradedArray event detected on md device /dev/md0",
  "Nov 23 04:10:40 nas1 smartd[580]: Device: /dev/sda [SAT], 8 Currently unreadable (pending) sectors",
  "Nov 23 04:10:40 nas1 smartd[580]: Device: /dev/sda [SAT], 3 Offline uncorrectable sectors",
  "Nov 23 04:10:40 nas1 smartd[580]: Device: /dev/sda [SAT], FAILED SMART self-check. BACK UP DATA NOW!",
  "Nov 23 04:10:40 nas1 smartd[580]: Device: /dev/sda, SMART Failure: DATA CHANNEL IMPENDING FAILURE DATA ERROR RATE TOO HIGH",
  "Nov 23 04:10:40 nas1 zed[630]: eid=14 class=checksum pool='tank' vdev=sdb algorithm=fletcher4 size=131072",
  "Nov 23 04:10:40 nas1 rsyslogd: file '/var/log/syslog'[7] write error - see https://www.rsyslog.com/solving-rsyslog-write-errors/ for help OS error: No space left on device [v8.2302.0 try https://www.rsyslog.com/e/2027 ]",
  // Other hardware.
  "Nov 23 04:21:55 db1 kernel: mce: [Hardware Error]: Machine check events logged",
  "Nov 23 04:21:55 db1 kernel: [Hardware Error]: Uncorrected error, no action required.",
  "Nov 23 04:21:55 db1 kernel: EDAC MC0: 1 UE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0 (channel:1 slot:0 page:0x5a2f offset:0x0 grain:32 syndrome:0x0)",
  "Nov 23 04:21:55 db1 kernel: CPU0: Core temperature above threshold, cpu clock throttled (total events = 1)",
  "Nov 23 04:21:55 db1 kernel: Uhhuh. NMI received for unknown reason 31 on CPU 0.",
  "Nov 23 04:21:55 db1 upsd[688]: UPS apc is on battery",
  "Nov 23 04:21:55 db1 upsmon[690]: UPS apc@localhost battery is low",
  "Nov 23 04:21:55 db1 apcupsd[691]: Power failure.",
  // The kernel, or a program, died.
  "Nov 23 04:30:18 web1 kernel: BUG: unable to handle kernel NULL pointer dereference at 0000000000000008",
  "Nov 23 04:30:18 web1 kernel: BUG: kernel NULL pointer dereference, address: 0000000000000008",
  "Nov 23 04:30:18 web1 kernel: Oops: 0002 [#1] SMP PTI",
  "Nov 23 04:30:18 web1 kernel: Kernel panic - not syncing: Fatal exception in interrupt",
  "Nov 23 04:30:18 web1 kernel: watchdog: BUG: soft lockup - CPU#2 stuck for 23s! [kworker/2:1:1201]",
  "Nov 23 04:30:18 web1 kernel: INFO: task jbd2/sda1-8:214 blocked for more than 120 seconds.",
  "Nov 23 04:30:18 web1 kernel: apache2[2401]: segfault at 8 ip 00007f1c2a3b4c5d sp 00007ffd5e6f7080 error 4 in libc-2.31.so[7f1c2a38f000+14b000]",
  "Nov 23 04:30:18 web1 kernel: [99123.551200] nginx[2402]: segfault at 0 ip 000055d0c0ffee00 sp 00007ffe12345670 error 6 in nginx[55d0c0fe0000+120000] likely on CPU 3 (core 3, socket 0)",
  "Nov 23 04:30:18 web1 kernel: traps: php-fpm8.2[2403] general protection fault ip:7f1c2a3b4c5d sp:7ffd5e6f7080 error:0 in libc.so.6[7f1c2a390000+155000]",
  "Nov 23 04:30:18 web1 systemd[1]: nginx.service: Main process exited, code=killed, status=11/SEGV",
  "Nov 23 04:30:18 web1 systemd[1]: nginx.service: Failed with result 'core-dump'.",
  "Nov 23 04:30:18 web1 systemd[1]: nginx.service: Unit entered failed state.",
  "Nov 23 04:30:18 web1 systemd[1]: Failed to start nginx.service - A high performance web server and a reverse proxy server.",
  "Nov 23 04:30:18 web1 systemd-coredump[2410]: Process 2402 (nginx) of user 33 dumped core.",
  // Something that keeps a host safe does not work.
  "Nov 23 04:41:09 db1 CRON[2500]: (root) CMD FAILED (/usr/local/sbin/backup) exited with status 1",
  "Nov 23 04:41:09 db1 kernel: nf_conntrack: table full, dropping packet",
  "Nov 23 04:41:09 db1 kernel: nf_conntrack: nf_conntrack: table full, dropping packet",
  "Nov 23 04:41:09 db1 kernel: TCP: request_sock_TCP: Possible SYN flooding on port 443. Dropping request.  Check SNMP counters.",
  'Nov 23 04:41:09 db1 postgres[902]: [7-1] PANIC:  could not write to file "pg_wal/xlogtemp.902": No space left on device',
  "Nov 23 04:41:09 db1 mysqld[903]: InnoDB: Database page corruption on disk or a failed file read of page [page id: space=12, page number=407]",
  "Nov 23 04:41:09 db1 named[700]: client @0x7f5b5c0a 203.0.113.9#4012: zone transfer 'example.org/AXFR/IN' started",
]
