-- Forgets kept lines of a group, and the group with its last line.
--
-- Input:
--   KEYS[1]  groups
--   KEYS[2]  sums
--   KEYS[3]  the group's lines
--   ARGV[1]  fingerprint
--   ARGV[2]  KEPT_LINE_BYTES
--   …        the lines, as "number rare text"
-- Output:
--   1

local PREFIX = 16 + 3

local sums = redis.call('HGET', KEYS[2], ARGV[1])
if not sums then return 1 end
local lines, bytes, _, to, host = string.match(sums, '^(%d+) (%d+) (%d+) (%d+) (.*)$')
lines, bytes = tonumber(lines), tonumber(bytes)
for i = 3, #ARGV do
  if redis.call('ZREM', KEYS[3], ARGV[i]) == 1 then
    lines, bytes = lines - 1, bytes - (#ARGV[i] - PREFIX) - tonumber(ARGV[2])
  end
end
local first = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')
if #first == 0 then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], ARGV[1])
else
  redis.call('HSET', KEYS[2], ARGV[1], string.format('%d %.0f %.0f %s ', lines, bytes, tonumber(first[2]), to) .. host)
end
return 1
