import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { type Digested, digestEntries } from "../../src/digest/entries.ts"
import { isTraceLine } from "../../src/digest/trace-lines.ts"
import { noMemory } from "../../src/tally/digest-memory.ts"
import { type LogLine, logWindow } from "../report/make.ts"

const TRACE_LINES = [
  "java[7]: \tat org.example.Pool.take(Pool.java:41)",
  "java[7]: #011at java.base/java.lang.Thread.run(Thread.java:840)",
  "java[7]:     at sun.reflect.NativeMethodAccessorImpl.invoke0(Native Method)",
  "java[7]: Caused by: java.io.IOException: broken pipe",
  "java[7]: #011... 17 more",
  "dotnet[7]:    at Example.Pool.Take(String name) in /src/Pool.cs:line 12",
  "node[7]:     at Object.<anonymous> (/srv/app/index.js:10:5)",
  "node[7]:     at async /srv/app/index.js:10:5",
  'app[7]:   File "/srv/app/main.py", line 12, in main',
  "svc[7]: goroutine 1 [running]:",
  "svc[7]: goroutine 18 [chan receive, 3 minutes]:",
  "svc[7]: main.(*Pool).take(0xc000012345, {0x4a1?, 0xc0})",
  "svc[7]: net/http.HandlerFunc.ServeHTTP(...)",
  "svc[7]: #011/src/main.go:12 +0x1d",
  "svc[7]: created by net/http.(*Server).Serve in goroutine 1",
  "perl[7]: #011main::take('ada') called at /srv/app.pl line 3",
  "php-fpm[7]: PHP   1. {main}() /var/www/index.php:0",
  "php-fpm[7]: #0 /var/www/index.php(12): take()",
  "php-fpm[7]: Stack trace:",
  "puma[7]: #011from /srv/app.rb:3:in `take'",
  "kernel: Call Trace:",
  "kernel: [   12.345678]  <TASK>",
  "kernel: [   12.345678]  ? netif_rx+0x12/0x40 [e1000]",
  "kernel:  [<0212ebf3>] __alloc_pages+0x274/0x281",
  "kernel: [   12.345678] RIP: 0010:foo+0x1/0x2",
  "kernel: [   12.345678] RAX: 0000000000000000 RBX: ffff888000000000 RCX: 0000000000000000",
  "kernel: [   12.345678] Code: 48 8b 45 d0 <0f> 0b 48 83 c4 28",
  "kernel: [   12.345678] ---[ end trace 0000000000000000 ]---",
  "kernel: [   12.345678] [   1702]  1000  1702   120345    20345   901234        0             0 java",
]

const OTHER_LINES = [
  "java[7]: java.lang.IllegalStateException: pool is closed",
  "app[7]: Traceback (most recent call last):",
  "app[7]: KeyError: 'ada'",
  "app[7]:     return pool.take(name)",
  "svc[7]: panic: runtime error: index out of range [5] with length 3",
  "app[7]: at home (nobody)",
  "app[7]: at 10:30 (UTC) the job began",
  "app[7]: ... 17 more jobs wait",
  "app[7]: Caused by: a full disk",
  "perl[7]: it died at /srv/app.pl line 3.",
  "app[7]: RIP: 0010:foo+0x1/0x2",
  "app[7]: DS: 2026 is the year",
  "kernel: [   12.345678] BUG: kernel NULL pointer dereference, address: 0000000000000000",
  "kernel: [   12.345678] eth0: link up",
  "sshd[7]: Failed password for ada from 192.0.2.7 port 50022 ssh2",
]

describe("the lines of a trace", () => {
  for (const line of TRACE_LINES) test(`${line} is one`, () => assert.ok(isTraceLine(line)))
  for (const line of OTHER_LINES) test(`${line} is none`, () => assert.ok(!isTraceLine(line)))
})

const HOUR = 3_600_000

function line(atMs: number, text: string): LogLine {
  return { atMs, text: `Nov 23 18:00:00 ${text}` }
}

function digestOf(lines: readonly LogLine[], memory = noMemory(0)): Digested {
  return digestEntries({ tallies: logWindow(lines).tallies, memory, spanMs: HOUR })
}

/** The text behind program and colon, the count, and the lines of trace in it. */
function summary({ entries }: Digested) {
  return entries.map(({ samples, count, traceLines }) => [samples[0]?.split("]: ")[1], count, traceLines]).sort()
}

const FRAMES = [
  "#011at org.example.Pool.take(Pool.java:41)",
  "#011at org.example.Pool.run(Pool.java:3)",
  "#011... 17 more",
]
const trace = (atMs: number, host: string, ...head: readonly string[]) =>
  [...head, ...FRAMES].map((text) => line(atMs, `${host} java[7]: ${text}`))

describe("a trace", () => {
  test("belongs to the line that it follows, and every line is counted", () => {
    const made = digestOf([
      line(0, "web1 java[7]: request served"),
      ...trace(5_000, "web1", "java.lang.IllegalStateException: pool is closed"),
      line(9_000, "web1 java[7]: request served"),
    ])
    assert.deepEqual(summary(made), [
      ["java.lang.IllegalStateException: pool is closed", 4, 3],
      ["request served", 2, undefined],
    ])
    const [head] = made.entries.filter(({ traceLines }) => traceLines === 3)
    assert.equal(made.talliesOf.get(head!)?.length, 4)
  })

  test("belongs to a line that says nothing of it only if both came at the same time", () => {
    assert.deepEqual(summary(digestOf(trace(5_000, "web1", "request failed"))), [["request failed", 4, 3]])
    const lines = [
      line(0, "web1 java[7]: request served"),
      ...trace(5_000, "web1"),
      line(9_000, "web1 java[7]: request served"),
    ]
    assert.deepEqual(
      summary(digestOf(lines)),
      [
        [FRAMES[1], 3, 1],
        ["request served", 2, undefined],
      ].sort(),
    )
  })

  test("never belongs to a line of another host or program", () => {
    const head = "java.lang.IllegalStateException: pool is closed"
    const made = digestOf([
      ...trace(5_000, "web1"),
      line(5_000, `web2 java[7]: ${head}`),
      line(5_000, `web1 tomcat[7]: ${head}`),
    ])
    assert.deepEqual(made.entries.map(({ traceLines }) => traceLines).sort(), [1, undefined, undefined])
  })

  test("that is new makes a known line new", () => {
    const head = "java.lang.IllegalStateException: pool is closed"
    const first = digestOf([line(0, `web1 java[7]: ${head}`)])
    const [entry] = digestOf(trace(HOUR, "web1", head), first.memory).entries
    assert.deepEqual([entry?.news, entry?.traceLines], ["new", 3])
  })
})
