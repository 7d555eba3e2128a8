/**
 * Turns a valid file into the resolved Config: fills in dependent defaults, makes paths absolute, freezes all of it.
 */
import { join, resolve } from "node:path"
import type { HostConfig } from "../hosts/host-config.ts"
import { CATCH_ALL } from "../hosts/resolve.ts"
import type { Config, DeliveryConfig, StoreConfig } from "./config.ts"
import { COMMON } from "./rule-sets.ts"
import type { Settings } from "./schema.ts"

export interface Surroundings {
  /** Relative paths in the file are relative to this directory. */
  readonly base: string
  readonly env: NodeJS.ProcessEnv
  readonly timeZone: string
  /** Shipped and configured, absolute. */
  readonly ruleSets: ReadonlyMap<string, string>
  /** Absolute: the rule set whose alarm rules tamis ships. */
  readonly shippedAlarms: string
  /** By section. */
  readonly passwords: ReadonlyMap<string, string>
}

export function resolveConfig(settings: Settings, surroundings: Surroundings): Config {
  const { base, env, timeZone, ruleSets, shippedAlarms, passwords } = surroundings
  const { listen } = settings
  const stateDirectory =
    settings.stateDirectory === undefined
      ? resolve(env.STATE_DIRECTORY || "state")
      : resolve(base, settings.stateDirectory)
  return freeze({
    listen: {
      udp: listen.udp,
      tcp: listen.tcp,
      maxFrameBytes: listen.maxFrame,
      maxConnections: listen.maxConnections,
      maxConnectionsPerPeer: listen.maxConnectionsPerPeer,
      idleMs: listen.idle,
      receiveBufferBytes: listen.receiveBuffer,
      allowedNetworks: listen.allow,
      balancerNetworks: listen.proxyProtocol,
    },
    ruleSets,
    shippedAlarms,
    hosts: resolveHosts(settings.hosts),
    digests: settings.digests.map(({ to, maxSize, pause, ...digest }) => ({
      ...digest,
      timeZone: digest.timeZone ?? timeZone,
      recipients: to,
      maxBytes: maxSize,
      pauseMs: pause,
    })),
    store: resolveStore(settings.store, base, stateDirectory, passwords),
    delivery: resolveDelivery(settings.mail, passwords.get("mail.smtp")),
    stateDirectory,
    logLevel: settings.log.level,
  })
}

function resolveHosts(hosts: Settings["hosts"]): HostConfig[] {
  const resolved = hosts.map(({ match, variables, ...host }) => ({
    ...host,
    addresses: match?.address ?? [],
    hostnames: match?.hostname ?? [],
    variables: new Map(Object.entries(variables)),
  }))
  if (resolved.some(({ name }) => name === CATCH_ALL)) return resolved
  const catchAll: HostConfig = {
    name: CATCH_ALL,
    addresses: [],
    hostnames: [],
    relay: false,
    rules: [COMMON],
    level: "server",
    variables: new Map(),
    crackingIgnore: false,
    alarms: true,
  }
  return [...resolved, catchAll]
}

function resolveStore(
  { sqlite, redis }: Settings["store"],
  base: string,
  stateDirectory: string,
  passwords: ReadonlyMap<string, string>,
): StoreConfig {
  if (redis !== undefined) {
    const { url, keyPrefix, sentinel, cluster } = redis
    return {
      kind: "redis",
      url,
      password: passwords.get("store.redis"),
      keyPrefix,
      sentinel: sentinel && { nodes: sentinel.nodes, password: passwords.get("store.redis.sentinel") },
      cluster,
    }
  }
  return { kind: "sqlite", file: sqlite === undefined ? join(stateDirectory, "tamis.db") : resolve(base, sqlite) }
}

/** RFC 8314 §3.3, RFC 6409 §3.1, RFC 5321 §4.5.4.2. */
const SMTP_PORTS = { implicit: 465, starttls: 587, opportunistic: 25, none: 25 }

function resolveDelivery(mail: Settings["mail"], password: string | undefined): DeliveryConfig {
  if (mail === "stdout") return { kind: "stdout" }
  const { host, port, tls, from, user } = mail.smtp
  return { kind: "smtp", host, port: port ?? SMTP_PORTS[tls], tls, from, user, password }
}

/** Freezes a value deeply. A map cannot be frozen, so its writing methods are replaced; it can still be cloned. */
function freeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value
  if (value instanceof Map) {
    for (const method of ["set", "delete", "clear"]) Object.defineProperty(value, method, { value: refuse })
  }
  for (const child of value instanceof Map ? value.values() : Object.values(value)) freeze(child)
  return Object.freeze(value)
}

function refuse(): never {
  throw new TypeError("the configuration is frozen")
}
