-- Closes a window if it is open, and opens the next one from there.
--
-- Input:
--   KEYS[1]      state
--   KEYS[2]      closed
--   KEYS[3]      open:per-host
--   KEYS[4..9]   the open window's keys
--   KEYS[10..15] the keys they are renamed to
--   ARGV[1]      id of the window
--   ARGV[2]      closesAtMs
-- Output:
--   1, or 0 when that window is not open

local open = redis.call('HMGET', KEYS[1], 'open', 'opensAtMs')
if open[1] ~= ARGV[1] then return 0 end

redis.call('ZADD', KEYS[2], ARGV[1], ARGV[1] .. ' ' .. open[2] .. ' ' .. ARGV[2])
for i = 4, 9 do
  if redis.call('EXISTS', KEYS[i]) == 1 then redis.call('RENAME', KEYS[i], KEYS[i + 6]) end
end
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[1], 'open', ARGV[1] + 1, 'opensAtMs', ARGV[2], 'lines', 0)
return 1
