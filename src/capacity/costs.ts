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

export const measuredCosts: Costs = {
  comet: {
    send: { ws: 6, tcp: 7.5 },
    byte: 0.0003,
    cast: 40,
    user: 130,
    login: 120,
    heartbeat: 8,
    renewal: 20,
  },
  logic: { push: 110, login: 150, renewal: 40, count: 0.4 },
  job: { room: 40, user: 250 },
  nats: { push: 60, out: 2, login: 150, renewal: 60, user: 300 },
  bytes: {
    base: { comet: 90e6, logic: 130e6, job: 130e6, nats: 60e6 },
    connection: { ws: 4700, tcp: 7000 },
    cometRoom: 4000,
    logicCount: 150,
    natsSubscription: 600,
  },
};

/** What is not a cost but a property of the programs, with the setting that moves it. */
export const limits = {
  /** WebSocket or bare header of a packet, and TCP/IP with Ethernet's around a segment, bytes. */
  packetBytes: 16,
  segmentBytes: 90,
  /** Payload of one segment. */
  segmentPayload: 1448,
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
