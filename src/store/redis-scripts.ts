import { createHash } from "node:crypto";

/** One Lua script: an operation of a store on one record, atomic on the server. */
export interface RedisScript {
  readonly name: string;
  readonly lua: string;
  readonly sha: string;
  /** How many of the arguments are keys. */
  readonly keys: number;
}

/** A script as `RedisLink.run` takes it. */
export function redisScript(name: string, keys: number, lua: string): RedisScript {
  return { name, lua, keys, sha: createHash("sha1").update(lua).digest("hex") };
}

function script(name: string, keys: number, body: string): RedisScript {
  return redisScript(name, keys, `${shared}\n${body}`);
}

/**
 * A value is a list joined by `,`, newest last, each entry
 * `<comet>;<incarnation>;<conn>;<platform>;<mid>;<device>;<since>;<unix ms of the put>` with `%`
 * `,` `;` escaped in the texts; without device and since where an older version wrote it. An entry
 * without `;` was written by goim itself: it belongs to no user here and gives way to anybody. The
 * rules of who owns a key are those of owners.ts.
 *
 * Arguments of each script: KEYS[1] the key's record; ARGV key, comet, incarnation, conn, platform,
 * mid, expire in ms, maxPerKey, maxPerMid, whenFull, device, since. Users' hashes are named inside
 * the script (`mid_<mid>` of the displaced is not known before), so this is for one Redis or a
 * primary with replicas, not for Redis Cluster.
 */
const shared = `
local record, key, mid = KEYS[1], ARGV[1], ARGV[6]
local comet = ARGV[2] .. ';'
local connection = comet .. ARGV[3] .. ';' .. ARGV[4] .. ';'
local expire, max_per_key, max_per_mid = ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9])
local fields_to_look_through = 64

local time = redis.call('TIME')
local now = time[1] .. string.format('%03d', math.floor(tonumber(time[2]) / 1000))

-- A connection that goes on is as old as it was.
local function entry_after(old)
  local since = old and string.match(old, '^' .. string.rep('[^;]*;', 6) .. '(%d+);%d+$')
  if not since or since == '0' then since = ARGV[12] end
  return connection .. ARGV[5] .. ';' .. mid .. ';' .. ARGV[11] .. ';' .. since .. ';' .. now
end

local function split(text)
  local list = {}
  for item in string.gmatch(text or '', '[^,]+') do list[#list + 1] = item end
  return list
end

local function starts(text, with) return string.sub(text, 1, #with) == with end
local function same(item) return starts(item, connection) end
local function died_before(item)
  return starts(item, comet) and not starts(item, comet .. ARGV[3] .. ';')
end
local function same_conn(item) return string.match(item, '^[^;]*;[^;]*;([^;]*);') == ARGV[4] end
local function mid_of(item)
  return string.match(item, '^[^;]*;[^;]*;[^;]*;[^;]*;([^;]*);') or '0'
end
local function put_at(item) return tonumber(string.match(item, ';(%d+)$') or '0') end

local function without(list, drop)
  local kept, dropped = {}, {}
  for _, item in ipairs(list) do
    local to = drop(item) and dropped or kept
    to[#to + 1] = item
  end
  return kept, dropped
end

local function find(list, wanted)
  for at, item in ipairs(list) do if wanted(item) then return at end end
end

-- Copies what the user owns of the key into the user's hash.
local function copy_to(user, owners)
  if user == '0' then return end
  local own = without(owners, function(item) return mid_of(item) ~= user end)
  local hash = 'mid_' .. user
  if #own == 0 then redis.call('HDEL', hash, key)
  else redis.call('HSET', hash, key, table.concat(own, ',')) end
  if user == mid and #own > 0 then redis.call('PEXPIRE', hash, expire) end
end

local function save(owners, before)
  if #owners == 0 then redis.call('DEL', record)
  else redis.call('SET', record, table.concat(owners, ','), 'PX', expire) end
  for _, item in ipairs(before) do
    if mid_of(item) ~= mid then copy_to(mid_of(item), owners) end
  end
  copy_to(mid, owners)
end

-- A hash expires as a whole, so fields whose key has expired are looked for while they are few and
-- when the bound is reached. Returns whether the user may have one more key.
local function room_for_key()
  if mid == '0' then return true end
  local hash = 'mid_' .. mid
  local count = redis.call('HLEN', hash)
  if count < 2 or (count > fields_to_look_through and count < max_per_mid) then return true end
  local oldest = tonumber(now) - tonumber(expire)
  local fields = redis.call('HGETALL', hash)
  for at = 1, #fields, 2 do
    local alive = without(split(fields[at + 1]), function(item) return put_at(item) < oldest end)
    if #alive == 0 then redis.call('HDEL', hash, fields[at]) end
  end
  return redis.call('HLEN', hash) < max_per_mid or redis.call('HEXISTS', hash, key) == 1
end

local owners = split(redis.call('GET', record))
`;

/**
 * Returns the entries that were displaced; 0 when the key is full and new ones are refused. What
 * goim itself wrote does not fill a key.
 */
export const putScript = script(
  "put",
  1,
  `
if not room_for_key() then
  return redis.error_reply('GOIMBUSY user ' .. mid .. ' has ' .. max_per_mid .. ' keys already')
end
local at = find(owners, same)
if at then
  local replaced = owners[at]
  owners[at] = entry_after(replaced)
  save(owners, { replaced })
  return {}
end
local refuse = ARGV[10] == 'refuse-newest'
local kept, displaced = without(owners, function(item)
  return died_before(item) or (refuse and not string.find(item, ';', 1, true))
end)
if refuse and #kept >= max_per_key then return 0 end
kept[#kept + 1] = entry_after()
while #kept > max_per_key do displaced[#displaced + 1] = table.remove(kept, 1) end
save(kept, displaced)
return displaced
`,
);

/** Returns 1, 2 when it had to be written back, or 0 when newer connections own the key. */
export const renewScript = script(
  "renew",
  1,
  `
room_for_key()
local at = find(owners, same)
if at then
  local replaced = owners[at]
  owners[at] = entry_after(replaced)
  save(owners, { replaced })
  return 1
end
local before = find(owners, function(item) return died_before(item) and same_conn(item) end)
local _, gone = without(owners, died_before)
if before then owners[before] = entry_after(owners[before]) end
local kept = without(owners, died_before)
if not before then
  if #kept >= max_per_key then return 0 end
  table.insert(kept, 1, entry_after())
end
save(kept, gone)
return before and 1 or 2
`,
);

/** Returns 1 when the connection was there, else 0. */
export const removeScript = script(
  "remove",
  1,
  `
local kept, gone = without(owners, same)
if #gone == 0 then
  copy_to(mid, owners)
  return 0
end
if #kept == 0 then redis.call('DEL', record)
else redis.call('SET', record, table.concat(kept, ','), 'KEEPTTL') end
copy_to(mid, kept)
return 1
`,
);

export const sessionScripts: readonly RedisScript[] = [putScript, renewScript, removeScript];
