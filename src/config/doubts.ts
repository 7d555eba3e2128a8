/** Settings that work but are probably not what the operator wants. */
import type { Config } from "./config.ts"
import { findAll, findStrings, type OptionProblem } from "./option-problem.ts"

export function doubts(raw: unknown, config: Config): OptionProblem[] {
  const { delivery } = config
  const found: OptionProblem[] = []
  if (findAll(raw, "listen.udp").length === 0 && findAll(raw, "listen.tcp").length === 0) {
    const message = "not set, so only this machine can send messages, to 127.0.0.1:5514"
    found.push({ path: ["listen"], at: "key", message, hint: "set listen.udp and listen.tcp" })
  }
  for (const { path, value } of findStrings(raw, "listen.proxyProtocol.*")) {
    if (!value.endsWith("/0")) continue
    const message = "every sender can claim any client address"
    found.push({ path, at: "value", message, hint: "name the load balancer's address" })
  }
  if (findAll(raw, "mail").length === 0) {
    const message = "not set, so tamis prints digests on standard output and sends no mail"
    found.push({ path: ["mail"], at: "key", message, hint: "set mail.smtp, or mail: stdout if you want this" })
  }
  if (delivery.kind === "smtp" && delivery.tls === "none" && delivery.user !== undefined) {
    const message = "tamis sends the password as plain text"
    found.push({ path: ["mail", "smtp", "tls"], at: "value", message, hint: "use starttls or implicit" })
  }
  return found
}
