import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, it } from "node:test"
import { gunzipSync } from "node:zlib"
import fc from "fast-check"
import { MAX_TEMPLATE_LENGTH, Template, template } from "../../src/tally/template.ts"
import { FIELD_CORPORA, withoutFieldCorpora } from "../support/field-corpora.ts"

/** Text, and what becomes of it behind `Jun 21 16:47:48 web1 app: `. */
type Row = readonly [text: string, want: string]

const MASKED: Readonly<Record<string, readonly Row[]>> = {
  addresses: [
    ["from 203.0.113.7 port 40122 ssh2", "from <ip> port <n> ssh2"],
    ["[198.51.100.9]:25", "[<ip>]:<n>"],
    ["203.0.113.7/24", "<ip>/<n>"],
    ["at 192.0.2.1.", "at <ip>."],
    ["rhost=192-0-2-1.dsl.example.net", "rhost=<ip>"],
    ["ruser= rhost=dsl-7.example.net  user=root", "ruser= rhost=<ip>  user=root"],
    ["ruser= rhost=2001:db8::1", "ruser= rhost=<ip>"],
    ["192.0.2.1.dsl.example.net", "<ip>.dsl.example.net"],
    ["from 2001:db8::1 port 5", "from <ip> port <n>"],
    ["[2001:db8::1]:22", "[<ip>]:<n>"],
    ["from fe80::1%eth0: hello", "from <ip>%eth0: hello"],
    ["from ::1: hello", "from <ip>: hello"],
    ["::ffff:192.0.2.1", "<ip>"],
    ["SRC=fe80:0000:0000:0000:0202:b3ff:fe1e:8329", "SRC=<ip>"],
    ["MAC=00:00:5e:00:53:01:00:00:5e:00:53:02:08:00 SRC=192.0.2.1", "MAC=<mac> SRC=<ip>"],
    ["00:00:5E:00:53:AF up", "<mac> up"],
    ["aa-bb-cc-dd-ee-ff", "<mac>"],
    ["host 0000.5e00.53af", "host <mac>"],
  ],
  numbers: [
    ["load 255", "load <n>"],
    ["id=42,uid=0", "id=<n>,uid=<n>"],
    ["worker [12345]", "worker [<n>]"],
    ["[    0.000000] Linux", "[<n>] Linux"],
    ["[12345.678901] Linux", "[<n>] Linux"],
    ["offset -0.003 sec, drift +1e-05", "offset <n> sec, drift <n>"],
    ["disk at  7%, was at 12%", "disk at <n>%, was at <n>%"],
    ["temperature 45C, fan 900rpm", "temperature <n>C, fan <n>rpm"],
    ["pts/3", "pts/<n>"],
    ["#4711", "#<n>"],
    ["session-7.scope, session-12.scope", "session-<n>.scope, session-<n>.scope"],
    ["user@1000.service", "user@<n>.service"],
    ["/proc/1234/stat", "/proc/<n>/stat"],
    ["usb 1-2: new", "usb <n>-<n>: new"],
    ["audit(1718963345.123:456): a0=1b0 a1=7 a2=ffce", "audit(<n>:<n>): a0=<hex> a1=<hex> a2=<hex>"],
    ["block blk_-1608999687919862906, block blk_38865049064139660", "block blk_<n>, block blk_<n>"],
    ["attempt_1445144423722_0020_m_000001_0", "attempt_<n>_<n>_m_<n>_<n>"],
    ["pci/00/00.0", "pci/<n>/<n>"],
  ],
  identifiers: [
    ["at 0x1f, do_fork+0x1f/0x30", "at <hex>, do_fork+<hex>/<hex>"],
    ["commit 3f2a1b7 done", "commit <hex> done"],
    ["[<ffffffff81234567>] [<0212345678>]", "[<<hex>>] [<<hex>>]"],
    ["3F2A1B7C9D: removed", "<hex>: removed"],
    ["3427819055: removed", "<hex>: removed"],
    ["767691006B: removed", "<hex>: removed"],
    ["4BqZ3T2Rk9z5xYJ: removed", "<id>: removed"],
    ["k5LKlJ2x012345: to=<ada@example.net>", "<id>: to=<<mail>>"],
    ["bypjmw319541: to=ada@example.net", "<id>: to=<mail>"],
    ["sent (250 2.0.0 Ok: queued as 3427819055)", "sent (250 2.0.0 Ok: queued as <id>)"],
    ["1m23s4-LXvdzM-eJ <= <>", "<id> <= <>"],
    ["1rAbCd-0001Ab-3x <= ada@example.net", "<id> <= <mail>"],
    ["1rAbCd-00000001AbC-3xYz <= ada@example.net", "<id> <= <mail>"],
    ["123e4567-e89b-12d3-a456-426614174000", "<uuid>"],
    ["docker0: port 1(vethab12cd3) entered, br-0123456789ab", "docker0: port <n>(veth<hex>) entered, br-<hex>"],
    ["key SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8", "key SHA256:<id>"],
    ["key MD5:c9:7f:12:c9:7f:12:c9:7f:12:c9:7f:12:c9:7f:12:c9", "key MD5:<hex>"],
    ["key SHA256:eTbPoudhEeTQ/E+ZbP72/aS1ZxGNa9+jCdmVTZWD8Pv", "key SHA256:<id>"],
    ["ssh2: ED25519 SHA256:/ynbdrZRzsGQBJg3UHKwkflF6XUi5AhuqpfEnbtXAqw", "ssh2: ED25519 SHA256:<id>"],
    ["ssh2: RSA c9:7f:12:c9:7f:12:c9:7f:12:c9:7f:12:c9:7f:12:34", "ssh2: RSA <hex>"],
    ["CDB: Read(10) 28 00 05 2f 1a 80 00 00 08 00", "CDB: Read(<n>) <hex>"],
    ["message-id=<20260621.a1@example.net>", "message-id=<id>"],
    ["lip=192.0.2.1, session=<aB3+d/e>", "lip=<ip>, session=<id>"],
    ["token dGhpcyBpcyBh/GxvbmcgdG9rZW4gMTIz+DQ1Ng==", "token <id>"],
    ["/containers/552149876543/stop, /containers/16292d79116d/stop", "/containers/<hex>/stop, /containers/<hex>/stop"],
    [
      "container 83540468766d, at commit 98d678d, error:1780813E:SSL",
      "container <hex>, at commit <hex>, error:<hex>:SSL",
    ],
    ["app[7]: segfault at 10 ip 00007f1f9b870d7d sp 00007ffd5dab97f0", "app[<n>]: segfault at <hex> ip <hex> sp <hex>"],
    ["in libc.so.6[7f1f9b85e000+25000]", "in libc.so.<n>[<hex>+<hex>]"],
    ["LUN 6005-08b4-0001-00c6-003d offline", "LUN <hex> offline"],
    ["customer cus_NffrFeUfNV2Hib, charge ch_3MmlLrLkdIwHu7ix0snN0B15", "customer cus_<id>, charge ch_<id>"],
    ["order 01ARZ3NDEKTSV4RRFFQ69G5FAV", "order <id>"],
    ["paid to 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2, item mhvXdrZTPjQhTvBxuvmGYz", "paid to <id>, item <id>"],
    ['pod="shop/web-7fb96c846b-x2x4z", pod/web-7486668979-xhcsh', 'pod="shop/web-<id>", pod/web-<id>'],
    ['pod backup-29923407-kzrbp, pod="kube-system/proxy-bcdfg"', 'pod backup-<id>, pod="kube-system/proxy-<id>"'],
    ["replica set web-66b6c48dd5, replica set web-7486668979", "replica set web-<hex>, replica set web-<hex>"],
    ["kubepods-pod123e4567_e89b_12d3_a456_426614174000.slice", "kubepods-pod<uuid>.slice"],
    ["cali12ab34cd56e, lxc0123456789ab", "cali<hex>, lxc<hex>"],
  ],
  "mail addresses": [
    ["user=ada.lovelace+lists@mail.example.net, ip=192.0.2.1", "user=<mail>, ip=<ip>"],
    ["from=<bounce-42-ada=example.net@lists.example.org>, size=7", "from=<<mail>>, size=<n>"],
    ["'<sip:1000@example.com>'", "'<sip:<mail>>'"],
  ],
  times: [
    ["at 12:34:56", "at <time>"],
    ["next at 07:00", "next at <time>"],
    ["at Sat Jun 18 02:08:10 2005", "at <time>"],
    ["at Dec  1 02:08:10", "at <time>"],
    ["Date: Tue, 21 Jun 2026 16:47:48 +0200 (CEST)", "Date: <time> (CEST)"],
    ["2026-06-21T16:47:48.123Z ok", "<time> ok"],
    ["2026/06/21 16:47:48 [error]", "<time> [error]"],
    ["[21/Jun/2026:16:47:48 +0200]", "[<time>]"],
    ["21-Jun-2026 16:47:48.001 query", "<time> query"],
    ["20260621T164748Z", "<time>"],
    ["expires 2026-06-21, 21.06.2026", "expires <date>, <date>"],
    ["E1101 12:13:14.567890   12345 reflector.go:138] failed", "E<time> <n> reflector.go:<n>] failed"],
    ["I20260101 12:13:14.567890 7 main.cc:3] up", "I<time> <n> main.cc:<n>] up"],
    ["at 3:14 PM, at 03:14am, at 11/23/2026 3:14:07 PM", "at <time>, at <time>, at <time>"],
    ["Nov 23, 2026 3:14:07 AM run", "<time> run"],
    ["23-NOV-2026 03:14:07 * service_update", "<time> * service_update"],
    ["23-NOV-26 03.14.07.123456 PM, due 23-NOV", "<time>, due <date>"],
  ],
  "durations and sizes": [
    ["took 5s", "took <duration>"],
    ["Consumed 1min 20.5s CPU time", "Consumed <duration> CPU time"],
    ["Consumed 567ms CPU time", "Consumed <duration> CPU time"],
    ["up 2h5m3s", "up <duration>"],
    ["took 5 s", "took <n> s"],
    ["1.5M memory peak, 512K swap, 20GiB disk, 100Mbps", "<size> memory peak, <size> swap, <size> disk, <size>"],
  ],
}

