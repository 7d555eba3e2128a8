import { makeWindow } from "../../report/make.ts"
import { at, type GoldenCase } from "../golden-case.ts"

const ignored = Object.fromEntries(Array.from({ length: 38 }, (_, n) => [`host${n}`, 5_590 + (n === 0 ? 11 : 0)]))

export const input: GoldenCase = {
  windows: [makeWindow({ opensAtMs: at("00:00:00"), closesAtMs: at("00:00:00") + 86_400_000, ignored })],
}
