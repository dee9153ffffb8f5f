/**
 * What things cost, measured with bench/costs.ts on one core of the machine of bench/README.md
 * (Node 20.20, nats-server 2.15). CPU in microseconds, memory in bytes.
 */
export interface Costs {
  /** Cores of a process with nothing to do. */
  readonly idle: Readonly<Record<"comet" | "logic" | "job" | "nats", number>>;
  readonly comet: {
    /** A write to one socket, whatever it holds. */
    readonly send: Readonly<Record<"ws" | "tcp", number>>;
    /** Each byte of it. */
    readonly byte: number;
    /** A room's message on its way in, once for each comet that has members. */
    readonly cast: number;
    /** A push to one user. */
    readonly user: number;
    readonly login: number;
    /** A heartbeat, and a session's renewal. */
    readonly heartbeat: number;
    readonly renewal: number;
  };
  readonly logic: {
    readonly push: number;
    readonly login: number;
    readonly renewal: number;
    /** One room in a message of counts, or in a question for totals. */
    readonly count: number;
  };
  readonly job: { readonly room: number; readonly user: number };
  readonly nats: {
    /** A push stored and handed to job. */
    readonly push: number;
    /** A cast, or another message, to one subscriber. */
    readonly out: number;
    readonly login: number;
    readonly renewal: number;
    /** A push to one user: stored, indexed, sent to a comet and answered. */
    readonly user: number;
  };
  readonly bytes: {
    readonly base: Readonly<Record<"comet" | "logic" | "job" | "nats", number>>;
    readonly connection: Readonly<Record<"ws" | "tcp", number>>;
    /** A room with a member in a comet. */
    readonly cometRoom: number;
    /** The counts of a room of one comet, in each logic. */
    readonly logicCount: number;
    readonly natsSubscription: number;
  };
}

/**
 * As bench/costs.ts and bench/room-costs.ts print them, at rates well below what a process takes:
 * in large groups a push costs half. From bench/README.md: a byte (5,000 clients at 40 and at 800 a
 * second), logins (ten waiting messages and their acknowledgement). Heartbeats and renewals are not
 * measured by themselves: taken as a write to a socket, and as a login without its mailbox.
 */
export const measuredCosts: Costs = {
  idle: { comet: 0.01, logic: 0.022, job: 0.018, nats: 0.012 },
  comet: {
    send: { ws: 4.3, tcp: 5.6 },
    byte: 0.0004,
    cast: 240,
    user: 290,
    login: 200,
    heartbeat: 4.3,
    renewal: 50,
  },
  logic: { push: 280, login: 550, renewal: 50, count: 1.4 },
  job: { room: 137, user: 845 },
  nats: { push: 167, out: 0.3, login: 500, renewal: 20, user: 710 },
  bytes: {
    base: { comet: 80e6, logic: 118e6, job: 103e6, nats: 28e6 },
    connection: { ws: 4500, tcp: 8300 },
    cometRoom: 8100,
    logicCount: 114,
    natsSubscription: 710,
  },
};

/** What is not a cost but a property of the programs, with the setting that moves it. */
export const limits = {
  /** WebSocket or bare header of a packet, and TCP/IP with Ethernet's around a segment, bytes. */
  packetBytes: 16,
  segmentBytes: 90,
  /** Payload of one segment. */
  segmentPayload: 1448,
  /** room.cpuTarget and room.signal in comet.toml: the distance of a room's flushes. */
  cpuTarget: 0.4,
  signalSeconds: 1,
  /** Stored messages a second that one stream takes (design.md 3: one at a time, window 256). */
  streamWrites: 45_000,
  /** Push streams are read by at most one job for each shard. */
  shards: 16,
  /** node.heartbeat, and the mean of session.renewMin and session.renewMax, seconds. */
  heartbeatSeconds: 240,
  renewSeconds: 1200,
  /** online.snapshotInterval and online.renewInterval, seconds. */
  snapshotSeconds: 10,
  totalsSeconds: 5,
  /** A room in a digest, which names it twice (job.toml, digest.interval), bytes. */
  digestBytes: 2 * 40,
  /** Node's heap by default, about, bytes. */
  heapBytes: 4e9,
} as const;
