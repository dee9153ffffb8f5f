/** Everything logic can be told, with the defaults that work on one machine. */
import { z } from "zod";
import {
  address,
  type ConfigOf,
  choice,
  count,
  defineConfig,
  duration,
  flag,
  ratio,
  size,
  text,
  texts,
} from "../kit/config.ts";
import { commonEnv, commonKeys, commonSections } from "../kit/config-common.ts";
import { originProblems } from "../kit/origins.ts";
import { networkProblems } from "../kit/proxies.ts";
import { supervisorSection, workersKey, workersProblems } from "../kit/workers.ts";
import { ENTRIES_MAX } from "../protocol/offset.ts";
import { cursorSection, mailboxSection, redisSection, storeKey } from "../store/config.ts";
import { authProblems, authSection } from "./auth/config.ts";
import { revokeForProblems } from "./auth/revoke-for.ts";
import { hookProblems, hooksSection } from "./hooks/config.ts";
import { moderationSection } from "./moderation/config.ts";
import { roomsSection } from "./rooms/config.ts";
import { usersProblems, usersSection } from "./users/config.ts";

const node = z
  .strictObject({
    defaultDomain: text("conn.goim.io").describe("What nodes/weighted names when no comet lives."),
    hostDomain: text(".goim.io").describe("Put after a comet's host name for platform web."),
    webHost: text("").describe(
      "Host that platform web is told in place of comets' names: a balancer's name or address, " +
        "or `caller`, the host by which the client has reached this API; empty: see hostDomain.",
    ),
    tcpPort: count(3101, { max: 65535 }).describe("TCP port that clients are told."),
    wsPort: count(3102, { max: 65535 }).describe("WebSocket port that clients are told."),
    wssPort: count(3103, { max: 65535 }).describe(
      "Port of WebSocket over TLS that clients are told.",
    ),
    heartbeat: duration("4m", { min: "1s", max: "1h" }).describe("Time between two heartbeats."),
    heartbeatMax: count(2, { min: 1, max: 100 }).describe(
      "Heartbeat times without a packet after which a connection is closed.",
    ),
    regionWeight: ratio(1.6, { min: 0.01, max: 1000 }).describe(
      "Factor on the weight of comets in the client's own region.",
    ),
  })
  .describe("What clients are told about comets.");

const backoff = z
  .strictObject({
    maxDelay: count(300).describe(
      "Longest pause of a client before it connects again, in seconds.",
    ),
    baseDelay: count(3).describe("First pause, in seconds."),
    factor: ratio(1.8).describe("Growth of the pause from try to try."),
    jitter: ratio(0.3).describe("Random share of the pause."),
  })
  .describe("How clients wait between tries to connect; passed on by nodes/weighted.");

const regions = z
  .record(z.string(), z.array(z.string()))
  .prefault({})
  .describe(
    'Provinces of each region: sh = ["Shanghai", "Jiangsu"], for ?region= of nodes/weighted.',
  );

const httpServer = z
  .strictObject({ addr: address("127.0.0.1:3111").describe("Where the HTTP API answers.") })
  .describe("The HTTP API.");

