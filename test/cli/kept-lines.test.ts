/** `tamis show` and `tamis history` beside a running service, with both stores: the lines behind the entries of its mails. */
import assert from "node:assert/strict"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { eventually } from "../support/eventually.ts"
import { type RedisServer, startRedisServer, withoutRedisServer } from "../support/redis-server.ts"
import { sendStream } from "../support/senders.ts"
import { type Mailbox, startMailbox } from "../support/smtp-mailbox.ts"
import { storedLines } from "../support/stored-lines.ts"
import { type CommandResult, runTamis } from "../support/tamis-command.ts"
import { startTamis, type TamisProcess } from "../support/tamis-process.ts"

interface StoreOfTest {
  readonly name: string
  readonly missing: string | false
  /** Returns the configuration of a store, and what ends it. */
  readonly open: () => Promise<{ readonly store: string; readonly close: () => Promise<void> }>
}

const STORES: readonly StoreOfTest[] = [
  { name: "SQLite", missing: false, open: async () => ({ store: "{}", close: async () => {} }) },
  {
    name: "Redis",
    missing: withoutRedisServer,
    open: async () => {
      const server: RedisServer = await startRedisServer()
      return { store: `{ redis: { url: "${server.url}" } }`, close: () => server.stop() }
    },
  },
]

const invalid = (user: string, host = "web1") => `${host} sshd[7]: Invalid user ${user} from 203.0.113.7 port 22`

