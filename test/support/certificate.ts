/** A certificate for localhost, or another host, that nobody trusts yet, made by openssl and valid for a day. */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { unlessCommand } from "./requirement.ts"

/** Both in PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** The reason to skip tests that need one, or false. */
export const withoutOpenssl = unlessCommand("openssl")

export function makeCertificate(host = "localhost"): Certificate {
  const directory = mkdtempSync(join(tmpdir(), "tamis-certificate-"))
  try {
    const files = { key: join(directory, "key.pem"), cert: join(directory, "cert.pem") }
    const options = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
    const subject = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host},IP:127.0.0.1`]
    execFileSync("openssl", ["req", ...options, ...subject, "-keyout", files.key, "-out", files.cert], {
      stdio: "ignore",
    })
    return { key: readFileSync(files.key, "utf8"), cert: readFileSync(files.cert, "utf8") }
  } finally {
    rmSync(directory, { recursive: true })
  }
}
