import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { findFamilies } from "../../src/digest/families.ts"

const NOTHING: ReadonlySet<string> = new Set()

function formsOf(texts: readonly string[], known = NOTHING): readonly string[] {
  return findFamilies(inputs(texts), known).forms
}

function inputs(texts: readonly string[]): readonly { readonly template: string }[] {
  return texts.map((text) => ({ template: `web1 ${text}` }))
}

function formOf(text: string, known: readonly string[] = []): string {
  return formsOf([text], new Set(known))[0]!
}

/** Texts with each of the words in place of `_`. */
function filled(text: string, words: string): readonly string[] {
  return words.split(" ").map((word) => text.replace("_", word))
}

describe("places open", () => {
  const OPENED: readonly (readonly [text: string, words: string, form: string])[] = [
    [
      "sshd[<n>]: Invalid user _ from <ip> port <n>",
      "ada bob eve joe",
      "sshd[<n>]: Invalid user <*> from <ip> port <n>",
    ],
    ["su: session closed for user _", "ada bob eve joe", "su: session closed for user <*>"],
    ["app: login of user=_ went well", "ada bob eve joe", "app: login of user=<*> went well"],
    ['app: {"user":"_","went":"well"}', "ada bob eve joe", 'app: {"user":"<*>","went":"well"}'],
    [
      "su: session opened for user root by _(uid=<n>)",
      "ada bob eve joe",
      "su: session opened for user root by <*>(uid=<n>)",
    ],
    ["app: cannot reach host _ again", "alpha1 beta2 gamma3 delta4", "app: cannot reach host <*> again"],
    ["app: cannot reach host=_ again", "alpha beta gamma delta omega kappa", "app: cannot reach host=<*> again"],
    ["app: file system domain _ has no server", "root1_a root2_b x1 y2", "app: file system domain <*> has no server"],
    [
      "gmetad: got no answer from any [_] source",
      "a1 a2 b1 b2 c1 c2",
      "gmetad: got no answer from any [<name>] source",
    ],
    ["dhcpd: no free leases, asked via _", "eth0 eth1 br0 br1 wlan0 wlan1", "dhcpd: no free leases, asked via <name>"],
    ["kernel: _: NIC link is up again", "eth0 eth1 br0 br1 wlan0 wlan1", "kernel: <name>: NIC link is up again"],
    ["app: job=_ is done now", "ab cd ef gh ij kl mn pq rs tu vw xy", "app: job=<*> is done now"],
  ]
  for (const [text, words, form] of OPENED) {
    it(`${text}: with ${words}`, () => assert.deepEqual(new Set(formsOf(filled(text, words))), new Set([form])))
  }

  it("with four names, and not with three", () => {
    const texts = filled("sshd[<n>]: Invalid user _ from <ip>", "ada bob eve")
    assert.deepEqual(formsOf(texts), texts)
    assert.equal(new Set(formsOf([...texts, "sshd[<n>]: Invalid user joe from <ip>"])).size, 1)
  })

  it("across hosts, each of which knows one name", () => {
    const { forms } = findFamilies(
      filled("_ sshd[<n>]: Invalid user _ from <ip>", "a b c d").map((template, i) => ({
        template: template.replace("_", ["ada", "bob", "eve", "joe"][i]!),
      })),
      NOTHING,
    )
    assert.deepEqual(new Set(forms), new Set(["sshd[<n>]: Invalid user <*> from <ip>"]))
  })

  it("where two names vary together", () => {
    const pairs = ["a1 ada", "b2 bob", "c3 eve", "d4 joe"].map((pair) => pair.split(" "))
    const texts = pairs.map(([host, user]) => `app: host=${host} refused user=${user} again`)
    assert.deepEqual(new Set(formsOf(texts)), new Set(["app: host=<*> refused user=<*> again"]))
  })

  it("behind a preposition, for names that the program shows elsewhere", () => {
    const texts = filled("sshd[<n>]: Failed password for _ from <ip>", "ada bob eve joe")
    assert.deepEqual(formsOf(texts), texts)
    const shown = filled("sshd[<n>]: Invalid user _ from <ip>", "ada bob eve joe")
    const elsewhere = filled("app[<n>]: Invalid user _ from <ip>", "ada bob eve joe")
    const want = "sshd[<n>]: Failed password for <*> from <ip>"
    assert.deepEqual(new Set(formsOf([...shown, ...texts]).slice(4)), new Set([want]))
    assert.deepEqual(formsOf([...elsewhere, ...texts]).slice(4), texts)
  })

  it("and take accounts with the names of states and of keys", () => {
    const texts = filled("sshd[<n>]: Invalid user _ from <ip>", "ada bob eve joe master test user backup info a")
    assert.equal(new Set(formsOf(texts)).size, 1)
  })

  it("and take a place without a name", () => {
    const texts = filled(
      "ftpd: connection from <ip> (_) at <time>",
      "a.b1.example.net b.b1.example.net c.de d.de e.de f.de",
    )
    const none = "ftpd: connection from <ip> () at <time>"
    assert.deepEqual(new Set(formsOf([...texts, none])), new Set(["ftpd: connection from <ip> (<name>) at <n>"]))
  })

  it("but not for a name that looks like none, where only looks speak for it", () => {
    const texts = filled("dhcpd: no free leases, asked via _", "eth0 eth1 br0 br1 wlan0 wlan1 loopback")
    assert.deepEqual(formsOf(texts).at(-1), texts.at(-1))
  })
})

