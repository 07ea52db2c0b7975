#!lua
--[==[
  Counts a batch of events exactly once: all of it, or nothing.

  The caller has gathered what the whole batch changes. Lua has no rollback, so everything that could fail is tested
  before the first write: if an identity was counted before, or a key holds something else than it should, nothing is
  changed, the answer says which, and the caller asks again without those events. The shebang without flags makes
  Valkey itself refuse the call up front when it is out of memory, read-only, or cannot persist.

  KEYS     none: one primary, not a cluster
  ARGV[1]  JSON object; amounts are integers, as strings from 1e15 on
    bits      [[key, word, mask, word, mask, ...], ...]       identities: bits of 32-bit words
    bits_ttl  seconds
    keys      [[key, fingerprint], ...]                       identities: a key each; '' without a fingerprint
    keys_ttl  seconds
    strings   [[key, amount], ...]                            added to the integer
    extremes  [[key, "max" or "min", decimal], ...]
    hashes    [[key, cents, ttl, [field, ...], [amount, ...]], ...]
              added to the integers; with `cents` these are in <key>:centavos and <key> has the decimals; ttl 0: none
    ranks     [[key, [member, ...], [amount, ...]], ...]      added to the scores, which stay exact
    newest    [[key, keep, ttl, score, member, ...], ...]     the highest `keep` scores stay
    logs      [[key, keep, [field, value, ...], ...], ...]    streams of the newest `keep` entries
    lives     [[config, ...], [place, identity, id, event, actor, version, ms, time, [field, value, ...] or false], ...]
              moves of entities, in their order, by the config at that place: see transition.lua
    notes     [[key, most, ttl, field, value], ...]           in hashes of at most `most` fields
    clock     [key, field]                                    a hash field that becomes the server's time in ms
    epoch     [key, name]                                     the data that Valkey must hold; left out: any
    follow    true                                            the answer says what changed

  Answer: [bits, keys, wrong, changes, full, refused, cases]; all but changes and cases empty when the batch was applied
    bits     [[key, word, mask], ...]  those marked before
    keys     [[key, fingerprint], ...]  those that exist already, with what they hold
    wrong    [key, ...]                keys of another type, or that hold no number
    changes  JSON [[key, field or null, old or null, new], ...], when it was to follow
    full     [[key, member, room], ...]  members whose score would pass what a double holds, and what may still be added
    refused  [[identity, state or null, [event, ...]], ...]   moves that are not allowed, and what is
    cases    [[identity, verdict, state before, state after, ms in it or null], ...]   of the moves that were applied
  An error EPOCH when Valkey holds other data, or somebody stopped the count.
]==]
local batch = cjson.decode(ARGV[1])
local call, pcall, band, insert = redis.call, redis.pcall, bit.band, table.insert
local seen_bits, seen_keys, wrong, full = {}, {}, {}, {}
local follow, changes = batch.follow, {}

-- Integers are exact in a double up to here.
local LARGEST_SCORE = 9007199254740991

-- Reads that tell the type; nil for another type.
local function read(command, key, ...)
  local reply = pcall(command, key, ...)
  if type(reply) == 'table' and reply.err then
    insert(wrong, key)
    return nil
  end
  return reply
end

local function note(key, field, old, new)
  insert(changes, { key, field or cjson.null, old or cjson.null, new })
end

local function is_integer(text)
  return string.find(text, '^%d+$') ~= nil
end

-- Decimal strings in limbs of 14 digits, since doubles are exact to 15.
local function add_long(a, b)
  local sum, carry = '', 0
  while #a > 0 or #b > 0 or carry > 0 do
    local limb = (tonumber(a:sub(-14)) or 0) + (tonumber(b:sub(-14)) or 0) + carry
    carry = limb >= 1e14 and 1 or 0
    sum = string.format('%014d', limb - carry * 1e14) .. sum
    a, b = a:sub(1, -15), b:sub(1, -15)
  end
  sum = sum:gsub('^0+', '')
  return sum == '' and '0' or sum
end

local function add(old, amount)
  if #old <= 15 and type(amount) == 'number' then
    return string.format('%d', tonumber(old) + amount)
  end
  return add_long(old, type(amount) == 'number' and string.format('%d', amount) or amount)
end

local function decimal(cents)
  if #cents < 3 then cents = ('0'):rep(3 - #cents) .. cents end
  return cents:sub(1, -3) .. '.' .. cents:sub(-2)
end

--- include transition.lua

if batch.epoch then
  local held = call('HMGET', batch.epoch[1], 'epoch', 'stopped')
  if held[1] ~= batch.epoch[2] or held[2] then return redis.error_reply('EPOCH other data, or stopped') end
end

-- 1. Test the identities.
for _, entry in ipairs(batch.bits) do
  local args = {}
  for at = 2, #entry, 2 do
    insert(args, 'GET')
    insert(args, 'u32')
    insert(args, '#' .. entry[at])
  end
  local words = read('BITFIELD_RO', entry[1], unpack(args))
  if words then
    for at, word in ipairs(words) do
      local both = band(word, entry[2 * at + 1])
      if both ~= 0 then insert(seen_bits, { entry[1], entry[2 * at], both }) end
      entry[2 * at + 1] = word + entry[2 * at + 1]
    end
  end
end
if #batch.keys > 0 then
  local names = {}
  for at, entry in ipairs(batch.keys) do names[at] = entry[1] end
  if call('EXISTS', unpack(names)) > 0 then
    for _, key in ipairs(names) do
      local held = read('GET', key)
      if held then insert(seen_keys, { key, held }) end
    end
  end
