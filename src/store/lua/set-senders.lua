-- Writes cadences, if they are still those from which the new ones were made.
--
-- Input:
--   KEYS[1]  attendance
--   KEYS[2]  times
--   KEYS[3]  cadences
--   ARGV[1]  the attendance before, empty for none
--   ARGV[2]  beatMs
--   ARGV[3]  resumedMs
--   ARGV[4]  the most senders
--   …        for each sender: its name, its times before, its times (empty: forget it), what it learned (empty: as before)
-- Output:
--   1, or 0 where something has changed meanwhile

if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
for i = 5, #ARGV, 4 do
  if (redis.call('HGET', KEYS[2], ARGV[i]) or '') ~= ARGV[i + 1] then return 0 end
end

local room = tonumber(ARGV[4]) - redis.call('HLEN', KEYS[2])
for i = 5, #ARGV, 4 do
  local name, before, times, learned = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  if times == '' then
    redis.call('HDEL', KEYS[2], name)
    redis.call('HDEL', KEYS[3], name)
  elseif before ~= '' or room > 0 then
    if before == '' then room = room - 1 end
    redis.call('HSET', KEYS[2], name, times)
    if learned ~= '' then redis.call('HSET', KEYS[3], name, learned) end
  end
end
redis.call('SET', KEYS[1], ARGV[2] .. ' ' .. ARGV[3])
return 1
