/** Writes what is generated from the configuration's schema: the reference page's tables, the commented example, the JSON Schema. */
import { readFileSync, writeFileSync } from "node:fs"
import { exampleFile, schemaFile, withReference } from "./config-reference.ts"

const root = `${import.meta.dirname}/..`
const page = `${root}/docs/configuration.md`

writeFileSync(page, withReference(readFileSync(page, "utf8")))
writeFileSync(`${root}/tamis.example.yml`, exampleFile())
writeFileSync(`${root}/docs/tamis.schema.json`, schemaFile())
