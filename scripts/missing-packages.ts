/** The programs that the test suite runs against, and which of their Debian packages this machine lacks. */
import { existsSync } from "node:fs"

/** A file that is there when the Debian package is installed. */
interface Peer {
  readonly file: string
  readonly debianPackage: string
}

const PEERS: readonly Peer[] = [
  { file: "/usr/bin/redis-server", debianPackage: "redis-server" },
  { file: "/usr/sbin/rsyslogd", debianPackage: "rsyslog" },
  { file: "/usr/sbin/logcheck", debianPackage: "logcheck" },
  { file: "/etc/logcheck/ignore.d.server/ssh", debianPackage: "logcheck-database" },
  { file: "/usr/sbin/haproxy", debianPackage: "haproxy" },
  { file: "/usr/bin/logger", debianPackage: "bsdutils" },
]

/** Returns the Debian packages whose file is missing, in the order of the list above. */
export function missingPackages(isThere: (file: string) => boolean = existsSync): readonly string[] {
  return PEERS.filter(({ file }) => !isThere(file)).map(({ debianPackage }) => debianPackage)
}
