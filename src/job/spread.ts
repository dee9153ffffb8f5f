import type {
  Bus,
  OrderedReader,
  OrderedReaderOptions,
  StreamLayout,
  StreamReader,
} from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Semaphore } from "../kit/semaphore.ts";
import type { Mailbox } from "../store/mailbox.ts";
import { Caster, type CastTarget } from "./cast.ts";
import type { CometLinks } from "./comet-links.ts";
import type { JobConfig } from "./config.ts";
import { DigestLog } from "./digest.ts";
import { Dispatcher } from "./dispatch.ts";
import type { MailboxIndex } from "./mailbox-index.ts";
import type { MailboxLife } from "./mailbox-life.ts";
import type { Prevs } from "./prevs.ts";
import type { Receipts } from "./receipts.ts";
import type { Resolver } from "./resolve.ts";
import { ShardIndex } from "./shard-index.ts";
import type { ShardSpec } from "./shard-spec.ts";
import type { Spreader } from "./spreader.ts";
import type { JobStats } from "./stats.ts";
import type { Undelivered } from "./undelivered.ts";

export interface SpreadDeps {
  /** Id of this job, which comets ask when they miss a digest. */
  readonly job: string;
  readonly config: JobConfig;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly stats: JobStats;
  readonly prevs: Prevs;
  readonly links: CometLinks;
  readonly mids: Resolver;
  readonly keys: Resolver;
  readonly index: MailboxIndex;
  readonly mailbox: Pick<Mailbox, "claim" | "finish">;
  readonly life: MailboxLife;
  /** Rebuilds of this job at a time. */
  readonly rebuilds: Semaphore;
  readonly layout: Pick<StreamLayout, "epoch">;
  readonly streams: Pick<StreamReader, "tail">;
  readonly readOrdered: (options: OrderedReaderOptions) => Promise<OrderedReader>;
  readonly receipts: Receipts;
  readonly undelivered: Undelivered;
}

/** A shard under a lease, in one life of its stream. */
export interface ShardLife {
  readonly spec: ShardSpec;
  readonly epoch: string;
  readonly term: number;
  readonly mayAct: () => boolean;
}

/** What spreads the messages of a shard: casts and digests, or requests to comets. */
export function createSpread(
  life: ShardLife,
  deps: SpreadDeps,
): { readonly spreader: Spreader; readonly digest?: DigestLog } {
  const { spec } = life;
  const { subjects } = deps.bus;
  if (spec.kind === "user" || spec.kind === "key") return createDispatch(life, deps);
  const target = (subject: string): CastTarget | undefined => {
    if (spec.kind === "all") return { room: "", subject: subjects.all };
    const room = subjects.parseRoom(subject);
    return room === undefined ? undefined : { room, subject: subjects.room(room) };
  };
  return createCasts(life, deps, target);
}

function createDispatch({ spec, epoch, mayAct }: ShardLife, deps: SpreadDeps) {
  const { clock, stats, links, receipts, config } = deps;
  const users = spec.kind === "user";
  const resolver = users ? deps.mids : deps.keys;
  const { keyDeadline } = config.dispatch;
  const mail = users ? mailOf(spec, epoch, deps) : undefined;
  return {
    spreader: new Dispatcher({
      ...{ epoch, clock, resolver, links, receipts, stats, mail, keyDeadline, mayAct },
    }),
  };
}

function mailOf({ shard, stream, filter }: ShardSpec, epoch: string, deps: SpreadDeps) {
  const { bus, clock, log, stats, links, index, undelivered, config } = deps;
  const { mailbox, life, rebuilds: places, streams, layout } = deps;
  // The reader reads whatever life the stream has now.
  const readOrdered = async (options: OrderedReaderOptions) => {
    if (layout.epoch(stream) === epoch) return deps.readOrdered(options);
    throw new GoimError("unavailable", `the stream ${stream} is a new one`);
  };
  const user = (subject: string) => bus.subjects.parseUser(subject);
  const shardIndex = new ShardIndex(
    { ...config.rebuild, prevMax: config.index.prevMax },
    {
      ...{ shard, stream, filter, epoch, user, life, index, mailbox, places, readOrdered },
      ...{ clock, log, stats },
      newestSequence: async () => (await streams.tail(stream, filter))?.sequence ?? 0,
      onRebuilt: () => links.check(epoch, shard),
    },
  );
  return { shard, user, liveMaxAge: config.dispatch.liveMaxAge, index: shardIndex, undelivered };
}

function createCasts(
  { spec, epoch, term, mayAct }: ShardLife,
  deps: SpreadDeps,
  target: (subject: string) => CastTarget | undefined,
) {
  const { job, config, bus, clock, log, stats } = deps;
  const source = { subject: spec.digestSubject ?? "", epoch, job, term };
  const digest = new DigestLog(config.digest, source, { bus });
  const reading = deps.prevs.reading();
  const spreader = new Caster(config.cast, {
    bus,
    clock,
    log,
    stats,
    epoch,
    reading,
    digest,
    target,
    mayAct,
  });
  return { spreader, digest };
}