for (const { name, missing, open } of STORES) {
  describe(`the lines that a service with ${name} keeps`, { skip: missing }, () => {
    let directory: string
    let configuration: string
    let mailbox: Mailbox
    let close: () => Promise<void>
    let tamis: TamisProcess
    const hostLines = new Map<string, number>()

    before(async () => {
      directory = await mkdtemp(join(tmpdir(), "tamis-kept-"))
      configuration = join(directory, "tamis.yml")
      await mkdir(join(directory, "rules/ignore.d.server"), { recursive: true })
      await writeFile(join(directory, "rules/ignore.d.server/app"), "^${HEAD} app: usual$\n")
      mailbox = await startMailbox()
      const opened = await open()
      close = opened.close
      await writeFile(
        configuration,
        `listen: { udp: [], tcp: ["127.0.0.1:0"] }
ruleSets: { own: rules }
hosts: [{ name: "*", rules: [own] }]
digests:
  - { name: lan, schedule: "* * * * * *", send: leftovers, timeZone: UTC, to: [a@example.org] }
  - { name: web, hosts: ["web*"], schedule: "0 0 1 1 *", timeZone: UTC, to: [b@example.org] }
store: ${opened.store}
mail: { smtp: { host: 127.0.0.1, port: ${mailbox.port}, tls: none, from: tamis@example.org } }
stateDirectory: state
`,
      )
      tamis = await startTamis(configuration)
    })
    after(async () => {
      await tamis.stop()
      await mailbox.stop()
      await close()
      await rm(directory, { recursive: true })
    })

    const command = (...args: string[]): Promise<CommandResult> => runTamis([...args, "-c", configuration])
    const printed = async (...args: string[]): Promise<string> => {
      const { status, stdout, stderr } = await command(...args)
      assert.deepEqual({ status, stderr }, { status: 0, stderr: "" })
      return stdout.toString()
    }

    /** Sends lines, and waits until they are stored and mailed. Returns the ids that the mail shows. */
    async function mailed(lines: readonly string[], sample: string): Promise<string> {
      await sendStream(tamis.ports.tcp, [lines.map((line) => `<13>Nov 23 18:00:00 ${line}\n`).join("")])
      for (const line of lines) {
        const host = line.split(" ", 1).join("")
        hostLines.set(host, (hostLines.get(host) ?? 0) + 1)
      }
      for (const [host, count] of hostLines) await storedLines(tamis, host, count, "lan")
      return eventually(`a mail with ${sample}`, async () => {
        const { parsed } = await mailbox.next()
        const text = parsed.text ?? ""
        if (!new RegExp(sample).test(text)) return undefined
        assert.match(text, /`tamis show ID` shows the lines of an entry/)
        const [, id] = new RegExp(`^.*${sample}.*(?:\\n {4}.*)?  #(\\w{8})$`, "m").exec(text) ?? []
        return id
      })
    }

    test("the id of a mail shows its lines, also after a family took the entry up", async () => {
      const id = await mailed(
        [invalid("ada"), "web1 app: usual", "nas1 disk: odd \u001b[31m noise"],
        "Invalid user ada",
      )
      const alone = await printed("show", `#${id}`)
      assert.match(alone, new RegExp(`^Nov 23 18:00:00 ${invalid("ada").replace(/[[\]]/g, "\\$&")} {2}#${id}\n`))
      assert.match(alone, /section +System Events of digest lan/)
      assert.match(alone, /lines +1 on 1 host: web1 1\n/)
      assert.match(alone, /1 line kept:/)

      const later = await mailed(
        ["bob", "eve", "joe", "kim", "lea"].map((user) => invalid(user, "web2")),
        "Invalid user (?:bob|eve|joe|kim|lea)",
      )
      assert.equal(later, id)
      const family = await printed("show", id, "--lines", "2")
      assert.match(family, /lines +6 on 2 hosts: web2 5, web1 1\n/)
      assert.match(family, /6 lines kept, the newest 2:/)
      const { lines, ...facts } = JSON.parse(await printed("show", id, "--json", "--host", "web1"))
      assert.deepEqual(
        lines.map(({ line }: { readonly line: string }) => line),
        [`Nov 23 18:00:00 ${invalid("ada")}`],
      )
      assert.equal(facts.template.includes("Invalid user <*>"), true)
      assert.equal(facts.windows, 2)
    })

    test("history has each left-over line once, with its entry, and can be narrowed", async () => {
      const id = await mailed(["web1 app: about to fail", "web1 app: failed"], "about to fail")
      const all = (await printed("history")).trimEnd().split("\n")
      assert.equal(all.length, 9)
      assert.equal(
        all.some((line) => line.includes("usual")),
        false,
      )
      assert.match(all.join("\n"), /nas1 disk: odd #033\[31m noise {2}#\w{8}/)
      const about = (...args: string[]) => printed("history", ...args).then((text) => text.trimEnd().split("\n"))
      const fail = [`Nov 23 18:00:00 web1 app: about to fail  #${id}`]
      assert.deepEqual(await about("--grep", "ABOUT"), fail)
      assert.deepEqual(await about("--entry", id), fail)
      assert.equal((await about("--program", "app", "--host", "web1")).length, 2)
      assert.deepEqual(await about("--until", "1d"), [""])
      assert.deepEqual(await about("--since", "2020-01-01T10:00", "--host", "nas1", "--until", "2099-12-31"), [
        all.find((line) => line.includes("nas1")) ?? "",
      ])
      const json = JSON.parse(await printed("history", "--grep", "about", "--json"))
      assert.deepEqual(
        { ...json, at: "" },
        { at: "", host: "web1", program: "app", entry: id, line: "Nov 23 18:00:00 web1 app: about to fail" },
      )
      assert.match(await printed("show", id), /within 1 minute of the newest line:\n\n(?:.*\n)*.*app: failed {2}#\w{8}/)
      assert.doesNotMatch(await printed("show", id, "--around", "0s"), /newest line/)
    })

    test("lines and ids are the same after a restart", async () => {
      const before = await printed("history")
      await tamis.stop()
      assert.equal(await printed("history"), before)
      tamis = await startTamis(configuration)
      assert.equal(await printed("history"), before)
    })

    test("an unknown entry and a wrong time are errors with a code", async () => {
      const [entry, time, ofEntry] = await Promise.all([
        command("show", "00000000"),
        command("history", "--since", "yesterday"),
        command("history", "--entry", "#00000000"),
      ])
      assert.deepEqual([entry.status, time.status, ofEntry.status], [2, 2, 2])
      assert.match(entry.stderr, /no entry is called "00000000".*\[TAMIS_ENTRY_UNKNOWN\]/)
      assert.match(ofEntry.stderr, /TAMIS_ENTRY_UNKNOWN/)
      assert.match(time.stderr, /--since: expected a duration such as "3d".*\[TAMIS_COMMAND_MISUSED\]/)
    })
  })
}