end

-- Of a move that was made before, only its identity is known: the others are judged once such are taken out.
if #seen_bits == 0 and #seen_keys == 0 then judge_all(batch.lives) end

-- 2. Read and test what will be changed; the new values replace the amounts.
for _, entry in ipairs(batch.strings) do
  local old = read('GET', entry[1])
  if old and not is_integer(old) then insert(wrong, entry[1])
  elseif old ~= nil then
    entry[2] = add(old or '0', entry[2])
    if follow then note(entry[1], nil, old, entry[2]) end
  end
end
for _, entry in ipairs(batch.extremes) do
  local old = read('GET', entry[1])
  if old then
    local held, new = tonumber(old), tonumber(entry[3])
    if not held then insert(wrong, entry[1])
    elseif entry[2] == 'max' and held >= new or entry[2] == 'min' and held <= new then entry[3] = nil end
  end
  if follow and entry[3] then note(entry[1], nil, old, entry[3]) end
end
for _, entry in ipairs(batch.hashes) do
  local key, cents, fields, amounts = entry[1], entry[2], entry[4], entry[5]
  local from = cents and key .. ':centavos' or key
  if cents then read('HLEN', key) end
  local old = read('HMGET', from, unpack(fields))
  local integers, decimals = {}, {}
  for at, held in ipairs(old or {}) do
    if held and not is_integer(held) then
      insert(wrong, key)
      break
    end
    local sum = add(held or '0', amounts[at])
    integers[2 * at - 1], integers[2 * at] = fields[at], sum
    if cents then decimals[2 * at - 1], decimals[2 * at] = fields[at], decimal(sum) end
    if follow then
      note(key, fields[at], held and (cents and decimal(held) or held), cents and decimal(sum) or sum)
    end
  end
  entry[4], entry[5], entry[6] = from, integers, decimals
end
for _, entry in ipairs(batch.ranks) do
  local members, amounts = entry[2], entry[3]
  local pairs = {}
  for at, score in ipairs(read('ZMSCORE', entry[1], unpack(members)) or {}) do
    local old = tonumber(score or 0)
    local room = math.max(LARGEST_SCORE - old, 0)
    if old % 1 ~= 0 then insert(wrong, entry[1])
    elseif amounts[at] > room then insert(full, { entry[1], members[at], string.format('%d', room) }) end
    pairs[2 * at - 1], pairs[2 * at] = old + amounts[at], members[at]
    if follow then note(entry[1], members[at], score and string.format('%.17g', score), string.format('%.17g', pairs[2 * at - 1])) end
  end
  entry[2] = pairs
end
local lengths = {}
for at, entry in ipairs(batch.newest) do
  lengths[at] = read('ZCARD', entry[1])
end
for _, entry in ipairs(batch.logs) do
  read('XLEN', entry[1])
end
for _, entry in ipairs(batch.notes) do
  read('HLEN', entry[1])
end
read('HLEN', batch.clock[1])

if #seen_bits > 0 or #seen_keys > 0 or #wrong > 0 or #full > 0 or #refused > 0 then
  return { seen_bits, seen_keys, wrong, false, full, refused }
end

-- 3. Write.
for _, entry in ipairs(batch.bits) do
  local args = {}
  for at = 2, #entry, 2 do
    insert(args, 'SET')
    insert(args, 'u32')
    insert(args, '#' .. entry[at])
    insert(args, entry[at + 1])
  end
  call('BITFIELD', entry[1], unpack(args))
  call('EXPIRE', entry[1], batch.bits_ttl)
end
for _, entry in ipairs(batch.keys) do
  call('SET', entry[1], entry[2], 'EX', batch.keys_ttl)
end
for _, entry in ipairs(batch.strings) do
  call('SET', entry[1], entry[2])
end
for _, entry in ipairs(batch.extremes) do
  if entry[3] then call('SET', entry[1], entry[3]) end
end
for _, entry in ipairs(batch.hashes) do
  call('HSET', entry[4], unpack(entry[5]))
  if entry[2] then call('HSET', entry[1], unpack(entry[6])) end
  if entry[3] > 0 then call('EXPIRE', entry[1], entry[3]) end
end
for _, entry in ipairs(batch.ranks) do
  call('ZADD', entry[1], unpack(entry[2]))
end
for at, entry in ipairs(batch.newest) do
  local over = lengths[at] + call('ZADD', entry[1], unpack(entry, 4)) - entry[2]
  if over > 0 then call('ZREMRANGEBYRANK', entry[1], 0, over - 1) end
  call('EXPIRE', entry[1], entry[3])
end
for _, entry in ipairs(batch.logs) do
  for at = 3, #entry do
    call('XADD', entry[1], '*', unpack(entry[at]))
  end
  -- Once for all of them: trimming an exact number of entries costs as much as adding one.
  call('XTRIM', entry[1], 'MAXLEN', '=', entry[2])
end
for _, entry in ipairs(batch.notes) do
  local key, field = entry[1], entry[4]
  if call('HLEN', key) < entry[2] or call('HEXISTS', key, field) == 1 then call('HSET', key, field, entry[5]) end
  call('EXPIRE', key, entry[3])
end
write_lives()
local now = call('TIME')
call('HSET', batch.clock[1], batch.clock[2], now[1] .. string.format('%03d', math.floor(now[2] / 1000)))
return { {}, {}, {}, follow and cjson.encode(changes) or false, {}, {}, cases }
