/**
 * Logins and changes of rights: kinds of lines that no habit makes usual, since an intruder who comes every hour must not
 * become furniture. Their values are news: an account that the digest never saw, or a network that never came with it.
 */
import { isIP } from "node:net"
import type { Tally } from "../tally/tally.ts"

/** Successful ones: a refused login changes nothing. Wordings of OpenSSH, PAM, login, su, sudo, systemd-logind and shadow. */
const ACCESS =
  /\bAccepted \S+ for \S|\bsession opened for user\b|\bNew session \S+ of user\b|\b(?:root )?login on\b|\bSuccessful su\b|\bCOMMAND=|\blogged in\b|\bpassword changed\b|\bnew (?:user|group):|\badd(?:ed)? .{1,64} to (?:shadow )?group\b/i

/** Whether these lines say that somebody came in or got rights. */
export function isAccess({ samples, template }: Pick<Tally, "samples" | "template">): boolean {
  return ACCESS.test(samples[0] ?? template)
}

/** Accounts with networks: the text, which names the account, and the network of each address in it. Equal on all hosts. */
export function accessesOf(text: string, { values }: Pick<Tally, "values">): readonly string[] {
  const addresses = values.filter(({ mask }) => mask === "<ip>").flatMap(({ counts }) => [...counts.keys()])
  const networks = new Set(addresses.filter((address) => isIP(address) !== 0).map(networkOf))
  return networks.size === 0 ? [text] : [...networks].map((network) => `${text} ${network}`)
}

/** The /24 of an IPv4 address, the /48 of an IPv6 address: the place, not the machine. */
function networkOf(address: string): string {
  return isIP(address) === 4 ? address.split(".").slice(0, 3).join(".") : address.split(":").slice(0, 3).join(":")
}
