-- Reads the sums of all groups with kept lines.
--
-- Input:
--   KEYS[1]  sums
-- Output:
--   fingerprint, "lines bytes firstMs lastMs host", fingerprint, …

return redis.call('HGETALL', KEYS[1])
