-- Reads the state of a digest at one moment.
--
-- Input:
--   KEYS[1]  state
--   KEYS[2]  closed
--   KEYS[3]  hosts
--   KEYS[4]  the open window's groups
-- Output:
--   {{open, opensAtMs, lines, retryAtMs}, groups in the open window, {"id opensAtMs closesAtMs", …}, {host, sums, …}},
--   or nil when there is no such digest

local state = redis.call('HMGET', KEYS[1], 'open', 'opensAtMs', 'lines', 'retryAtMs')
if not state[1] then return nil end
return {state, redis.call('HLEN', KEYS[4]), redis.call('ZRANGE', KEYS[2], 0, -1), redis.call('HGETALL', KEYS[3])}
