/** The Kubernetes manifest, against Kubernetes' own schemas: their validators, and their types for what is not in them. */
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "node:test"
import { parseAllDocuments } from "yaml"
import { loadConfig } from "../../src/config/load.ts"

const ROOT = join(import.meta.dirname, "../..")

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

interface Model {
  validate(): void
}

const manifests: readonly Manifest[] = parseAllDocuments(
  readFileSync(join(ROOT, "examples/kubernetes/tamis.yml"), "utf8"),
).map((document) => {
  assert.deepEqual(document.errors, [])
  return document.toJS()
})

/** The validators that Kubernetes' OpenAPI became. They let pass what they do not know. */
async function validate(manifest: Manifest): Promise<void> {
  const models: Record<string, new (data: object) => Model> = await import(
    `kubernetes-models/${manifest.apiVersion}/${manifest.kind}`
  )
  const Kind = models[manifest.kind]
  assert.ok(Kind !== undefined, `${manifest.apiVersion} has no ${manifest.kind}`)
  new Kind(manifest).validate()
}

/** What the compiler has to say of manifests as literals: a field that their types do not have is an error to it. */
function compile(documents: readonly Manifest[]): string {
  const directory = mkdtempSync(join(tmpdir(), "tamis-kubernetes-"))
  try {
    symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"))
    const lines = documents.map(({ apiVersion, kind, ...rest }, n) => {
      const type = `import("kubernetes-models/${apiVersion}/${kind}").I${kind}`
      return `export const manifest${n}: ${type} = ${JSON.stringify({ apiVersion, kind, ...rest })}\n`
    })
    writeFileSync(join(directory, "package.json"), '{ "type": "module" }')
    writeFileSync(join(directory, "manifests.ts"), lines.join(""))
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "esnext"]
    const tsc = spawnSync(
      process.execPath,
      [join(ROOT, "node_modules/typescript/bin/tsc"), ...options, "--types", "", "manifests.ts"],
      { cwd: directory, encoding: "utf8" },
    )
    return `${tsc.stdout}${tsc.stderr}`
  } finally {
    rmSync(directory, { recursive: true })
  }
}

describe("the Kubernetes manifest", () => {
  for (const manifest of manifests) {
    test(`${manifest.kind} ${manifest.metadata.name} is one`, () => validate(manifest))
  }

  test("says nothing that Kubernetes has no field for", () => assert.equal(compile(manifests), ""))

  test("would be found out", async () => {
    const set = manifests.find(({ kind, metadata }) => kind === "StatefulSet" && metadata.name === "tamis")
    assert.ok(set !== undefined)
    const text = JSON.stringify(set)
    await assert.rejects(
      validate(JSON.parse(text.replace('"replicas":2', '"replicas":"2"'))),
      /replicas must be integer/,
    )
    const misspelt = JSON.parse(text.replace("readOnlyRootFilesystem", "readonlyRootFilesystem"))
    assert.match(compile([misspelt]), /readonlyRootFilesystem/)
  })

  test("runs two receivers with a configuration that tamis takes", () => {
    const set = JSON.stringify(manifests.filter(({ kind }) => kind === "StatefulSet"))
    assert.match(set, /"replicas":2,/)
    const map = manifests.find(({ kind }) => kind === "ConfigMap")
    assert.ok(map !== undefined && "data" in map)
    const directory = mkdtempSync(join(tmpdir(), "tamis-kubernetes-"))
    try {
      const configuration = (map.data as Record<string, string>)["tamis.yml"] ?? ""
      const file = join(directory, "tamis.yml")
      writeFileSync(join(directory, "smtp"), "geheim")
      writeFileSync(file, configuration.replace("/run/secrets/tamis", directory))
      const { config, warnings } = loadConfig(file, {}, { rulesDirectory: join(ROOT, "rules"), timeZone: "UTC" })
      assert.deepEqual([config.store.kind, config.delivery.kind, warnings], ["redis", "smtp", []])
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})
