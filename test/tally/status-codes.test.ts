import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { template } from "../../src/tally/template.ts"

const HEADER = "Jun 21 16:47:48 web1 app: "

function masked(text: string): string {
  return template(HEADER + text).slice("web1 app: ".length)
}

const KEPT: Readonly<Record<string, readonly string[]>> = {
  "exit codes": [
    ...[
      "exit code 0",
      "exit code 23",
      "exit status 255",
      "(exit status 2)",
      "Exit code: 139",
      "exit code = 5",
      "exit(1)",
    ],
    ...["exit_code=7", "exit-code=7", "exitCode=3", '"exitCode":137', '"exit_code": 137', "exit value: 143", "exit=1"],
    ...["exited with 1", "exited with code 1", "exited with status 127", "exit code of 1", "exit code was 1"],
    ...["code=exited, status=203/EXEC", "code=killed, status=9/KILL", "exited on signal 11", "killed by signal 15"],
    ...["exit code -1", "exit code -1073741819", "exit code 3221225477", "status 0xc0000005", "status=0x51 { Busy }"],
    ...[
      "rsync returned 255 while at it",
      "returned non-zero exit status 1",
      "error (code 24)",
      "error in it (code 23)",
    ],
  ],
  results: [
    ...["rc=0", "rc: 1", "rc=-5", '"rc":1', "res=1", "res=0'", "result=5", "Result: 0", "ret=-1", "err=49 text="],
    ...["errno=13", "(errno = 98)", "[Errno 111]", "code = 1", "error code 5", "Error Code 40", "errorCode=1045"],
    ...["return code of 127 for a check", '"code":1006', '\\"code\\":\\"17\\"'],
  ],
  "statuses of HTTP": [
    ...[
      "status 503",
      "status=503",
      "Status: 404",
      '"status":200',
      '"status": "503"',
      '\\"status\\":503',
      "sc-status=500",
    ],
    ...["http_status=404", "statusCode=404", "response code 503", "responded with 503", "HTTP 503", "HTTP error 404"],
    ...["HTTP/1.1 503 Service Unavailable", "returned error: 404", "404 Not Found", "Completed 200 OK", "got HTTP 500"],
    ...['"GET / HTTP/1.1" 200 -', '"GET / HTTP/2" 503 -', '"-" 408 -', '"" 400 -', "GET /index.html 404 -"],
    ...["TCP_MISS/200 -", "TCP_DENIED/403 -", "NONE/503 -", "| 200 |"],
  ],
  "statuses of SMTP": [
    ...["550 5.7.1 Service unavailable", "said: 550 5.1.1 No", "550-5.7.26 This", "reject=550 5.7.1 No", "(250 OK"],
    ...["said: 452 4.2.2 Full", "250 2.0.0 Ok", 'msg="535 Authentication failed."', "to=<>: 550 User unknown."],
  ],
}

const COUNTED: readonly (readonly [text: string, want: string])[] = [
  ["returned 12 rows", "returned <n> rows"],
  ["finished with 12 errors", "finished with <n> errors"],
  ["Completed 200 requests", "Completed <n> requests"],
  ["status 40 ms, code 1.5, status: 45%, code 3/10", "status <n> ms, code <n>, status: <n>%, code <n>/<n>"],
  ["CPU temperature 98 C", "CPU temperature <n> C"],
  ["keycode=4, barcode: 12", "keycode=<n>, barcode: <n>"],
  ["status=1234567", "status=<n>"],
  ["signal strength -67 dBm, Signal: -52 dBm", "signal strength <n> dBm, Signal: <n> dBm"],
  ["port 404 from pid 503 took 200 ms", "port <n> from pid <n> took <n> ms"],
  ["TYPE=8 CODE=0 RES=0x00", "TYPE=<n> CODE=<n> RES=<hex>"],
  ["syscall=2 exit=3 a0=1", "syscall=<n> exit=<n> a0=<hex>"],
  ["status[200]: up", "status[<n>]: up"],
  ["ERROR: 177 files", "ERROR: <n> files"],
]

describe("numbers that say what happened", () => {
  for (const [kind, texts] of Object.entries(KEPT)) {
    it(`a template keeps ${kind}`, () => {
      for (const text of texts) assert.equal(masked(text), text)
    })
  }

  it("a template masks what is counted or measured", () => {
    for (const [text, want] of COUNTED) assert.equal(masked(text), want)
  })

  it("a code that is masked nowhere has the same template in a template", () => {
    for (const text of [...Object.values(KEPT).flat(), ...COUNTED.map(([counted]) => counted)]) {
      assert.equal(masked(masked(text)), masked(text))
    }
  })

  it("an access log has a template for each status", () => {
    const line = (status: number, bytes: number) =>
      masked(`203.0.113.${bytes % 200} - - [21/Jun/2026:16:47:48 +0200] "GET /a/${bytes} HTTP/1.1" ${status} ${bytes}`)
    assert.equal(line(200, 512), line(200, 1_048_576))
    assert.notEqual(line(200, 512), line(503, 512))
  })

  it("HAProxy's log has a template for each status", () => {
    const line = (status: number, time: number) =>
      masked(
        `203.0.113.7:4711 [21/Jun/2026:16:47:48.${time}] web web/a 0/0/${time}/30/4711 ${status} ${time} - - ---- 1/1/1/1/0 0/0`,
      )
    assert.equal(line(200, 123), line(200, 456))
    assert.notEqual(line(200, 123), line(503, 123))
    assert.equal(masked(line(503, 123)), line(503, 123))
  })
})
