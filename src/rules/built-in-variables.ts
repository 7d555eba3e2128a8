/**
 * Variables that every rule may use. They are ERE fragments without anchors. A host's own value takes precedence.
 *
 * They match everything that senders write, not only well-formed values (`999.0.0.1` is an IPV4). A rule must be exact
 * about the program and its words; a daemon does not misspell an address.
 */
import { HEADER_ERE } from "./line-header.ts"

const IPV4 = "([0-9]{1,3}\\.){3}[0-9]{1,3}"
// Full, compressed (`::1`, `2001:db8::`), mapped (`::ffff:192.0.2.1`) and scoped (`fe80::1%eth0`) forms.
const IPV6 = `([0-9A-Fa-f]{0,4}:){2,8}([0-9A-Fa-f]{0,4}|${IPV4})(%[-._A-Za-z0-9]+)?`
const OCTET = "[0-9A-Fa-f]{2}"

export const BUILT_IN_VARIABLES: ReadonlyMap<string, string> = new Map([
  ["HEAD", HEADER_ERE],
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
