/** What a system of so many processes has to do for a workload. Pure arithmetic. */
import { type Costs, limits } from "./costs.ts";

export interface Workload {
  readonly connections: number;
  /** Rooms that have members; the largest is one of them. */
  readonly rooms: number;
  /** Messages a second into each of them, and into the largest. */
  readonly roomRate: number;
  readonly roomMaxRate: number;
  /** Members of the largest room; the other connections are spread evenly over the others. */
  readonly roomMax: number;
  /** Pushes to single users, and logins, a second in all. */
  readonly userRate: number;
  readonly loginRate: number;
  readonly bodyBytes: number;
  readonly transport: "ws" | "tcp";
  /** Longest distance of the flushes of the largest room that is wanted, seconds. */
  readonly flushSeconds: number;
}

export interface Sizes {
  readonly comets: number;
  readonly logics: number;
  readonly jobs: number;
  readonly natsNodes: number;
}

/** Of one process, the busiest of its kind. CPU in cores, rates a second. */
export interface Load {
  readonly comet: {
    readonly cores: number;
    readonly connections: number;
    readonly rooms: number;
    readonly sends: number;
    /** Between two flushes of the largest room, when it is busy. */
    readonly flushSeconds: number;
    /** Messages of rooms and digests that come in. */
    readonly casts: number;
    readonly digestBytes: number;
    readonly bytesOut: number;
    readonly memory: number;
    /** Cores for one room alone, which no further room shares. */
    readonly largestRoom: number;
  };
  readonly logic: {
    readonly cores: number;
    readonly memory: number;
    /** Cores for summing the counts of rooms, which every logic does for all of them. */
    readonly counting: number;
  };
  readonly job: {
    readonly cores: number;
    readonly memory: number;
    /** Cores for the largest room, which one job reads. */
    readonly largestRoom: number;
  };
  readonly nats: {
    readonly cores: number;
    readonly memory: number;
    readonly writes: number;
    readonly out: number;
    readonly bytesOut: number;
    readonly subscriptions: number;
  };
}

const MICRO = 1e-6;

/** Comets, of `comets`, on which a room of so many members has one, when they are spread evenly. */
export function cometsOfRoom(comets: number, members: number): number {
  if (comets === 1) return members > 0 ? 1 : 0;
  return comets * -Math.expm1(members * Math.log1p(-1 / comets));
}

/** Distance of the flushes of a room with so many members in one comet, seconds (docs/adr/0011). */
export function flushSecondsOf(members: number, sendMicros: number): number {
  return Math.min(limits.signalSeconds, (members * sendMicros * MICRO) / limits.cpuTarget);
}

/** Flushes a second: one for each message, or what the distance allows. */
export function flushRate(rate: number, members: number, sendMicros: number): number {
  return Math.min(rate, 1 / flushSecondsOf(members, sendMicros));
}

interface Spread {
  readonly small: number;
  readonly smallMembers: number;
  readonly smallRate: number;
  /** (room, comet) pairs: what is subscribed, counted and asked for. */
  readonly pairs: number;
  /** Casts a second to all comets. */
  readonly casts: number;
}

function spreadOf(work: Workload, comets: number): Spread {
  const small = Math.max(0, work.rooms - 1);
  const smallMembers = small === 0 ? 0 : (work.connections - work.roomMax) / small;
  const smallRate = small * work.roomRate;
  const each = cometsOfRoom(comets, smallMembers);
  const largest = cometsOfRoom(comets, work.roomMax);
  return {
    ...{ small, smallMembers, smallRate },
    pairs: small * each + largest,
    casts: smallRate * each + work.roomMaxRate * largest,
  };
}

