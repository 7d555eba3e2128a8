-- Reads the newest entries of the log of deliveries.
--
-- Input:
--   KEYS[1] deliveries
--   KEYS[2] deliveries-order
--   ARGV[1] how many at most
-- Output:
--   {JSON, …}, the oldest first

local entries = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], -ARGV[1], -1)) do
  entries[#entries + 1] = redis.call('HGET', KEYS[1], id)
end
return entries
