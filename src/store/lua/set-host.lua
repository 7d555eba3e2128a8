-- Forgets a host in a digest's sums and memory, or gives it another name.
--
-- Input:
--   KEYS[1]  hosts
--   KEYS[2]  memory
--   ARGV[1]  the host
--   ARGV[2]  its new name, or empty to forget it
--   ARGV[3]  the memory before, empty for none
--   ARGV[4]  the memory after, empty for no change
-- Output:
--   'changed' where the memory is another one meanwhile, 'known' if the host had sums, else 'unknown'

if (redis.call('GET', KEYS[2]) or '') ~= ARGV[3] then return 'changed' end
if ARGV[4] ~= '' then redis.call('SET', KEYS[2], ARGV[4]) end
local own = redis.call('HGET', KEYS[1], ARGV[1])
if not own then return 'unknown' end
redis.call('HDEL', KEYS[1], ARGV[1])
if ARGV[2] ~= '' then
  -- A release before 0.2.0 wrote the numbers without their names.
  local unnamed = {'received', 'ignored', 'reported', 'rejected', 'unjudged', 'firstMs', 'lastMs'}
  local sums = {}
  local order = {}
  for _, written in ipairs({own, redis.call('HGET', KEYS[1], ARGV[2]) or ''}) do
    if not string.find(written, '=') then
      local i = 0
      written = string.gsub(written, '%d+', function(digits)
        i = i + 1
        return unnamed[i] .. '=' .. digits
      end)
    end
    for name, digits in string.gmatch(written, '(%S+)=(%d+)') do
      local number = tonumber(digits)
      if not sums[name] then
        sums[name] = number
        order[#order + 1] = name
      elseif name == 'firstMs' then
        sums[name] = math.min(sums[name], number)
      elseif name == 'lastMs' then
        sums[name] = math.max(sums[name], number)
      else
        sums[name] = sums[name] + number
      end
    end
  end
  local parts = {}
  for i, name in ipairs(order) do parts[i] = string.format('%s=%.0f', name, sums[name]) end
  redis.call('HSET', KEYS[1], ARGV[2], table.concat(parts, ' '))
end
return 'known'
