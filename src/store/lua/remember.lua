-- Remembers a window after its report, and forgets old ones.
--
-- Input:
--   KEYS[1] past
--   KEYS[2] past-closed
--   ARGV[1] id of the window
--   ARGV[2] closesAtMs
--   ARGV[3] forgetBeforeMs
--   ARGV[4] how many windows are remembered
--   ARGV[5] the memory of the window, JSON
-- Output:
--   1

redis.call('HSET', KEYS[1], ARGV[1], ARGV[5])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])

local function forget(ids)
  for _, id in ipairs(ids) do
    redis.call('HDEL', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
  end
end
forget(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[3]))
forget(redis.call('ZRANGE', KEYS[2], 0, -1 - ARGV[4]))
return 1
