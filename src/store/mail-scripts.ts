import { redisScript } from "./redis-scripts.ts";

/**
 * A mailbox in Redis: the hash KEYS[1] with epoch, last, dropped and the bytes of all bodies, and
 * the sorted set KEYS[2] of the entries by offset, each
 * `<offset>;<time>;<bytes>;<expires>;<MailEntry of proto/push.proto>`. Offsets stay texts where
 * they are not compared: Lua would write a large one with an exponent. The hash KEYS[3] has the
 * life of all of it and the run of the server that it began in: a server that was started again
 * may have lost what was written last. ARGV[2] is the run as the caller knows it, '' = not known.
 */
const shared = `
local head, entries, epoch, run = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local damaged = 0
local of_all = redis.call('HMGET', KEYS[3], 'life', 'run')
local life = of_all[1] or ''
local ended = life ~= '' and run ~= '' and of_all[2] ~= run
local stored = redis.pcall('HMGET', head, 'epoch', 'last', 'dropped', 'bytes', 'life')
local count = redis.pcall('ZCARD', entries)
if stored.err or type(count) == 'table' then
  damaged = 1
  redis.call('DEL', head, entries)
  stored, count = {}, 0
end
local known = stored[1] == epoch and (stored[5] or '') == life
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
 * ARGV epoch, run, the life that it is meant for ('*' = any), entriesMax, bytesMax, the time before
 * which an entry is too old, expiry in ms; then per append: its number of entries, and each entry's
 * offset, bytes and member. Returns 1 where something else lay there (0 else), how many entries the
 * bounds took, and per append the entry before its first one ('' = not known any more). Only -1
 * where the life is another.
 */
export const appendScript = redisScript(
  "mailbox-append",
  3,
  `${shared}
if ARGV[3] ~= '*' and (ended or ARGV[3] ~= life) then return { -1 } end
local entries_max, bytes_max = tonumber(ARGV[4]), tonumber(ARGV[5])
local oldest_time, expire = tonumber(ARGV[6]), ARGV[7]
if not known and damaged == 0 then redis.call('DEL', head, entries) end
if not known then count = 0 end

local function before(first)
  if tonumber(first) > tonumber(last) then return last end
  local found = redis.call('ZREVRANGEBYSCORE', entries, '(' .. first, '-inf', 'LIMIT', 0, 1)[1]
  if found then return parse(found).offset end
  return tonumber(first) > tonumber(dropped) and dropped or ''
end

local prevs, added, at = {}, false, 8
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
redis.call('HSET', head, 'epoch', epoch, 'last', last, 'dropped', dropped, 'bytes', bytes,
  'life', life)
redis.call('PEXPIRE', head, expire)
redis.call('PEXPIRE', entries, expire)
return { damaged, lost, unpack(prevs) }
`,
);

/**
 * ARGV epoch, run, after, most entries, most bytes, now, the time before which an entry is too old.
 * Returns 1 where something else lay there (0 else), the life ('?' = it is over), last, dropped,
 * the oldest entry kept, the one that follows those returned ('' = none, both), and the entries.
 */
export const readScript = redisScript(
  "mailbox-read",
  3,
  `${shared}
if ended then life = '?' end
if not known then return { damaged, life, '0', '0', '', '' } end
local after, entries_max, bytes_max = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local now, oldest_time = tonumber(ARGV[6]), tonumber(ARGV[7])
local chunk = 64

local rank, oldest = 0, at_rank(0)
while oldest and oldest.time < oldest_time do
  dropped, rank = oldest.offset, rank + 1
  oldest = at_rank(rank)
end
local from = tonumber(after) > tonumber(dropped) and after or dropped
local reply = { damaged, life, last, dropped, oldest and oldest.offset or '', '' }
local had, size, skip = 0, 0, 0
while true do
  local found =
    redis.call('ZRANGEBYSCORE', entries, '(' .. from, '+inf', 'LIMIT', skip, chunk)
  for _, member in ipairs(found) do
    local entry = parse(member)
    local over = entry.expires > 0 and entry.expires <= now
    local full = had >= entries_max or (had > 0 and size + entry.size > bytes_max)
    if full and (entries_max == 0 or not over) then
      reply[6] = entry.offset
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

/** ARGV a new life, the run. Begins a life where there is none. Returns all fields. */
export const lifeScript = redisScript(
  "mailbox-life",
  1,
  `
local of_all = redis.call('HMGET', KEYS[1], 'life', 'run')
if not of_all[1] or (ARGV[2] ~= '' and of_all[2] ~= ARGV[2]) then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'life', ARGV[1], 'run', ARGV[2])
end
return redis.call('HGETALL', KEYS[1])
`,
);

/**
 * ARGV life, run, shard, what the shard has to be for the change, what it must not be, what it is
 * then ('' = anything, both). Returns 1 when it was changed, 0 when it was something else, -1 where
 * the life is another.
 */
export const claimScript = redisScript(
  "mailbox-claim",
  1,
  `
local of_all = redis.call('HMGET', KEYS[1], 'life', 'run', ARGV[3])
local ended = ARGV[2] ~= '' and of_all[2] ~= ARGV[2]
if of_all[1] ~= ARGV[1] or ended then return -1 end
if ARGV[4] ~= '' and of_all[3] ~= ARGV[4] then return 0 end
if ARGV[5] ~= '' and of_all[3] == ARGV[5] then return 0 end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[6])
return 1
`,
);