const http = z
  .strictObject({
    bodyBytesMax: size("1mb", { min: "1kb", max: "64mb" }).describe(
      "Largest body of a push; NATS's max_payload bounds it too.",
    ),
    jsonBytesMax: size("8mb", { min: "1kb", max: "64mb" }).describe(
      "Largest JSON body of /api/v1, where one call may carry many messages.",
    ),
    excludeMax: count(100, { min: 1, max: 10_000 }).describe(
      "Most keys that one push to a room may leave out.",
    ),
    batchMax: count(1000, { min: 1, max: 10_000 }).describe("Most items of /api/v1/push/batch."),
    headerBytesMax: size("1mb", { min: "4kb", max: "16mb" }).describe(
      "Most bytes of request line and headers; keys and mids stand in the request line.",
    ),
    targetsMax: count(10_000, { min: 1, max: 100_000 }).describe(
      "Most keys, mids or rooms in one request.",
    ),
    connectionsMax: count(20_000, { min: 1 }).describe("Most connections at once."),
    headersTimeout: duration("10s", { min: "100ms", max: "10m" }).describe(
      "Most time a client may take to send its headers.",
    ),
    requestTimeout: duration("30s", { min: "100ms", max: "1h" }).describe(
      "Most time a client may take to send a whole request.",
    ),
    keepAlive: duration("75s", { min: "1s", max: "1h" }).describe(
      "Time an idle connection is kept for the next request.",
    ),
    proxies: texts([]).describe(
      "Addresses and networks of your balancers (10.0.0.0/8, ::1): their X-Forwarded-For, and " +
        "nobody else's, is believed about a caller's address.",
    ),
    corsOrigins: texts([]).describe(
      "Origins (https://chat.example.com, or `*`) whose pages may make the calls that clients " +
        "make: nodes/weighted, login, register, me/…. None: pages of this host only.",
    ),
  })
  .describe("Bounds of the HTTP API.");

const history = z
  .strictObject({
    pageMax: count(1000, { min: 1, max: 10_000 }).describe("Most messages in one page."),
    pageBytes: size("1mb", { min: "1kb", max: "4mb" }).describe(
      "Bytes of stream messages after which a page is closed.",
    ),
    readsMax: count(24, { min: 4, max: 1000 }).describe("Most requests to NATS for one page."),
    inFlightMax: count(16, { min: 1, max: 1000 }).describe("Pages read at once; others wait."),
    waitingMax: count(1000, { min: 1 }).describe(
      "Most pages that may wait; one more is answered 429.",
    ),
  })
  .describe("Pages of a room's history.");

const session = z
  .strictObject({
    store: storeKey,
    expire: duration("30m", { min: "10s", max: "24h" }).describe(
      "Life of a session that nobody renews.",
    ),
    maxPerKey: count(1, { min: 1, max: 64 }).describe(
      "Connections that one key may have at once over all comets. Every logic must agree.",
    ),
    whenFull: choice(["close-oldest", "refuse-newest"], "close-oldest").describe(
      "When a key has maxPerKey: close-oldest (4500) or refuse-newest (4007).",
    ),
    maxPerMid: count(4096, { min: 1, max: 100_000 }).describe(
      "Keys that one mid may have at once; one more is refused.",
    ),
    inFlightMax: count(256, { min: 1, max: 10_000 }).describe(
      "Records of the kv store read or written at once.",
    ),
    waitingMax: count(65_536, { min: 1 }).describe(
      "Changes that may wait for the store; one more is refused.",
    ),
    cacheMax: count(10_000, { min: 1 }).describe(
      "Keys and users whose records are remembered after a write, which saves a read (kv).",
    ),
    kickTimeout: duration("1s", { min: "50ms", max: "1m" }).describe(
      "Most time a comet may take to answer that it closed a displaced connection.",
    ),
    kicksMax: count(64, { min: 1, max: 10_000 }).describe("Requests to close in flight at once."),
    kicksWaitingMax: count(10_000, { min: 1 }).describe(
      "Most kicks that may wait; one beyond is left to the connection's next renewal.",
    ),
  })
  .describe("Who is connected where.");

interface StreamDefaults {
  readonly maxAge: string;
  readonly maxBytes: string;
  readonly maxPerSubject: number;
}

function retention(defaults: StreamDefaults) {
  return {
    maxAge: duration(defaults.maxAge, { min: "2m" }).describe("How long a message is kept."),
    maxBytes: size(defaults.maxBytes, { min: "1mb" }).describe(
      "Most bytes of the stream, which NATS reserves on its disk.",
    ),
    maxPerSubject: count(defaults.maxPerSubject, { min: 1 }).describe(
      "Most messages of one subject: a guard against one that fills the stream.",
    ),
  };
}