const STAYS: readonly string[] = [
  "eth0 enp3s0 wlp0s20f3 eth0.100 sda1 nvme0n1p2 dm-0 ttyUSB0 veth0",
  "GigabitEthernet1/0/24 FastEthernet0/1",
  "%LINK-3-UPDOWN: Interface Vlan100",
  "e1000e IPv4 r8169 x86_64 md5 802.11ac 802.1X",
  "user ada, user s1234567, user web2admin, user JohnSmith1985",
  "systemd-journald.service, apt-daily.timer",
  "OpenSSH_9.2p1 Debian-2+deb12u3, Linux 6.1.0-21-amd64, nginx/1.24.0, HTTP/1.1, 2.36-9+deb12u4, python3.11",
  "TLSv1.3 with TLS_AES_256_GCM_SHA384, ssh2, sha1",
  "reject: 5.7.1 Service unavailable",
  "std::list Foo::bar dead::beef face facade decade Dec Mon",
  "pcieport 0000:00:1c.0: AER: Corrected error",
  "from=<> uid=<root>",
  "user@web.service, ssh-ed25519-cert@openssh.com, ada@web1",
  "exit status 255, exited with code 1, status=1/FAILURE, rc=-5, result: 0, killed by signal 9",
  'HTTP/2" 503, "status": 200, TCP_DENIED/403, 550 5.7.1 Rejected, 404 Not Found',
  "ED25519, /root/.ssh/id_ed25519",
  "getAddressBookSourceSync3, QLThumbnailRequest, toStringBase64URL, kFigBaseObject_ValidateRFC4281CodecId",
  "linux-image-amd64, site-https, rack-srv24, backup-full-daily",
  "8021q, 3c905, host am, host pm",
  "/home/Alice/Work/Reports/Quarterly/final/draft2",
  '"GET /index.html HTTP/1.1"',
  "größe café 日本語",
]

