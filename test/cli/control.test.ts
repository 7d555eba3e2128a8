/** What a command makes of an answer that the running tamis should not give. */
import assert from "node:assert/strict"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { VERSION } from "../../src/version.ts"
import { runTamis } from "../support/tamis-command.ts"

let directory: string
let configuration: string
let server: Server | undefined
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tamis-control-"))
  configuration = join(directory, "tamis.yml")
  await writeFile(configuration, "stateDirectory: .\n")
})
afterEach(async () => {
  server?.close()
  await rm(directory, { recursive: true })
})

/** Something answers in place of a tamis, always the same. */
async function answer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  server = createServer((_request, response) => response.writeHead(status, headers).end(body))
  server.listen(join(directory, "tamis.sock"))
  await once(server, "listening")
}

async function ask(...command: readonly string[]) {
  const { status, stdout, stderr } = await runTamis([...command, "-c", configuration])
  assert.deepEqual({ status, stdout: stdout.toString() }, { status: 2, stdout: "" })
  return stderr.replaceAll(directory, "DIR")
}

const WITHOUT_DIGESTS = {
  version: "7.0.0",
  startedAt: "2026-11-23T18:00:00.000Z",
  receiving: true,
  healthy: true,
  complaints: [],
  listeners: [],
  rules: 7,
  quarantinedRules: [],
}

describe("an answer of another shape", () => {
  test("an answer of another shape is refused, and the error names both versions", async () => {
    await answer(200, JSON.stringify(WITHOUT_DIGESTS), { server: "tamis/7.0.0" })
    assert.equal(
      await ask("status"),
      "tamis: cannot read the answer of the tamis at DIR/tamis.sock: its version is 7.0.0, and this command's is " +
        `${VERSION}; restart tamis serve, or run the command of its version [TAMIS_VERSIONS_DIFFER]\n`,
    )
  })

  for (const [name, body] of [
    [
      "a field of another type",
      JSON.stringify({ ...WITHOUT_DIGESTS, digests: [], hosts: [], hostWarnings: [], rules: "7" }),
    ],
    ["a value instead of an object", "null"],
    ["no JSON", "<html>"],
    ["nothing", ""],
  ] as const) {
    test(`${name} is refused`, async () => {
      await answer(200, body)
      const message = new RegExp(
        `its version is another one, and this command's is ${VERSION}; .*TAMIS_VERSIONS_DIFFER`,
      )
      assert.match(await ask("status"), message)
    })
  }

  test("changes without one of their lists are refused", async () => {
    await answer(200, JSON.stringify({ rules: 7, added: [], removed: [], quarantined: [], released: [] }))
    assert.match(await ask("rules", "reload"), /TAMIS_VERSIONS_DIFFER/)
  })
})

test("unknown fields in an answer are ignored", async () => {
  await answer(200, JSON.stringify({ ...WITHOUT_DIGESTS, digests: [], hosts: [], hostWarnings: [], temperature: 21 }))
  const { status, stdout, stderr } = await runTamis(["status", "--json", "-c", configuration])
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" })
  assert.deepEqual(JSON.parse(stdout.toString()), { ...WITHOUT_DIGESTS, digests: [], hosts: [], hostWarnings: [] })
})

describe("an error as an answer", () => {
  test("an error answer keeps its code", async () => {
    await answer(422, JSON.stringify({ error: "rules:\nx:1:1: is not a rule set", code: "TAMIS_RULES_UNUSABLE" }))
    assert.equal(
      await ask("rules", "reload"),
      "tamis: nothing was reloaded: rules [TAMIS_RULES_UNUSABLE]:\nx:1:1: is not a rule set\n",
    )
  })

  test("an error answer without a known code is taken for an answer of another version", async () => {
    await answer(500, JSON.stringify({ error: "the moon is full", code: "TAMIS_MOON_FULL" }))
    assert.equal(
      await ask("status"),
      "tamis: the running tamis cannot read its state: the moon is full [TAMIS_VERSIONS_DIFFER]\n",
    )
  })
})

test("without an answer, the error says that no tamis is running", async () => {
  assert.equal(
    await ask("status"),
    "tamis: no tamis answers at DIR/tamis.sock (ENOENT); start it with: tamis serve [TAMIS_SERVICE_UNREACHABLE]\n",
  )
})
