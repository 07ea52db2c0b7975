--[==[
  Moves of entities through their lives, a part of apply.lua: judges each by what is held of its entity and by what came
  before it in the batch, then writes what all of them add up to. The rules and the keys are those of core's life.ts and
  effects/transition.ts, which the suite of counters holds this to.

  config   key, histories, figures (keys: states, versions, cases; live and times, with `:<state>` after them), bounds,
           historyEntries; and birth, migrate, outside, keepSeconds, machines (the newest
           last) as in life.ts
  A birth has fields and values in the place of `false`.
]==]
local lives, refused, cases, tallies = {}, {}, {}, {}

local function contains(list, wanted)
  for _, one in ipairs(list) do
    if one == wanted then return true end
  end
  return false
end

local function place_of(machine, state)
  for place, one in ipairs(machine.line) do
    if one == state then return place end
  end
  return 0
end

local function machine_of(config, version)
  for _, machine in ipairs(config.machines) do
    if string.format('%d', machine.version) == version then return machine end
  end
end

local function has_state(machine, state)
  for _, move in ipairs(machine.moves) do
    if move.to == state then return true end
  end
  return place_of(machine, state) > 0
end

-- A machine that is not here may have any state: what lives by it goes on.
local function is_live(config, fields)
  local machine = machine_of(config, fields.version)
  return fields.estado ~= nil and not (machine and contains(machine.final, fields.estado))
end

-- An entity as the moves of this batch leave it; `was`: the state that Valkey has it in.
local function hold(config, id)
  local key = config.key .. ':' .. id
  if lives[key] then return lives[key] end
  local fields = {}
  local flat = read('HGETALL', key) or {}
  for at = 1, #flat, 2 do fields[flat[at]] = flat[at + 1] end
  read('HLEN', config.histories .. ':' .. id)
  local life = { config = config, key = key, id = id, fields = fields, was = fields.estado, history = {} }
  life.was_live = is_live(config, fields)
  lives[key] = life
  return life
end

-- Sums of figures; apply.lua tests and writes them with the other hashes.
local function count(key, field, by)
  local tally = tallies[key]
  if not tally then
    tally = { fields = {}, amounts = {}, places = {} }
    tallies[key] = tally
    insert(batch.hashes, { key, false, 0, tally.fields, tally.amounts })
  end
  local place = tally.places[field]
  if not place then
    place = #tally.fields + 1
    tally.places[field], tally.fields[place], tally.amounts[place] = place, field, 0
  end
  tally.amounts[place] = tally.amounts[place] + by
end

local function is_same(fields, data)
  for at = 1, #data, 2 do
    if fields[data[at]] ~= data[at + 1] then return false end
  end
  return true
end

