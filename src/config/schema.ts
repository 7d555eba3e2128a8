/**
 * Every option: where it stands, what it takes, its default and what it is for.
 *
 * The only source. Validation, the reference page, the commented example and the JSON Schema for editors come
 * from here (scripts/generate-config-docs.ts); a test fails when the committed ones differ.
 */
import * as z from "zod"
import { COMMON } from "./rule-sets.ts"
import { REDIS_PASSWORD, SENTINEL_PASSWORD, SMTP_PASSWORD } from "./secrets.ts"
import {
  dictionary,
  duration,
  endpoint,
  flag,
  hostGlob,
  integer,
  list,
  mailAddress,
  mailSender,
  NAME,
  name,
  network,
  node,
  oneOf,
  path,
  phrase,
  redisUrl,
  section,
  size,
  subject,
  timeZone,
  variable,
} from "./values.ts"

const listen = section({
  udp: list(endpoint()).prefault(["127.0.0.1:5514"]).meta({
    description: "Addresses to take datagrams on. Port 0 lets the kernel pick one; an empty list takes none.",
  }),
  tcp: list(endpoint()).prefault(["127.0.0.1:5514"]).meta({
    description:
      "Addresses to take connections on, with messages framed by their length or by line feeds, as each sender does.",
  }),
  maxFrame: size("480B", "16MiB").prefault("64KiB").meta({
    description:
      "Longest message. What is beyond is cut off, and the mail says so. RFC 5424 asks for 480 octets at least.",
  }),
  maxConnections: integer(1, 100_000).prefault(1_000).meta({
    description: "Connections at one time. Further ones are refused and counted.",
  }),
  maxConnectionsPerPeer: integer(1, 100_000).prefault(100).meta({
    description: "Of these, connections from one address.",
  }),
  idle: duration("1s", "7d", "never").prefault("15m").meta({
    description: "A connection that is silent for so long is closed. `never` keeps it until its peer closes.",
  }),
  receiveBuffer: size("64KiB", "1GiB").prefault("4MiB").meta({
    description:
      "Asked of the kernel for each UDP address: what arrives while tamis is busy waits there. The kernel grants at most net.core.rmem_max; the log says how much it was.",
  }),
  allow: list(network())
    .prefault([])
    .meta({
      description:
        "Addresses and networks whose messages are taken; all others are refused and counted. Empty takes all.",
      examples: [["192.0.2.0/24", "2001:db8::/32"]],
    }),
  proxyProtocol: list(network())
    .prefault([])
    .meta({
      description:
        "Addresses and networks of load balancers that begin each TCP connection with a PROXY header, version 1 or 2, and are believed whose it is. Their connections must; in everybody else's it means nothing.",
      examples: [["192.0.2.2"]],
    }),
})

const match = section({
  address: list(network())
    .prefault([])
    .meta({
      description:
        "Addresses and networks of the peer that sends the messages. Of several networks the longest prefix wins.",
      examples: [["192.0.2.1"]],
    }),
  hostname: list(hostGlob())
    .prefault([])
    .meta({
      description:
        "Globs over the host name in the message, which anybody may claim. Of several entries the first in the file wins.",
      examples: [["router", "gw-*"]],
    }),
})

const host = section({
  name: hostGlob().meta({
    description:
      'What the host is called in the mail. A glob lets each host keep the name that it claims; `"*"` takes all hosts that no other entry takes.',
    examples: ["router"],
  }),
  match: match.optional().meta({
    description:
      "Which messages are of this host: its address or its host name is among these. Without it the name is.",
  }),
  rules: list(phrase("the name of a rule set"))
    .prefault([COMMON])
    .meta({
      description: "Rule sets, by name; they add up.",
      examples: [["common", "router"]],
    }),
  level: oneOf("paranoid", "server", "workstation").prefault("server").meta({
    description: "How much is ignored: `paranoid` least, `workstation` most, as in logcheck.",
  }),
  variables: dictionary(/^[A-Z_][A-Z0-9_]{0,63}$/, "a name such as WAN_IF", variable())
    .prefault({})
    .meta({
      description: "What a name in braces after a dollar sign stands for in the rules of this host.",
      examples: [{ WAN_IF: "enp1s0", LAN_IF: "enp3s0" }],
    }),
  relay: flag().prefault(false).meta({
    description: "This peer forwards messages of other hosts, and what it says about whose they are is believed.",
  }),
  crackingIgnore: flag().prefault(false).meta({
    description: "Whether `cracking.ignore.d` can cancel a Security Alert (logcheck's SUPPORT_CRACKING_IGNORE).",
  }),
})

const digest = section({
  name: name().meta({
    description: "What the digest is called: in commands, in the subject, and in the store.",
    examples: ["default"],
  }),
  hosts: list(hostGlob()).min(1, "expected at least one glob").prefault(["*"]).meta({
    description: "Globs over host names. A host may be in several digests; one that is in none is in the first.",
  }),
  schedule: phrase("a cron pattern").prefault("2 * * * *").meta({
    description:
      "When a window closes and its report is mailed: a cron pattern of five fields, or of six with seconds first.",
  }),
  timeZone: timeZone()
    .optional()
    .meta({
      description: "The zone of the schedule and of the times in the mail. By default the machine's (`TZ`).",
      examples: ["Europe/Paris"],
    }),
  to: list(mailAddress())
    .prefault([])
    .meta({
      description: "Who gets the mail.",
      examples: [["admin@example.org"]],
    }),
  subject: subject().prefault("[tamis] %d: %t, %s").meta({
    description:
      "The subject. `%d` is the digest's name, `%t` the title of the gravest thing in it, `%s` how much there is to read.",
  }),
  allQuiet: flag().prefault(false).meta({
    description: "Whether a mail is sent when there is nothing to report, too.",
  }),
  suggestedRules: integer(0, 20).prefault(5).meta({
    description: "How many rules a mail suggests at most, at its end, for what came most often. 0 suggests none.",
  }),
  attachRules: flag().prefault(true).meta({
    description:
      "Whether a rule file is attached to the mail: a rule for each group that no rule knows, with samples. What you leave in it can go into a rule set.",
  }),
  maxSize: size("4KiB", "25MiB").prefault("256KiB").meta({
    description: "Longest text of one mail. What is left out is counted in it.",
  }),
})

