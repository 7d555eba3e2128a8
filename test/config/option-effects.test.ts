/** Every option changes the behaviour of tamis: each has a row with an effect for its user, and the row is tried. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { type Option, optionTree } from "../../src/config/options.ts"
import { DIGEST_EFFECTS } from "./effects/digest-effects.ts"
import { HOST_EFFECTS } from "./effects/host-effects.ts"
import { LISTEN_EFFECTS } from "./effects/listen-effects.ts"
import { MAIL_EFFECTS } from "./effects/mail-effects.ts"
import { PROCESS_EFFECTS } from "./effects/process-effects.ts"
import { STORE_EFFECTS } from "./effects/store-effects.ts"

const EFFECTS = [
  ...LISTEN_EFFECTS,
  ...HOST_EFFECTS,
  ...DIGEST_EFFECTS,
  ...STORE_EFFECTS,
  ...MAIL_EFFECTS,
  ...PROCESS_EFFECTS,
]

/** The paths of all options that take a value. Where a section may be a word instead, its own path is one of them. */
function leaves(option: Option, path: readonly string[] = []): string[] {
  if (option.item?.kind === "section") return leaves(option.item, path)
  if (option.kind !== "section") return [path.join(".")]
  const asWord = typeof option.preset === "string" ? [path.join(".")] : []
  return [...asWord, ...option.options.flatMap((child) => leaves(child, [...path, child.name]))]
}

test("every option has its row in one of the files in test/config/effects, and one only", () => {
  assert.deepEqual(EFFECTS.map(({ option }) => option).sort(), leaves(optionTree()).sort())
})

// Most of the time, an effect waits for a thread that starts or for a window that closes.
describe("an option changes what its user sees:", { concurrency: 6 }, () => {
  for (const { option, fact, missing, check } of EFFECTS) test(`${option}: ${fact}`, { skip: missing }, check)
})
