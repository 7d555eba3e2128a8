-- Adds a batch to the open window: all of it or nothing. Everything is read and decided before the first write, since
-- Redis does not undo what a failing script wrote.
--
-- A tally comes with the groups that may take it, the finest first. Usually that is the tally alone; when there is no
-- room for it (see limits.ts), nothing is written and the answer lists the tallies that need coarser groups. JSON texts
-- are not parsed here.
--
-- Input:
--   KEYS[1]      state
--   KEYS[2]      applied
--   KEYS[3]      hosts
--   KEYS[4]      open:per-host
--   KEYS[5..10]  the open window's groups, sums, samples, hosts, losses, new hosts
--   ARGV[1]      collector
--   ARGV[2]      sequence
--   ARGV[3]      nowMs
--   ARGV[4]      COLLECTORS_REMEMBERED
--   ARGV[5]      groupsPerHost
--   ARGV[6]      groupsPerWindow
--   ARGV[7]      hostsPerDigest
--   ARGV[8]      MAX_SAMPLES
--   ARGV[9]      OTHER_HOSTS
--   ARGV[10]     MAX_FURTHER_SAMPLE_BYTES
--   ARGV[11]     names of the counters, with blanks between them
--   ARGV[12]     how many tallies, then for each:
--                  count, firstMs, lastMs, severities ("err=2 info=10"),
--                  the values that were stored when it was written, these with its own added (JSON), how many samples,
--                  samples (JSON strings, each with a line feed),
--                  how many groups may take it, then for each: coarseness, fingerprint, host, constant part
--   …            how many hosts, then for each: host, the counters, firstMs, lastMs
--   …            how many losses, then for each: loss, count
-- Output:
--   "applied", "repeated", "no window", "values changed", or {0-based number of a tally without room, …}

