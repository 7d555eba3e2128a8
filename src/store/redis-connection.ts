/**
 * A connection to Redis: to one server, to a primary that Sentinels watch, or to a cluster.
 *
 *     url: redis://redis:6379/0                                      that server
 *     url: redis://logs/0      sentinels: s1:26379, s2:26379, …      the primary that the Sentinels know as "logs"
 *     url: redis://node1:6379  cluster: node2:6379, …                the cluster that one of these nodes belongs to
 *
 * While the server is away, every call rejects at once, and the connection comes back by itself, after a failover to the
 * new primary. Nothing is queued here, and nothing is repeated, except when a cluster redirects a call to another node.
 */
import { once } from "node:events"
import { connect as connectTcp } from "node:net"
import { connect as connectTls } from "node:tls"
import { Cluster, Redis } from "ioredis"
import { type ErrorCode, OperatorError, reasonOf } from "../errors.ts"

const RECONNECT_FIRST_MS = 50
const RECONNECT_LONGEST_MS = 5_000

/** A connection that is silent for this long is broken: no script takes as long. */
const SILENCE_MS = 5_000

/**
 * Answers of a server that cannot serve now: a primary that became a replica, a replica that lost its primary, a server
 * that is loading its data. A new connection finds the right server.
 */
const AWAY = /\b(READONLY|MASTERDOWN|LOADING)\b/

/** Answers to a wrong or missing password, from the server or from the driver. */
const UNAUTHORISED = /\b(WRONGPASS|NOAUTH|NOPERM|ERR invalid password)\b/

/** Node's messages about a certificate of an unknown authority, with Node's own advice after it. */
const UNTRUSTED =
  /\b(self-signed certificate( in certificate chain)?|unable to (verify the first|get (local )?issuer) certificate)\b(; if the root CA .*--use-system-ca)?/

/** The driver's message about a Sentinel or a cluster node that it could not connect to, for any reason. */
const NO_REASON = /\bConnection is closed\.$/

/** The driver's message after it has asked all Sentinels. Their answers come in separate events. */
const NO_SENTINEL = /^All sentinels are unreachable/

const NO_SUCH_PRIMARY = /invalid reply: null$|No such master with that name/

const DEFAULT_PORT = 6379

export interface RedisNode {
  /** A name, or an address. */
  readonly host: string
  readonly port: number
}

export interface RedisLocation {
  /** `redis://` or `rediss://` (TLS) with host, port and database. With Sentinels the host is the primary's name. */
  readonly url: string
  readonly password?: string
  /** Sentinels to ask for the primary. */
  readonly sentinel?: { readonly nodes: readonly RedisNode[]; readonly password?: string }
  /** Further nodes to find a cluster by. */
  readonly cluster?: { readonly nodes: readonly RedisNode[] }
}

export interface ConnectionOptions extends RedisLocation {
  /** How long the server may take to answer. */
  readonly silenceMs?: number
  /** Called when the server goes away after `connect`, and when it is back. */
  readonly onState?: (state: "ready" | "away", error?: Error) => void
}

export interface Connection {
  readonly client: Redis | Cluster
  /**
   * Makes an error that names the server and the reason. The driver's own errors contain the command with all its
   * arguments, including log lines and the password, so none of them leaves this file.
   */
  failure(error: unknown): Error
}

/**
 * Resolves when the server is ready; rejects when it cannot be reached. Rejects with an OperatorError for a wrong password
 * and for a certificate of an unknown authority: waiting does not help then.
 */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const { onState } = options
  /** Why the connection broke last: the driver's errors for pending calls do not give the reason. */
  let broken: Error | undefined
  const noteBroken = (error: Error) => {
    broken = error
  }
  const client = makeClient(options, noteBroken)
  const { where, secrets } = describe(options)
  const failure = (error: unknown) => {
    const reply = error instanceof Error && error.name === "ReplyError"
    const message = reply ? error.message : (broken?.message ?? "the connection was lost")
    const reason = message.replace(
      UNTRUSTED,
      "$1 (set the environment variable NODE_EXTRA_CA_CERTS to the certificate of its authority)",
    )
    return new Error(`Redis ${where}: ${secrets.reduce((text, secret) => text.replaceAll(secret, "***"), reason)}`)
  }

  try {
    await Promise.race([client.connect(), failedFirst(client)])
  } catch {
    client.disconnect()
    broken ??= new Error("the server is not ready")
    if (NO_REASON.test(broken.message)) broken = (await whyUnreachable(options)) ?? broken
    const reason = failure(undefined)
    const code = mistakeIn(broken)
    throw code === undefined ? reason : new OperatorError(code, reason.message)
  }

  let ready = true
  client.on("close", () => {
    if (ready) onState?.("away", failure(undefined))
    ready = false
  })
  client.on("ready", () => {
    broken = undefined
    if (!ready) onState?.("ready")
    ready = true
  })
  return { client, failure }
}

/** The code of an error that does not change by waiting; undefined where it may. */
function mistakeIn({ message }: Error): ErrorCode | undefined {
  if (UNAUTHORISED.test(message)) return "TAMIS_REDIS_LOGIN_REFUSED"
  return UNTRUSTED.test(message) ? "TAMIS_REDIS_CERTIFICATE_UNTRUSTED" : undefined
}

/**
 * Rejects at the first failure: when no Sentinel answers, or a cluster cannot be used, the driver would retry for ever
 * without an error.
 */