const HEADER = "Jun 21 16:47:48 web1 app: "

describe("masked parts", () => {
  for (const [kind, rows] of Object.entries(MASKED)) {
    it(`a template masks ${kind}`, () => {
      for (const [text, want] of rows) assert.equal(template(HEADER + text), `web1 app: ${want}`)
    })
  }
})

describe("kept parts", () => {
  for (const text of STAYS) {
    it(`a template keeps ${text}`, () => assert.equal(template(HEADER + text), `web1 app: ${text}`))
  }
})

describe("the header of a template", () => {
  it("the header of a template has no time, in either form, and no pid", () => {
    const want = "web1 su[<n>]: no"
    assert.equal(template("Jun 21 16:47:48 web1 su[7]: no"), want)
    assert.equal(template("Jun  1 16:47:48 web1 su[4711]: no"), want)
    assert.equal(template("2026-06-21T16:47:48.123456+02:00 web1 su[7]: no"), want)
    assert.equal(template("2026-06-21T16:47:48Z web1 su[7]: no"), want)
  })

  it("a host name that looks like a number stays in the header, and is masked elsewhere", () => {
    assert.equal(template("Jun 21 16:47:48 192.0.2.1 kernel: 192.0.2.1"), "192.0.2.1 kernel: <ip>")
    assert.equal(template("Jun 21 16:47:48 ip-10-0-0-1 kernel: no"), "ip-10-0-0-1 kernel: no")
  })

  it("a line without a header has a template", () => {
    assert.equal(template("just 3 words"), "just <n> words")
    assert.equal(template("Jun 21 is midsummer"), "Jun <n> is midsummer")
    assert.equal(template("Jun 21 16:47:48 "), "")
    assert.equal(template(""), "")
  })
})