function stream(what: string, defaults: StreamDefaults) {
  return z.strictObject(retention(defaults)).describe(what);
}

const keep = z
  .strictObject({
    types: texts(["video"]).describe("Room types of this class. Fixed once the stream exists."),
    ...retention({ maxAge: "168h", maxBytes: "2gb", maxPerSubject: 100_000 }),
  })
  .describe("Rooms with a long history.");

const streams = z
  .strictObject({
    shards: count(16, { min: 1, max: 256 }).describe(
      "Shards of rooms, users and keys. Fixed once the streams exist.",
    ),
    replicas: count(1, { min: 1, max: 5 }).describe(
      "Copies of every stream and bucket in a NATS cluster.",
    ),
    live: stream("Rooms of every type that no other class names: short history.", {
      maxAge: "10m",
      maxBytes: "1gb",
      maxPerSubject: 20_000,
    }),
    keep,
    user: stream("Pushes to mids.", { maxAge: "168h", maxBytes: "1gb", maxPerSubject: 10_000 }),
    key: stream("Pushes to keys; live only. One subject is one shard.", {
      maxAge: "10m",
      maxBytes: "256mb",
      maxPerSubject: 1_000_000,
    }),
    all: stream("Broadcasts.", { maxAge: "168h", maxBytes: "128mb", maxPerSubject: 100_000 }),
    dead: stream("What could not be read from the other streams, with the reason.", {
      maxAge: "168h",
      maxBytes: "64mb",
      maxPerSubject: 10_000,
    }),
    event: stream("Events for backends.", {
      maxAge: "24h",
      maxBytes: "128mb",
      maxPerSubject: 100_000,
    }),
  })
  .describe("The streams, which logic creates and keeps as written here.");

const publish = z
  .strictObject({
    window: count(256, { min: 1, max: 4096 }).describe("Stream messages in flight at once."),
    perSubject: count(4, { min: 1, max: 64 }).describe(
      "Of these for one subject; further pushes gather and go as one message.",
    ),
    batchBytes: size("64kb", { min: "1kb", max: "1mb" }).describe(
      "A message that gathers pushes is closed at this size.",
    ),
    batchEntries: count(ENTRIES_MAX, { min: 1, max: ENTRIES_MAX }).describe(
      "Most pushes in one stream message.",
    ),
    pendingBytesMax: size("64mb", { min: "1mb" }).describe(
      "Most bytes of pushes not yet stored; one beyond is answered 429.",
    ),
    pendingEntriesMax: count(100_000, { min: 1 }).describe("The same, counted in pushes."),
    ackTimeout: duration("1s", { min: "50ms", max: "1m" }).describe(
      "Time after which a stream message without an answer is sent again.",
    ),
    timeout: duration("5s", { min: "100ms", max: "1m" }).describe(
      "Time after which a push is given up: 504 when it was sent, 503 when others were before it.",
    ),
  })
  .describe("Committing pushes to JetStream.");

const events = z
  .strictObject({
    presence: flag(true).describe("Whether online and offline events are published."),
    anonymous: flag(false).describe("Also for clients without a mid."),
    inFlightMax: count(256, { min: 1, max: 10_000 }).describe(
      "Events on their way to the stream at once.",
    ),
    waitingMax: count(65_536, { min: 1 }).describe(
      "Events that may wait to be stored; one beyond is dropped.",
    ),
    ackTimeout: duration("1s", { min: "50ms", max: "10s" }).describe(
      "Time after which an event without an answer is sent again.",
    ),
    // Together with the time on its way it has to stay below the window in which ids are known.
    timeout: duration("20s", { min: "100ms", max: "45s" }).describe(
      "Time after which an event is given up.",
    ),
    retryPause: duration("250ms", { min: "10ms", max: "10s" }).describe(
      "Pause before an event is tried again that could not be sent.",
    ),
  })
  .describe("Who came and who went, for backends: docs/events.md.");

