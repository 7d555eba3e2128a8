-- Reads the history of rules as it is at one moment.
--
-- Input:
--   KEYS[1]  records
--   KEYS[2]  samples
--   KEYS[3]  programs
-- Output:
--   the three hashes, each as {field, value, …}

return {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]), redis.call('HGETALL', KEYS[3])}
