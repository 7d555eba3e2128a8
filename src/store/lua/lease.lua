-- Takes the digest's delivery; seals the closed windows as one if there is none.
--
-- Input:
--   KEYS[1]  state
--   KEYS[2]  closed
--   ARGV[1]  the digest's name
--   ARGV[2]  owner
--   ARGV[3]  nowMs
--   ARGV[4]  leaseMs
-- Output:
--   {delivery id, attempts before this one, {window id, …}}, or nil when this owner has nothing to deliver now

local now = tonumber(ARGV[3])
local state = redis.call('HMGET', KEYS[1], 'delivery', 'sealedTo', 'owner', 'leaseUntilMs', 'attempts', 'retryAtMs', 'life')
local delivery, owner, life = state[1], state[3], state[7]
local leased = tonumber(state[4] or 0) > now
local attempts = tonumber(state[5] or 0)
if tonumber(state[6] or now) > now then return nil end
if leased and owner ~= ARGV[2] then return nil end

local windows = {}
for _, span in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', state[2] or '+inf')) do
  windows[#windows + 1] = string.match(span, '^%d+')
end
if #windows == 0 then return nil end
local sealedTo = state[2] or windows[#windows]
delivery = delivery or (ARGV[1] .. '-' .. windows[1] .. '-' .. sealedTo .. '-' .. life)

-- A call within the owner's own lease repeats one whose answer was lost: it is not another attempt.
if leased then attempts = attempts - 1 end
redis.call('HSET', KEYS[1], 'delivery', delivery, 'sealedTo', sealedTo, 'owner', ARGV[2],
  'leaseUntilMs', string.format('%.0f', now + ARGV[4]), 'attempts', attempts + 1)
redis.call('HDEL', KEYS[1], 'retryAtMs')
return {delivery, attempts, windows}
