/**
 * Every option: its place, its values, its default and its purpose.
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
  timeOfDay,
  timeZone,
  variable,
} from "./values.ts"

const listen = section({
  udp: list(endpoint()).prefault(["127.0.0.1:5514"]).meta({
    description:
      "Addresses to receive UDP datagrams on. Port 0 lets the kernel pick a port; an empty list disables UDP.",
  }),
  tcp: list(endpoint()).prefault(["127.0.0.1:5514"]).meta({
    description:
      "Addresses to accept TCP connections on. tamis detects each sender's framing: octet counting or line feeds.",
  }),
  maxFrame: size("480B", "16MiB").prefault("64KiB").meta({
    description:
      "Maximum length of a message. Longer messages are cut, and the mail says how many. RFC 5424 requires at least 480 octets.",
  }),
  maxConnections: integer(1, 100_000).prefault(1_000).meta({
    description: "Maximum number of open connections. Further connections are refused and counted.",
  }),
  maxConnectionsPerPeer: integer(1, 100_000).prefault(100).meta({
    description: "Maximum number of open connections from one address.",
  }),
  idle: duration("1s", "7d", "never").prefault("15m").meta({
    description:
      "Closes a connection that sends nothing for this long. `never` keeps it open until the sender closes it.",
  }),
  receiveBuffer: size("64KiB", "1GiB").prefault("4MiB").meta({
    description:
      "Kernel receive buffer of each UDP address. Datagrams wait there while tamis is busy. The kernel grants at most net.core.rmem_max; the log says how much it granted.",
  }),
  allow: list(network())
    .prefault([])
    .meta({
      description:
        "Addresses and networks that may send messages. All others are refused and counted. An empty list allows all.",
      examples: [["192.0.2.0/24", "2001:db8::/32"]],
    }),
  proxyProtocol: list(network())
    .prefault([])
    .meta({
      description:
        "Load balancers that send a PROXY header (v1 or v2) at the start of every TCP connection. tamis takes the client address from it, closes their connections that lack one, and ignores it from anyone else.",
      examples: [["192.0.2.2"]],
    }),
})

const match = section({
  address: list(network())
    .prefault([])
    .meta({
      description:
        "Addresses and networks of the peer that sends the messages. If several networks match, the longest prefix wins.",
      examples: [["192.0.2.1"]],
    }),
  hostname: list(hostGlob())
    .prefault([])
    .meta({
      description:
        "Globs over the host name in the message. Any sender can claim any name. If several entries match, the first in the file wins.",
      examples: [["router", "gw-*"]],
    }),
})

const host = section({
  name: hostGlob().meta({
    description:
      'The host\'s name in the mail. With a glob, each host keeps the name that it claims. `"*"` takes all hosts that no other entry takes.',
    examples: ["router"],
  }),
  match: match.optional().meta({
    description:
      "Which messages belong to this host: those whose address or host name is listed here. Without `match`, `name` is used as `hostname`.",
  }),
  rules: list(phrase("the name of a rule set"))
    .prefault([COMMON])
    .meta({
      description: "Names of the rule sets for this host. All of them apply.",
      examples: [["common", "router"]],
    }),
  level: oneOf("paranoid", "server", "workstation").prefault("server").meta({
    description: "How much is ignored: `paranoid` ignores least, `workstation` most, as in logcheck.",
  }),
  variables: dictionary(/^[A-Z_][A-Z0-9_]{0,63}$/, "a name such as WAN_IF", variable())
    .prefault({})
    .meta({
      description: "Values of the variables, such as `${WAN_IF}`, in the rules of this host.",
      examples: [{ WAN_IF: "enp1s0", LAN_IF: "enp3s0" }],
    }),
  relay: flag().prefault(false).meta({
    description: "This peer forwards messages of other hosts. tamis believes the host names and addresses in them.",
  }),
  crackingIgnore: flag().prefault(false).meta({
    description: "Whether `cracking.ignore.d` can cancel a Security Alert (logcheck's SUPPORT_CRACKING_IGNORE).",
  }),
  alarms: flag().prefault(true).meta({
    description:
      "Whether the alarm rules that tamis ships, and the syslog severities emerg, alert and crit, put lines of this host first in the mail. The `alarm.d` of its other rule sets always applies.",
  }),
})

const digest = section({
  name: name().meta({
    description: "The digest's name in commands, in the subject and in the store.",
    examples: ["default"],
  }),
  hosts: list(hostGlob()).min(1, "expected at least one glob").prefault(["*"]).meta({
    description:
      "Globs over host names. A host may be in several digests. A host that matches none is in the first digest.",
  }),
  only: list(oneOf("cracking", "violations", "alarming"))
    .min(1, "expected at least one class")
    .optional()
    .meta({
      description:
        "The digest takes only lines of these classes: Security Alerts (`cracking`), Security Events (`violations`), alarming lines (`alarming`). By default, it takes all lines. At least one digest must take all; hosts that no such digest names are in the first of them.",
      examples: [["cracking", "alarming"]],
    }),
  pause: duration("30s", "24h")
    .optional()
    .meta({
      description:
        "With `only`, instead of `schedule`: a mail is sent within 30 seconds of the first line, but not before this time has passed since the last mail. The next mail counts the lines that were held back.",
      examples: ["15m"],
    }),
  schedule: phrase("a cron pattern").prefault("2 * * * *").meta({
    description:
      "When the window closes and its report is mailed: a cron pattern of five fields, or of six with seconds first.",
  }),
  timeZone: timeZone()
    .optional()
    .meta({
      description:
        "Time zone of the schedule and of the times in the mail. By default, the machine's time zone (`TZ`).",
      examples: ["Europe/Paris"],
    }),
  to: list(mailAddress())
    .prefault([])
    .meta({
      description: "The recipients of the mail.",
      examples: [["admin@example.org"]],
    }),
  subject: subject().prefault("[tamis] %t; %s").meta({
    description:
      "The subject of the mail. `%t` is the gravest entry, by name and host (`disk alarm on nas1`), `%s` how much there is to read (`1 alarming, 3 new, 37 as usual`), `%d` the digest's name.",
  }),
  send: oneOf("news", "leftovers", "always").prefault("news").meta({
    description:
      "Which closed windows make a mail. `news`: those in which something is alarming, new, more than usual, in a security section or lost, or a host is new; lines as usual wait, and the next mail counts them. `leftovers`: those with a line that no rule ignores. `always`: all.",
  }),
  daily: timeOfDay().prefault("07:00").meta({
    description:
      "With `send: news`: from this time of day, the next window makes a mail in any case, which says how all is.",
  }),
  suggestedRules: integer(0, 20).prefault(0).meta({
    description:
      "Maximum number of rules that a mail suggests at its end, for the most frequent lines. The attached rule file (`attachRules`) has them in any case.",
  }),
  attachRules: flag().prefault(true).meta({
    description:
      "Whether to attach a rule file to the mail. It has a rule, with samples, for each group of lines that no rule knows. Remove what you do not want, and add the rest to a rule set.",
  }),
  maxSize: size("4KiB", "25MiB").prefault("256KiB").meta({
    description: "Maximum size of a mail's text. The mail counts the lines that it leaves out.",
  }),
})

const sentinel = section({
  nodes: list(node(26_379))
    .min(1, "expected at least one Sentinel")
    .meta({
      description:
        "The Sentinels. One that answers is enough. If `url` begins with `rediss://`, tamis uses TLS for them as well.",
      examples: [["sentinel1:26379", "sentinel2:26379", "sentinel3:26379"]],
    }),
  passwordFile: path()
    .optional()
    .meta({
      description: `A file with the password of the Sentinels themselves, if they require one. Or set the environment variable ${SENTINEL_PASSWORD}.`,
      examples: ["/run/secrets/sentinel"],
    }),
})

const cluster = section({
  nodes: list(node(6379))
    .prefault([])
    .meta({
      description: "Further nodes, to find the cluster if the node in `url` is unreachable.",
      examples: [["redis2:6379", "redis3:6379"]],
    }),
})

const redis = section({
  url: redisUrl(`leave it out; set passwordFile or the environment variable ${REDIS_PASSWORD}`).meta({
    description:
      "The Redis server: `redis://host:port/database`, or `rediss://` for TLS. With `sentinel`, the host is the name by which the Sentinels know the primary. With `cluster`, it is one of the nodes.",
    examples: ["redis://redis:6379/0"],
  }),
  passwordFile: path()
    .optional()
    .meta({
      description: `A file with the password and nothing else. Or set the environment variable ${REDIS_PASSWORD}.`,
      examples: ["/run/secrets/redis"],
    }),
  keyPrefix: name().prefault("tamis").meta({
    description: "Prefix of all keys. Instances with the same prefix share their windows.",
  }),
  sentinel: sentinel.optional().meta({
    description: "Asks Redis Sentinels for the primary, and for the new one after a failover.",
  }),
  cluster: cluster.optional().meta({
    description: "Redis runs as a cluster. All keys of one digest are in one slot.",
  }),
})

const store = section({
  sqlite: path()
    .optional()
    .meta({
      description: "The SQLite file. By default, `tamis.db` in the state directory.",
      examples: ["/var/lib/tamis/tamis.db"],
    }),
  redis: redis
    .optional()
    .meta({ description: "Redis instead of SQLite, for several instances of tamis that share their work." }),
})

const smtp = section({
  host: phrase("the name or the address of a mail server").meta({
    description: "The mail server that accepts the digests.",
    examples: ["smtp.example.org"],
  }),
  port: integer(1, 65_535)
    .optional()
    .meta({
      description: "The mail server's port. By default, 465 for `implicit`, 587 for `starttls`, and 25 otherwise.",
      examples: [587],
    }),
  tls: oneOf("starttls", "opportunistic", "implicit", "none").prefault("starttls").meta({
    description:
      "`starttls` requires STARTTLS, `opportunistic` uses it if the server offers it, `implicit` is TLS from the first byte, `none` is plain text.",
  }),
  from: mailSender().meta({
    description: "The sender of the mail.",
    examples: ["tamis@example.org"],
  }),
  user: phrase("a user name")
    .optional()
    .meta({
      description: "The user to log in as. Without it, tamis does not log in.",
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
  listen: listen.prefault({}).meta({ description: "Where tamis receives messages, and its limits." }),
  ruleSets: dictionary(NAME, "a name of letters, digits, dots, dashes and underscores", path())
    .prefault({})
    .meta({
      description:
        "Directories laid out like /etc/logcheck, each under the name that `hosts` use. The shipped sets need no entry; an entry with the same name replaces a shipped set.",
      examples: [{ debian: "/etc/logcheck" }],
    }),
  hosts: list(host).prefault([]).meta({
    description:
      'The hosts, and how tamis judges the messages of each. If there is no entry `"*"`, tamis adds one with the rules `common`.',
  }),
  digests: list(digest)
    .min(1, "expected at least one digest")
    .prefault([{ name: "default" }])
    .meta({
      description: "The mails: for which hosts, when, and to whom.",
    }),
  store: store.prefault({}).meta({ description: "Where tamis keeps windows and undelivered digests." }),
  mail: z
    .union([z.literal("stdout"), section({ smtp: smtp.meta({ description: "Sends digests to a mail server." }) })], {
      error: 'expected "stdout" or a map with "smtp"',
    })
    .prefault("stdout")
    .meta({ description: "How tamis delivers digests: `stdout` prints them, `smtp` mails them." }),
  stateDirectory: path()
    .optional()
    .meta({
      description:
        "A directory that tamis may write to. By default, the directory in the environment variable STATE_DIRECTORY, which systemd and the container image set; without it, `state` in the working directory.",
      examples: ["/var/lib/tamis"],
    }),
  log: section({
    level: oneOf("error", "warn", "info", "debug").prefault("info").meta({
      description: "The lowest level that tamis logs.",
    }),
  })
    .prefault({})
    .meta({ description: "tamis' own log, on standard error." }),
})

/** The file as written, with defaults, once it is known to be valid. */
export type Settings = z.output<typeof schema>
