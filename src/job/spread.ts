import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { Caster, type CastTarget } from "./cast.ts";
import type { CometLinks } from "./comet-links.ts";
import type { JobConfig } from "./config.ts";
import { DigestLog } from "./digest.ts";
import { Dispatcher } from "./dispatch.ts";
import type { MailboxIndex } from "./mailbox-index.ts";
import type { Prevs } from "./prevs.ts";
import type { Receipts } from "./receipts.ts";
import type { Resolver } from "./resolve.ts";
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
  const { bus, clock, stats, links, receipts, index, undelivered, config } = deps;
  const { shard } = spec;
  const users = spec.kind === "user";
  const user = (subject: string) => bus.subjects.parseUser(subject);
  const resolver = users ? deps.mids : deps.keys;
  const { keyDeadline, liveMaxAge } = config.dispatch;
  const mail = users ? { shard, user, liveMaxAge, index, undelivered } : undefined;
  return {
    spreader: new Dispatcher({
      ...{ epoch, clock, resolver, links, receipts, stats, mail, keyDeadline, mayAct },
    }),
  };
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
