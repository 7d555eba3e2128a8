-- Adds the activity of rules to their history. rule-history.ts has the same arithmetic.
--
-- Input:
--   KEYS[1]  applied
--   KEYS[2]  records
--   KEYS[3]  samples
--   KEYS[4]  programs
--   KEYS[5]  the day's sums
--   ARGV[1]  collector
--   ARGV[2]  sequence
--   ARGV[3]  atMs
--   ARGV[4]  day
--   ARGV[5]  COLLECTORS_REMEMBERED
--   ARGV[6]  lines
--   ARGV[7]  how many rules, then for each: key, count, sample (empty: none)
--   …        how many programs, then each
-- Output:
--   "applied" or "repeated"

local DAY_MS = 86400000

local collector, at, day = ARGV[1], tonumber(ARGV[3]), ARGV[4]
local last = redis.call('HGET', KEYS[1], collector)
if last and tonumber(string.match(last, '^%d+')) >= tonumber(ARGV[2]) then return 'repeated' end

-- The day that comes DAY_KEYS days later uses the same key. Late activity counts for the day that has the key now.
local stored = tonumber(redis.call('HGET', KEYS[5], 'day'))
if not stored or stored < tonumber(day) then
  redis.call('DEL', KEYS[5])
  redis.call('HSET', KEYS[5], 'day', day)
end

local first = 8
for i = 1, tonumber(ARGV[7]) do
  local key, count, sample = ARGV[first], tonumber(ARGV[first + 1]), ARGV[first + 2]
  first = first + 3
  local hits, from, to, gap, days = 0, at, at, 0, 1
  local record = redis.call('HGET', KEYS[2], key)
  if record then
    hits, from, to, gap, days = string.match(record, '^(%d+) (%d+) (%d+) (%d+) (%d+)$')
    hits, from, to, gap, days = tonumber(hits), tonumber(from), tonumber(to), tonumber(gap), tonumber(days)
    local pause = math.max(0, at - to)
    gap = math.max(pause, gap - math.floor(pause / 16))
    if math.floor((to + pause) / DAY_MS) > math.floor(to / DAY_MS) then days = days + 1 end
    to = to + pause
  end
  redis.call('HSET', KEYS[2], key, string.format('%.0f %.0f %.0f %.0f %d', hits + count, from, to, gap, days))
  if sample ~= '' then redis.call('HSET', KEYS[3], key, sample) end
  redis.call('HINCRBY', KEYS[5], key, ARGV[first - 2])
end
redis.call('HINCRBY', KEYS[5], 'lines', ARGV[6])

for i = first + 1, first + tonumber(ARGV[first]) do
  local heard = tonumber(redis.call('HGET', KEYS[4], ARGV[i]) or 0)
  if at > heard then redis.call('HSET', KEYS[4], ARGV[i], ARGV[3]) end
end

-- A new collector replaces the one whose last batch is the oldest.

local remembered = tonumber(ARGV[5])
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
