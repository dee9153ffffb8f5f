import { redisScript } from "./redis-scripts.ts";

/**
 * A mailbox in Redis: the hash KEYS[1] with epoch, last, dropped and the bytes of all bodies, and
 * the sorted set KEYS[2] of the entries by offset, each
 * `<offset>;<time>;<bytes>;<expires>;<MailEntry of proto/push.proto>`. Offsets stay texts where
 * they are not compared: Lua would write a large one with an exponent.
 */
const shared = `
local head, entries, epoch = KEYS[1], KEYS[2], ARGV[1]
local damaged = 0
local stored = redis.pcall('HMGET', head, 'epoch', 'last', 'dropped', 'bytes')
local count = redis.pcall('ZCARD', entries)
if stored.err or type(count) == 'table' then
  damaged = 1
  redis.call('DEL', head, entries)
  stored, count = {}, 0
end
local known = stored[1] == epoch
local last, dropped = known and stored[2] or '0', known and stored[3] or '0'
local bytes = known and tonumber(stored[4]) or 0

local function parse(member)
  local offset, time, size, expires = string.match(member, '^(%d+);(%d+);(%d+);(%d+);')
  return { offset = offset, time = tonumber(time), size = tonumber(size),
    expires = tonumber(expires), member = member }
end
local function at_rank(rank)
  local found = redis.call('ZRANGE', entries, rank, rank)[1]
  return found and parse(found)
end
`;

/**
 * ARGV epoch, entriesMax, bytesMax, the time before which an entry is too old, life in ms; then per
 * append: its number of entries, and each entry's offset, bytes and member. Returns 1 where
 * something else lay there (0 else), how many entries the bounds took, and per append the entry
 * before its first one ('' = not known any more).
 */
export const appendScript = redisScript(
  "mailbox-append",
  2,
  `${shared}
local entries_max, bytes_max = tonumber(ARGV[2]), tonumber(ARGV[3])
local oldest_time, life = tonumber(ARGV[4]), ARGV[5]
if not known and damaged == 0 then redis.call('DEL', head, entries) end
if not known then count = 0 end

local function before(first)
  if tonumber(first) > tonumber(last) then return last end
  local found = redis.call('ZREVRANGEBYSCORE', entries, '(' .. first, '-inf', 'LIMIT', 0, 1)[1]
  if found then return parse(found).offset end
  return tonumber(first) > tonumber(dropped) and dropped or ''
end

local prevs, added, at = {}, false, 6
while at <= #ARGV do
  local size = tonumber(ARGV[at])
  if size > 0 then prevs[#prevs + 1] = before(ARGV[at + 1]) else prevs[#prevs + 1] = last end
  for entry = at + 1, at + 3 * size, 3 do
    if tonumber(ARGV[entry]) > tonumber(last) then
      last, added = ARGV[entry], true
      redis.call('ZADD', entries, last, ARGV[entry + 2])
      bytes = bytes + tonumber(ARGV[entry + 1])
      count = count + 1
    end
  end
  at = at + 1 + 3 * size
end
if not added then return { damaged, 0, unpack(prevs) } end

local lost = 0
while count > 0 do
  local oldest = at_rank(0)
  local over = count > 1 and (count > entries_max or bytes > bytes_max)
  if not over and oldest.time >= oldest_time then break end
  redis.call('ZREMRANGEBYRANK', entries, 0, 0)
  count, bytes, lost = count - 1, bytes - oldest.size, lost + 1
  dropped = oldest.offset
end
redis.call('HSET', head, 'epoch', epoch, 'last', last, 'dropped', dropped, 'bytes', bytes)
redis.call('PEXPIRE', head, life)
redis.call('PEXPIRE', entries, life)
return { damaged, lost, unpack(prevs) }
`,
);

/**
 * ARGV epoch, after, most entries, most bytes, now, the time before which an entry is too old.
 * Returns 1 where something else lay there (0 else), last, dropped, the oldest entry kept, the one
 * that follows those returned ('' = none, both), and the entries.
 */
export const readScript = redisScript(
  "mailbox-read",
  2,
  `${shared}
if not known then return { damaged, '0', '0', '', '' } end
local after, entries_max, bytes_max = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local now, oldest_time = tonumber(ARGV[5]), tonumber(ARGV[6])
local chunk = 64

local rank, oldest = 0, at_rank(0)
while oldest and oldest.time < oldest_time do
  dropped, rank = oldest.offset, rank + 1
  oldest = at_rank(rank)
end
local from = tonumber(after) > tonumber(dropped) and after or dropped
local reply = { damaged, last, dropped, oldest and oldest.offset or '', '' }
local had, size, skip = 0, 0, 0
while true do
  local found =
    redis.call('ZRANGEBYSCORE', entries, '(' .. from, '+inf', 'LIMIT', skip, chunk)
  for _, member in ipairs(found) do
    local entry = parse(member)
    local over = entry.expires > 0 and entry.expires <= now
    local full = had >= entries_max or (had > 0 and size + entry.size > bytes_max)
    if full and (entries_max == 0 or not over) then
      reply[5] = entry.offset
      return reply
    end
    if not over then
      had, size = had + 1, size + entry.size
      reply[#reply + 1] = member
    end
  end
  if #found < chunk then return reply end
  skip = skip + chunk
end
`,
);
