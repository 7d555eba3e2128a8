-- Reads the windows that are remembered.
--
-- Input:
--   KEYS[1] past
--   KEYS[2] past-closed
-- Output:
--   {id, JSON, …}, the oldest window first

local remembered = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  remembered[#remembered + 1] = id
  remembered[#remembered + 1] = redis.call('HGET', KEYS[1], id)
end
return remembered
