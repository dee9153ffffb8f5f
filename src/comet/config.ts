/** Everything a comet can be told, with its defaults; config/comet.toml is made from it. */
import { z } from "zod";
import {
  addresses,
  addressText,
  type ConfigOf,
  choice,
  count,
  defineConfig,
  duration,
  flag,
  size,
  text,
  texts,
} from "../kit/config.ts";
import { commonEnv, commonKeys, commonSections } from "../kit/config-common.ts";
import { isLoopback } from "../kit/config-values.ts";
import { networkProblems } from "../kit/proxies.ts";
import { supervisorSection, workersKey, workersProblems } from "../kit/workers.ts";
import { historySection, replayProblems, slowSection } from "./history-config.ts";
import { ackSection, mailboxSection } from "./mail-config.ts";
import { rangeProblems } from "./op-ranges.ts";
import { broadcastSection, roomSection } from "./room-config.ts";
import { guardSection } from "./room-guard-config.ts";

/** More than one packet of the largest size. */
const PACKET_BYTES_MIN = 8192;

const keys = {
  ...commonKeys,
  id: text("", {
    pattern: /^[^\s]{0,64}$/,
    allowed: "at most 64 characters without a space",
  }).describe(
    "Name of this comet, unique in the system and the same after a restart; empty means " +
      "<host>-<port of the first WebSocket address>.",
  ),
  workers: workersKey,
  weight: count(10, { min: 0, max: 1000 }).describe(
    "Share of new clients compared with other comets; 0 means none.",
  ),
  addrs: texts([]).describe(
    "Public addresses that clients are told to connect to; empty means those listened on, or " +
      "the host name where that is every interface.",
  ),
  offline: flag(false).describe("Registered, but offered to no new clients."),
};

const tcp = z
  .strictObject({
    bind: addresses([":3101"]).describe("Addresses for TCP clients; an empty list means none."),
    keepalive: flag(false).describe("TCP keepalive on the sockets of clients."),
    keepaliveDelay: duration("60s", { min: "1s", max: "2h" }).describe(
      "Idle time before the first keepalive probe.",
    ),
    noDelay: flag(true).describe("Small writes go out at once (TCP_NODELAY)."),
    closeLinger: duration("2s", { min: "0ms", max: "1m" }).describe(
      "Most time for a closed client to read what waits for it; then the connection is reset.",
    ),
    backlog: count(4096, { min: 1, max: 65535 }).describe(
      "Connections the kernel keeps before they are accepted; net.core.somaxconn caps it.",
    ),
  })
  .describe("Clients over plain TCP.");

const websocket = z
  .strictObject({
    bind: addresses([":3102"]).describe("Addresses for WebSocket clients; the path is /sub."),
    frameBytesMax: size("64kb", { min: "8kb", max: "1mb" }).describe(
      "Largest frame from a client; one may hold several packets.",
    ),
    origins: texts([]).describe(
      "Pages that may connect, such as https://example.com or https://*.example.com; empty means " +
        "all. Clients that are no pages send no Origin and are let in.",
    ),
    closeLinger: duration("500ms", { min: "0ms", max: "10s" }).describe(
      "Time for close frames to reach their clients at the end of the process.",
    ),
  })
  .describe("Clients over WebSocket.");

const auth = z
  .strictObject({
    mode: choice(["insecure", "jwt", "nats", "http"], "insecure").describe(
      "What logic's auth.mode is. A comet that other machines can reach refuses to start with " +
        "insecure, and has logic refuse unsigned tokens.",
    ),
    insecure: flag(false).describe(
      "Take unsigned tokens although other machines can reach this comet.",
    ),
  })
  .describe("Who may connect; logic decides.");

const protocol = z
  .strictObject({
    handshakeTimeout: duration("8s", { min: "100ms", max: "5m" }).describe(
      "Most time from the connection to the auth reply.",
    ),
    heartbeatTimeout: duration("8m", { min: "1s", max: "24h" }).describe(
      "Most time without a packet, when logic does not say (node.heartbeat x heartbeatMax there).",
    ),
  })
  .describe("The protocol that clients speak.");

const channel = z
  .strictObject({
    sendBytesMax: size("1mb", { min: "16kb", max: "64mb" }).describe(
      "Most bytes that may wait in this process for one client; above it the client is closed.",
    ),
    roomBytesMax: size("256kb", { min: "4kb", max: "64mb" }).describe(
      "Most bytes that may wait for one client when its room hands it something; above it the " +
        "client falls behind and gets the rest when it reads again (see slow.deadline). Never " +
        "more than sendBytesMax.",
    ),
    roomsMax: count(64, { min: 1, max: 4096 }).describe(
      "Rooms that one connection of protocol version 2 may be in.",
    ),
    userBytesMax: size("512kb", { min: "4kb", max: "64mb" }).describe(
      "The same for what is pushed to a user with a mailbox. Never more than sendBytesMax.",
    ),
    acceptsMax: count(4096, { min: 1 }).describe(
      "Distinct lists of accepted operations kept for sharing between connections.",
    ),
  })
  .describe("One connection.");