describe("words that say what happens stay apart", () => {
  const APART: readonly (readonly [text: string, words: string])[] = [
    ["kernel: eth0: NIC Link is _", "Up Down"],
    ["app: link=_ on this host now", "up down unknown off on degraded lost failed ok dead alive idle busy ready"],
    ["app: user ada was _ by root today", "added removed locked unlocked renamed changed created deleted"],
    ["app: user _ by root", "added removed locked unlocked renamed changed created deleted"],
    ["app: result=_ of the check today", "ok bad so la mi fa re do ti xu yo zu"],
    ["app: the exit code was _ of main", "0 1 2 23 127 139"],
    ["app: status: _ len: <n> time: <n>", "200 204 301 404 500 503"],
    ["postfix: host said: _ again and again", "250 450 550 554"],
    ["postfix: dsn _ for this mail", "2.0.0 4.4.1 5.1.1 5.7.1"],
    ["systemd: <unit>: exited, status=_", "1/FAILURE 203/EXEC 226/NAMESPACE"],
    ["app: type=_ of this audit line", "login logout exec open stop user cred acct cwd path proc net"],
    ['web: "_ /index.html HTTP/1.1" done', "GET POST HEAD PUT DELETE PATCH"],
    ["app: invalid user _ was seen", "agent token data profile quota limit input space"],
    ["app: cannot get interface _ now", "index flags mtu speed metric counters statistics alias"],
    ["app: cannot reach host _ again", "alpha beta gamma delta omega kappa"],
    ["sudo: ada : TTY=pts/<n> ; USER=root ; COMMAND=_", "/bin/ls /bin/rm /usr/bin/id"],
    ["CRON[<n>]: (root) CMD (_)", "/usr/bin/a /usr/bin/b"],
    ["kernel: DROP in the chain PROTO=_ here", "TCP UDP ICMP IGMP ESP GRE AH SCTP"],
    ["app: caught signal _ and went away", "SIGUSR1 SIGUSR2"],
    ["dhcp: _ lease is gone", "IPv4 IPv6"],
    ["app: _: cannot open file", "java.io.IOException java.net.BindException java.lang.SecurityException"],
    ["app: thrown by <class>: _", "java.io.IOException java.net.BindException java.lang.SecurityException"],
    ["app: action:_ seen", "android.intent.action.SCREEN_ON android.intent.action.SCREEN_OFF"],
    ["pam: <n> more authentication _; logname=", "failure failures"],
    ["mapred: _ is deprecated", "mapred.task.id mapred.job.id mapred.tip.id mapred.task.is.map"],
    ["app: waiting for _ to go on", "lock disk peer leader journal client flush quorum reply"],
    ["xinetd: removing _", "chargen daytime echo eklogin ftp klogin kshell ntalk printer rsync telnet time"],
    ["rc: _ startup succeeded", "cupsd atd gpm hcid sdpd klogd syslogd portmap xfs crond ntpd httpd named"],
    ["spark: Block _ stored as bytes in memory", "rdd_1_2 rdd_2_2 rdd_3_4 broadcast_1 broadcast_2 broadcast_3"],
  ]
  for (const [text, words] of APART) {
    it(`${text}: ${words}`, () => {
      const forms = formsOf(filled(text, words))
      const kinds = text.startsWith("spark") ? 2 : words.split(" ").length
      assert.equal(new Set(forms).size, kinds)
    })
  }

  it("and a sentence about no user is no sentence about one", () => {
    const texts = [...filled("pam: check pass; user _", "ada bob eve joe"), "pam: check pass; user unknown"]
    assert.deepEqual(formsOf(texts).at(-1), "pam: check pass; user unknown")
  })

  it("and programs stay apart", () => {
    const texts = filled("_[<n>]: session closed for user root", "cron sshd login su sudo")
    assert.equal(new Set(formsOf(texts)).size, 5)
  })
})

