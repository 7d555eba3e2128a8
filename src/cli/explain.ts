/**
 * `tamis explain`: shows how the rules judge a message. For a message that no rule ignores, also the rules that nearly match.
 *
 * Exit status 0: every message is ignored; 1: some message would be reported; 2: the command failed.
 */
import { isIP } from "node:net"
import { buffer } from "node:stream/consumers"
import type { Config } from "../config/config.ts"
import { OperatorError } from "../errors.ts"
import { explainLine, type RulesOfHost } from "../explain/explain.ts"
import type { ExplainedMessage } from "../explain/explained-message.ts"
import { explanationJson } from "../explain/explanation-json.ts"
import { explanationText } from "../explain/explanation-text.ts"
import { messageFields } from "../explain/message-fields.ts"
import { type ExplainedHost, explainSender } from "../explain/sender.ts"
import { StreamFraming } from "../framing/stream-framing.ts"
import { HostResolver } from "../hosts/resolve.ts"
import { compileJudge } from "../rules/compile.ts"
import { Routing } from "../service/routing.ts"
import { CanonicalLine } from "../syslog/canonical.ts"
import { Defect, emptyMessage, type Message } from "../syslog/message.ts"
import { parseMessage } from "../syslog/parse.ts"
import { repeatOf } from "../syslog/repeats.ts"
import type { Output } from "./output.ts"
import { chooseRules, hostEntry, isSelfContained, type RuleChoice } from "./rule-choice.ts"

export interface ExplainOptions extends RuleChoice {
  readonly json?: boolean
  /** How many of the nearest rules to show. */
  readonly nearest: number
}

export async function explain(given: string, options: ExplainOptions, output: Output): Promise<0 | 1> {
  const frames = framesOf(given === "-" ? await buffer(process.stdin) : Buffer.from(given))
  if (frames.length === 0)
    throw new OperatorError("TAMIS_COMMAND_MISUSED", "there is no message to explain: standard input is empty")
  const senders = isSelfContained(options) ? undefined : await Senders.load(options)
  const judges = new Map<string, RulesOfHost>()
  const nowMs = Date.now()
  const line = new CanonicalLine()
  const message = emptyMessage()
  let reported = false
  for (const [index, { bytes, ...frame }] of frames.entries()) {
    parseMessage(bytes, 0, bytes.length, message)
    const host = senders?.find(message)
    const key = host?.entry ?? ""
    const rules = judges.get(key) ?? (await rulesOf(host, options))
    judges.set(key, rules)
    const isEmpty = (message.defects & Defect.empty) !== 0
    if (!isEmpty) line.write(message, host?.name ?? "", nowMs)
    const fields = messageFields(message)
    const repeat = isEmpty ? undefined : repeatOf(message)
    // As in the collector's pipeline: a rule that ignores the line as it stands decides.
    if (repeat?.enclosed !== undefined && rules.judge.judge(line).layer !== "ignored") {
      message.textStart = repeat.enclosed.start
      message.textEnd = repeat.enclosed.end
      line.write(message, host?.name ?? "", nowMs)
    }
    const explanation = isEmpty ? undefined : explainLine(line, rules, options.nearest, severityOf(message))
    if (explanation?.verdict.layer !== "ignored") reported = true
    const explained: ExplainedMessage = {
      frame: { bytes: bytes.length, ...frame },
      message: fields,
      ...(repeat && { repeats: { times: repeat.times, last: repeat.enclosed === undefined } }),
      host: host && { name: host.name, entry: host.entry, because: host.because },
      ruleSets: rules.sets.map(({ name, directory, rules }) => ({ name, directory, rules: rules.length })),
      level: rules.level,
      quarantined: rules.quarantined,
      explanation,
      digests: host === undefined ? [] : (senders?.digestsOf(host.name) ?? []),
    }
    if (options.json === true) output.stdout(explanationJson(explained))
    else output.stdout(`${index > 0 ? "\n\n" : ""}${explanationText(explained)}`)
  }
  return reported ? 1 : 0
}

/** Undefined for a message without a PRI. */
function severityOf({ defects, severity }: Message): number | undefined {
  return (defects & Defect.priMissing) === 0 ? severity : undefined
}

interface Frame {
  readonly bytes: Buffer
  readonly framing: "octet-counted" | "line"
  readonly truncated: boolean
}

/** Larger than any argument or line that a person would paste. */
const MAX_FRAME_BYTES = 1 << 20

/** Splits bytes into messages as a stream listener does: `MSG-LEN SP MSG`, or one a line (RFC 6587 §3.4). */
function framesOf(bytes: Buffer): Frame[] {
  const frames: Frame[] = []
  let isCounted = /^[1-9][0-9]* </.test(bytes.toString("latin1", 0, 12))
  const stream = new StreamFraming(MAX_FRAME_BYTES, (frame, start, end, truncated) => {
    // A stream with counted frames begins with a count, so that its first message does not start at 0.
    if (frames.length === 0) isCounted ||= start > 0
    frames.push({
      bytes: Buffer.from(frame.subarray(start, end)),
      framing: isCounted ? "octet-counted" : "line",
      truncated,
    })
  })
  stream.push(bytes)
  stream.end()
  return frames
}

async function rulesOf(host: ExplainedHost | undefined, options: ExplainOptions): Promise<RulesOfHost> {
  const { sets, ...judging } = await chooseRules(host === undefined ? options : { ...options, host: host.entry })
  return { sets, ...judging, ...compileJudge(sets, judging) }
}

/** The configuration's hosts and digests. */
class Senders {
  readonly #config: Config
  readonly #host: string | undefined
  readonly #resolver: HostResolver
  readonly #routing: Routing

  constructor(config: Config, host: string | undefined) {
    this.#config = config
    this.#host = host
    this.#resolver = new HostResolver(config.hosts)
    this.#routing = new Routing(config.digests)
  }

  static async load({ config: file, host }: ExplainOptions): Promise<Senders> {
    const { configuration } = await import("./configuration.ts")
    return new Senders(configuration(file).config, host)
  }

  find(message: Message): ExplainedHost {
    const { hosts } = this.#config
    const given = this.#host
    if (given === undefined) return explainSender(this.#resolver, hosts, message, undefined)
    if (isIP(given) !== 0) return explainSender(this.#resolver, hosts, message, given)
    const entry = hostEntry(hosts, given)
    return { name: given, entry: entry.name, index: hosts.indexOf(entry), because: "given with --host" }
  }

  digestsOf(host: string): readonly string[] {
    return this.#routing.digestsOf(host)
  }
}