async function failedFirst(client: Redis | Cluster): Promise<never> {
  await Promise.race([once(client, "error"), once(client, "close")])
  throw new Error("the first attempt failed")
}

/** Connects to the nodes itself to find the reason, which the driver does not give. Undefined when all can be reached. */
async function whyUnreachable({ url, sentinel, cluster, silenceMs = SILENCE_MS }: ConnectionOptions) {
  const { node, tls } = readUrl(url)
  const nodes = sentinel?.nodes ?? [node, ...(cluster?.nodes ?? [])]
  const reasons = await Promise.all(
    nodes.map(async ({ host, port }) => {
      const socket = tls ? connectTls({ host, port }) : connectTcp({ host, port })
      socket.setTimeout(silenceMs, () => socket.destroy(new Error(`connect ETIMEDOUT ${host}:${port}`)))
      try {
        await once(socket, tls ? "secureConnect" : "connect")
        return []
      } catch (error) {
        return [reasonOf(error)]
      } finally {
        socket.destroy()
      }
    }),
  )
  const distinct = new Set(reasons.flat())
  return distinct.size === 0 ? undefined : new Error([...distinct].join("; "))
}

function makeClient(options: ConnectionOptions, noteBroken: (error: Error) => void): Redis | Cluster {
  const { password, sentinel, cluster, silenceMs = SILENCE_MS } = options
  const retryStrategy = (times: number) => Math.min(RECONNECT_FIRST_MS * 2 ** Math.min(times, 10), RECONNECT_LONGEST_MS)
  const server = {
    ...(password === undefined ? {} : { password }),
    connectionName: "tamis",
    connectTimeout: silenceMs,
    socketTimeout: silenceMs,
  }
  const alone = {
    ...server,
    lazyConnect: true,
    // Callers repeat their calls: a queue here would be a second one, without bounds.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy,
    reconnectOnError: (error: Error) => {
      if (!AWAY.test(error.message)) return false
      noteBroken(error)
      return true
    },
  }
  if (cluster !== undefined) return makeCluster(options, cluster.nodes, server, retryStrategy, noteBroken)
  if (sentinel === undefined) {
    const client = new Redis(options.url, alone)
    client.on("error", noteBroken)
    return client
  }

  const { name, database, login, tls } = readUrl(options.url)
  const client = new Redis({
    ...alone,
    ...login,
    db: database,
    name,
    sentinels: sentinel.nodes.map(({ host, port }) => ({ host, port })),
    ...(sentinel.password === undefined ? {} : { sentinelPassword: sentinel.password }),
    sentinelCommandTimeout: silenceMs,
    sentinelRetryStrategy: retryStrategy,
    ...(tls ? { enableTLSForSentinelMode: true, tls: {}, sentinelTLS: {} } : {}),
  })
  let lastAnswer = "none of them answers"
  client.on("sentinelError", ({ message }: Error) => {
    lastAnswer = NO_SUCH_PRIMARY.test(message) ? `they know no primary "${name}"` : message
  })
  client.on("error", (error) => noteBroken(NO_SENTINEL.test(error.message) ? new Error(lastAnswer) : error))
  return client
}

function makeCluster(
  { url }: ConnectionOptions,
  nodes: readonly RedisNode[],
  server: object,
  retryStrategy: (times: number) => number,
  noteBroken: (error: Error) => void,
): Cluster {
  const { node, login, tls } = readUrl(url)
  const client = new Cluster([node, ...nodes], {
    redisOptions: { ...server, ...login, ...(tls ? { tls: {} } : {}) },
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryStrategy,
    // A node's certificate has the name that the cluster uses: an address looked up beforehand would not match it.
    ...(tls ? { dnsLookup: (host: string, done: (error: null, address: string) => void) => done(null, host) } : {}),
  })
  client.on("node error", noteBroken)
  client.on("error", (error) => {
    // For "failed to refresh slots", the nodes' own errors gave the reason.
    if (!("lastNodeError" in error)) noteBroken(error)
  })
  return client
}

/** Parses a URL for Sentinels and clusters, for which the driver does not. */
function readUrl(text: string) {
  const { protocol, hostname, port, pathname, username, password } = new URL(text)
  const host = hostname.replace(/^\[(.*)\]$/, "$1")
  return {
    name: decodeURIComponent(hostname),
    node: { host, port: port === "" ? DEFAULT_PORT : Number(port) },
    database: Number(pathname.slice(1)),
    login: {
      ...(username === "" ? {} : { username: decodeURIComponent(username) }),
      ...(password === "" ? {} : { password: decodeURIComponent(password) }),
    },
    tls: protocol === "rediss:",
  }
}

/** The name of the server in messages, and the secrets that they must not contain. */
function describe({ url, password, sentinel, cluster }: RedisLocation): { where: string; secrets: readonly string[] } {
  const inUrl = URL.canParse(url) ? decodeURIComponent(new URL(url).password) : ""
  const secrets = [password ?? "", inUrl, sentinel?.password ?? ""].filter((secret) => secret !== "")
  if (sentinel !== undefined) return { where: `"${readUrl(url).name}" by Sentinels ${list(sentinel.nodes)}`, secrets }
  const { node } = readUrl(url)
  if (cluster !== undefined) return { where: `Cluster at ${list([node, ...cluster.nodes])}`, secrets }
  return { where: `at ${list([node])}`, secrets }
}

function list(nodes: readonly RedisNode[]): string {
  return nodes.map(({ host, port }) => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`)).join(", ")
}
