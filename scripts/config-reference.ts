/** Writes the tree of options for people: the tables of docs/configuration.md, the commented tamis.example.yml, the JSON Schema. */
import { jsonSchema, type Option, optionTree } from "../src/config/options.ts"
import { wrap } from "../src/text/wrap.ts"

/** The tables are between these two lines of docs/configuration.md. */
export const REFERENCE_BEGIN =
  "<!-- The reference is generated: edit src/config/schema.ts, then run scripts/generate-config-docs.ts. -->"
export const REFERENCE_END = "<!-- End of the reference. -->"

export function schemaFile(): string {
  return `${JSON.stringify({ title: "tamis.yml", ...jsonSchema() }, null, 2)}\n`
}

/** Puts the tables between the two lines of the page. */
export function withReference(page: string): string {
  const [before, rest] = page.split(REFERENCE_BEGIN)
  const after = rest?.split(REFERENCE_END)[1]
  if (before === undefined || after === undefined)
    throw new Error("docs/configuration.md has no place for the reference")
  return [before, REFERENCE_BEGIN, "\n\n", referenceTables(), "\n", REFERENCE_END, after].join("")
}

function referenceTables(): string {
  const { options } = optionTree()
  const heads = options.map((option) => `### \`${option.name}\`\n\n${wrap(option.description)}`)
  return options.map((option, index) => `${heads[index]}${details(option)}`).join("\n")
}

function details(option: Option): string {
  const rows = leaves(option, option.name).map(([path, leaf]) => [
    `\`${path}\``,
    leaf.description,
    takes(leaf),
    preset(leaf),
  ])
  // The heading has the description.
  if (option.kind === "value" || option.kind === "dictionary") return `\nValue: ${takes(option)}.\n`
  const lines = rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`)
  return `\n| Option | Description | Value | Default |\n|---|---|---|---|\n${lines.join("")}`
}

/** Returns all options below this one that take a value, with their paths. */
function leaves(option: Option, path: string): [path: string, Option][] {
  if (option.kind === "list" && option.item?.kind === "section") return leaves(option.item, `${path}[]`)
  if (option.kind !== "section") return [[path, option]]
  return option.options.flatMap((child) => leaves(child, `${path}.${child.name}`))
}

function takes(option: Option): string {
  if (option.kind === "list") return `a list; each item is ${option.item?.takes}`
  if (option.kind === "dictionary") return `a map; each value is ${option.item?.takes}`
  return option.takes
}

function preset(option: Option): string {
  if (option.required) return "required"
  return option.preset === undefined ? "" : `\`${inline(option.preset)}\``
}

const EXAMPLE_HEADER = `# yaml-language-server: $schema=docs/tamis.schema.json
#
# Every option of tamis. Options without "#" have their default, so this file has the same effect as an empty file.
# Options with "#" are examples. docs/configuration.md explains the options. Generated from src/config/schema.ts.
`

export function exampleFile(): string {
  return [EXAMPLE_HEADER, ...optionTree().options.map((option) => `${lines(option, false).join("\n")}\n`)].join("\n")
}

/** Returns the lines of one option. An example shows all example values; otherwise options without a default are hidden by "#". */
function lines(option: Option, inExample: boolean): string[] {
  return [...prose(option), ...assignment(option, inExample)]
}

function assignment(option: Option, inExample: boolean): string[] {
  const { name, kind, item, preset: value, example } = option
  if (kind === "section") {
    const map = [`${name}:`, ...indent(option.options.flatMap((child) => lines(child, inExample || !isMap(value))))]
    if (inExample || isMap(value)) return map
    return value === undefined ? hide(map) : [`${name}: ${inline(value)}`, ...hide(map)]
  }
  if (item?.kind === "section") {
    const isShown = Array.isArray(value) && value.length > 0
    const entry = [`${name}:`, ...indent(listItem(item, !isShown))]
    return isShown ? entry : hide(entry)
  }
  if (inExample) return [`${name}: ${inline(example ?? value)}`]
  if (value === undefined) return hide([`${name}: ${inline(example)}`])
  return [...(example === undefined ? [] : [`# For example: ${inline(example)}`]), `${name}: ${inline(value)}`]
}

/** The first option of an item names it and has no default. */
function listItem(item: Option, inExample: boolean): string[] {
  const [first, ...others] = item.options
  if (first === undefined) return []
  const name = `- ${first.name}: ${inline(first.example)}`
  return [...prose(first), name, ...indent(others.flatMap((option) => lines(option, inExample)))]
}

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function hide(block: readonly string[]): string[] {
  return block.map((line) => `#${line}`)
}

function indent(block: readonly string[]): string[] {
  return block.map((line) => `  ${line}`)
}

const PROSE_WIDTH = 100

function prose({ description }: Option): string[] {
  const wrapped: string[] = []
  for (const word of description.split(" ")) {
    const line = wrapped.at(-1)
    if (line === undefined || line.length + word.length > PROSE_WIDTH) wrapped.push(`# ${word}`)
    else wrapped[wrapped.length - 1] = `${line} ${word}`
  }
  return wrapped
}

/** A value as YAML on one line. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`
  if (typeof value === "string") return /^[A-Za-z0-9/][\w./@-]*$/.test(value) ? value : JSON.stringify(value)
  if (typeof value !== "object" || value === null) return String(value)
  const entries = Object.entries(value).map(([key, child]) => `${key}: ${inline(child)}`)
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`
}
