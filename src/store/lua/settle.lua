-- Forgets a delivery's windows.
--
-- Input:
--   KEYS[1]    state
--   KEYS[2]    closed
--   KEYS[3..]  six keys of each window
--   ARGV[1]    delivery id
--   ARGV[2..]  ids of the windows
-- Output:
--   how many windows were forgotten

-- Another life of this digest numbers its windows from 1 again.
local life = redis.call('HGET', KEYS[1], 'life')
if not life or string.sub(ARGV[1], -#life - 1) ~= '-' .. life then return 0 end

local forgotten = 0
for i = 2, #ARGV do
  if redis.call('ZREMRANGEBYSCORE', KEYS[2], ARGV[i], ARGV[i]) == 1 then
    forgotten = forgotten + 1
    local first = 3 + (i - 2) * 6
    for k = first, first + 5 do redis.call('UNLINK', KEYS[k]) end
  end
end

-- Nothing of it is left, unless a stale owner settled windows that had been sealed anew with further ones.
local sealedTo = redis.call('HGET', KEYS[1], 'sealedTo')
if redis.call('ZCOUNT', KEYS[2], '-inf', sealedTo or '+inf') == 0 then
  redis.call('HDEL', KEYS[1], 'delivery', 'sealedTo', 'owner', 'leaseUntilMs', 'attempts', 'retryAtMs')
end
return forgotten
