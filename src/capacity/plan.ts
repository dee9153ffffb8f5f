/** How many processes a workload needs, and what breaks first. */
import { type Costs, limits } from "./costs.ts";
import { type Load, loadOf, type Sizes, type Workload } from "./load.ts";

/** What a process and a machine may be used to. */
export interface Headroom {
  /** Part of a core that a comet, logic or job may use. */
  readonly cores: number;
  /** Connections that one comet may hold. */
  readonly connections: number;
  /** Cores of a machine with nats-server, of which the part above may be used. */
  readonly natsCores: number;
  /** Bits a second of a machine's network. */
  readonly networkBits: number;
}

export const defaultHeadroom: Headroom = {
  cores: 0.6,
  connections: 50_000,
  natsCores: 8,
  networkBits: 10e9,
};

/** Something that more processes do not help: what is used of it (1 = all), and what moves it. */
export interface Limit {
  readonly what: string;
  readonly used: number;
  readonly setting: string;
}

export interface Plan {
  readonly sizes: Sizes;
  readonly load: Load;
  /** Streams of rooms that the rate of stored messages asks for. */
  readonly streams: number;
  /** The one that breaks first is the first. */
  readonly limits: readonly Limit[];
}

const SIZE_MAX = 1 << 20;
/** Of a core, for what logics share, where counting uses more than there should be. */
const SHARE_LEAST = 0.1;
/** Shards of two classes of rooms, users and keys, and the broadcast. */
const JOBS_MAX = 4 * limits.shards + 1;
/** Of each kind, so that one may go away. */
const LEAST = 2;
/** nats-server clusters have three nodes at least. */
const CLUSTER = 3;

/** Sizes that keep every process within `headroom`; `fixed` are taken as they are. */
export function planOf(
  work: Workload,
  costs: Costs,
  headroom: Headroom = defaultHeadroom,
  fixed: Partial<Sizes> = {},
): Plan {
  const some: Sizes = { comets: 1, logics: 1, jobs: 1, natsNodes: 1, ...fixed };
  const bytes = headroom.networkBits / 8;
  const comets = fixed.comets ?? smallest(LEAST, (n) => cometFits(n, work, costs, headroom));
  const logics =
    fixed.logics ??
    smallest(LEAST, (n) => {
      const { cores, counting } = loadOf(work, { ...some, comets, logics: n }, costs).logic;
      // What every logic does all the same leaves less of it for the rest. Where it leaves nothing,
      // the rest is sized as if it were away: that is the first thing to change.
      const left = headroom.cores - counting;
      return cores - counting <= (left > SHARE_LEAST ? left : headroom.cores);
    });
  const jobs =
    fixed.jobs ??
    smallest(LEAST, (n) => {
      return loadOf(work, { ...some, comets, jobs: n }, costs).job.cores <= headroom.cores;
    });
  const natsNodes =
    fixed.natsNodes ??
    smallest(1, (n) => {
      const { nats } = loadOf(work, { ...some, comets, natsNodes: n }, costs);
      return (
        nats.cores <= headroom.natsCores * headroom.cores && nats.bytesOut <= bytes * headroom.cores
      );
    });
  const nodes = fixed.natsNodes ?? (natsNodes > 1 ? Math.max(CLUSTER, natsNodes) : 1);
  const sizes = { comets, logics, jobs, natsNodes: nodes };
  const load = loadOf(work, sizes, costs);
  const streams = Math.max(1, Math.ceil(load.nats.writes / (limits.streamWrites * headroom.cores)));
  return { sizes, load, streams, limits: limitsOf(sizes, load, streams, headroom) };
}

function cometFits(comets: number, work: Workload, costs: Costs, headroom: Headroom): boolean {
  const sizes = { comets, logics: 1, jobs: 1, natsNodes: 1 };
  const { comet } = loadOf(work, sizes, costs);
  return (
    comet.connections <= headroom.connections &&
    comet.flushSeconds <= work.flushSeconds &&
    comet.cores <= headroom.cores &&
    comet.bytesOut * 8 <= headroom.networkBits * headroom.cores &&
    comet.memory <= limits.heapBytes
  );
}

/** The smallest count from `least` on that fits; loads fall as counts grow. SIZE_MAX when none. */
function smallest(least: number, fits: (count: number) => boolean): number {
  let high = least;
  while (high < SIZE_MAX && !fits(high)) high *= 2;
  if (high === least) return least;
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function limitsOf({ jobs }: Sizes, load: Load, streams: number, headroom: Headroom): Limit[] {
  const { comet, logic, job, nats } = load;
  const found: Limit[] = [
    {
      what: "one job reads the largest room",
      used: job.largestRoom,
      setting: "none: split the room, or send less often to it",
    },
    {
      what: "a comet's work for the largest room",
      used: comet.largestRoom,
      setting: "room.cpuTarget in comet.toml down: less CPU, later; or more comets",
    },
    {
      what: "every logic sums the counts of all rooms",
      used: logic.counting,
      setting: "online.snapshotInterval in comet.toml up; clients of a room to few comets",
    },
    {
      what: "memory of the counts in a logic",
      used: logic.memory / limits.heapBytes,
      setting: "clients of a room to few comets; NODE_OPTIONS=--max-old-space-size",
    },
    {
      what: "digests that every comet reads",
      used: (comet.digestBytes * 8) / headroom.networkBits,
      setting: "digest.interval in job.toml up; systems of their own for parts of the rooms",
    },
    {
      what: "messages stored by one stream of rooms",
      used: nats.writes / streams / limits.streamWrites,
      setting: "half of the room types into streams.keep.types (logic.toml); then several systems",
    },
    {
      what: "memory of a comet",
      used: comet.memory / limits.heapBytes,
      setting: "more comets (--connections-per-comet down)",
    },
    {
      what: "jobs, one for each shard at most",
      used: jobs / JOBS_MAX,
      setting: "streams.shards, fixed when the streams are made",
    },
    {
      what: "network of a nats-server",
      used: (nats.bytesOut * 8) / headroom.networkBits,
      setting: "more nodes; clients of a room to few comets",
    },
  ];
  return found.sort((a, b) => b.used - a.used);
}
