/** The part of the package that the benchmark uses; it brings no types of its own. */
declare module "syslog-server" {
  import type { EventEmitter } from "node:events"

  interface SyslogMessage {
    readonly date: Date
    readonly host: string
    readonly message: string
    readonly protocol: string
  }

  class SyslogServer extends EventEmitter<{ message: [SyslogMessage]; error: [Error] }> {
    start(options: { readonly port: number; readonly address: string; readonly exclusive: boolean }): Promise<void>
    stop(): Promise<void>
  }

  export default SyslogServer
}
