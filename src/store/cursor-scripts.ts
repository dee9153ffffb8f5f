import { redisScript } from "./redis-scripts.ts";

/**
 * The cursors of one user: a hash with the field `epoch` and, per device, `d:<device>` =
 * `<acked>;<handed>;<since>;<session>`. The rules are those of cursor-rules.ts. Numbers stay texts
 * where they are not compared: Lua would write a large one with an exponent.
 *
 * KEYS[1] the hash; ARGV epoch, devicesMax, life in ms, then per change: "open" or "advance",
 * device, session, since, acked, handed. Returns 1 where something else lay there (0 else), then
 * per change: where the device stands, or 1 / 0.
 */
export const cursorScript = redisScript(
  "cursors",
  1,
  `
local record, epoch, devices_max = KEYS[1], ARGV[1], tonumber(ARGV[2])
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
if not foreign then
  for field, value in pairs(stored) do
    local acked, handed, since, session = string.match(value, '^(%d+);(%d+);(%d+);(.*)$')
    if acked and string.sub(field, 1, 2) == 'd:' then
      devices[string.sub(field, 3)] =
        { acked = acked, handed = handed, since = since, session = session }
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

local function drop(device)
  devices[device] = nil
  count = count - 1
  redis.call('HDEL', record, 'd:' .. device)
end
local function keep(device, cursor)
  if not changed and foreign then redis.call('DEL', record) end
  changed = true
  if not devices[device] then count = count + 1 end
  devices[device] = cursor
  local value = table.concat({ cursor.acked, cursor.handed, cursor.since, cursor.session }, ';')
  redis.call('HSET', record, 'epoch', epoch, 'd:' .. device, value)
  while count > devices_max do
    local oldest
    for name, other in pairs(devices) do
      if not oldest or newer(devices[oldest], other) then oldest = name end
    end
    drop(oldest)
  end
end

local results = { damaged }
for at = 4, #ARGV, 6 do
  local device = ARGV[at + 1]
  local asked =
    { session = ARGV[at + 2], since = ARGV[at + 3], acked = ARGV[at + 4], handed = ARGV[at + 5] }
  local own = devices[device]
  if ARGV[at] == 'open' then
    local from = own
    if not own then
      local furthest = '0'
      for _, other in pairs(devices) do furthest = further(other.acked, furthest) end
      from = { acked = furthest, handed = furthest }
    end
    results[#results + 1] = from.acked
    if not own or newer(asked, own) then
      keep(device, { acked = from.acked, handed = from.handed,
        since = asked.since, session = asked.session })
    end
  elseif own and newer(own, asked) then
    results[#results + 1] = '0'
  else
    results[#results + 1] = '1'
    if own then
      asked.acked = further(asked.acked, own.acked)
      asked.handed = further(asked.handed, own.handed)
    end
    local moved = not own or asked.acked ~= own.acked or asked.handed ~= own.handed
    if moved or newer(asked, own) then keep(device, asked) end
  end
end
if changed then redis.call('PEXPIRE', record, ARGV[3]) end
return results
`,
);