-- The verdict and the state after; nil when it is refused, 'unknown' when no machine here is that of the entity.
local function judge(config, fields, event, actor, version, data)
  local state = fields.estado
  if data then
    if not state then return 'movio', config.machines[#config.machines].line[1] end
    return is_same(fields, data) and 'repetido' or nil, state
  end
  if not state then return nil end
  if event == config.migrate.event then
    if version == fields.version then return 'repetido', state end
    local target = machine_of(config, version)
    local possible = target and has_state(target, state) and contains(config.migrate.by, actor)
    return possible and 'migrado' or nil, state
  end
  local machine = machine_of(config, fields.version)
  if not machine then return 'unknown' end
  for _, move in ipairs(machine.moves) do
    if move.event == event then
      if move.to == state then return 'repetido', state end
      if not contains(move.by, actor) then return nil end
      if contains(move.from, state) then return 'movio', move.to end
      local there, here = place_of(machine, move.to), place_of(machine, state)
      if actor ~= config.outside or there == 0 then return nil end
      if there <= tonumber(fields.alcance) then return 'tarde', state end
      if here > 0 and there > here and not contains(machine.final, state) then return 'salto', move.to end
      return nil
    end
  end
end

local function allowed(config, fields, actor, data)
  local machine = fields.estado and machine_of(config, fields.version)
  local events = {}
  for _, move in ipairs(machine and machine.moves or {}) do
    if contains(move.from, fields.estado) and (data or contains(move.by, actor)) then insert(events, move.event) end
  end
  return events
end

local function leave(config, fields, ms)
  local spent, bound = ms - tonumber(fields.desde), 'inf'
  if spent < 0 then
    count(config.figures.cases, 'negativo', 1)
    spent = 0
  end
  for _, seconds in ipairs(config.bounds) do
    if spent <= seconds * 1000 then
      bound = string.format('%d', seconds)
      break
    end
  end
  local time = config.figures.times .. ':' .. fields.estado
  count(time, bound, 1)
  count(time, 'cuenta', 1)
  count(time, 'suma_ms', spent)
  count(config.figures.states, fields.estado, -1)
  return spent
end

local function enter(config, fields, ms, to)
  local machine = machine_of(config, fields.version)
  fields.estado, fields.desde = to, string.format('%.0f', ms)
  fields.alcance = string.format('%d', math.max(tonumber(fields.alcance), place_of(machine, to)))
  count(config.figures.states, to, 1)
end

local ENTRY = '{"n":%d,"caso":"%s","de":"%s","a":"%s","evento":"%s","actor":"%s","time":"%s"}'

local function apply(life, verdict, to, identity, event, actor, version, ms, time, data)
  local config, fields = life.config, life.fields
  local from = fields.estado or ''
  local was_live, was_version = is_live(config, fields), fields.version
  if from == '' then
    for at = 1, #data, 2 do fields[data[at]] = data[at + 1] end
    fields.version, fields.creado, fields.n, fields.alcance = version, string.format('%.0f', ms), '0', '0'
  end
  local moves = verdict == 'movio' or verdict == 'salto'
  local spent = moves and from ~= '' and string.format('%.0f', leave(config, fields, ms))
  if moves then enter(config, fields, ms, to) end
  if verdict == 'migrado' then fields.version = version end
  local live = is_live(config, fields)
  if live ~= was_live or was_version ~= fields.version then
    if was_live then count(config.figures.versions, was_version, -1) end
    if live then count(config.figures.versions, fields.version, 1) end
  end
  count(config.figures.cases, verdict, 1)
  local n = tonumber(fields.n) + 1
  fields.n = string.format('%d', n)
  if moves or n <= config.historyEntries then
    insert(life.history, identity)
    insert(life.history, string.format(ENTRY, n, verdict, from, to, event, actor, time))
  end
  insert(cases, { identity, verdict, from, to, spent })
end

local function judge_all(moves)
  for at = 2, #moves do
    local place, identity, id, event, actor, version, ms, time, data = unpack(moves[at])
    local config = moves[1][place]
    local life = hold(config, id)
    version = string.format('%d', version)
    local verdict, to = judge(config, life.fields, event, actor, version, data)
    if verdict == 'unknown' then
      insert(wrong, life.key)
    elseif verdict then
      apply(life, verdict, to, identity, event, actor, version, ms, time, data)
    else
      insert(refused, { identity, life.fields.estado or false, allowed(config, life.fields, actor, data) })
    end
  end
  for _, life in pairs(lives) do
    if life.was then read('ZCARD', life.config.figures.live .. ':' .. life.was) end
    if life.fields.estado then read('ZCARD', life.config.figures.live .. ':' .. life.fields.estado) end
    if follow and #life.history > 0 then note(life.key, 'estado', life.was, life.fields.estado) end
  end
end

local function write_lives()
  for key, life in pairs(lives) do
    if life.fields.n then
      local config, fields, flat = life.config, life.fields, {}
      for name, value in pairs(fields) do
        insert(flat, name)
        insert(flat, value)
      end
      call('HSET', key, unpack(flat))
      if #life.history > 0 then call('HSET', config.histories .. ':' .. life.id, unpack(life.history)) end
      local live = is_live(config, fields)
      if life.was and (life.was ~= fields.estado or not live) then
        call('ZREM', config.figures.live .. ':' .. life.was, life.id)
      end
      if live then call('ZADD', config.figures.live .. ':' .. fields.estado, fields.desde, life.id) end
      if not live and (life.was_live or not life.was) then
        call('EXPIRE', key, config.keepSeconds)
        call('EXPIRE', config.histories .. ':' .. life.id, config.keepSeconds)
      elseif live and life.was and not life.was_live then
        call('PERSIST', key)
        call('PERSIST', config.histories .. ':' .. life.id)
      end
    end
  end
end
