/** What keeps the Redis store from using TLS: it says so, and does not go on without. */
import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { before, describe, type TestContext, test } from "node:test"
import { Redis } from "ioredis"
import { OperatorError } from "../../src/errors.ts"
import { type RedisStoreOptions, redisStore } from "../../src/store/redis.ts"
import type { RedisLocation } from "../../src/store/redis-connection.ts"
import type { TallyStore } from "../../src/store/store.ts"
import { type Certificate, makeAuthority, makeCertificate, trust } from "../support/certificate.ts"
import { PRIMARY } from "../support/redis-sentinel.ts"
import { type RedisServer, startRedisServer, withoutRedisTls } from "../support/redis-server.ts"
import { runTamis } from "../support/tamis-command.ts"

/** The ways in which a location says where Redis is. */
const WAYS: readonly { readonly name: string; locate(port: number): RedisLocation }[] = [
  { name: "a server", locate: (port) => ({ url: `rediss://127.0.0.1:${port}` }) },
  {
    name: "a Sentinel",
    locate: (port) => ({ url: `rediss://${PRIMARY}`, sentinel: { nodes: [{ host: "127.0.0.1", port }] } }),
  },
  { name: "a node of a cluster", locate: (port) => ({ url: `rediss://127.0.0.1:${port}`, cluster: { nodes: [] } }) },
]

const UNTRUSTED =
  /\bRedis .*: (self-signed certificate( in certificate chain)?|unable to verify the first certificate) \(set the environment variable NODE_EXTRA_CA_CERTS to the certificate of its authority\)( \[TAMIS_REDIS_CERTIFICATE_UNTRUSTED\])?$/m

/** Who speaks no TLS waits for the end of what it takes for a command. */
const SILENT = /^Error: Redis .*(connect ETIMEDOUT|Command timed out)/