describe("codes", () => {
  it("are no names, however many there are", () => {
    const codes = Array.from(
      { length: 40 },
      (_, code) => `app: the main process of this host exited with ${code} again`,
    )
    assert.equal(new Set(formsOf(codes)).size, 40)
  })
})

describe("a value is known by its looks", () => {
  const SHAPES: readonly (readonly [text: string, form: string])[] = [
    ["hdfs: Receiving block blk_-<n> src: /<ip>:<n>", "hdfs: Receiving block blk_<n> src: <ip>:<n>"],
    ["hdfs: ask <ip>:<n> to delete blk_<n> blk_-<n> blk_<n>", "hdfs: ask <ip>:<n> to delete blk_<n>"],
    ["app: id <hex>, key <uuid>, ref <duration>", "app: id <n>, key <n>, ref <n>"],
    ["cfs: no server for domain storage1024", "cfs: no server for domain storage<n>"],
    ["yarn: attempt_<n>_0020_m_<n>_0 to container_<n>_0020_01_<n>", "yarn: attempt_<n> to container_<n>"],
    ["sshd[<n>]: failed; rhost=<ip>.dsl.example.net", "sshd[<n>]: failed; rhost=<ip>"],
    ["sshd[<n>]: from mail.example.co.uk port <n>", "sshd[<n>]: from <ip> port <n>"],
    ["proxy: www.example.com:<n> close, lifetime <<n> sec", "proxy: <ip>:<n> close, lifetime <n>"],
    ["spark: size <n> KB, free <n>.<n> MB in <n> ms", "spark: size <n>, free <n> in <n>"],
    ["xinetd: reading file: /etc/xinetd.d/echo [line=<n>]", "xinetd: reading file: <path> [line=<n>]"],
    ['web: "GET /a/b?c=d&e=f HTTP/1.1" done', 'web: "GET <path> HTTP/<n>" done'],
    ["java: listening at akka://a.b:<n>/c(d), e", "java: listening at <url>), e"],
    ["android: called by com.example.server.View.destroySurface:<n>", "android: called by <class>:<n>"],
    ["cts: com.example.Update.daily: told to run", "cts: <class>: told to run"],
    ["yarn: mapreduce.task.id: told to run", "yarn: mapreduce.task.id: told to run"],
    ["systemd[<n>]: getty@tty1.service: Deactivated", "systemd[<n>]: <unit>: Deactivated"],
    ["kernel: PCI: IRQ <n> for 0000:00:1f.2", "kernel: PCI: IRQ <n> for <n>"],
    ["kernel: sdb1 is on nvme0n1, not sdaa", "kernel: sd<n> is on nvme<n>n<n>, not sd<n>"],
    ["postfix: to=<ada@example.org>,  delay=<n>", "postfix: to=<<mail>>, delay=<n>"],
    ["fans: ( <n> <n> <n> <n> <n> )", "fans: ( <n> )"],
    ["fans: ( <n> <n> **** <n> )", "fans: ( <n> <n> **** <n> )"],
    ["smartd: Device: /dev/sda, opened", "smartd: Device: <path>, opened"],
    ["exiting on signal 15", "exiting on signal 15"],
    ["app: a very long line of which the last word is cu…", "app: a very long line of which the last word is …"],
    ["", ""],
    ["kernel:", "kernel:"],
  ]
  for (const [text, form] of SHAPES) it(`${text} is ${form}`, () => assert.equal(formOf(text), form))
})

