import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { template } from "../../src/tally/template.ts"

const DIGITS = "0123456789"
const HEX = `${DIGITS}abcdef`
const SMALL = "abcdefghijklmnopqrstuvwxyz"
const BASE62 = DIGITS + SMALL + SMALL.toUpperCase()
const CROCKFORD = `${DIGITS}ABCDEFGHJKMNPQRSTVWXYZ`
/** Kubernetes' random characters, and the digits of its hashes. */
const RANDOM = "bcdfghjklmnpqrstvwxz2456789"
const HASH = "456789bcdf"

/** Not `fc.string`, which has names of properties now and then. */
function text(characters: string, length: number): fc.Arbitrary<string> {
  const unit = fc.noBias(fc.constantFrom(...characters))
  return fc.array(unit, { minLength: length, maxLength: length }).map((units) => units.join(""))
}

const pairs = fc.array(text(HEX, 2), { minLength: 16, maxLength: 16 }).map((bytes) => bytes.join(":"))
const onlyLetters = /^[a-f]*$/

/** Lines that differ in an id. `$` is the id. */
const LINES: readonly (readonly [kind: string, line: string, want: string, id: fc.Arbitrary<string>])[] = [
  [
    "blocks of HDFS",
    "block blk_$ lost",
    "block blk_<n> lost",
    fc.tuple(fc.constantFrom("", "-"), text("123456789", 19)).map((parts) => parts.join("")),
  ],
  [
    "containers",
    "POST /containers/$/stop",
    "POST /containers/<hex>/stop",
    text(HEX, 12).filter((id) => !onlyLetters.test(id)),
  ],
  ["commits", "at commit $", "at commit <hex>", text(HEX, 7).filter((id) => !onlyLetters.test(id))],
  ["Postfix's queue ids", "$: removed", "<hex>: removed", text(HEX.toUpperCase(), 10).filter((id) => /\d/.test(id))],
  [
    "sendmail's queue ids",
    "$: stat=Sent",
    "<id>: stat=Sent",
    fc.tuple(text(BASE62, 8), text(DIGITS, 6)).map(([head, tail]) => `${head}g${tail}`),
  ],
  [
    "Exim's ids",
    "1$ <= <>",
    "<id> <= <>",
    fc.tuple(text(BASE62, 5), text(BASE62, 6), text(BASE62, 2)).map((parts) => parts.join("-")),
  ],
  ["other servers' queue ids", "(250 2.0.0 Ok: queued as 4$)", "(250 2.0.0 Ok: queued as <id>)", text(BASE62, 14)],
  ["fingerprints in base64", "key SHA256:$ unknown", "key SHA256:<id> unknown", text(`${BASE62}+/`, 43)],
  ["fingerprints in pairs", "key RSA $ unknown", "key RSA <hex> unknown", pairs],
  ["ULIDs", "order 01$ placed", "order <id> placed", text(CROCKFORD, 24)],
  [
    "pods of deployments",
    "pod web-$ gone",
    "pod web-<id> gone",
    fc.tuple(text(HASH, 10), text(RANDOM, 5)).map((parts) => parts.join("-")),
  ],
  ["pods of daemon sets", 'pod="kube-system/proxy-$" gone', 'pod="kube-system/proxy-<id>" gone', text(RANDOM, 5)],
  ["interfaces", "cali$ up", "cali<hex> up", text(HEX, 11)],
  [
    "hosts of PAM",
    "ruser= rhost=$  user=root",
    "ruser= rhost=<ip>  user=root",
    fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()),
  ],
  [
    "mail addresses",
    "to=<$>, delay",
    "to=<<mail>>, delay",
    fc.tuple(text(`${SMALL}${DIGITS}`, 6), text(SMALL, 3)).map(([name, host]) => `${name}.x+y@${host}-1.example.net`),
  ],
]

describe("ids of all kinds", () => {
  for (const [kind, line, want, ids] of LINES) {
    it(`lines that differ in ${kind} have one template`, () => {
      fc.assert(
        fc.property(ids, (id) => {
          assert.equal(
            template(`Jun 21 16:47:48 web1 app[7]: ${line.replace("$", () => id)}`),
            `web1 app[<n>]: ${want}`,
          )
        }),
        { numRuns: 300 },
      )
    })
  }

  it("of 500 random ids of payments, one in a hundred at most looks like a name", () => {
    const [ids = []] = fc.sample(fc.array(text(BASE62, 14), { minLength: 500, maxLength: 500 }), {
      numRuns: 1,
      seed: 20261127,
    })
    const apart = ids.filter(
      (id) =>
        template(`Jun 21 16:47:48 web1 app: customer cus_${id} charged`) !== "web1 app: customer cus_<id> charged",
    )
    assert.ok(apart.length <= 5, apart.join(" "))
  })
})
