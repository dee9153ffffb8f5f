import { type Clock, sleep, systemClock } from "../kit/clock.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import { type Log, silentLog } from "../kit/log.ts";
import type { Bus, CometDirectory, CometInfo } from "./bus.ts";
import { Directory } from "./comet-directory.ts";
import { decodeComet } from "./comet-info.ts";
import { JsApi } from "./js-api.ts";
import { type BucketOptions, type OpenBucket, openBucket } from "./kv.ts";
import { isMarker } from "./kv-marker.ts";
import { type LossCause, RegistryEntry } from "./registry-entry.ts";

/** A comet whose entry does not change for this long is dead to those who watch. */
export const DEATH_MS = 10_000;
/** Entries of comets that died go from the bucket after this; watchers decide much earlier. */
const ENTRY_TTL_MS = 60_000;
const RETRY_MS = 500;

export interface RegisterOptions {
  readonly clock?: Clock;
  readonly log?: Log;
  readonly signal?: AbortSignal;
  /** Time between renewals; about a third of the death time. */
  readonly renewMs?: number;
  readonly deathMs?: number;
  /** Copies of the registry in a cluster. */
  readonly replicas?: number;
  /** False: waits until logic has made the registry. Default true. */
  readonly create?: boolean;
  /**
   * Called once, when this incarnation must be given up: it was not renewed for `deathMs`, or a
   * newer process has the same id. The registration has ended; the owner registers a new
   * incarnation.
   */
  readonly onLost: (reason: string, cause: LossCause) => void;
}

export interface Registration {
  /** Changes what the registry shows; told at once. */
  update(change: Partial<Omit<CometInfo, "id" | "incarnation" | "region" | "zone">>): void;
  /** Takes the entry away, so that everybody knows at once. */
  deregister(): Promise<void>;
}

export type RegistryOptions = Pick<
  BucketOptions,
  "clock" | "log" | "signal" | "replicas" | "create" | "direct"
>;

/** The bucket of all comets. */
export function openRegistry(bus: Bus, options: RegistryOptions = {}): Promise<OpenBucket> {
  return openBucket(bus, { ...options, name: bus.subjects.bucket("comets"), ttlMs: ENTRY_TTL_MS });
}

/**
 * Writes a comet's entry, over an older one of the same id, and renews it. Resolves when the entry
 * is there; waits for NATS.
 */
export async function registerComet(
  bus: Bus,
  info: CometInfo,
  options: RegisterOptions,
): Promise<Registration> {
  const { clock = systemClock, log = silentLog, signal, replicas, create = true } = options;
  const { renewMs = 3_000, deathMs = DEATH_MS, onLost } = options;
  const bucket = await openRegistry(bus, {
    ...{ clock, log, create },
    // A comet writes what it likes there: see nats/accounts.conf.
    direct: false,
    ...(signal === undefined ? {} : { signal }),
    ...(replicas === undefined ? {} : { replicas }),
  });
  const key = bus.subjects.kvComet(info.region, info.zone, info.id);
  const entry = new RegistryEntry(bucket, key, info, { clock, log, renewMs, deathMs, onLost });
  for (;;) {
    try {
      signal?.throwIfAborted();
      await entry.claim();
      return entry;
    } catch (error) {
      if (!isGoimError(error)) {
        bucket.close();
        throw error;
      }
      log.warn({ comet: info.id, reason: messageOf(error) }, "waiting to register");
    }
    await sleep(clock, RETRY_MS);
  }
}

export interface WatchCometsOptions {
  readonly clock?: Clock;
  readonly log?: Log;
  /** An entry that does not change for this long, counted while connected, is a dead comet's. */
  readonly deathMs?: number;
  readonly replicas?: number;
  /** False: waits until logic has made the registry. Default true. */
  readonly create?: boolean;
  /** Closes the directory. */
  readonly signal?: AbortSignal;
}

/**
 * Follows the registry. Entries age by a clock of this process that stands still while NATS is away
 * or the process itself was stopped: neither says anything about a comet.
 */
export function watchComets(bus: Bus, options: WatchCometsOptions = {}): CometDirectory {
  const { clock = systemClock, log = silentLog, deathMs = DEATH_MS, replicas, signal } = options;
  const { create = true } = options;
  const open = (ended: AbortSignal) =>
    openRegistry(bus, {
      ...{ clock, log, create },
      signal: ended,
      ...(replicas === undefined ? {} : { replicas }),
    });
  const ends = signal === undefined ? {} : { signal };
  return new Directory(bus, { clock, log, deathMs, open, ...ends });
}

/** Entries looked at by one `readComets`. */
const READ_MAX = 1_000;

/**
 * Every entry as it is now, for who asks once: read one by one, so that it takes no consumer. Fails
 * with "not_found" where there is no registry, or as reads of JetStream do.
 */
export async function readComets(
  bus: Bus,
  options: { readonly clock?: Clock; readonly timeoutMs?: number } = {},
): Promise<CometInfo[]> {
  const api = new JsApi(bus, options);
  const name = bus.subjects.bucket("comets");
  const comets: CometInfo[] = [];
  try {
    let seq = 1;
    for (let reads = 0; reads < READ_MAX; reads++) {
      const entry = await api.message(`KV_${name}`, { seq, next_by_subj: `$KV.${name}.>` });
      if (entry === undefined) break;
      const info = isMarker(entry) ? undefined : decodeComet(entry.data);
      if (info !== undefined) comets.push(info);
      seq = entry.sequence + 1;
    }
    return comets;
  } finally {
    api.close();
  }
}
