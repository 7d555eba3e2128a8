-- Reads kept lines of some groups.
--
-- Input:
--   KEYS…    the lines of each group
--   ARGV[1]  fromMs
--   ARGV[2]  untilMs, not included
-- Output:
--   for each key: {"number rare text", receivedAtMs, …}

local groups = {}
for index, key in ipairs(KEYS) do
  groups[index] = redis.call('ZRANGEBYSCORE', key, ARGV[1], '(' .. ARGV[2], 'WITHSCORES')
end
return groups
