/**
 * The mistakes that an operator can make or meet, each with a code, and how any error becomes text.
 *
 * An operator searches for a code and a program compares it, so a code stays when its message changes. It names one
 * kind of mistake and ends with what is wrong (`…_UNREADABLE`). An environment variable such as TAMIS_CONFIG is the
 * name of a thing.
 * docs/errors.md is this table for people; test/errors.test.ts holds the two together.
 */
import { formatProblem, type Problem } from "./problem.ts"

interface ErrorDefinition {
  /** What went wrong, in one sentence. */
  readonly sentence: string
  /** What the operator can do. */
  readonly wayOut: string
}

export const ERRORS = {
  TAMIS_COMMAND_MISUSED: {
    sentence: "The command line cannot be used: an option, an argument or the standard input is wrong.",
    wayOut: "The message says what tamis expected. `tamis COMMAND --help` describes the command and its options.",
  },
  TAMIS_OUTPUT_UNWRITABLE: {
    sentence: "tamis cannot write to standard output.",
    wayOut: "If the output goes to a file, check the free space (ENOSPC). Then run the command again.",
  },
  TAMIS_CONFIGURATION_UNREADABLE: {
    sentence: "tamis cannot read the configuration file.",
    wayOut:
      "Check the path in `--config` or in the environment variable TAMIS_CONFIG. ENOENT means that there is no such " +
      "file, EACCES that the user of tamis may not read it.",
  },
  TAMIS_CONFIGURATION_INVALID: {
    sentence: "The configuration file has mistakes.",
    wayOut:
      "The lines below the message name all of them, each with file, line and column. Correct them; " +
      "docs/configuration.md describes every option. A tamis that runs already keeps its previous configuration.",
  },
  TAMIS_RULES_UNUSABLE: {
    sentence: "A rule set cannot be read, or its directory is not a rule set.",
    wayOut:
      "The lines below the message name the directories and files. Make them readable for the user of tamis, or " +
      "correct `ruleSets` in the configuration or the option `--rules`. A rule set is a directory that holds at " +
      "least one layer, such as `ignore.d.server`. A tamis that runs already keeps its previous rules.",
  },
  TAMIS_RULE_SET_UNKNOWN: {
    sentence: "There is no rule set of this name.",
    wayOut:
      "For `rules stats --set`, use one of the names in the message. For `suggest --apply`, use the name of a rule " +
      "set in the configuration or an existing directory; create a new directory first.",
  },
  TAMIS_RULE_FILE_UNREADABLE: {
    sentence: "tamis cannot read a rule file.",
    wayOut: "Check the path. ENOENT means that there is no such file, EACCES that you may not read it.",
  },
  TAMIS_RULE_FILE_UNWRITABLE: {
    sentence: "tamis cannot write a rule file, and has left it unchanged.",
    wayOut:
      "Run the command as a user who may write to the directory of the file: tamis writes a new file there and " +
      "renames it. ENOSPC means that the disk is full.",
  },
  TAMIS_DIGEST_UNKNOWN: {
    sentence: "There is no digest of this name.",
    wayOut: "Use one of the names in the message. They come from `digests` in the configuration.",
  },
  TAMIS_STATE_DIRECTORY_UNUSABLE: {
    sentence: "tamis cannot create its state directory.",
    wayOut:
      "Create the directory and make it writable for the user of tamis, or set `stateDirectory` to another directory.",
  },
  TAMIS_SOCKET_UNUSABLE: {
    sentence: "tamis cannot create its status socket in the state directory.",
    wayOut:
      "Make the state directory writable for the user of tamis, or set `stateDirectory` to another directory. EINVAL " +
      "means that the path is too long: the path of a socket has at most 108 bytes on Linux.",
  },
  TAMIS_ALREADY_RUNNING: {
    sentence: "Another tamis uses this state directory.",
    wayOut: "`tamis status` shows the other one. Stop it, or set another `stateDirectory` for this one.",
  },
  TAMIS_LISTEN_FAILED: {
    sentence: "tamis cannot listen on an address and port of `listen.udp` or `listen.tcp`.",
    wayOut:
      "EADDRINUSE: another program has the port, often rsyslogd or another tamis. EADDRNOTAVAIL: this machine does " +
      "not have the address. EACCES: a port below 1024 needs a privilege; listen on 5514, and map 514 to it.",
  },
  TAMIS_BATCH_INVALID: {
    sentence: "A file of unstored lines in the state directory is damaged.",
    wayOut:
      "Move the file that the message names out of the state directory, and start tamis again. The next digest does " +
      "not contain its lines.",
  },
  TAMIS_STORE_UNUSABLE: {
    sentence: "tamis cannot use the SQLite file, and waiting does not help.",
    wayOut:
      "The message has the reason. Make the file and its directory writable for the user of tamis, or correct " +
      "`store.sqlite`. If the file is damaged, restore it from a backup. If you move it away, tamis starts with an " +
      "empty store: the open window, unsent digests and the history of the rules are then missing.",
  },
  TAMIS_STORE_NEWER: {
    sentence: "A newer version of tamis has written the SQLite file.",
    wayOut: "Run that version or a later one. If you move the file away, tamis starts with an empty store.",
  },
  TAMIS_STORE_UNAVAILABLE: {
    sentence: "The store does not answer, or does not accept data.",
    wayOut:
      "Check that Redis runs and that this machine can reach it, or that the disk with the SQLite file has free " +
      "space. `tamis serve` counts lines in memory and tries again until the store is back; it needs no restart. Run " +
      "any other command again.",
  },
  TAMIS_STORE_EMPTY: {
    sentence: "The store has no data for this command: `tamis serve` has not run with it.",
    wayOut:
      "Use the configuration file of the service (`--config`), on the machine or in the container of the service. If " +
      "tamis does not run, start `tamis serve`. If you have added a digest, reload the configuration.",
  },
  TAMIS_WINDOW_CLOSED: {
    sentence: "The window closed while the command read it.",
    wayOut: "Run the command again: it then reads the new window. tamis sends the report of the closed one.",
  },
  TAMIS_REDIS_LOGIN_REFUSED: {
    sentence: "Redis or a Sentinel refused the user or password, or the user lacks a permission.",
    wayOut:
      "Check the user in `store.redis.url` and the password, which is in `passwordFile` or in TAMIS_REDIS_PASSWORD. " +
      "Sentinels have a password of their own: `sentinel.passwordFile` or TAMIS_SENTINEL_PASSWORD. Then start tamis " +
      "again.",
  },
  TAMIS_REDIS_CERTIFICATE_UNTRUSTED: {
    sentence: "tamis cannot verify the TLS certificate of Redis or a Sentinel, because it does not know the authority.",
    wayOut:
      "Set the environment variable NODE_EXTRA_CA_CERTS to the file with the certificate of the authority, and start " +
      "tamis again.",
  },
  TAMIS_MAIL_UNDELIVERED: {
    sentence: "A mail was not delivered, or its delivery was not confirmed.",
    wayOut:
      "The message has the answer of the mail server, or the reason why there is none. Check `mail.smtp`: host, " +
      "port, TLS, user and password. If digests go to standard output, check the program that reads it. `tamis " +
      "serve` keeps the mail and sends it again; `tamis report --send` does not.",
  },
  TAMIS_RECIPIENTS_REFUSED: {
    sentence: "The mail server refused some recipients of a mail and accepted the others.",
    wayOut:
      "The message names the refused addresses. Correct them in `to` of the digest. The other recipients have the " +
      "mail; the refused ones do not get it later.",
  },
  TAMIS_MAIL_UNKNOWN: {
    sentence: "The log of deliveries has no mail of this id.",
    wayOut:
      "`tamis mails` lists the ids. The log keeps the last 500 entries of each digest, and the configuration must still " +
      "have the digest.",
  },
  TAMIS_SERVICE_UNREACHABLE: {
    sentence: "No running tamis answers on the socket in the state directory.",
    wayOut:
      "Start `tamis serve`. If it runs, use its configuration file (`--config`), on its machine or in its container, " +
      "so that both have the same state directory. EACCES means that only root and the user of the service may ask " +
      "it. If there is no answer in time, the service is starting or stuck; read its log.",
  },
  TAMIS_VERSIONS_DIFFER: {
    sentence: "The running tamis is of another version than the command, and its answer cannot be read.",
    wayOut: "After an upgrade, restart `tamis serve`. Otherwise run the command of the version that runs.",
  },
  TAMIS_ENDPOINT_UNKNOWN: {
    sentence: "The status socket has no such endpoint.",
    wayOut: "Use `GET /status` or `POST /reload`.",
  },
  TAMIS_CURSOR_UNUSABLE: {
    sentence: "The cursor file of `tamis scan` cannot be read, or is not a cursor.",
    wayOut:
      "Make the file readable, or name another one with `--cursor`. If you remove it, the next scan reads the logs " +
      "from their start.",
  },
  TAMIS_CURSOR_UNWRITABLE: {
    sentence:
      "tamis cannot write the cursor file. The report is complete, but the next scan reads the same lines again.",
    wayOut: "Make the file and its directory writable, and check the free space (ENOSPC).",
  },
  TAMIS_LOG_UNREADABLE: {
    sentence: "tamis cannot read a log file. It has read all others.",
    wayOut:
      "Check the path and its permissions: on Debian, root and the group adm may read most files in /var/log. If the " +
      "file is gzipped, it may be damaged.",
  },
  TAMIS_INTERNAL_FAILURE: {
    sentence: "The running tamis could not answer, for a reason that it does not know.",
    wayOut: "This is probably a bug. Please report it with the message and the lines of the log from that time.",
  },
} as const satisfies Readonly<Record<`TAMIS_${string}`, ErrorDefinition>>

export type ErrorCode = keyof typeof ERRORS

/** An operator's mistake: the configuration or a command line cannot be used. Exit status 2. */
export class OperatorError extends Error {
  readonly code: ErrorCode
  readonly problems: readonly Problem[]

  constructor(code: ErrorCode, message: string, problems: readonly Problem[] = []) {
    super([message, ...problems.map(formatProblem)].join("\n"))
    this.name = "OperatorError"
    this.code = code
    this.problems = problems
  }
}

/** Puts a code at the end of a message's first line, so that a list of problems below it stays a list. */
export function withCode(message: string, code: ErrorCode): string {
  const [first = "", ...rest] = message.split("\n")
  return [first.replace(/:?$/, (colon) => ` [${code}]${colon}`), ...rest].join("\n")
}

/** Returns the message of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Returns the system's short name for what went wrong (`ENOENT`) where an error has one, else its message. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : reasonOf(error)
}