describe("forms that are known", () => {
  const KNOWN = ["sshd[<n>]: Failed password for <*> from <ip> port <n> ssh<n>"]

  it("take up a lone template that fits", () => {
    assert.equal(formOf("sshd[<n>]: Failed password for bob from <ip> port <n> ssh2", KNOWN), KNOWN[0])
  })

  it("take up no template that says something else", () => {
    for (const text of [
      "sshd[<n>]: Failed publickey for bob from <ip> port <n> ssh<n>",
      "sshd[<n>]: Failed password for invalid user bob from <ip> port <n> ssh<n>",
      "sshd[<n>]: Failed password for unknown from <ip> port <n> ssh<n>",
    ]) {
      assert.equal(formOf(text, KNOWN), text)
    }
  })

  it("are not opened again", () => {
    const texts = filled("su: session closed for user _", "ada bob eve joe")
    const { opened } = findFamilies(inputs(texts), NOTHING)
    assert.deepEqual(opened, ["su: session closed for user <*>"])
    assert.deepEqual(findFamilies(inputs(texts), new Set(opened)).opened, [])
  })

  it("can stand among the templates", () => {
    const texts = filled("su: session closed for user _", "ada bob")
    const form = "su: session closed for user <*>"
    assert.deepEqual(formsOf([...texts, form], new Set([form])), [form, form, form])
  })

  it("take only what looks like a name where they were opened by looks", () => {
    const known = ["kernel: <name>: NIC link is up again"]
    assert.equal(formOf("kernel: wlp2s0: NIC link is up again", known), known[0])
    assert.equal(formOf("kernel: bridge: NIC link is up again", known), "kernel: bridge: NIC link is up again")
  })

  it("are not what somebody writes with a mark in it", () => {
    for (const mark of ["<*>", "<name>"]) {
      const texts = filled(`app: connection to host _ from ${mark} lost again`, `ada ${mark}`)
      const { forms, opened } = findFamilies(inputs(texts), NOTHING)
      assert.deepEqual(opened, [])
      assert.equal(new Set(formsOf([...texts, ...forms], new Set(forms))).size, 2)
    }
  })
})