local APPLIED, HOSTS, PER_HOST = KEYS[2], KEYS[3], KEYS[4]
local GROUPS, SUMS, SAMPLES, WINDOW_HOSTS, LOSSES, NEW_HOSTS = KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]
local collector, sequence, now = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local groupsPerHost, groupsPerWindow, hostsPerDigest = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local collectorsRemembered, maxSamples, otherHosts = tonumber(ARGV[4]), tonumber(ARGV[8]), ARGV[9]
local maxFurtherSample = tonumber(ARGV[10])
local counters = {}
for name in string.gmatch(ARGV[11], '%S+') do counters[#counters + 1] = name end

if redis.call('HEXISTS', KEYS[1], 'open') == 0 then return 'no window' end
local last = redis.call('HGET', APPLIED, collector)
if last and tonumber(string.match(last, '^%d+')) >= sequence then return 'repeated' end

-- Lua passes some thousand arguments at most (LUAI_MAXCSTACK, 8,000).
local SLICE = 2000

local function hmget(key, fields)
  local values = {}
  for from = 1, #fields, SLICE do
    local to = math.min(from + SLICE - 1, #fields)
    local slice = redis.call('HMGET', key, unpack(fields, from, to))
    for i = from, to do values[fields[i]] = slice[i - from + 1] end
  end
  return values
end

local function hset(key, fieldsAndValues)
  for from = 1, #fieldsAndValues, SLICE do
    redis.call('HSET', key, unpack(fieldsAndValues, from, math.min(from + SLICE - 1, #fieldsAndValues)))
  end
end

-- Offsets into ARGV: tables for a large batch would cost more than all the rest.

local at = 12
local tallies, fingerprints = {}, {}
for i = 1, tonumber(ARGV[at]) do
  tallies[i] = at + 1
  local groups = tonumber(ARGV[at + 9])
  for g = 1, groups do fingerprints[#fingerprints + 1] = ARGV[at + 7 + 4 * g] end
  at = at + 9 + 4 * groups
end

local hosts, hostNames = {}, {otherHosts}
for i = 1, tonumber(ARGV[at + 1]) do
  hosts[i] = at + 2 + (#counters + 3) * (i - 1)
  hostNames[i + 1] = ARGV[hosts[i]]
end
at = at + 1 + (#counters + 3) * #hosts

local losses = {}
for i = 1, tonumber(ARGV[at + 1]) do losses[i] = {name = ARGV[at + 2 * i], count = ARGV[at + 2 * i + 1]} end

-- Each tally's group: one that exists, or a new one where there is room.

local stored = hmget(SUMS, fingerprints)
local rows, grown, perHost = {}, {}, {}
local windowGroups = redis.call('HLEN', GROUPS)

local function existing(fingerprint)
  local row = rows[fingerprint]
  if not row and stored[fingerprint] then
    local count, first, lastMs, samples = string.match(stored[fingerprint], '^(%d+) (%d+) (%d+) (%d+)$')
    row = {count = tonumber(count), first = tonumber(first), last = tonumber(lastMs), sampled = tonumber(samples)}
    rows[fingerprint] = row
    grown[#grown + 1] = fingerprint
  end
  return row
end

-- Named numbers as one text: "err=2 info=10".
local function sumNamed(sums, text)
  for name, number in string.gmatch(text, '(%S+)=(%d+)') do sums[name] = (sums[name] or 0) + tonumber(number) end
end

local function named(sums)
  local parts = {}
  for name, number in pairs(sums) do parts[#parts + 1] = string.format('%s=%.0f', name, number) end
  return table.concat(parts, ' ')
end

local function fits(coarseness, host)
  if coarseness == '3' then return true end
  local share = coarseness + 1
  return perHost[host] < share * groupsPerHost and windowGroups < share * groupsPerWindow
end

local function place(tally)
  for group = tally + 9, tally + 5 + 4 * ARGV[tally + 8], 4 do
    local fingerprint, host = ARGV[group + 1], ARGV[group + 2]
    local row = existing(fingerprint)
    if row then return row end
    if not perHost[host] then perHost[host] = tonumber(redis.call('HGET', PER_HOST, host) or 0) end
    if fits(ARGV[group], host) then
      perHost[host] = perHost[host] + 1
      windowGroups = windowGroups + 1
      row = {count = 0, first = math.huge, last = 0, sampled = 0, host = host, constant = ARGV[group + 3]}
      rows[fingerprint] = row
      grown[#grown + 1] = fingerprint
      return row
    end
  end
end

local refused, valued = {}, {}
local lines = 0
for i, tally in ipairs(tallies) do
  local row = place(tally)
  if row then
    local count, samples = tonumber(ARGV[tally]), tonumber(ARGV[tally + 6])
    row.count = row.count + count
    row.first = math.min(row.first, tonumber(ARGV[tally + 1]))
    row.last = math.max(row.last, tonumber(ARGV[tally + 2]))
    lines = lines + count
    if ARGV[tally + 3] ~= '' then
      row.severities = row.severities or {}
      sumNamed(row.severities, ARGV[tally + 3])
    end
    -- Only the finest group has values: the first that may take the tally.
    if ARGV[tally + 5] ~= '' and row == rows[ARGV[tally + 10]] then
      row.valuesBefore, row.values = ARGV[tally + 4], ARGV[tally + 5]
      valued[#valued + 1] = 'values:' .. ARGV[tally + 10]
    end
    if row.sampled < maxSamples and samples > 0 then
      row.new = row.new or {}
      row.new[#row.new + 1] = ARGV[tally + 7]
      row.newSamples = samples
    end
  else
    refused[#refused + 1] = i - 1
  end
end
if #refused > 0 then return refused end

-- Values lie beside a group's sums: "values:<fingerprint>". Another instance may have added to them since they were read.

local storedValues = hmget(SUMS, valued)
for _, field in ipairs(valued) do
  if (storedValues[field] or '') ~= rows[string.sub(field, 8)].valuesBefore then return 'values changed' end
end

-- Severities lie beside a group's sums: "severities:<fingerprint>".

local severe = {}
for _, fingerprint in ipairs(grown) do
  if rows[fingerprint].severities then severe[#severe + 1] = 'severities:' .. fingerprint end
end
local storedSeverities = hmget(SUMS, severe)

-- Samples, if a group has room for more of them.

local sampled = {}
for _, fingerprint in ipairs(grown) do
  local row = rows[fingerprint]
  if row.sampled > 0 and row.new then sampled[#sampled + 1] = fingerprint end
end
local storedSamples = hmget(SAMPLES, sampled)

local function appendSamples(row, text)
  -- The samples of one tally are few and distinct. Usually the group has no other ones, or exactly these.
  if #row.new == 1 and (text == '' or text == row.new[1]) then
    row.sampled = row.newSamples
    return row.new[1]
  end
  local known = {}
  for line in string.gmatch(text, '[^\n]+') do known[line] = true end
  for line in string.gmatch(table.concat(row.new), '[^\n]+') do
    if row.sampled == maxSamples then break end
    if not known[line] and (row.sampled == 0 or #line <= maxFurtherSample) then
      known[line] = true
      text = text .. line .. '\n'
      row.sampled = row.sampled + 1
    end
  end
  return text
end

local groupPairs, sumPairs, samplePairs, perHostPairs, newGroups = {}, {}, {}, {}, {}
for _, fingerprint in ipairs(grown) do
  local row = rows[fingerprint]
  if row.new then
    local before = row.sampled
    local text = appendSamples(row, storedSamples[fingerprint] or '')
    if row.sampled > before then
      samplePairs[#samplePairs + 1] = fingerprint
      samplePairs[#samplePairs + 1] = text
    end
  end
  sumPairs[#sumPairs + 1] = fingerprint
  sumPairs[#sumPairs + 1] = string.format('%.0f %.0f %.0f %d', row.count, row.first, row.last, row.sampled)
  if row.severities then
    local field = 'severities:' .. fingerprint
    if storedSeverities[field] then sumNamed(row.severities, storedSeverities[field]) end
    sumPairs[#sumPairs + 1] = field
    sumPairs[#sumPairs + 1] = named(row.severities)
  end
  if row.values then
    sumPairs[#sumPairs + 1] = 'values:' .. fingerprint
    sumPairs[#sumPairs + 1] = row.values
  end
  if row.constant then
    groupPairs[#groupPairs + 1] = fingerprint
    groupPairs[#groupPairs + 1] = row.constant
    newGroups[row.host] = true
  end
end
for host in pairs(newGroups) do
  perHostPairs[#perHostPairs + 1] = host
  perHostPairs[#perHostPairs + 1] = perHost[host]
end

-- Sums of the hosts, in total and for the window; hosts beyond the limit are summed up as others.

local storedEver, storedWindow = hmget(HOSTS, hostNames), hmget(WINDOW_HOSTS, hostNames)
local ever, inWindow, newHosts = {}, {}, {}
local hostCount = redis.call('HLEN', HOSTS)

-- What a release before 0.2.0 wrote: numbers without names.
local UNNAMED = {'received', 'ignored', 'reported', 'rejected', 'unjudged', 'firstMs', 'lastMs'}

local function readSums(text)
  local sum = {}
  if string.find(text, '=', 1, true) then
    sumNamed(sum, text)
  else
    local n = 0
    for digits in string.gmatch(text, '%d+') do
      n = n + 1
      if UNNAMED[n] then sum[UNNAMED[n]] = tonumber(digits) end
    end
  end
  return sum
end

local function add(sums, before, name, host)
  local sum = sums[name]
  if not sum then
    sum = before[name] and readSums(before[name]) or {}
    sums[name] = sum
  end
  for n, counter in ipairs(counters) do sum[counter] = (sum[counter] or 0) + ARGV[host + n] end
  sum.firstMs = math.min(sum.firstMs or math.huge, tonumber(ARGV[host + #counters + 1]))
  sum.lastMs = math.max(sum.lastMs or 0, tonumber(ARGV[host + #counters + 2]))
end

for _, host in ipairs(hosts) do
  local name = ARGV[host]
  if not storedEver[name] and not ever[name] then
    if hostCount >= hostsPerDigest then
      name = otherHosts
    else
      hostCount = hostCount + 1
      if name ~= otherHosts then newHosts[#newHosts + 1] = name end
    end
  end
  add(ever, storedEver, name, host)
  add(inWindow, storedWindow, name, host)
end

local function hostPairs(sums)
  local result = {}
  for name, sum in pairs(sums) do
    result[#result + 1] = name
    result[#result + 1] = named(sum)
  end
  return result
end
local everPairs, windowPairs = hostPairs(ever), hostPairs(inWindow)

-- A new collector replaces the one whose last batch is the oldest.

local collectors = {}
if not last and redis.call('HLEN', APPLIED) >= collectorsRemembered then
  local flat = redis.call('HGETALL', APPLIED)
  for i = 1, #flat, 2 do
    collectors[#collectors + 1] = {name = flat[i], at = tonumber(string.match(flat[i + 1], '%d+$'))}
  end
  table.sort(collectors, function(a, b) return a.at > b.at end)
end

-- Nothing from here on can fail.

hset(GROUPS, groupPairs)
hset(SUMS, sumPairs)
hset(SAMPLES, samplePairs)
hset(PER_HOST, perHostPairs)
hset(HOSTS, everPairs)
hset(WINDOW_HOSTS, windowPairs)
for _, name in ipairs(newHosts) do redis.call('RPUSH', NEW_HOSTS, name) end
for _, loss in ipairs(losses) do redis.call('HINCRBY', LOSSES, loss.name, loss.count) end
redis.call('HINCRBY', KEYS[1], 'lines', string.format('%.0f', lines))
for i = collectorsRemembered, #collectors do redis.call('HDEL', APPLIED, collectors[i].name) end
redis.call('HSET', APPLIED, collector, ARGV[2] .. ' ' .. now)

return 'applied'