/** The load of each process, with everything spread evenly over those of its kind. */
export function loadOf(work: Workload, sizes: Sizes, costs: Costs): Load {
  const spread = spreadOf(work, sizes.comets);
  const roomRate = spread.smallRate + work.roomMaxRate;
  const active = Math.min(spread.small, spread.smallRate) + Math.min(1, work.roomMaxRate);
  const digests = active * limits.digestBytes;
  const comet = cometLoad(work, sizes, costs, { spread, digests });
  const renewals = work.connections / limits.renewSeconds;
  const counting = (spread.pairs / limits.snapshotSeconds) * costs.logic.count * MICRO;
  const asked = (spread.pairs / limits.totalsSeconds) * costs.logic.count * MICRO;
  const shared =
    (roomRate + work.userRate) * costs.logic.push +
    work.loginRate * costs.logic.login +
    renewals * costs.logic.renewal;
  const jobs = roomRate * costs.job.room + work.userRate * costs.job.user;
  return {
    comet,
    logic: {
      counting,
      cores: costs.idle.logic + counting + (shared * MICRO + asked) / sizes.logics,
      memory: costs.bytes.base.logic + spread.pairs * costs.bytes.logicCount,
    },
    job: {
      cores: costs.idle.job + (jobs * MICRO) / sizes.jobs,
      memory: costs.bytes.base.job,
      largestRoom: work.roomMaxRate * costs.job.room * MICRO,
    },
    nats: natsLoad(work, sizes, costs, { spread, roomRate, renewals, digests }),
  };
}

function cometLoad(
  work: Workload,
  { comets }: Sizes,
  costs: Costs,
  { spread, digests }: { spread: Spread; digests: number },
): Load["comet"] {
  const { comet, bytes } = costs;
  const messageBytes = work.bodyBytes + limits.packetBytes;
  const send = comet.send[work.transport];
  const members = work.roomMax / comets;
  const largestSends = members * flushRate(work.roomMaxRate, members, send);
  // Of a room with fewer members than there are comets, one is here.
  const smallMembers = Math.max(1, spread.smallMembers / comets);
  const smallRate = flushRate(work.roomRate, smallMembers, send);
  const smallSends = (spread.small * spread.smallMembers * smallRate) / comets;
  const sends = largestSends + smallSends + work.userRate / comets;
  const largestBytes = members * work.roomMaxRate * messageBytes;
  const smallBytes = (spread.smallRate * spread.smallMembers * messageBytes) / comets;
  const payload = largestBytes + smallBytes + (work.userRate * messageBytes) / comets;
  const segments = Math.max(sends, payload / limits.segmentPayload);
  const casts = spread.casts / comets;
  const largestRoom =
    (largestSends * send + largestBytes * comet.byte + work.roomMaxRate * comet.cast) * MICRO;
  const other =
    smallSends * send +
    smallBytes * comet.byte +
    (casts - Math.min(work.roomMaxRate, casts)) * comet.cast +
    (work.userRate * comet.user + work.loginRate * comet.login) / comets +
    (work.connections / comets) *
      (comet.heartbeat / limits.heartbeatSeconds + comet.renewal / limits.renewSeconds) +
    // Reading a name in a digest costs about what a room in a message of counts does.
    ((2 * digests) / limits.digestBytes) * costs.logic.count +
    (spread.pairs / comets) *
      costs.logic.count *
      (1 / limits.snapshotSeconds + 1 / limits.totalsSeconds);
  return {
    ...{ largestRoom, sends, casts, digestBytes: digests },
    flushSeconds: flushSecondsOf(members, send),
    cores: costs.idle.comet + largestRoom + other * MICRO,
    connections: work.connections / comets,
    rooms: spread.pairs / comets,
    bytesOut: payload + segments * limits.segmentBytes,
    memory:
      bytes.base.comet +
      (work.connections / comets) * bytes.connection[work.transport] +
      (spread.pairs / comets) * bytes.cometRoom,
  };
}

function natsLoad(
  work: Workload,
  sizes: Sizes,
  { nats, bytes, idle }: Costs,
  more: { spread: Spread; roomRate: number; renewals: number; digests: number },
): Load["nats"] {
  const { spread, roomRate, renewals, digests } = more;
  const { natsNodes, comets } = sizes;
  const messageBytes = work.bodyBytes + 2 * limits.packetBytes;
  const out = spread.casts + roomRate;
  const cores =
    (roomRate * nats.push +
      spread.casts * nats.out +
      work.userRate * nats.user +
      work.loginRate * nats.login +
      renewals * nats.renewal) *
    MICRO;
  return {
    cores: idle.nats + cores / natsNodes,
    writes: roomRate,
    out: out / natsNodes,
    bytesOut: (out * messageBytes + digests * comets) / natsNodes,
    subscriptions: spread.pairs,
    memory: bytes.base.nats + (spread.pairs / natsNodes) * bytes.natsSubscription,
  };
}