describe("whatever templates come", () => {
  const name = fc.constantFrom(
    ..."ada bob eve joe ann kim leo db1 web2 n1 n2 n3 n4 failed up unknown UNKNOWN user root <n> <ip> <*> <name>".split(
      " ",
    ),
    "x.example.org",
    "/var/x",
    "",
  )
  const sentence = fc.constantFrom(
    (a: string, b: string) => `sshd[<n>]: Failed password for ${a} from ${b} port <n>`,
    (a: string, b: string) => `sshd[<n>]: session opened for user ${a} by ${b}`,
    (a: string, b: string) => `app: login user=${a} host=${b} went well`,
    (a: string, b: string) => `app: got no answer from any [${a}] source of ${b}`,
    (a: string, b: string) => `app: user ${a} on host ${b} for domain ${a} left`,
  )
  const text = fc.tuple(sentence, name, name).map(([fill, a, b]) => fill(a, b))
  const texts = fc.array(text, { maxLength: 60 })

  it("their order does not matter", () => {
    fc.assert(fc.property(texts, (some) => assert.deepEqual(formsOf(some.toReversed()).toReversed(), formsOf(some))))
  })

  it("further ones part no family and close no place", () => {
    fc.assert(
      fc.property(texts, texts, fc.boolean(), (some, more, isRemembered) => {
        const { forms, opened } = findFamilies(inputs(some), NOTHING)
        const later = formsOf([...some, ...more], isRemembered ? new Set(opened) : NOTHING)
        const laterOf = new Map(forms.map((form, index) => [form, later[index]]))
        for (const [index, form] of forms.entries()) {
          assert.equal(later[index], laterOf.get(form))
          assert.ok(openPlaces(later[index]!) >= openPlaces(form))
        }
      }),
    )
  })

  it("one alone finds the family that it had among others", () => {
    fc.assert(
      fc.property(texts, (some) => {
        const { forms, opened } = findFamilies(inputs(some), NOTHING)
        for (const [index, one] of some.entries()) assert.equal(formOf(one, opened), forms[index])
      }),
    )
  })

  it("their forms are the forms of themselves", () => {
    fc.assert(
      fc.property(texts, (some) => {
        const { forms, opened } = findFamilies(inputs(some), NOTHING)
        assert.deepEqual(formsOf(forms, new Set(opened)), forms)
      }),
    )
  })

  it("a form is its own form, of any text", () => {
    const piece = fc.constantFrom(
      ...[
        "<n>",
        "<hex>",
        "<ip>",
        "<time>",
        "<*>",
        "user",
        "for",
        "status",
        "=",
        " ",
        "  ",
        ":",
        ".",
        "-",
        "_",
        "/",
        "a",
        "Bc",
      ],
      ...[
        "42",
        "x",
        "(",
        ")",
        "[",
        "]",
        '"',
        "'",
        "<",
        ">",
        "*",
        ".com",
        "http://",
        "@",
        ",",
        ";",
        "…",
        " ms",
        " KB",
        "\\",
      ],
      ...["failed", "#", "+", "C:\\", "~", "12ab34", "{", "}", "|", "é", "\u0000", "\t", "\n", "\ud800", "app: "],
    )
    const any = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""))
    fc.assert(fc.property(any, (one) => assert.equal(formOf(formOf(one)), formOf(one))))
  })
})

describe("hostile templates", () => {
  const HOSTILE: Readonly<Record<string, (index: number) => string>> = {
    "of a thousand words": (index) => `app: ${Array.from({ length: 300 }, (_, i) => `w${index * 300 + i}`).join(" ")}`,
    "of a hundred keys": (index) => `app: ${Array.from({ length: 100 }, (_, i) => `k${i}=${index}x${i}`).join(" ")}`,
    "of open places": (index) => `app: user ${"<*> ".repeat(240)}${index}`,
    "of addresses": (index) => `app: ${"<ip>".repeat(240)}!${index}`,
    "of brackets": (index) => `app: ${index} ${"[(<".repeat(300)}`,
    "of quotes": (index) => `app: ${index} ${"\"'".repeat(490)}`,
    "of numbers": (index) => `app: ${index} ${"<n> x<n> ".repeat(110)}`,
    "of dots": (index) => `app: ${"a.".repeat(490)}${index}`,
    "of slashes": (index) => `app: ${"/a".repeat(490)}${index}`,
    "of blanks": (index) => `app: ${index}=${" ".repeat(980)}x`,
    "of keys of one place each": (index) => `app: some text a=w${index}w b=${index} user=u${index}u host=h${index}h`,
  }
  for (const [name, text] of Object.entries(HOSTILE)) {
    it(name, { timeout: 60_000 }, () => {
      const texts = Array.from({ length: 1_000 }, (_, index) => text(index).slice(0, 1_000))
      assert.equal(formsOf(texts).length, 1_000)
    })
  }
})

function openPlaces(form: string): number {
  return form.split("<*>").length
}
