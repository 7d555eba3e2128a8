-- Reads the sums of some days.
--
-- Input:
--   KEYS[1..]  the days' sums
-- Output:
--   the hashes, each as {field, value, …}

local days = {}
for i, key in ipairs(KEYS) do days[i] = redis.call('HGETALL', key) end
return days
