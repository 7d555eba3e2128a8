/** One line of twelve hosts, known on two of them. */
import { logWindow } from "../../report/make.ts"
import { at, type GoldenCase } from "../golden-case.ts"

function mounts(hosts: number, hour: number) {
  return Array.from({ length: hosts }, (_, n) => {
    const time = `0${hour}:00:${String(n).padStart(2, "0")}`
    const text = `Nov 23 ${time} web${n + 1} kernel: nfs: server 192.0.2.9 not responding, still trying`
    return { atMs: at(time), text, times: 40 - n }
  })
}

export const input: GoldenCase = {
  before: [logWindow(mounts(2, 8), { opensAtMs: at("08:00:00") })],
  windows: [logWindow(mounts(12, 9), { id: 2, opensAtMs: at("09:00:00"), ignored: { router: 900 } })],
}
