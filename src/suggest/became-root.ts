/**
 * Whether a line says that somebody became root. It may be routine, so no alarm rule says so; but nobody should hide such
 * lines because tamis suggested it.
 */
const BECAME_ROOT =
  /\bAccepted \S+ for root\b|\broot login\b|\bsu(?:\[\d+\])?: .*\bto root\b|\S:root$|\bsu for root\b|LOGIN ON \S+ BY root/i
const SESSION = /\bsession opened for user root\b/
const LOGIN = /\b(?:su|su-l|login|sshd|sshd-session|gdm|sddm|lightdm)\b/

export function becameRoot(line: string): boolean {
  return BECAME_ROOT.test(line) || (SESSION.test(line) && LOGIN.test(line))
}
