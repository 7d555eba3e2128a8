/**
 * `npm start`: the main job at once, on loopback ports and the embedded store, digests to this terminal.
 *
 * What it runs is `tamis serve -c examples/try.yml`; arguments are handed on to it.
 */
import { spawn } from "node:child_process"
import { join } from "node:path"

const root = join(import.meta.dirname, "..")

console.error(`
tamis listens on 127.0.0.1:5514 (UDP and TCP) and prints a digest here every minute in which there is something to read.

Send it a line from another terminal:

    logger --server 127.0.0.1 --port 5514 --udp --tag disk "sda1: something that no rule knows"

At the next full minute you will see it below, under System Events, with its count and the sums of all lines.
A line that the shipped rules know is counted as ignored and not shown:

    logger --server 127.0.0.1 --port 5514 --udp --tag cron-apt "CRON-APT ACTION: 9-notify"

Ctrl-C ends it. Its state is in state/ and survives. Next: README.md, "Your first rule".
`)

const service = spawn(
  process.execPath,
  [join(root, "src/main.ts"), "serve", "-c", join(root, "examples/try.yml"), ...process.argv.slice(2)],
  { stdio: "inherit" },
)
// The terminal sends Ctrl-C to both; tamis drains and stores, and this process waits for it.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => service.kill(signal))
service.on("exit", (code) => {
  process.exitCode = code ?? 1
})