const login = z
  .strictObject({
    batchMax: count(256, { min: 1, max: 1024 }).describe("Logins in one request to logic."),
    inFlightMax: count(4, { min: 1, max: 64 }).describe(
      "Requests to logic at the same time; logins that come meanwhile gather into the next one.",
    ),
    waitingMax: count(32768, { min: 1 }).describe(
      "Logins that may wait for a request; what comes above is closed and told to come back.",
    ),
    busyRate: count(2000, { min: 1, max: 1_000_000 }).describe(
      "Logins, and connections before them, per second while this comet delivers to rooms " +
        "(busyDeliveries). The others wait, as many as come in within three quarters of " +
        "protocol.handshakeTimeout; those above are closed (a WebSocket that is not made yet is " +
        "answered 503) and come back later.",
    ),
    busyDeliveries: count(1000, { min: 1 }).describe(
      "From so many deliveries per second to members of rooms on, logins are let in at busyRate.",
    ),
    timeout: duration("2s", { min: "50ms", max: "1m" }).describe(
      "Most time to wait for logic's answer to one request.",
    ),
    retryPause: duration("200ms", { min: "10ms", max: "10s" }).describe(
      "Pause before logic or the room is tried again, within protocol.handshakeTimeout.",
    ),
  })
  .describe("Logins on their way to logic.");

const upstream = z
  .strictObject({
    queueMax: count(256, { min: 1, max: 65536 }).describe(
      "Packets of one client that may wait behind one that is being answered. Above it TCP is " +
        "read no further and a WebSocket is closed.",
    ),
    timeout: duration("1s", { min: "50ms", max: "1m" }).describe(
      "Most time to wait for logic to take a client's message.",
    ),
    inFlightMax: count(1024, { min: 1 }).describe(
      "Messages on their way to logic at the same time, at most one of each client.",
    ),
    publishTimeout: duration("5s", { min: "50ms", max: "1m" }).describe(
      "Most time to wait until a message that a client publishes is stored, or for a page of a " +
        "room's history.",
    ),
    historyMax: count(256, { min: 1, max: 1000 }).describe(
      "Most messages in one page of history that a client asks for.",
    ),
    historyBytes: size("256kb", { min: "4kb", max: "512kb" }).describe("The same bound in bytes."),
    joinTriesMax: count(120, { min: 1 }).describe(
      "Tries to enter a room before the client, which waits for the reply, is closed.",
    ),
    joinPause: duration("1s", { min: "10ms", max: "1m" }).describe("Pause between those tries."),
    ops: texts(["2000-2999"]).describe(
      "Operations that go to your own services on goim.up.<op> (docs/upstream.md): ranges from " +
        "100 on. Without a service they are answered as goim does (version 1) or as unavailable.",
    ),
    callTimeout: duration("5s", { min: "10ms", max: "1m" }).describe(
      "Most time to wait for a service's answer.",
    ),
    callsMax: count(4096, { min: 1, max: 1_000_000 }).describe(
      "Calls to services on their way at the same time; one beyond is answered busy.",
    ),
    callsPerConnection: count(16, { min: 1, max: 4096 }).describe(
      "The same for one connection of version 2; one of version 1 has one at a time.",
    ),
    answerBytesMax: size("64kb", { min: "1b", max: "1mb" }).describe(
      "Largest answer of a service that is passed on to a client.",
    ),
  })
  .describe("Packets from clients after their login.");

const admission = z
  .strictObject({
    packets: count(1000, { max: 1_000_000 }).describe(
      "Packets per second of one connection, twice as many at once; 0 means no limit. What is " +
        "above is answered busy in version 2 and left out in version 1.",
    ),
    bytes: size("1mb", { min: "0b", max: "1gb" }).describe(
      "The same in bytes; 0 means no limit, else at least 8kb so that every packet fits.",
    ),
    refusalsMax: count(1000, { min: 0, max: 1_000_000 }).describe(
      "A connection with so many more packets refused than let through is closed with 4005.",
    ),
    perUser: count(0, { max: 1_000_000 }).describe(
      "Connections of one user on this comet; one beyond is closed with 4010. 0 means no limit.",
    ),
    perAddress: count(0, { max: 10_000_000 }).describe(
      "Connections of one address on this comet, with those that wait to be made. 0 means no " +
        "limit: many people share one address.",
    ),
    connectsPerAddress: count(0, { max: 1_000_000 }).describe(
      "New connections of one address per second, twice as many at once. 0 means no limit.",
    ),
    addressesMax: count(65_536, { min: 1, max: 10_000_000 }).describe(
      "Addresses whose rate is remembered at once.",
    ),
    operations: count(1024, { min: 1, max: 1024 }).describe(
      "Operations that one connection may accept: a sub beyond is refused (version 2), and a " +
        "login has the lowest ones.",
    ),
    proxies: texts([]).describe(
      "Addresses and networks of your balancers (10.0.0.0/8, ::1): from these, and nobody else, " +
        "the client's address is taken as the next two keys say.",
    ),
    proxyProtocol: flag(false).describe(
      "They send the PROXY protocol: version 1 or 2 on TCP, where it must come then; version 2 " +
        "on WebSocket.",
    ),
    forwardedFor: flag(false).describe("They write X-Forwarded-For (WebSocket)."),
  })
  .describe("What one connection, user and address may ask, and who they are behind a balancer.");

