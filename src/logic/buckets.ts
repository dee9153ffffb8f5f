/** The buckets that comet and job write and do not make: who may make one may read any other. */
import type { Bus, KvBucket } from "../bus/bus.ts";
import { type OpenBucket, openBucket } from "../bus/kv.ts";
import { openRegistry } from "../bus/registry.ts";
import type { Clock, Timer } from "../kit/clock.ts";
import { messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import type { Service } from "../kit/service.ts";
import { type KvMailboxConfig, openMailboxBucket } from "../store/mailbox.kv.ts";

/** How often it is looked whether they are there: so long a lost one stays away at most. */
const LOOK_MS = 1_000;

export interface BucketsConfig {
  readonly replicas: number;
  /** Undefined where mailboxes lie in Redis. */
  readonly mailbox: Pick<KvMailboxConfig, "maxAge"> | undefined;
}

export interface BucketsDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends the wait for NATS. */
  readonly signal: AbortSignal;
}

/** Makes them, waiting for NATS. */
export async function openOthersBuckets(
  { replicas, mailbox }: BucketsConfig,
  opening: BucketsDeps,
): Promise<OpenBucket[]> {
  const { bus, ...wait } = { ...opening, replicas };
  const buckets = [
    await openBucket(bus, { name: bus.subjects.bucket("leases"), ...wait }),
    await openRegistry(bus, wait),
  ];
  if (mailbox !== undefined)
    buckets.push(await openMailboxBucket({ ...mailbox, replicas }, opening));
  return buckets;
}

export interface KeepBucketsDeps {
  readonly buckets: readonly (Pick<KvBucket, "name" | "epoch" | "refresh"> &
    Pick<OpenBucket, "close">)[];
  readonly bus: { readonly connected: boolean };
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Makes them anew, empty, when one is lost: its writer waits for that. */
export function keepBuckets({ buckets, bus, clock, log, metrics }: KeepBucketsDeps): Service {
  let timer: Timer | undefined;
  let looking: Promise<void> | undefined;
  let stopped = false;
  let made = 0;
  metrics.countOf(
    "buckets_made_again_total",
    "Buckets of comet and job that were lost and found in a new life.",
    () => made,
  );

  const look = async () => {
    for (const bucket of bus.connected ? buckets : []) {
      const before = bucket.epoch;
      try {
        if ((await bucket.refresh()) !== before) made++;
      } catch (error) {
        log.warn({ bucket: bucket.name, reason: messageOf(error) }, "a bucket cannot be looked at");
      }
    }
  };
  const schedule = () => {
    timer = clock.setTimeout(() => {
      looking = look().finally(() => {
        if (!stopped) schedule();
      });
    }, LOOK_MS);
  };

  return {
    name: "buckets of comet and job",
    start: async () => schedule(),
    stop: async () => {
      stopped = true;
      if (timer !== undefined) clock.clearTimeout(timer);
      await looking;
      for (const bucket of buckets) bucket.close();
    },
  };
}
