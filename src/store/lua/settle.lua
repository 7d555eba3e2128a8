-- Forgets a delivery's windows.
--
-- Input:
--   KEYS[1]    state
--   KEYS[2]    closed
--   KEYS[3]    memory
--   KEYS[4..]  six keys of each window
--   ARGV[1]    delivery id
--   ARGV[2]    the memory with these windows in it, or empty
--   ARGV[3..]  ids of the windows
-- Output:
--   how many windows were forgotten

-- After the store was deleted, the digest has another life, which numbers its windows from 1 again.
local life = redis.call('HGET', KEYS[1], 'life')
if not life or string.sub(ARGV[1], -#life - 1) ~= '-' .. life then return 0 end

local forgotten = 0
for i = 3, #ARGV do
  if redis.call('ZREMRANGEBYSCORE', KEYS[2], ARGV[i], ARGV[i]) == 1 then
    forgotten = forgotten + 1
    local first = 4 + (i - 3) * 6
    for k = first, first + 5 do redis.call('UNLINK', KEYS[k]) end
  end
end

-- Kept if windows of the delivery are left: a stale owner may settle windows that were sealed again with further ones.
local sealedTo = redis.call('HGET', KEYS[1], 'sealedTo')
if redis.call('ZCOUNT', KEYS[2], '-inf', sealedTo or '+inf') == 0 then
  redis.call('HDEL', KEYS[1], 'delivery', 'sealedTo', 'owner', 'leaseUntilMs', 'attempts', 'retryAtMs')
end
if forgotten > 0 and ARGV[2] ~= '' then redis.call('SET', KEYS[3], ARGV[2]) end
return forgotten
