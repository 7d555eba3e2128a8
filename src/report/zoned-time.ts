/** Instants as a mail shows them, in the digest's zone. */

export interface ZonedTime {
  /** `Nov 23 09:00:12`, as a syslog header has it. */
  stamp(ms: number): string
  /** `Nov 23 2026 09:00:12` */
  stampWithYear(ms: number): string
  /** `2026-11-23 09:00` */
  minute(ms: number): string
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** `timeZone` is an IANA name that the configuration has checked. */
export function zonedTime(timeZone: string): ZonedTime {
  // Only the numbers are taken from Intl: how it arranges them changes with the version of ICU.
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  })
  function fields(ms: number): Map<string, string> {
    return new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]))
  }
  function stamp(ms: number, withYear: boolean): string {
    const at = fields(ms)
    const month = MONTHS[Number(at.get("month")) - 1]
    const day = `${month} ${String(Number(at.get("day"))).padStart(2)}${withYear ? ` ${at.get("year")}` : ""}`
    return `${day} ${at.get("hour")}:${at.get("minute")}:${at.get("second")}`
  }
  return {
    stamp: (ms) => stamp(ms, false),
    stampWithYear: (ms) => stamp(ms, true),
    minute(ms) {
      const at = fields(ms)
      return `${at.get("year")}-${at.get("month")}-${at.get("day")} ${at.get("hour")}:${at.get("minute")}`
    },
  }
}
