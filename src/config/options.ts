/**
 * The schema as a tree of options, for hints, the reference page and the commented example.
 *
 * It is made from the JSON Schema that editors get, so that all of them agree.
 */
import * as z from "zod"
import { schema } from "./schema.ts"

type JsonSchema = z.core.JSONSchema.JSONSchema

export interface Option {
  /** As in a configuration file; empty at the root and for the items of a list or a dictionary. */
  readonly name: string
  readonly kind: "section" | "list" | "dictionary" | "value"
  readonly description: string
  /** One phrase for the values that the option takes; empty if it is no value. */
  readonly takes: string
  readonly required: boolean
  /** The default as written. Undefined if there is none, or if it depends on something else. */
  readonly preset: unknown
  readonly example: unknown
  /** A section's options. */
  readonly options: readonly Option[]
  /** The items of a list or a dictionary. */
  readonly item: Option | undefined
}

/** Returns the JSON Schema of a configuration file. */
export function jsonSchema(): JsonSchema {
  return z.toJSONSchema(schema, {
    io: "input",
    // zod omits examples of values that it transforms, since it takes them for the output. Ours are input.
    override({ zodSchema, jsonSchema }) {
      const examples = z.globalRegistry.get(zodSchema)?.examples
      if (Array.isArray(examples)) jsonSchema.examples = examples
    },
  })
}

/** Returns the root of all options. */
export function optionTree(): Option {
  return readOption("", jsonSchema(), false)
}

/** Returns the names of the options that are allowed at a path in a file. */
export function optionsAt(path: readonly (string | number)[]): readonly string[] {
  let option: Option | undefined = optionTree()
  for (const step of path) {
    option = option?.kind === "section" ? option.options.find(({ name }) => name === step) : option?.item
  }
  return option?.options.map(({ name }) => name) ?? []
}

function readOption(name: string, node: JsonSchema, required: boolean): Option {
  // If there are alternatives (`mail: stdout`, or a map), the map has the options.
  const shape = [node, ...(node.anyOf ?? [])].map(object).find(({ properties }) => properties !== undefined) ?? node
  const item = shape.items ?? (shape.properties === undefined ? shape.additionalProperties : undefined)
  const kind = shape.properties ? "section" : shape.type === "array" ? "list" : item ? "dictionary" : "value"
  return {
    name,
    kind,
    description: node.description ?? "",
    takes: node.title ?? "",
    required,
    preset: node.default,
    example: node.examples?.[0],
    options: Object.entries(shape.properties ?? {}).map(([key, child]) =>
      readOption(key, object(child), shape.required?.includes(key) ?? false),
    ),
    item: item === undefined ? undefined : readOption("", object(item), false),
  }
}

/** In JSON Schema, `true` and `false` are schemas as well; ours has them only to refuse further keys. */
function object(node: unknown): JsonSchema {
  return isSchema(node) ? node : {}
}

function isSchema(node: unknown): node is JsonSchema {
  return typeof node === "object" && node !== null && !Array.isArray(node)
}