const reaper = z
  .strictObject({
    grace: duration("15s", { min: "0s", max: "10m" }).describe(
      "Time from a comet's death to its sessions' end; one that lost its lease needs it to return.",
    ),
    spread: duration("5s", { min: "0s", max: "5m" }).describe(
      "Random time on top, so that of several logics mostly one does the work.",
    ),
    batch: count(256, { min: 1, max: 10_000 }).describe("Sessions ended at once."),
    perSecond: count(5000, { min: 1 }).describe("Sessions ended in a second, at most."),
    retryPause: duration("5s", { min: "10ms", max: "10m" }).describe(
      "Pause before a walk through the sessions that failed is done again.",
    ),
  })
  .describe("The end of sessions whose comet died.");

const presence = z
  .strictObject({
    midsMax: count(1000, { min: 1, max: 10_000 }).describe("Most mids of one question."),
    pageMax: count(1000, { min: 1, max: 10_000 }).describe("Most users of one page."),
  })
  .describe("Questions about who is online.");

const online = z
  .strictObject({
    topMax: count(1000, { min: 1, max: 100_000 }).describe(
      "Most rooms in an answer of online/top.",
    ),
    topAge: duration("1s", { min: "0s", max: "1m" }).describe(
      "How old an answer of online/top may be.",
    ),
    snapshotTimeout: duration("2s", { min: "100ms", max: "1m" }).describe(
      "Most time to wait for the rooms of a comet.",
    ),
  })
  .describe("Counts over all comets.");

const rpc = z
  .strictObject({
    inFlightMax: count(1024, { min: 1, max: 65_536 }).describe(
      "Requests of comets handled at once; one beyond is answered busy.",
    ),
  })
  .describe("The NATS micro service that comets ask.");

const mail = z
  .strictObject({
    pageEntries: count(256, { min: 1, max: 10_000 }).describe(
      "Most waiting messages in one page; the rest is asked for as the client takes them.",
    ),
    pageBytes: size("64kb", { min: "1kb", max: "512kb" }).describe("Most bytes of their bodies."),
    replyBytes: size("512kb", { min: "1kb", max: "8mb" }).describe(
      "Most bytes of waiting messages, or of a room's history, in one answer to a comet.",
    ),
    readsMax: count(1024, { min: 1, max: 10_000 }).describe(
      "Most pages of one request; those beyond are answered busy.",
    ),
    rebuildWait: duration("2m", { min: "0s", max: "1h" }).describe(
      "When the mailboxes were lost, a login waits so long for what GOIM_USER holds for its user.",
    ),
  })
  .describe("What waits for users, as comets are told at logins and afterwards.");

const retain = z
  .strictObject({
    max: count(256, { min: 1, max: 10_000 }).describe(
      "Most broadcasts kept for those who log in later; the oldest go first.",
    ),
    bytesMax: size("128kb", { min: "1kb", max: "8mb" }).describe(
      "Most bytes of them, and never more than a quarter of NATS's max_payload. One that is " +
        "larger is not kept.",
    ),
    loadWait: duration("1s", { min: "10ms", max: "30s" }).describe(
      "Time a login waits at the start until they are read; then it is refused and tried again.",
    ),
    check: duration("5s", { min: "100ms", max: "10m" }).describe(
      "How often the ends of the stream of broadcasts are looked at.",
    ),
  })
  .describe("Broadcasts pushed with retain. Every logic must agree on max and bytesMax.");

const receipt = z
  .strictObject({
    deadline: duration("5s", { min: "1ms", max: "5m" }).describe(
      "Time after which a push with wait is answered as pending, unless the caller says.",
    ),
    deadlineMax: duration("30s", { min: "1ms", max: "5m" }).describe(
      "Longest such time that a caller may ask for.",
    ),
    targetsMax: count(10_000, { min: 1, max: 1_000_000 }).describe(
      "Most users and keys waited for at once; one beyond is answered 429.",
    ),
  })
  .describe("Pushes whose callers wait until they are handed over or acknowledged.");

