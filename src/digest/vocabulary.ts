/**
 * What a word is to its neighbours: a key that a name stands behind, a key whose values are events, or a word that says
 * what happens and is therefore never a value.
 *
 * General English and Unix words, not those of any log. They are one net of several: a missing word costs nothing until
 * several values in equal places speak for an open place.
 */

/** Behind these stands who. Anybody can choose such a name, `test` and `master` among them. */
const PERSONS = words(`user users username uname account acct ruser luser logname owner`)

/** Behind these stands a name. */
const NOUNS =
  words(`host hostname rhost vhost domain realm name id identifier tag label dev iface interface addr address group
  database db table schema queue topic volume pool container image zone pod namespace bucket ssid sender recipient login path
  dir directory file filename folder device disk server client peer unit job task program package module mountpoint
  service plugin extension connection network policy rule repository branch`)

/** Of these, a verb may follow the others: "client hangs", "device lost". They need `=`, `:`, a quote or a bracket. */
const BARE_NOUNS =
  words(`host hostname rhost vhost domain realm name id tag label dev iface interface addr address group
  database db table schema queue topic volume pool container image zone pod namespace bucket ssid sender recipient`)

/** Behind these stands whom or where, or anything else. */
const PREPOSITIONS = words("for from to by of on at in via")

/** Behind these, and a number, stands a name in parentheses. */
const PROCESSES = words("process task thread pid")

export function isProcess(word: string): boolean {
  return PROCESSES.has(word.toLowerCase())
}

/** Their values are events. */
const EVENTS =
  words(`status state stat action act reason result res error err errno type event msg message code level severity
  priority op operation method verdict outcome cause exception phase mode rc ret retval exit signal sig success
  failed failure kind category facility opcode request response reply query`)

/** Behind these stands what is run. */
const COMMANDS = words("command cmd")

/** Never a value, whatever place they stand at. */
const FUNCTION_WORDS =
  words(`unknown not is was are were be been has had have will would may must does did do for from to by of
  on at in with without via and or but if when while because due than then that which who into as`)

const STATES =
  words(`up down on off in out yes no true false ok none null nil not and or is was the a an any all this that with without
  accepted rejected failed failure fail success succeeded successful successfully denied allowed granted refused opened closed
  open close started stopped starting stopping start stop restart begin end done finished complete completed running exited
  exit enabled disabled enable disable added removed add remove created deleted create delete connected disconnected connect
  disconnect online offline active inactive valid invalid unknown known found missing lost restored locked unlocked lock unlock
  mounted unmounted mount unmount attached detached attach detach registered unregistered register unregister received sent
  send receive sending receiving read write reading writing timeout timed error errors warning warnings critical normal
  degraded alert fatal blocked unblocked block unblock pass passed first last new old unable cannot can could login logout
  logon logoff authentication authorization increased decreased high low full empty primary secondary master slave leader
  follower input output request response reply permission connection notice warn crit info debug emerg trace severe deferred
  bounced expired get post put head patch options accept reject deny allow drop permit grant refuse suspend resume abort
  cancel commit rollback init reset retry skip ignore ready busy idle dead alive good bad unreachable reachable clean dirty
  incoming outgoing inbound outbound present absent changed unchanged update upgrade install uninstall load unload join leave
  enter bind unbind sync flush kill crash panic hang halt reboot shutdown boot wake sleep pending waiting failing healthy
  unhealthy stale corrupt broken insufficient exceeded local remote public private read-only readonly rw ro`)

/** Parts and properties of what stands before them: "user agent", "interface index", "image header". */
const ATTRIBUTES =
  words(`agent token session profile data info details input output space limit quota password passwd credentials credential
  permissions permission privileges settings setting preferences language count number total size length width height
  weight depth version format header footer checksum signature digest hash entry entries key keys certificate cert lookup
  resolution controller memory cache buffer stack heap transfer file files family range class kind type mode index flags flag
  mtu speed rate metric bus policy membership member role roles group groups home shell directory path name names alias
  address addresses port ports protocol title description comment content body text string value values parameter
  parameters argument arguments option attribute attributes property field column row record records line page block
  sector time date timestamp timezone age ttl duration interval period delay counter counters statistics stats usage load
  level threshold capacity bandwidth latency handle handler pointer reference ref context scope object instance structure
  map mapping table node link socket stream channel request query search action activity task process thread
  history log logs snapshot copy source destination target origin owner creation deletion update change changes
  configuration config setup registration verification validation initialization migration synchronization`)

export function isAttribute(word: string): boolean {
  return ATTRIBUTES.has(word.toLowerCase())
}

/** Participles, and names of errors. */
const EVENT_ENDING = /(?:Exception|Error|Failure)$|^[A-Za-z][a-z]{2,}(?:ed|ing)$/

export function isStateWord(word: string): boolean {
  return STATES.has(word.toLowerCase()) || EVENT_ENDING.test(word)
}

export function isFunctionWord(word: string): boolean {
  return FUNCTION_WORDS.has(word.toLowerCase())
}

/** What a word says of the word behind it. */
export interface Role {
  readonly isPerson: boolean
  readonly isNoun: boolean
  readonly isBareNoun: boolean
  readonly isPreposition: boolean
  readonly isEvent: boolean
  readonly isCommand: boolean
}

export const NO_ROLE: Role = {
  isPerson: false,
  isNoun: false,
  isBareNoun: false,
  isPreposition: false,
  isEvent: false,
  isCommand: false,
}
const EVENT_ROLE: Role = { ...NO_ROLE, isEvent: true }

const ROLES: ReadonlyMap<string, Role> = new Map(
  [...PERSONS, ...NOUNS, ...BARE_NOUNS, ...PREPOSITIONS, ...EVENTS, ...COMMANDS].map((word) => [
    word,
    {
      isPerson: PERSONS.has(word),
      isNoun: NOUNS.has(word),
      isBareNoun: BARE_NOUNS.has(word),
      isPreposition: PREPOSITIONS.has(word),
      isEvent: EVENTS.has(word),
      isCommand: COMMANDS.has(word),
    },
  ]),
)

/** Longer words are no keys. */
const MAX_KEY_LENGTH = 40

/** The role of the word's last part: `maxSessionName`, `user_name` and `client.host` are keys by theirs. */
export function roleOf(word: string): Role {
  if (word.length > MAX_KEY_LENGTH || word.includes("<")) return NO_ROLE
  if (SMALL.test(word)) return ROLES.get(word) ?? NO_ROLE
  const parts = word.match(KEY_PARTS) ?? []
  if (parts.some((part) => ROLES.get(part.toLowerCase())?.isEvent === true)) return EVENT_ROLE
  return ROLES.get(parts.at(-1)?.toLowerCase() ?? "") ?? NO_ROLE
}

const SMALL = /^[a-z]+$/
const KEY_PARTS = /[A-Z]?[a-z]+|[A-Z]+/g

export function isKeyWord(word: string): boolean {
  return ROLES.has(word.toLowerCase())
}

export function isPreposition(word: string): boolean {
  return PREPOSITIONS.has(word)
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/))
}
