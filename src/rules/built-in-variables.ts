/**
 * Variables that every rule may use. They are ERE fragments without anchors, and a host may give its own.
 *
 * They take what senders write, not only what is well-formed (`999.0.0.1` is an IPV4): a rule that hides a line
 * has to be exact about the program and its words, and a daemon does not misspell an address.
 */

const IPV4 = "([0-9]{1,3}\\.){3}[0-9]{1,3}"
// Full, compressed (`::1`, `2001:db8::`), mapped (`::ffff:192.0.2.1`) and scoped (`fe80::1%eth0`) forms.
const IPV6 = `([0-9A-Fa-f]{0,4}:){2,8}([0-9A-Fa-f]{0,4}|${IPV4})(%[-._A-Za-z0-9]+)?`
const OCTET = "[0-9A-Fa-f]{2}"

export const BUILT_IN_VARIABLES: ReadonlyMap<string, string> = new Map([
  // Timestamp and host. Classic (RFC 3164 §4.1.2), or RFC 3339 with any fraction and zone, not only the 32
  // characters that Debian's `[0-9T:.+-]{32}` takes; and an address may stand for the host, IPv6 included.
  [
    "HEAD",
    "([A-Z][a-z]{2} [ :0-9]{11}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(Z|[+-][0-9]{2}:?[0-9]{2})) [-._:%@/[:alnum:]]+",
  ],
  ["PID", "[0-9]+"],
  ["IFACE", "[-._:@[:alnum:]]+"],
  ["IPV4", IPV4],
  ["IPV6", IPV6],
  ["IP", `(${IPV4}|${IPV6})`],
  // Six octets, or netfilter's MAC=: destination, source and type, 14 octets, 18 with a VLAN tag between.
  ["MAC", `(${OCTET}:){5}((${OCTET}:){8}((${OCTET}:){4})?)?${OCTET}`],
  ["PORT", "[0-9]{1,5}"],
  ["USER", "[-_.@+$[:alnum:]]+"],
  ["HOSTNAME", "[-._[:alnum:]]+"],
])
