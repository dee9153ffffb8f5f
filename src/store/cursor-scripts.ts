import { redisScript } from "./redis-scripts.ts";

/**
 * The cursors of one user: a hash with the fields `epoch` and `all` (the lives of the two streams)
 * and, per device, `d:<device>` = `<acked>;<handed>;<since>;<session>` and, above 0, `a:<device>` =
 * its position in GOIM_ALL. The rules are those of cursor-rules.ts. Numbers stay texts where they
 * are not compared: Lua would write a large one with an exponent.
 *
 * KEYS[1] the hash; ARGV the two epochs, devicesMax, life in ms, then per change: "open" or
 * "advance", device, session, since, acked, handed, all. Returns 1 where something else lay there
 * (0 else), then per change two: where the device stands in both streams, or 1 / 0 and nothing.
 */
export const cursorScript = redisScript(
  "cursors",
  1,
  `
local record, epoch, all_epoch, devices_max = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local devices, count, changed = {}, 0, false
local fields = redis.pcall('HGETALL', record)
local stored = {}
local damaged = fields.err and 1 or 0
if damaged == 1 then
  redis.call('DEL', record)
  fields = {}
end
for at = 1, #fields, 2 do stored[fields[at]] = fields[at + 1] end
local foreign = stored.epoch ~= epoch
for field, value in pairs(stored) do
  local acked, handed, since, session = string.match(value, '^(%d+);(%d+);(%d+);(.*)$')
  if acked and string.sub(field, 1, 2) == 'd:' then
    local all = stored['a:' .. string.sub(field, 3)] or '0'
    if foreign then acked, handed = '0', '0' end
    if not foreign or stored.all then
      devices[string.sub(field, 3)] =
        { acked = acked, handed = handed, since = since, session = session, all = all }
      count = count + 1
    end
  end
end

-- By bytes: Lua's own comparison of texts depends on the server's locale.
local function greater(a, b)
  for at = 1, math.min(#a, #b) do
    local x, y = string.byte(a, at), string.byte(b, at)
    if x ~= y then return x > y end
  end
  return #a > #b
end
local function newer(a, b)
  local x, y = tonumber(a.since), tonumber(b.since)
  if x ~= y then return x > y end
  return greater(a.session, b.session)
end
local function further(a, b) return tonumber(a) > tonumber(b) and a or b end

local function store(device, cursor)
  local value = table.concat({ cursor.acked, cursor.handed, cursor.since, cursor.session }, ';')
  redis.call('HSET', record, 'd:' .. device, value)
  if cursor.all ~= '0' then redis.call('HSET', record, 'a:' .. device, cursor.all) end
end
-- What is written first in a new life of GOIM_USER: nothing of the old one stays.
local function begin()
  if not changed and foreign then
    redis.call('DEL', record)
    if stored.all then redis.call('HSET', record, 'all', stored.all) end
    for device, cursor in pairs(devices) do store(device, cursor) end
  end
  changed = true
end
local function drop(device)
  devices[device] = nil
  count = count - 1
  redis.call('HDEL', record, 'd:' .. device, 'a:' .. device)
end
local function keep(device, cursor)
  begin()
  if not devices[device] then count = count + 1 end
  devices[device] = cursor
  redis.call('HSET', record, 'epoch', epoch)
  store(device, cursor)
  while count > devices_max do
    local oldest
    for name, other in pairs(devices) do
      if not oldest or newer(devices[oldest], other) then oldest = name end
    end
    drop(oldest)
  end
end
-- The first position in a new life of GOIM_ALL ends the ones in the life before.
local function begin_all()
  begin()
  for device, cursor in pairs(devices) do
    cursor.all = '0'
    redis.call('HDEL', record, 'a:' .. device)
  end
  stored.all = all_epoch
  redis.call('HSET', record, 'all', all_epoch)
end

local results = { damaged }
for at = 5, #ARGV, 7 do
  local device = ARGV[at + 1]
  local asked = { session = ARGV[at + 2], since = ARGV[at + 3],
    acked = ARGV[at + 4], handed = ARGV[at + 5], all = ARGV[at + 6] }
  local own = devices[device]
  if ARGV[at] == 'open' then
    local from = own
    if not own then
      local furthest, all = '0', '0'
      for _, other in pairs(devices) do
        furthest, all = further(other.acked, furthest), further(other.all, all)
      end
      from = { acked = furthest, handed = furthest, all = all }
    end
    results[#results + 1] = from.acked
    results[#results + 1] = stored.all == all_epoch and from.all or '0'
    if not own or newer(asked, own) then
      keep(device, { acked = from.acked, handed = from.handed, all = from.all,
        since = asked.since, session = asked.session })
    end
  elseif own and newer(own, asked) then
    results[#results + 1] = '0'
    results[#results + 1] = '0'
  else
    results[#results + 1] = '1'
    results[#results + 1] = '0'
    if all_epoch == '' then asked.all = '0' end
    if asked.all ~= '0' and stored.all ~= all_epoch then begin_all() end
    if own then
      asked.acked = further(asked.acked, own.acked)
      asked.handed = further(asked.handed, own.handed)
      asked.all = further(asked.all, own.all)
    end
    local moved = not own or asked.acked ~= own.acked or asked.handed ~= own.handed
      or asked.all ~= own.all
    if moved or newer(asked, own) then keep(device, asked) end
  end
end
if changed then redis.call('PEXPIRE', record, ARGV[4]) end
return results
`,
);