const downstream = z
  .strictObject({
    loginWait: duration("300ms", { min: "0ms", max: "5s" }).describe(
      "Most time to wait for logins in flight when a push names a key that is not here (yet).",
    ),
    waitingMax: count(1024, { min: 0 }).describe("Push requests that may wait so."),
  })
  .describe("Pushes to users and keys, as job sends them.");

const online = z
  .strictObject({
    renewInterval: duration("5s", { min: "100ms", max: "5m" }).describe(
      "Time between two questions to logic for the totals of this comet's rooms.",
    ),
    countInterval: duration("1s", { min: "50ms", max: "1m" }).describe(
      "Time between two messages with the counts that changed.",
    ),
    snapshotInterval: duration("10s", { min: "100ms", max: "10m" }).describe(
      "Time between two messages with all counts.",
    ),
    roomsPerMessage: count(5000, { min: 1, max: 50_000 }).describe(
      "Rooms in one message or question.",
    ),
    timeout: duration("2s", { min: "50ms", max: "1m" }).describe("Most time to wait for totals."),
    levelsInterval: duration("5s", { min: "100ms", max: "5m" }).describe(
      "Time between two looks whether the registry has to be told of connections and addresses.",
    ),
  })
  .describe("Who is where: counts of rooms and connections.");

const session = z
  .strictObject({
    renewMin: duration("10m", { min: "1s", max: "24h" }).describe(
      "A session is renewed at a random moment between renewMin and renewMax after the last time.",
    ),
    renewMax: duration("30m", { min: "1s", max: "24h" }).describe(
      "Keep it at or below half of the store's session expiry.",
    ),
    batchMax: count(256, { min: 1, max: 1024 }).describe("Sessions in one request to logic."),
    inFlightMax: count(2, { min: 1, max: 64 }).describe("Renewal requests at the same time."),
    timeout: duration("5s", { min: "50ms", max: "1m" }).describe("Most time to wait for one."),
    retryPause: duration("1s", { min: "10ms", max: "1m" }).describe("Pause after one failed."),
  })
  .describe("Sessions kept alive in the session store.");

const moves = z
  .strictObject({
    events: flag(false).describe(
      "Tell of who comes into a room and who leaves it: events join and leave (docs/events.md).",
    ),
    batchMax: count(256, { min: 1, max: 1024 }).describe(
      "Of these in one request to logic; one request at a time keeps them in order.",
    ),
    queueMax: count(100_000, { min: 1 }).describe("Those that may wait; one beyond is dropped."),
    triesMax: count(30, { min: 1, max: 1000 }).describe("Tries for one request."),
    timeout: duration("5s", { min: "50ms", max: "1m" }).describe("Most time to wait for one."),
    retryPause: duration("1s", { min: "10ms", max: "1m" }).describe("Pause after one failed."),
  })
  .describe("Joins and leaves on their way to the events.");

const disconnect = z
  .strictObject({
    batchMax: count(256, { min: 1, max: 1024 }).describe("Ended sessions in one request."),
    inFlightMax: count(2, { min: 1, max: 64 }).describe("Requests at the same time."),
    queueMax: count(100_000, { min: 1 }).describe(
      "Ended sessions that may wait; those above are left to expire.",
    ),
    triesMax: count(5, { min: 1, max: 1000 }).describe(
      "Tries for one batch; then its sessions are left to expire.",
    ),
    timeout: duration("5s", { min: "50ms", max: "1m" }).describe("Most time to wait for one."),
    retryPause: duration("1s", { min: "10ms", max: "1m" }).describe("Pause after one failed."),
  })
  .describe("Ended sessions on their way out of the session store.");

