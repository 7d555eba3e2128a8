-- Forgets rules and programs, unless they have been used since `beforeMs`.
--
-- Input:
--   KEYS[1]  records
--   KEYS[2]  samples
--   KEYS[3]  programs
--   ARGV[1]  beforeMs
--   ARGV[2]  how many rules, then their keys
--   …        programs, to the end

local before, rules = tonumber(ARGV[1]), tonumber(ARGV[2])
for i = 3, 2 + rules do
  local record = redis.call('HGET', KEYS[1], ARGV[i])
  if record and tonumber(string.match(record, '^%d+ %d+ (%d+)')) < before then
    redis.call('HDEL', KEYS[1], ARGV[i])
    redis.call('HDEL', KEYS[2], ARGV[i])
  end
end
for i = 3 + rules, #ARGV do
  local heard = redis.call('HGET', KEYS[3], ARGV[i])
  if heard and tonumber(heard) < before then redis.call('HDEL', KEYS[3], ARGV[i]) end
end
return 1