describe("similar lines", () => {
  it("attempts of one kind from all addresses have one template", () => {
    const lines = Array.from({ length: 1_000 }, (_, i) => {
      const address = `203.0.${i % 114}.${i % 251}`
      return `Jun 21 16:47:${String(i % 60).padStart(2, "0")} web1 sshd[${i}]: Invalid user admin from ${address} port ${40_000 + i}`
    })
    assert.deepEqual([...new Set(lines.map(template))], ["web1 sshd[<n>]: Invalid user admin from <ip> port <n>"])
  })

  it("the templates of different users differ", () => {
    assert.notEqual(template(`${HEADER}Invalid user ada`), template(`${HEADER}Invalid user bob`))
  })
})

describe("the places of a line", () => {
  const places = (text: string) => {
    const line = new Template(1_000).of(HEADER + text)
    return Array.from({ length: line.placeCount }, (_, place) => `${line.maskOf(place)} ${line.valueAt(place)}`)
  }

  it("a place has what its mask stands for, with its sign", () => {
    assert.deepEqual(places("from 192.0.2.1 at -40 C"), ["<ip> 192.0.2.1", "<n> -40"])
    assert.deepEqual(places("block blk_-1608 to=<ada@example.net>"), ["<n> -1608", "<mail> ada@example.net"])
  })

  it("what stands before a mask is not part of the place", () => {
    assert.deepEqual(places("rhost=db1.example.net"), ["<ip> db1.example.net"])
    assert.deepEqual(places("vethab12cd3 up"), ["<hex> ab12cd3"])
    assert.deepEqual(places("type=1 a0=1b0 x"), ["<n> 1", "<hex> 1b0"])
  })

  it("times and the PID in the tag are no places", () => {
    assert.deepEqual(places("E1101 12:13:14.567890 at 12:00"), [])
    assert.equal(new Template(100).of("Jun 21 16:47:48 web1 su[7]: no").placeCount, 0)
  })
})

const arbitraryPart = fc.constantFrom(
  ...Object.values(MASKED).flatMap((rows) => rows.map(([text]) => text)),
  ...STAYS,
  ...["12", "1.5", "2026", "ff", "0x1f", "eth0", "Jun", "Sat", "12:34:56", "::", "<n>", "<ip>", "é", "802.11"],
)
/** Parts that masks look for, separated as in real lines. */
const arbitraryText = fc
  .array(fc.tuple(arbitraryPart, fc.constantFrom(" ", ": ", ", ", "; ", " [", "] ", " (", ") ", "=", '"')), {
    maxLength: 8,
  })
  .map((parts) => parts.flat().join(""))
