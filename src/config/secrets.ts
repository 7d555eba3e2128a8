/**
 * Passwords: from a file that an option names, or from the environment. Never from the configuration file itself, which
 * people commit to repositories and paste into questions.
 */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { codeOf } from "../errors.ts"
import { findAll, findStrings, type OptionProblem } from "./option-problem.ts"

export const SMTP_PASSWORD = "TAMIS_SMTP_PASSWORD"
export const REDIS_PASSWORD = "TAMIS_REDIS_PASSWORD"
export const SENTINEL_PASSWORD = "TAMIS_SENTINEL_PASSWORD"

/** The sections that have a password, with the environment variable that can hold it. */
export const PASSWORD_VARIABLES: ReadonlyMap<string, string> = new Map([
  ["mail.smtp", SMTP_PASSWORD],
  ["store.redis", REDIS_PASSWORD],
  ["store.redis.sentinel", SENTINEL_PASSWORD],
])

export interface Secrets {
  /** By section, e.g. "mail.smtp". */
  readonly passwords: ReadonlyMap<string, string>
  readonly findings: readonly OptionProblem[]
}

/** Reads the passwords of the sections that the file has. Relative paths are relative to `base`. */
export function readSecrets(raw: unknown, env: NodeJS.ProcessEnv, base: string): Secrets {
  const passwords = new Map<string, string>()
  const findings: OptionProblem[] = []
  for (const [section, variable] of PASSWORD_VARIABLES) {
    if (findAll(raw, section).length === 0) continue
    const inEnvironment = env[variable] === "" ? undefined : env[variable]
    if (inEnvironment !== undefined) passwords.set(section, inEnvironment)
    const [file] = findStrings(raw, `${section}.passwordFile`)
    if (file === undefined) continue
    const { path } = file
    if (inEnvironment !== undefined) {
      const message = `the environment variable ${variable} is set as well`
      findings.push({ path, at: "key", message, hint: "keep one of them" })
    }
    const secret = readSecret(resolve(base, file.value))
    if ("defect" in secret) findings.push({ path, at: "value", message: secret.defect })
    else passwords.set(section, secret.password)
  }
  return { passwords, findings: [...findings, ...loginFindings(raw, passwords.has("mail.smtp"))] }
}

/** A user needs a password, and a password needs a user. */
function loginFindings(raw: unknown, hasPassword: boolean): OptionProblem[] {
  const [user] = findAll(raw, "mail.smtp.user")
  const [passwordFile] = findAll(raw, "mail.smtp.passwordFile")
  if (user !== undefined && !hasPassword && passwordFile === undefined) {
    const hint = `set passwordFile or the environment variable ${SMTP_PASSWORD}`
    return [{ path: user.path, at: "key", message: "there is a user, but no password", hint }]
  }
  if (user === undefined && (hasPassword || passwordFile !== undefined)) {
    const message = `there is a password${passwordFile ? "" : ` (${SMTP_PASSWORD})`}, but no user`
    return [{ path: passwordFile?.path ?? ["mail", "smtp"], at: "key", message, hint: "add user" }]
  }
  return []
}

function readSecret(file: string): { password: string } | { defect: string } {
  let content: string
  try {
    content = readFileSync(file, "utf8")
  } catch (error) {
    return { defect: `cannot read ${file} (${codeOf(error)})` }
  }
  const password = content.replace(/\r?\n$/, "")
  if (password === "") return { defect: `expected a password in ${file}, got an empty file` }
  if (/[\r\n\0]/.test(password)) return { defect: `expected a password on one line in ${file}, got several lines` }
  return { password }
}