const upstream = z
  .strictObject({
    publish: choice(["joined", "off"], "joined").describe(
      "Whether clients may publish: joined (into rooms they are in) or off.",
    ),
    toUsers: choice(["users", "off"], "users").describe(
      "Whether clients may publish to users: users (who has a mid may) or off.",
    ),
    bodyBytesMax: size("16kb", { min: "1b", max: "1mb" }).describe(
      "Largest message of a client; the packet limit of comet bounds it too.",
    ),
  })
  .describe("Messages that clients publish.");

const retired = {
  "discovery.*": "comets are found in the NATS bucket GOIM_COMETS (see nats.url)",
  "kafka.*": "pushes go through JetStream (see nats.url, streams and publish)",
  "rpcServer.*": "comets ask over NATS (see rpc)",
  "rpcClient.*": "comets are asked over NATS (see session.kickTimeout and online.snapshotTimeout)",
  "httpServer.network": "httpServer.addr is always TCP",
  "httpServer.readTimeout": "goim never applied it; see http.requestTimeout",
  "httpServer.writeTimeout": "goim never applied it; see publish.timeout",
  "redis.network": "redis.addr is always TCP",
  "redis.active": "one pipelined connection carries all commands",
  "redis.idle": "one pipelined connection carries all commands",
  "redis.idleTimeout": "one pipelined connection carries all commands",
  "redis.dialTimeout": "redis.readTimeout bounds connecting too",
  "redis.writeTimeout": "redis.readTimeout covers a command as a whole",
  "redis.expire": "use session.expire, which holds for both stores",
};

/** The configuration of logic. */
export const logicConfig = defineConfig({
  process: "logic",
  keys: {
    ...commonKeys,
    id: text("", {
      pattern: /^[^\s]{0,64}$/,
      allowed: "at most 64 characters without a space",
    }).describe("Name of this logic among NATS's connections; empty means the host's."),
    workers: workersKey,
    weight: count(10, { max: 1 << 20 }).describe(
      "Taken because goim takes it; NATS shares requests evenly among all logics.",
    ),
  },
  sections: {
    ...commonSections("127.0.0.1:3119"),
    httpServer,
    http,
    auth: authSection,
    users: usersSection,
    node,
    backoff,
    regions,
    session,
    redis: redisSection,
    mailbox: mailboxSection,
    cursor: cursorSection,
    streams,
    publish,
    history,
    rooms: roomsSection,
    online,
    events,
    reaper,
    presence,
    rpc,
    mail,
    retain,
    receipt,
    upstream,
    supervisor: supervisorSection,
    hooks: hooksSection,
    moderation: moderationSection,
  },
  env: {
    ...commonEnv,
    WEIGHT: "weight",
    GOIM_LOGIC_ID: "id",
    GOIM_LOGIC_HTTP: "httpServer.addr",
    GOIM_LOGIC_ADMIN: "admin.addr",
  },
  retired,
  check: (config) => {
    const problems: string[] = [];
    if (config.publish.ackTimeout > config.publish.timeout) {
      problems.push("publish.ackTimeout must not be longer than publish.timeout");
    }
    if (config.publish.perSubject > config.publish.window) {
      problems.push("publish.perSubject must not be larger than publish.window");
    }
    if (config.receipt.deadline > config.receipt.deadlineMax) {
      problems.push("receipt.deadline must not be longer than receipt.deadlineMax");
    }
    problems.push(...authProblems(config.auth, config.httpServer.addr));
    problems.push(...networkProblems("http.proxies", config.http.proxies));
    problems.push(...originProblems("http.corsOrigins", config.http.corsOrigins));
    return [
      ...problems,
      ...workersProblems(config),
      ...hookProblems(config.hooks),
      ...usersProblems(config.users),
      ...revokeForProblems(config),
    ];
  },
});

export type LogicConfig = ConfigOf<typeof logicConfig>;
