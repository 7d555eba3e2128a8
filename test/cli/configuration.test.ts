/** What an operator reads when the configuration is wrong, whatever command needs it. */
import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { runTamis } from "../support/tamis-command.ts"

const WRONG = `listen:
  udp: ["127.0.0.1:0"]
  idel: 5m
hosts:
  - name: web
    level: sever
    rules: [comon]
digests:
  - name: lan
    schedule: "61 * * * *"
mail:
  smtp: { host: localhost, port: 70000, from: tamis@example.org }
`

describe("an invalid configuration", { concurrency: true }, () => {
  let directory: string
  let file: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tamis-cli-config-"))
    file = join(directory, "tamis.yml")
    await writeFile(file, WRONG)
  })
  after(() => rm(directory, { recursive: true }))

  for (const command of ["serve", "scan", "report", "status", "rules check"]) {
    test(`tamis ${command} prints all problems with their places and suggestions`, async () => {
      const { status, stdout, stderr } = await runTamis([...command.split(" "), "-c", file])
      assert.deepEqual({ status, stdout: stdout.toString() }, { status: 2, stdout: "" })
      const [first, ...problems] = stderr.trimEnd().split("\n")
      assert.equal(first, "tamis: the configuration cannot be used [TAMIS_CONFIGURATION_INVALID]:")
      const places = problems.map((problem) => problem.replace(`${file}:`, "").replace(/ .*/, ""))
      assert.deepEqual(places, ["3:3:", "6:12:", "7:13:", "9:5:", "10:15:", "12:34:"])
      assert.match(problems[0] ?? "", /listen\.idel: .*; did you mean "?idle"?\?/)
      assert.match(problems[1] ?? "", /hosts\[0\]\.level: expected one of .*; did you mean "?server"?\?/)
      assert.match(problems[2] ?? "", /hosts\[0\]\.rules\[0\]: .*; did you mean "?common"?\?/)
    })
  }

  test("TAMIS_CONFIG names the file if no option does", async () => {
    const { status, stderr } = await runTamis(["scan"], { env: { TAMIS_CONFIG: file } })
    assert.equal(status, 2)
    assert.match(stderr, /tamis\.yml:3:3: /)
  })

  test("a missing configuration file is named in the message", async () => {
    const { status, stderr } = await runTamis(["status", "-c", join(directory, "nowhere.yml")])
    assert.equal(status, 2)
    assert.match(
      stderr,
      /^tamis: cannot read the configuration file .*nowhere\.yml \(ENOENT\) \[TAMIS_CONFIGURATION_UNREADABLE\]\n$/,
    )
  })
})
