/** The severities of RFC 5424 §6.2.1, table 2, by their keywords in syslog.conf(5): 0 is the gravest. */
export const SEVERITIES = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"] as const

export type Severity = (typeof SEVERITIES)[number]
