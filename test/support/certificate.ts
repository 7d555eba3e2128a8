/** Certificates of no known authority, made by openssl and valid for a day. */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { getCACertificates, setDefaultCACertificates } from "node:tls"
import { unlessCommand } from "./requirement.ts"

/** All in PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
  /** The certificate of its issuer; its own if it is self-signed. */
  readonly authority: string
}

/** The reason to skip tests that need a certificate, or false. */
export const withoutOpenssl = unlessCommand("openssl")

const LOCAL = ["DNS:localhost", "IP:127.0.0.1"]

/** Makes the certificate of a server with these names, signed by the issuer or else self-signed. */
export function makeCertificate(names: readonly string[] = LOCAL, issuer?: Certificate): Certificate {
  return make(names.join(" "), ["-addext", `subjectAltName=${names.join(",")}`], issuer)
}

/** Makes a certificate that can sign others. */
export function makeAuthority(): Certificate {
  return make("an authority of one's own", [])
}

/** Makes this process trust its authority from now on, as NODE_EXTRA_CA_CERTS does. */
export function trust({ authority }: Certificate): void {
  setDefaultCACertificates([...getCACertificates("default"), authority])
}

function make(name: string, extensions: readonly string[], issuer?: Certificate): Certificate {
  const directory = mkdtempSync(join(tmpdir(), "tamis-certificate-"))
  const file = (name: string) => join(directory, name)
  try {
    const options = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
    const signedBy = issuer === undefined ? [] : ["-CA", file("issuer.pem"), "-CAkey", file("issuer-key.pem")]
    if (issuer !== undefined) {
      writeFileSync(file("issuer.pem"), issuer.cert)
      writeFileSync(file("issuer-key.pem"), issuer.key)
    }
    const written = ["-keyout", file("key.pem"), "-out", file("cert.pem")]
    execFileSync("openssl", ["req", ...options, "-subj", `/CN=${name}`, ...extensions, ...signedBy, ...written], {
      stdio: "ignore",
    })
    const [key, cert] = [readFileSync(file("key.pem"), "utf8"), readFileSync(file("cert.pem"), "utf8")]
    return { key, cert, authority: issuer?.authority ?? cert }
  } finally {
    rmSync(directory, { recursive: true })
  }
}
