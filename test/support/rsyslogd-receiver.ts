/** A real rsyslogd that receives streams by TCP. Tests compare its messages with those of tamis. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { eventually } from "./eventually.ts"
import { RSYSLOGD } from "./rsyslogd.ts"
import { sendStream } from "./senders.ts"

/** One message. Bytes are Latin-1 characters, control characters are escaped as rsyslog does. */
export interface RsyslogMessage {
  readonly receivedAt: string
  /** The time in the message, or else `receivedAt`. */
  readonly reportedAt: string
  /** The frame in the stream. */
  readonly frame: string
  /** The line in RSYSLOG_TraditionalFileFormat. */
  readonly line: string
}

const TEMPLATE =
  "%inputname%\\t%timegenerated:::date-rfc3339%\\t%timereported:::date-rfc3339%\\t%rawmsg%\\t" +
  "%TIMESTAMP% %HOSTNAME% %syslogtag%%msg:::sp-if-no-1st-sp%%msg:::drop-last-lf%\\n"

/** The text of a last message, after all streams. */
const END = "this is the end"

/** Sends each stream on a connection of its own, and returns the messages of each. rsyslogd runs in UTC. */
export async function receivedByRsyslogd(streams: readonly Buffer[]): Promise<readonly (readonly RsyslogMessage[])[]> {
  const directory = await mkdtemp(join(tmpdir(), "tamis-receiver-"))
  const file = (name: string) => join(directory, name)
  const inputs = [...streams, Buffer.from(`<13>Nov 23 18:00:00 web1 ${END}\n`)]
  const configured = inputs.map(
    (_, n) =>
      `input(type="imtcp" address="127.0.0.1" port="0" name="${n}" listenPortFileName="${file(`port-${n}`)}")\n`,
  )
  await writeFile(
    file("rsyslog.conf"),
    `global(workDirectory="${directory}" maxMessageSize="64k" net.enableDNS="off")
module(load="imtcp")
template(name="seen" type="string" string="${TEMPLATE}")
${configured.join("")}action(type="omfile" file="${file("seen")}" template="seen")
`,
  )
  const child = spawn(RSYSLOGD, ["-n", "-f", file("rsyslog.conf"), "-i", file("pid")], {
    // It complains about what some tests are about: impossible lengths, streams that end too early.
    stdio: "ignore",
    env: { ...process.env, TZ: "UTC" },
  })
  const exited = once(child, "exit")
  const read = (name: string) => readFile(file(name), "latin1").catch(() => "")
  try {
    for (const [n, stream] of inputs.entries()) {
      const port = await eventually(
        `rsyslogd to listen with input ${n}`,
        async () => Number(await read(`port-${n}`)) || undefined,
      )
      // It closes its end when it has read everything.
      await sendStream(port, [stream])
    }
    const seen = await eventually("rsyslogd to write the last message", async () => {
      const written = await read("seen")
      return written.endsWith(`${END}\n`) && written
    })
    const rows = seen.split("\n").map((row) => row.split("\t"))
    return streams.map((_, n) =>
      rows
        .filter(([input]) => input === String(n))
        .map(([, receivedAt = "", reportedAt = "", frame = "", line = ""]) => ({
          receivedAt,
          reportedAt,
          frame,
          line,
        })),
    )
  } finally {
    child.kill("SIGKILL")
    await exited
    await rm(directory, { recursive: true, force: true })
  }
}
