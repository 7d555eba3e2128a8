/** Memory of `tamis serve` with Debian's whole rule base: after the start, and over ten million messages. */
import { join } from "node:path"
import { type Bench, figure, type Measurement, median } from "./bench.ts"
import { writeRepeated } from "./lines.ts"
import { fetchLoggen, sendStream } from "./loggen.ts"
import { RULES, residentMib, startService, untilCounted } from "./service.ts"
import { mixedMessages } from "./traffic.ts"

const MESSAGES = 10_000_000
const SAMPLE_MS = 1_000
const MAX_MIB = 250

/** The last third of the samples against the third before it. */
const FLAT = 1.05

const IDLE = "after the start"
const LOADED = "while receiving"
const RESIDENT = "resident MiB"

export const memory: Bench = {
  name: "memory",
  question: `How much memory does tamis serve hold after its start, and while it receives ${figure(MESSAGES)} messages by TCP?`,

  async run({ file, small, scratch }) {
    const messages = join(scratch, "messages.log")
    const traffic = mixedMessages(RULES, file)
    writeRepeated(messages, traffic, traffic.length)
    await fetchLoggen()

    const tamis = await startService(scratch)
    const measurements: Measurement[] = [{ case: IDLE, run: 1, quantity: RESIDENT, value: residentMib(tamis.pid) }]
    let run = 0
    const sample = () => {
      run += 1
      measurements.push({ case: LOADED, run, quantity: RESIDENT, value: residentMib(tamis.pid) })
    }
    const sampling = setInterval(sample, small ? SAMPLE_MS / 10 : SAMPLE_MS)
    try {
      const sent = await sendStream(tamis.ports.tcp, messages, small ? MESSAGES / 100 : MESSAGES)
      const { received } = await untilCounted(tamis, sent)
      sample()
      measurements.push({ case: LOADED, run: 1, quantity: "messages", value: received })
    } finally {
      clearInterval(sampling)
      await tamis.stop()
    }
    return measurements
  },

  claims(measured) {
    const samples = measured.values(LOADED, RESIDENT)
    const third = Math.ceil(samples.length / 3)
    const before = median(samples.slice(-2 * third, -third))
    const after = median(samples.slice(-third))
    const most = Math.max(...samples)
    return [
      { holds: most < MAX_MIB, sentence: `at most ${figure(most)} MiB (less than ${MAX_MIB})` },
      {
        holds: after <= before * FLAT,
        sentence: `flat: ${figure(before)} MiB in the second third, ${figure(after)} in the last`,
      },
    ]
  },
}