const sentinel = section({
  nodes: list(node(26_379))
    .min(1, "expected at least one Sentinel")
    .meta({
      description: "The Sentinels; one that answers is enough. Over TLS where `url` says `rediss://`.",
      examples: [["sentinel1:26379", "sentinel2:26379", "sentinel3:26379"]],
    }),
  passwordFile: path()
    .optional()
    .meta({
      description: `A file with the password of the Sentinels themselves, where they want one. Or set the environment variable ${SENTINEL_PASSWORD}.`,
      examples: ["/run/secrets/sentinel"],
    }),
})

const cluster = section({
  nodes: list(node(6379))
    .prefault([])
    .meta({
      description: "Further nodes to find the cluster by when the one in `url` is away.",
      examples: [["redis2:6379", "redis3:6379"]],
    }),
})

const redis = section({
  url: redisUrl(`leave it out; set passwordFile or the environment variable ${REDIS_PASSWORD}`).meta({
    description:
      "Where Redis is: `redis://host:port/database`, or `rediss://` for TLS. With `sentinel` the host is the name by which the Sentinels know the primary, with `cluster` it is one of the nodes.",
    examples: ["redis://redis:6379/0"],
  }),
  passwordFile: path()
    .optional()
    .meta({
      description: `A file with the password and nothing else. Or set the environment variable ${REDIS_PASSWORD}.`,
      examples: ["/run/secrets/redis"],
    }),
  keyPrefix: name().prefault("tamis").meta({
    description: "What all keys begin with. Instances that share it share their windows.",
  }),
  sentinel: sentinel.optional().meta({
    description: "Finds the primary by asking Redis Sentinels, and the new one after a failover.",
  }),
  cluster: cluster.optional().meta({
    description: "Redis is a cluster. All keys of one digest are in one slot.",
  }),
})

const store = section({
  sqlite: path()
    .optional()
    .meta({
      description: "The SQLite file. By default `tamis.db` in the state directory.",
      examples: ["/var/lib/tamis/tamis.db"],
    }),
  redis: redis.optional().meta({ description: "Redis instead, for several instances of tamis that share their work." }),
})

const smtp = section({
  host: phrase("the name or the address of a mail server").meta({
    description: "The mail server that takes the digests.",
    examples: ["smtp.example.org"],
  }),
  port: integer(1, 65_535)
    .optional()
    .meta({
      description: "Its port. By default 465 for `implicit`, 587 for `starttls`, else 25.",
      examples: [587],
    }),
  tls: oneOf("starttls", "opportunistic", "implicit", "none").prefault("starttls").meta({
    description:
      "`starttls` insists on it, `opportunistic` takes it when offered, `implicit` is TLS from the first byte, `none` is plain text.",
  }),
  from: mailSender().meta({
    description: "The sender.",
    examples: ["tamis@example.org"],
  }),
  user: phrase("a user name")
    .optional()
    .meta({
      description: "Logs in as this user. Without it, tamis does not log in.",
      examples: ["tamis"],
    }),
  passwordFile: path()
    .optional()
    .meta({
      description: `A file with the password and nothing else. Or set the environment variable ${SMTP_PASSWORD}.`,
      examples: ["/run/secrets/smtp"],
    }),
})

export const schema = section({
  listen: listen.prefault({}).meta({ description: "Where messages come in, and how much is taken of them." }),
  ruleSets: dictionary(NAME, "a name of letters, digits, dots, dashes and underscores", path())
    .prefault({})
    .meta({
      description:
        "Directories laid out like /etc/logcheck, by the name that hosts use. The shipped sets are known already; one of the same name replaces it.",
      examples: [{ debian: "/etc/logcheck" }],
    }),
  hosts: list(host).prefault([]).meta({
    description:
      'The hosts and how each is judged. Where there is no entry `"*"`, one with the rules `common` is added.',
  }),
  digests: list(digest)
    .min(1, "expected at least one digest")
    .prefault([{ name: "default" }])
    .meta({
      description: "The mails: which hosts, when, and to whom.",
    }),
  store: store.prefault({}).meta({ description: "Where windows and undelivered digests are kept." }),
  mail: z
    .union([z.literal("stdout"), section({ smtp: smtp.meta({ description: "Hands digests to a mail server." }) })], {
      error: 'expected "stdout" or a map with "smtp"',
    })
    .prefault("stdout")
    .meta({ description: "How digests leave: `stdout` prints them, `smtp` mails them." }),
  stateDirectory: path()
    .optional()
    .meta({
      description:
        "A directory that tamis may write to. By default what the environment variable STATE_DIRECTORY names, which systemd and the container image set, else `state` where tamis was started.",
      examples: ["/var/lib/tamis"],
    }),
  log: section({
    level: oneOf("error", "warn", "info", "debug").prefault("info").meta({
      description: "The least that is worth a line in the log.",
    }),
  })
    .prefault({})
    .meta({ description: "tamis's own log, on standard error." }),
})

/** The file as written, with defaults, once it is known to be valid. */
export type Settings = z.output<typeof schema>