describe("Redis over TLS", { skip: withoutRedisTls }, () => {
  let authority: Certificate
  let certificate: Certificate
  before(() => {
    authority = makeAuthority()
    certificate = makeCertificate(["DNS:localhost", "IP:127.0.0.1"], authority)
    trust(authority)
  })

  async function start(t: TestContext, ...options: Parameters<typeof startRedisServer>): Promise<RedisServer> {
    const server = await startRedisServer(...options)
    t.after(() => server.stop())
    return server
  }

  function storeAt(t: TestContext, options: Omit<RedisStoreOptions, "keyPrefix">): TallyStore {
    const store = redisStore({ ...options, keyPrefix: "tls:" })
    t.after(() => store.close())
    return store
  }

  async function assertUntrusted(t: TestContext, location: RedisLocation): Promise<void> {
    await assert.rejects(storeAt(t, location).open(), (error) => {
      assert.ok(error instanceof OperatorError, String(error))
      assert.match(error.message, UNTRUSTED)
      assert.equal(error.code, "TAMIS_REDIS_CERTIFICATE_UNTRUSTED")
      return true
    })
  }

  test("a server with a certificate of a known authority is used", async (t) => {
    const server = await start(t, {}, { certificate })
    for (const host of ["localhost", "127.0.0.1"]) {
      const store = storeAt(t, { url: `rediss://${host}:${server.port}` })
      await store.open()
      assert.equal((await store.openWindow("daily", 1)).id, 1)
    }
  })

  test("tamis trusts the authority of NODE_EXTRA_CA_CERTS", async (t) => {
    const directory = mkdtempSync(join(tmpdir(), "tamis-redis-tls-"))
    t.after(() => rmSync(directory, { recursive: true }))
    const [configuration, ca] = [join(directory, "tamis.yml"), join(directory, "ca.pem")]
    const { url } = await start(t, {}, { certificate })
    writeFileSync(configuration, `{ store: { redis: { url: "${url}" } }, stateDirectory: "${directory}" }`)
    writeFileSync(ca, authority.cert)
    const report = (env: NodeJS.ProcessEnv) => runTamis(["report", "-c", configuration], { env })
    assert.match((await report({})).stderr, UNTRUSTED)
    assert.match((await report({ NODE_EXTRA_CA_CERTS: ca })).stderr, /no data yet/)
  })

  for (const { name, locate } of WAYS) {
    test(`${name} with a certificate that cannot be verified is refused, and the error names the way out`, async (t) => {
      const stranger = makeAuthority()
      const strangers = makeCertificate(["IP:127.0.0.1"], stranger)
      for (const untrusted of [makeCertificate(), strangers, { ...strangers, authority: authority.cert }]) {
        const { port } = await start(t, {}, { certificate: untrusted })
        await assertUntrusted(t, locate(port))
      }
    })

    test(`${name} with a certificate for another name is refused`, async (t) => {
      const { port } = await start(t, {}, { certificate: makeCertificate(["DNS:elsewhere.example.org"], authority) })
      await assert.rejects(
        storeAt(t, locate(port)).open(),
        /^Error: Redis .*IP: 127\.0\.0\.1 is not in the cert's list/,
      )
    })

    test(`${name} without TLS gets no plaintext`, async (t) => {
      const { port } = await start(t)
      await assert.rejects(storeAt(t, { ...locate(port), silenceMs: 500 }).open(), SILENT)
    })
  }

  /** A Sentinel that announces the primary as it was told of it: by an address, or by a name. */
  async function sentinelOf(t: TestContext, primary: RedisServer, host = "127.0.0.1"): Promise<RedisLocation> {
    const announcing = { "resolve-hostnames": "yes", "announce-hostnames": "yes" }
    const watched = { ...announcing, monitor: `${PRIMARY} ${host} ${primary.port} 1` }
    const { port } = await start(t, { "tls-replication": "no" }, { watched, certificate })
    return { url: `rediss://${PRIMARY}`, sentinel: { nodes: [{ host: "127.0.0.1", port }] } }
  }

  test("a primary is verified by the name or address that the Sentinels announce", async (t) => {
    const primary = await start(t, {}, { certificate: makeCertificate(["DNS:localhost"], authority) })
    const store = storeAt(t, await sentinelOf(t, primary, "localhost"))
    await store.open()
    assert.equal((await store.openWindow("daily", 1)).id, 1)
    await assert.rejects(
      storeAt(t, await sentinelOf(t, primary, "127.0.0.1")).open(),
      /^Error: Redis "logs" by .*IP: 127\.0\.0\.1 is not in the cert's list/,
    )
  })

  test("a primary without TLS gets no plaintext, even if the Sentinels use TLS", async (t) => {
    const location = await sentinelOf(t, await start(t))
    await assert.rejects(storeAt(t, { ...location, silenceMs: 500 }).open(), SILENT)
  })

  test("a primary with a certificate that cannot be verified is refused, even if those of the Sentinels are valid", async (t) => {
    await assertUntrusted(t, await sentinelOf(t, await start(t, {}, { certificate: makeCertificate() })))
  })

  /** A cluster of one node whose certificate has its name only. */
  async function clusterByName(t: TestContext, settings: Readonly<Record<string, string>>): Promise<RedisLocation> {
    const named = makeCertificate(["DNS:localhost"], authority)
    const server = await start(t, { "cluster-enabled": "yes", ...settings }, { certificate: named })
    const operator = new Redis(server.url)
    t.after(() => operator.disconnect())
    const serving = server.logged("Cluster state changed: ok")
    await operator.cluster("ADDSLOTSRANGE", 0, 16_383)
    await serving
    return { url: server.url, cluster: { nodes: [] } }
  }

  test("the nodes of a cluster are verified by the names that it announces", async (t) => {
    const settings = { "cluster-announce-hostname": "localhost", "cluster-preferred-endpoint-type": "hostname" }
    const store = storeAt(t, await clusterByName(t, settings))
    await store.open()
    assert.equal((await store.openWindow("daily", 1)).id, 1)
  })

  test("a node is refused if its certificate lacks the announced address", async (t) => {
    const store = storeAt(t, await clusterByName(t, { "cluster-announce-ip": "127.0.0.1" }))
    await assert.rejects(store.open(), /^Error: Redis Cluster at .*IP: 127\.0\.0\.1 is not in the cert's list/)
  })
})
