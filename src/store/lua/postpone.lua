-- Puts a delivery back until later; breaks its seal when it was refused.
--
-- Input:
--   KEYS[1]  state
--   ARGV[1]  delivery id
--   ARGV[2]  owner
--   ARGV[3]  retryAtMs
--   ARGV[4]  "refused" or "repeat"
-- Output:
--   1, or 0 when the owner does not hold that delivery

local state = redis.call('HMGET', KEYS[1], 'delivery', 'owner')
if state[1] ~= ARGV[1] or state[2] ~= ARGV[2] then return 0 end

redis.call('HSET', KEYS[1], 'retryAtMs', ARGV[3])
redis.call('HDEL', KEYS[1], 'owner', 'leaseUntilMs')
if ARGV[4] == 'refused' then redis.call('HDEL', KEYS[1], 'delivery', 'sealedTo') end
return 1
