/** `tamis hosts`, `tamis hosts forget` and `tamis hosts rename`, on the store of a service. */
import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type TestContext, test } from "node:test"
import { forgetHost, hosts, renameHost } from "../../src/cli/hosts.ts"
import { sqliteStore } from "../../src/store/sqlite.ts"
import { entryOf, tallyOf } from "../contract/tally-store.ts"

const NOW = Date.now()

async function scene(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), "tamis-hosts-"))
  t.after(() => rmSync(directory, { recursive: true }))
  const config = join(directory, "tamis.yml")
  writeFileSync(config, 'stateDirectory: state\ndigests: [{ name: lan, hosts: ["*", "!router", "db*"] }]\n')
  const store = sqliteStore({ file: join(directory, "state", "tamis.db") })
  await store.open()
  t.after(() => store.close())
  const at = { firstMs: NOW, lastMs: NOW }
  await store.hear(new Map(["web1", "web1 cron", "router"].map((sender) => [sender, at])), NOW)
  await store.add("lan", { collector: "c", sequence: 1 }, entryOf([tallyOf({ host: "web1" })]), NOW)
  let text = ""
  const output = {
    stdout: (written: string | Uint8Array) => {
      text += String(written)
    },
    stderr: () => {},
  }
  const run = async (command: (out: typeof output) => Promise<0 | 1>) => {
    text = ""
    return { status: await command(output), text }
  }
  const list = async () => {
    const { text: json } = await run((out) => hosts({ config, json: true }, out))
    return JSON.parse(json).hosts.map(({ name }: { name: string }) => name)
  }
  return { config, store, run, list }
}

test("the list has every host with its digests, and warns of globs and hosts without a digest", async (t) => {
  const { config, run } = await scene(t)
  const { status, text } = await run((out) => hosts({ config }, out))
  assert.equal(status, 0)
  assert.match(text, /^ {2}web1 +\S+Z +lan$/m)
  assert.match(text, /! digest lan: no known host matches "db\*"/)
  assert.match(text, /! host router is in no digest, because a digest excludes it: no mail has its lines/)
  assert.doesNotMatch(text, /cron/)
})

test("a host is forgotten, everywhere, and only once", async (t) => {
  const { config, store, run, list } = await scene(t)
  assert.deepEqual(await run((out) => forgetHost("WEB1.", { config }, out)), { status: 0, text: "forgot web1\n" })
  assert.deepEqual(await list(), ["router"])
  assert.deepEqual((await store.overview("lan"))?.hosts, new Map())
  const again = await run((out) => forgetHost("web1", { config }, out))
  assert.deepEqual(again, { status: 1, text: "no known host is called web1\n" })
})

test("a host gets another name, with its sums", async (t) => {
  const { config, store, run, list } = await scene(t)
  const { status, text } = await run((out) => renameHost("web1", "www", { config }, out))
  assert.deepEqual([status, text], [0, "renamed to www: web1\n"])
  assert.deepEqual(await list(), ["router", "www"])
  assert.deepEqual([...((await store.overview("lan"))?.hosts.keys() ?? [])], ["www"])
})

test("a name that is none is refused", async (t) => {
  const { config, run } = await scene(t)
  await assert.rejects(
    run((out) => forgetHost("", { config }, out)),
    { code: "TAMIS_COMMAND_MISUSED" },
  )
  await assert.rejects(
    run((out) => renameHost("web1", "WEB1", { config }, out)),
    { code: "TAMIS_COMMAND_MISUSED" },
  )
})
