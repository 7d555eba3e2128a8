-- Reads a window, open or closed, as it is at one moment.
--
-- Input:
--   KEYS[1]     state
--   KEYS[2]     closed
--   KEYS[3..8]  the open window's keys
--   KEYS[9..14] the closed window's keys
--   ARGV[1]     id of the window
-- Output:
--   {span, groups, sums, samples, hosts, losses, new hosts}, hashes as {field, value, …}, or nil when there is no such window.
--   The span is "id opensAtMs" or "id opensAtMs closesAtMs".

local first = 9
local span = redis.call('ZRANGEBYSCORE', KEYS[2], ARGV[1], ARGV[1])[1]
if not span then
  local open = redis.call('HMGET', KEYS[1], 'open', 'opensAtMs')
  if open[1] ~= ARGV[1] then return nil end
  first = 3
  span = open[1] .. ' ' .. open[2]
end

local contents = {span}
for i = first, first + 4 do contents[#contents + 1] = redis.call('HGETALL', KEYS[i]) end
contents[#contents + 1] = redis.call('LRANGE', KEYS[first + 5], 0, -1)
return contents