const drain = z
  .strictObject({
    reserve: duration("2s", { min: "0ms", max: "1m" }).describe(
      "Part of drainTimeout kept for the last sessions to be removed; clients are closed, spread " +
        "evenly with jitter, over the rest, at most over drain.spread.",
    ),
    spread: duration("5s", { min: "0ms", max: "10m" }).describe(
      "Time over which clients are closed, so that they do not all come back at once. Clients of " +
        "protocol version 2 are asked to go instead.",
    ),
    deadline: duration("5s", { min: "0ms", max: "10m" }).describe(
      "Time that clients of protocol version 2 have to go elsewhere before they are closed; at " +
        "most what drainTimeout leaves.",
    ),
    jitter: duration("3s", { min: "0ms", max: "10m" }).describe(
      "They go at a random moment of this first part of it.",
    ),
  })
  .describe("The end of the process.");

const whitelist = z
  .strictObject({
    whitelist: z
      .array(z.union([z.int(), z.string().regex(/^-?[0-9]{1,20}$/)]))
      .default([])
      .describe("Mids whose connections are logged, packet by packet."),
  })
  .describe("Tracing of single users.");

const sized = "one process is one core here: nothing is split into pools or shards";

export const cometConfig = defineConfig({
  process: "comet",
  keys,
  sections: {
    ...commonSections("127.0.0.1:3109"),
    tcp,
    websocket,
    auth,
    protocol,
    channel,
    login,
    upstream,
    admission,
    downstream,
    mailbox: mailboxSection,
    ack: ackSection,
    room: roomSection,
    history: historySection,
    slow: slowSection,
    guard: guardSection,
    broadcast: broadcastSection,
    online,
    session,
    disconnect,
    moves,
    drain,
    whitelist,
    supervisor: supervisorSection,
  },
  env: {
    ...commonEnv,
    WEIGHT: "weight",
    ADDRS: "addrs",
    OFFLINE: "offline",
    GOIM_COMET_ID: "id",
    GOIM_COMET_TCP: "tcp.bind",
    GOIM_COMET_WS: "websocket.bind",
    GOIM_COMET_ADMIN: "admin.addr",
  },
  retired: {
    "discovery.*": "processes find each other over NATS, see nats.url",
    "rpcServer.*": "processes speak over NATS, see nats.url",
    "rpcClient.*": "processes speak over NATS, see login.timeout and upstream.timeout",
    "tcp.sndbuf": "the kernel sizes socket buffers, see net.ipv4.tcp_wmem",
    "tcp.rcvbuf": "the kernel sizes socket buffers, see net.ipv4.tcp_rmem",
    "tcp.reader": sized,
    "tcp.readBuf": sized,
    "tcp.readBufSize": sized,
    "tcp.writer": sized,
    "tcp.writeBuf": sized,
    "tcp.writeBufSize": sized,
    "websocket.tlsOpen": "TLS ends in front of comet for now",
    "websocket.tlsBind": "TLS ends in front of comet for now",
    "websocket.certFile": "TLS ends in front of comet for now",
    "websocket.privateFile": "TLS ends in front of comet for now",
    "protocol.timer": sized,
    "protocol.timerSize": sized,
    "protocol.svrProto": "what waits for a client is bounded in bytes, see channel.sendBytesMax",
    "protocol.cliProto": "see upstream.queueMax",
    "bucket.*": sized,
    "whitelist.Whitelist": "write whitelist.whitelist",
    "whitelist.WhiteLog": "the lines are in the process's log, marked traced",
  },
  check: (config) => {
    const problems: string[] = [];
    if (config.tcp.bind.length + config.websocket.bind.length === 0) {
      problems.push("tcp.bind and websocket.bind are both empty: no client could connect");
    }
    const outside = [...config.tcp.bind, ...config.websocket.bind].find((one) => !isLoopback(one));
    const { mode, insecure } = config.auth;
    if (outside !== undefined && mode === "insecure" && !insecure) {
      problems.push(
        `${addressText(outside)} can be reached from other machines, and auth.mode is insecure, ` +
          "which believes unsigned tokens: set auth.mode (GOIM_AUTH_MODE) to jwt, nats or http " +
          "as in logic; or auth.insecure = true if that is what you want",
      );
    }
    if (config.session.renewMin > config.session.renewMax) {
      problems.push("session.renewMin is above session.renewMax");
    }
    const { ops } = config.upstream;
    const { bytes, proxies, proxyProtocol, forwardedFor } = config.admission;
    if (bytes > 0 && bytes < PACKET_BYTES_MIN) {
      problems.push("admission.bytes is below 8kb: no packet of the largest size would fit");
    }
    if ((proxyProtocol || forwardedFor) && proxies.length === 0) {
      problems.push("admission.proxies is empty: nobody is believed about a client's address");
    }
    return [
      ...problems,
      ...workersProblems(config),
      ...networkProblems("admission.proxies", proxies),
      ...rangeProblems("upstream.ops", ops),
      ...replayProblems(config.history.types),
    ];
  },
});

export type CometConfig = ConfigOf<typeof cometConfig>;
