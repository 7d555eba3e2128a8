-- Logs a delivery, and forgets old ones.
--
-- Input:
--   KEYS[1] deliveries
--   KEYS[2] deliveries-order
--   KEYS[3] mail-texts
--   ARGV[1] id of the entry
--   ARGV[2] the entry, JSON
--   ARGV[3] "text" if the mail's text follows, or "none"
--   ARGV[4] the text
--   ARGV[5] how many entries are kept
--   ARGV[6] how many texts are kept
--   ARGV[7] how many bytes of texts are kept
-- Output:
--   1

redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  local newest = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')
  redis.call('ZADD', KEYS[2], (tonumber(newest[2]) or 0) + 1, ARGV[1])
end
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1 - ARGV[5])) do
  redis.call('HDEL', KEYS[1], id)
  redis.call('HDEL', KEYS[3], id)
  redis.call('ZREM', KEYS[2], id)
end
if ARGV[3] ~= 'text' then return 1 end

redis.call('HSET', KEYS[3], ARGV[1], ARGV[4])
local mails, bytes = 0, 0
for _, id in ipairs(redis.call('ZREVRANGE', KEYS[2], 0, -1)) do
  local length = redis.call('HSTRLEN', KEYS[3], id)
  if length > 0 then
    mails = mails + 1
    bytes = bytes + length
    if mails > tonumber(ARGV[6]) or bytes > tonumber(ARGV[7]) then redis.call('HDEL', KEYS[3], id) end
  end
end
return 1
