/**
 * `npm start`: runs tamis at once, on loopback ports and SQLite, with digests to this terminal.
 *
 * It runs `tamis serve -c examples/try.yml` and passes its arguments on.
 */
import { spawn } from "node:child_process"
import { join } from "node:path"

const root = join(import.meta.dirname, "..")

console.error(`
tamis listens on 127.0.0.1:5514 (UDP and TCP). Each minute with something to read, it prints a digest here.

Send it a line from another terminal:

    logger --server 127.0.0.1 --port 5514 --udp --tag disk "sda1: something that no rule knows"

At the next full minute you see it below, with the sums of all lines.
A line that the shipped rules know is counted as ignored and not shown:

    logger --server 127.0.0.1 --port 5514 --udp --tag cron-apt "CRON-APT ACTION: 9-notify"

Ctrl-C ends tamis. Its state stays in state/. Next: README.md, "Your first rule".
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
