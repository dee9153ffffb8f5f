/**
 * What things cost, measured with bench/costs.ts on one core of the machine of bench/README.md
 * (Node 20.20, nats-server 2.15). CPU in microseconds, memory in bytes.
 */
export interface Costs {
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
 * Sends and bytes: the runs of bench/README.md with 5,000 clients. Pushes: many rooms at 1,500 to
 * 2,000 a second, users at 400. Logins: ten waiting messages and their acknowledgement. Heartbeats
 * and renewals are not measured by themselves: taken as one write to a socket, and as a login
 * without its mailbox.
 */
export const measuredCosts: Costs = {
  comet: {
    send: { ws: 5, tcp: 6.5 },
    byte: 0.0004,
    cast: 100,
    user: 235,
    login: 200,
    heartbeat: 5,
    renewal: 50,
  },
  logic: { push: 120, login: 550, renewal: 50, count: 1.4 },
  job: { room: 90, user: 745 },
  nats: { push: 100, out: 2, login: 500, renewal: 25, user: 700 },
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
