-- Reads all groups with kept lines.
--
-- Input:
--   KEYS[1]  groups
--   KEYS[2]  sums
-- Output:
--   {fingerprint, what is constant in its tally, …}, {fingerprint, "lines bytes firstMs lastMs host", …}

return {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2])}
