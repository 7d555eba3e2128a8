-- Keeps lines that were left over, once for each batch.
--
-- Input:
--   KEYS[1]  applied
--   KEYS[2]  groups
--   KEYS[3]  sums
--   KEYS[4]  count
--   KEYS[5…] the lines of each group
--   ARGV[1]  collector
--   ARGV[2]  sequence
--   ARGV[3]  nowMs
--   ARGV[4]  COLLECTORS_REMEMBERED
--   ARGV[5]  KEPT_LINE_BYTES
--   …        for each group: fingerprint, host, what is constant in its tally, how many lines, then for each line:
--            receivedAtMs, "1" for a rare one, else "0", its text
-- Output:
--   "applied" or "repeated"

local collector = ARGV[1]
local last = redis.call('HGET', KEYS[1], collector)
if last and tonumber(string.match(last, '^%d+')) >= tonumber(ARGV[2]) then return 'repeated' end

local overhead = tonumber(ARGV[5])
local at = 6
for key = 5, #KEYS do
  local fingerprint, host, constant, count = ARGV[at], ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3])
  at = at + 4
  redis.call('HSETNX', KEYS[2], fingerprint, constant)
  local lines, bytes, from, to = 0, 0, math.huge, -math.huge
  local sums = redis.call('HGET', KEYS[3], fingerprint)
  if sums then
    lines, bytes, from, to = string.match(sums, '^(%d+) (%d+) (%d+) (%d+) ')
    lines, bytes, from, to = tonumber(lines), tonumber(bytes), tonumber(from), tonumber(to)
  end
  for _ = 1, count do
    local ms, line = tonumber(ARGV[at]), ARGV[at + 2]
    -- The number makes members of one time different, and puts them into the order in which they came.
    local number = redis.call('INCR', KEYS[4])
    redis.call('ZADD', KEYS[key], ARGV[at], string.format('%016d ', number) .. ARGV[at + 1] .. ' ' .. line)
    lines, bytes = lines + 1, bytes + #line + overhead
    from, to = math.min(from, ms), math.max(to, ms)
    at = at + 3
  end
  redis.call('HSET', KEYS[3], fingerprint, string.format('%d %.0f %.0f %.0f ', lines, bytes, from, to) .. host)
end

-- A new collector replaces the one whose last batch is the oldest.
local remembered = tonumber(ARGV[4])
if not last and redis.call('HLEN', KEYS[1]) >= remembered then
  local flat = redis.call('HGETALL', KEYS[1])
  local collectors = {}
  for i = 1, #flat, 2 do
    collectors[#collectors + 1] = {name = flat[i], at = tonumber(string.match(flat[i + 1], '%d+$'))}
  end
  table.sort(collectors, function(a, b) return a.at > b.at end)
  for i = remembered, #collectors do redis.call('HDEL', KEYS[1], collectors[i].name) end
end
redis.call('HSET', KEYS[1], collector, ARGV[2] .. ' ' .. ARGV[3])
return 'applied'
