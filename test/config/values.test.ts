import assert from "node:assert/strict"
import { test } from "node:test"
import { fixture } from "./fixture.ts"

const smtp = (more: string) =>
  `{ digests: [{ name: a, to: [a@example.org] }], mail: { smtp: { host: mail, from: a@example.org, ${more} } } }`

const refused: [name: string, yaml: string, want: RegExp][] = [
  [
    "a name for an address",
    'listen: { udp: ["localhost:5514"] }',
    /listen\.udp\[0\]: expected an address with its port/,
  ],
  ["IPv6 without brackets", 'listen: { udp: ["::1:5514"] }', /listen\.udp\[0\]: expected/],
  ["IPv4 in brackets", 'listen: { tcp: ["[127.0.0.1]:5514"] }', /listen\.tcp\[0\]: expected/],
  ["a port above 65535", 'listen: { tcp: ["127.0.0.1:65536"] }', /listen\.tcp\[0\]: expected/],
  ["a port alone", "listen: { tcp: [5514] }", /write "0\.0\.0\.0:5514" for every IPv4 address/],
  [
    "one address twice",
    'listen: { tcp: ["[::]:1", "[::]:1"] }',
    /listen\.tcp\[1\]: "\[::\]:1" is already used in listen\.tcp\[0\]/,
  ],
  ["nothing to listen on", "listen: { udp: [], tcp: [] }", /1:1: listen: expected an address in udp or tcp/],
  [
    "a single address for a list",
    'listen: { udp: "0.0.0.0:5514" }',
    /listen\.udp: expected a list, got "0\.0\.0\.0:5514"/,
  ],
  ["a frame below RFC 5424's least", "listen: { maxFrame: 479B }", /listen\.maxFrame: expected a size from "480B"/],
  ["a frame without a unit", "listen: { maxFrame: 65536 }", /got 65536; write a whole number with a unit/],
  [
    "no connections",
    "listen: { maxConnections: 0 }",
    /maxConnections: expected a whole number from 1 to 100000, got 0/,
  ],
  [
    "half a connection",
    "listen: { maxConnectionsPerPeer: 1.5 }",
    /maxConnectionsPerPeer: expected a whole number.*got 1\.5/,
  ],
  ['the duration "0"', 'listen: { idle: "0" }', /listen\.idle: expected a duration from "1s" up.*got "0"/],
  ["too long a duration", "listen: { idle: 8d }", /listen\.idle: expected a duration .*got "8d"$/],
  [
    "a network with host bits",
    "listen: { allow: [192.0.2.1/24] }",
    /write the network's first address before the "\/"/,
  ],
  ["a name among networks", "listen: { allow: [router] }", /listen\.allow\[0\]: expected an address or a network/],
  ["a rule set that cannot be named", "ruleSets: { ../x: . }", /ruleSets\.\.\.\/x: expected a name of letters/],
  [
    "a rule set that is no directory",
    "ruleSets: { mine: tamis.yml }",
    /ruleSets\.mine: there is no directory tamis\.yml/,
  ],
  ["a host name with a blank", 'hosts: [{ name: "a b" }]', /hosts\[0\]\.name: expected a host name or a glob/],
  ["a number for a host name", "hosts: [{ name: 7 }]", /got 7; put it in quotes: "7"/],
  [
    "a network of two entries",
    'hosts: [{ name: a, match: { address: ["2001:db8::/32"] } }, { name: b, match: { address: ["2001:0db8::/32"] } }]',
    /hosts\[1\]\.match\.address\[0\]: "2001:0db8::\/32" is already used/,
  ],
  [
    "a claim of two entries",
    "hosts: [{ name: WEB1 }, { name: b, match: { hostname: [web1] } }]",
    /hosts\[1\]\.match\.hostname\[0\]: "web1" is already used in hosts\[0\]\.name/,
  ],
  [
    "a claim that identifies no host",
    "hosts: [{ name: b, match: { hostname: [Localhost] } }]",
    /the host name "Localhost" in a message does not identify its sender; use match\.address/,
  ],
  [
    "a name that identifies no host",
    "hosts: [{ name: localhost }]",
    /"localhost" in a message does not identify its sender/,
  ],
  ["a match of nothing", "hosts: [{ name: b, match: {} }]", /hosts\[0\]\.match: expected an address or a hostname/],
  [
    "a match of the catch-all",
    'hosts: [{ name: "*", match: { hostname: [a] } }]',
    /"\*" takes all hosts that no other entry/,
  ],
  [
    "a relay without an address",
    "hosts: [{ name: b, relay: true }]",
    /hosts\[0\]\.relay: tamis recognizes a relay only by its address/,
  ],
  [
    "an unknown level",
    "hosts: [{ name: b, level: servr }]",
    /expected one of paranoid, server, workstation.*did you mean "server"/,
  ],
  [
    "a variable in lower case",
    "hosts: [{ name: b, variables: { wan: x } }]",
    /variables\.wan: expected a name such as WAN_IF/,
  ],
  [
    "a variable of two lines",
    'hosts: [{ name: b, variables: { WAN: "x\\ny" } }]',
    /variables\.WAN: expected text on one line/,
  ],
  ["no for false", "hosts: [{ name: b, crackingIgnore: no }]", /crackingIgnore: expected true or false, got "no"/],
  ["a digest's name with a slash", "digests: [{ name: a/b }]", /digests\[0\]\.name: expected a name of letters/],
  [
    "two digests of one name",
    "digests: [{ name: a }, { name: a }]",
    /digests\[1\]\.name: "a" is already used in digests\[0\]\.name/,
  ],
  ["no digests", "digests: []", /digests: expected at least one digest, got an empty list/],
  ["a digest of no hosts", "digests: [{ name: a, hosts: [] }]", /digests\[0\]\.hosts: expected at least one glob/],
  [
    "a schedule of four fields",
    'digests: [{ name: a, schedule: "* * * *" }]',
    /schedule: expected a cron pattern of five fields/,
  ],
  [
    "a schedule that never comes",
    'digests: [{ name: a, schedule: "0 0 30 2 *" }]',
    /schedule: "0 0 30 2 \*" never matches a date/,
  ],
  ["an offset for a zone", 'digests: [{ name: a, timeZone: "+01:00" }]', /timeZone: expected a time zone such as/],
  [
    "a recipient with a header",
    'digests: [{ name: a, to: ["a@example.org\\r\\nBcc: b@example.org"] }]',
    /to\[0\]: expected a mail address/,
  ],
  [
    "two recipients in one",
    'digests: [{ name: a, to: ["a@example.org, b@example.org"] }]',
    /to\[0\]: expected a mail address/,
  ],
  [
    "a recipient without a domain",
    "digests: [{ name: a, to: [root] }]",
    /to\[0\]: expected a mail address.*got "root"/,
  ],
  ["a subject of two lines", 'digests: [{ name: a, subject: "a\\nb" }]', /subject: expected text on one line/],
  [
    "an unknown placeholder",
    'digests: [{ name: a, subject: "%h" }]',
    /"%h" is no placeholder; write %% for a percent sign/,
  ],
  ["too short a mail", "digests: [{ name: a, maxSize: 1B }]", /maxSize: expected a size from "4KiB"/],
  [
    "two stores",
    'store: { sqlite: a, redis: { url: "redis://redis" } }',
    /store\.redis: cannot be used together with sqlite; keep one/,
  ],
  [
    "a Redis at a web address",
    'store: { redis: { url: "https://redis" } }',
    /store\.redis\.url: expected a URL such as "redis:/,
  ],
  [
    "a prefix with a hash tag",
    'store: { redis: { url: "redis://redis", keyPrefix: "{x}" } }',
    /keyPrefix: expected a name/,
  ],
  [
    "a URL for a Sentinel",
    'store: { redis: { url: "redis://logs", sentinel: { nodes: ["redis://s1"] } } }',
    /sentinel\.nodes\[0\]: expected a host with its port, such as "redis1:26379", got "redis:\/\/s1"/,
  ],
  [
    "no Sentinel",
    'store: { redis: { url: "redis://logs", sentinel: { nodes: [] } } }',
    /sentinel\.nodes: expected at least one Sentinel/,
  ],
  [
    "Sentinels of a cluster",
    'store: { redis: { url: "redis://logs", sentinel: { nodes: [s1] }, cluster: { nodes: [n1] } } }',
    /store\.redis\.cluster: cannot be used together with sentinel; keep one/,
  ],
  [
    "the port of a primary that the Sentinels know",
    'store: { redis: { url: "redis://logs:6379", sentinel: { nodes: [s1] } } }',
    /store\.redis\.url: with sentinel, the host is the primary's name.*remove the port/,
  ],
  [
    "a database of a cluster",
    'store: { redis: { url: "redis://n1/3", cluster: {} } }',
    /store\.redis\.url: a Redis Cluster has database 0 only/,
  ],
  ["an unknown word for mail", "mail: sendmail", /mail: expected "stdout" or a map with "smtp", got "sendmail"/],
  [
    "an option of version 0.1",
    "digests: [{ name: lan, allQuiet: true }]",
    /digests\[0\]\.allQuiet: unknown option; write send: always for allQuiet: true/,
  ],
  ["an unknown option of mail", "mail: { stmp: {} }", /mail\.stmp: unknown option; did you mean "smtp"/],
  [
    "a mail server without recipients",
    "mail: { smtp: { host: mail, from: a@example.org } }",
    /mail\.smtp: there are no recipients/,
  ],
  [
    "a digest without recipients",
    "{ digests: [{ name: a, to: [] }], mail: { smtp: { host: mail, from: a@example.org } } }",
    /digests\[0\]\.to: expected at least one recipient, got none/,
  ],
  ["port 0 of a mail server", smtp("port: 0"), /mail\.smtp\.port: expected a whole number from 1 to 65535, got 0/],
  ["a sender with a header", smtp('user: "a\\nb"'), /mail\.smtp\.user: expected a user name/],
  ["an unknown log level", "log: { level: verbose }", /log\.level: expected one of error, warn, info, debug/],
  ["an empty path", 'stateDirectory: ""', /stateDirectory: expected a path, got ""/],
]

