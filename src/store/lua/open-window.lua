-- Opens the digest's first window if it has none.
--
-- Input:
--   KEYS[1]  state
--   ARGV[1]  nowMs
--   ARGV[2]  a random text, the life of a new digest's state
-- Output:
--   {id, opensAtMs} of the open window

if redis.call('HEXISTS', KEYS[1], 'open') == 0 then
  redis.call('HSET', KEYS[1], 'life', ARGV[2], 'open', 1, 'opensAtMs', ARGV[1], 'lines', 0)
end
return redis.call('HMGET', KEYS[1], 'open', 'opensAtMs')