/** The same parts without separators, as in no real line. */
const arbitraryGibberish = fc
  .array(fc.oneof(arbitraryPart, fc.constantFrom("session=<", ..." :.-/_=<>[]()+%#,\"'@~0aZ")), { maxLength: 12 })
  .map((parts) => parts.join(""))

describe("the template of any line", () => {
  it("the template of a template is itself", () => {
    fc.assert(
      fc.property(arbitraryText, (text) => {
        const once = template(`${HEADER}${text}`)
        assert.equal(template(once), once)
      }),
      { numRuns: 500 },
    )
  })

  it("any string has a template of bounded length", () => {
    fc.assert(
      fc.property(
        fc.oneof(arbitraryGibberish, fc.string({ unit: "binary" })),
        fc.integer({ min: 1, max: 100 }),
        (text, times) => {
          assert.ok(template(text.repeat(times)).length <= MAX_TEMPLATE_LENGTH + 1)
        },
      ),
    )
  })

  it("a template does not depend on earlier lines, and is found by its hash and its characters", () => {
    const reused = new Template(100)
    fc.assert(
      fc.property(arbitraryGibberish, (text) => {
        const line = `${HEADER}${text}`
        const want = template(line)
        assert.equal(reused.of(line).toString(), want)
        assert.ok(reused.equals(want) && !reused.equals(`${want}x`) && !reused.equals(`x${want.slice(1)}`))
        const { hash } = reused
        assert.equal(reused.of(`${HEADER}other`).of(line).hash, hash)
      }),
      { numRuns: 300 },
    )
  })

  it("a template that is cut ends in an ellipsis", () => {
    const long = template(`${HEADER}${"word ".repeat(1_000)}`)
    assert.ok(long.endsWith("…") && long.length === MAX_TEMPLATE_LENGTH + 1)
    assert.equal(template(long), long)
  })

  it("a template takes linear time", () => {
    // Looking ahead from every one of 300,000 places to the end of the line would take minutes.
    const started = process.cpuUsage()
    const parts = [
      "00-",
      "a1/",
      "aB3+",
      "1.",
      "1:",
      "f:",
      "ff ",
      "5s ",
      "1h",
      "session=<",
      "2026-",
      "1_",
      "::",
      "a@b.",
      "a@",
    ]
    for (const part of [
      ...parts,
      "a-",
      "<a=",
      "rhost=",
      "code=",
      "/200 ",
      "1/1/1/1/1 200 ",
      "pod/web-bcdfg-",
      "_aB3dE5fG7hI9jK1",
    ]) {
      for (const end of ["", "x"]) template(part.repeat(300_000) + end)
    }
    assert.ok(process.cpuUsage(started).user < 5_000_000)
  })
})

describe("the groups of test/corpus", () => {
  const blocks = readFileSync(join(import.meta.dirname, "../corpus/groups"), "utf8")
    .trimEnd()
    .split("\n\n")
    .slice(1)
  const groups = blocks.map((block) => block.split("\n"))

  it("lines of one group have one template", () => {
    for (const lines of groups) assert.equal(new Set(lines.map(template)).size, 1, lines.map(template).join("\n"))
    assert.ok(groups.some((lines) => lines.length > 1))
  })

  it("lines of different groups have different templates", () => {
    const templates = groups.map(([line = ""]) => template(line))
    assert.deepEqual([...new Set(templates)], templates)
    assert.ok(groups.length > 1)
  })
})

describe("real logs", { skip: withoutFieldCorpora }, () => {
  const directory = join(FIELD_CORPORA, "A-lines/R")
  const most: Readonly<Record<string, number>> = {
    "loghub-openssh-2k.log.gz": 200,
    "loghub-linux-full.log.gz": 850,
    "psad-iptables-scans.log.gz": 20,
    "gtkcyber-auth.log.gz": 470,
  }
  for (const [name, limit] of Object.entries(most)) {
    it(`the log ${name} fits into ${limit} groups`, () => {
      const lines = gunzipSync(readFileSync(join(directory, name)))
        .toString("latin1")
        .split("\n")
      assert.ok(new Set(lines.map(template)).size <= limit)
    })
  }
})