for (const [name, yaml, want] of refused) {
  test(`${name} is refused`, (t) => assert.match(fixture(t).problems(yaml), want))
}

const accepted: [name: string, yaml: string][] = [
  ["a link-local address with its zone", 'listen: { udp: ["[fe80::1%lo]:5514"] }'],
  ["port 0 several times", 'listen: { udp: ["127.0.0.1:0", "127.0.0.1:0"] }'],
  ["a cluster known by one node", 'store: { redis: { url: "redis://n1", cluster: {} } }'],
  ["a cluster without options", 'store: { redis: { url: "redis://n1:7000/0", cluster: } }'],
  ["one kind of listening", "listen: { udp: [] }"],
  ["a schedule with seconds", 'digests: [{ name: a, schedule: "*/10 * * * * *" }]'],
  ["the zone UTC", "digests: [{ name: a, timeZone: UTC }]"],
  ["a percent sign", 'digests: [{ name: a, subject: "100 %, %% and %d" }]'],
  ["a host without rules", "hosts: [{ name: a, rules: [] }]"],
  ["a relay with an address", "hosts: [{ name: a, relay: true, match: { address: [192.0.2.9] } }]"],
  [
    "one network inside another",
    "hosts: [{ name: a, match: { address: [10.0.0.0/8] } }, { name: b, match: { address: [10.1.0.0/16] } }]",
  ],
  ["a user in a Redis URL", 'store: { redis: { url: "rediss://me@redis:6380/1" } }'],
  ["a sender with a name", smtp("").replace("from: a@example.org", '"from": "tamis at home <a@example.org>"')],
  ["a digest without recipients while nothing is mailed", "{ digests: [{ name: a }], mail: stdout }"],
]

for (const [name, yaml] of accepted) {
  test(`${name} is accepted`, (t) => assert.doesNotThrow(() => fixture(t).load(yaml)))
}
