import { makeWindow } from "../../report/make.ts"
import { at, type GoldenCase } from "../golden-case.ts"

export const input: GoldenCase = {
  windows: [makeWindow({ opensAtMs: at("09:00:00"), closesAtMs: at("10:00:00") })],
}
