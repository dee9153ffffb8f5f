import type { Bus, Subscription } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { goim } from "../protocol/gen/messages.js";
import { type Int64, toNumber } from "../protocol/int64.ts";
import { DigestChain } from "./digest-chain.ts";

/** One shard whose owner publishes digests. */
export interface DigestShard {
  /** Subject of its digests. */
  readonly subject: string;
  readonly stream: string;
  readonly shard: number;
}

export interface DigestWatchLimits {
  /** Milliseconds without a digest after which a shard counts as silent. */
  readonly digestSilence: number;
  /** Deadline of the question to a job in milliseconds. */
  readonly digestAskTimeout: number;
}

export interface DigestWatchDeps {
  readonly bus: Pick<Bus, "subscribe" | "request" | "connected" | "subjects">;
  readonly clock: Clock;
  /** The newest offset of a room ("" = the broadcast) as its shard's owner knows it. */
  readonly onLast: (room: string, epoch: string, last: number) => void;
  /** A digest carries another epoch than its stream is known to have. */
  readonly onForeignEpoch: () => void;
  readonly epochOf: (stream: string) => string;
  /** Nobody can tell any more what was missed: every follower of the shard has to look itself. */
  readonly onLost: (shard: DigestShard) => void;
}

/** Plain numbers of one watch. */
export interface DigestStats {
  received: number;
  undecodable: number;
  missed: number;
  asked: number;
  lost: number;
}

/** A job answers with the rooms of its last 10 s; a little is left for the way. */
const ASK_COVERS_MS = 8_000;
/** A digest names the rooms of its own interval (1 s) and the one before. */
const DIGEST_COVERS_MS = 1_000;

interface Watched {
  readonly shard: DigestShard;
  readonly chain: DigestChain;
  /** Monotonic milliseconds of the last digest that continued the chain. */
  seenAt: number;
  /** The job that sent it. */
  job: string;
  asking: boolean;
  /** Something was missed since the question under way was asked. */
  again: boolean;
}

/**
 * Listens to the digests of some shards and passes on what they say. When one is missing it asks
 * the shard's owner, and when that does not help either it has the followers look themselves.
 */
export class DigestWatch {
  readonly #limits: DigestWatchLimits;
  readonly #deps: DigestWatchDeps;
  readonly #shards = new Map<string, Watched>();
  #subscription: Subscription | undefined;
  readonly stats: DigestStats = { received: 0, undecodable: 0, missed: 0, asked: 0, lost: 0 };

  constructor(limits: DigestWatchLimits, deps: DigestWatchDeps, shards: readonly DigestShard[]) {
    this.#limits = limits;
    this.#deps = deps;
    for (const shard of shards) {
      const chain = new DigestChain();
      const seenAt = deps.clock.monotonic();
      const watched = { shard, chain, seenAt, job: "", asking: false, again: false };
      this.#shards.set(shard.subject, watched);
    }
  }

  /** Shards without a digest for too long. None while not connected: then nothing can come. */
  get silent(): number {
    if (!this.#deps.bus.connected) return 0;
    const since = this.#deps.clock.monotonic() - this.#limits.digestSilence;
    let count = 0;
    for (const { seenAt } of this.#shards.values()) if (seenAt < since) count++;
    return count;
  }

  /** `subject` may be a wildcard; digests of shards that are not watched are passed over. */
  start(subject: string): void {
    this.#subscription = this.#deps.bus.subscribe(subject, (message) => {
      const watched = this.#shards.get(message.subject);
      if (watched !== undefined) this.#take(watched, message.data);
    });
  }

  stop(): void {
    this.#subscription?.unsubscribe();
  }

  /** After a reconnect, when every follower is checked anyway. */
  forget(): void {
    const now = this.#deps.clock.monotonic();
    for (const watched of this.#shards.values()) {
      watched.chain.forget();
      watched.seenAt = now;
    }
  }

  #take(watched: Watched, bytes: Uint8Array): void {
    const digest = decodeDigest(bytes);
    if (digest === undefined) {
      this.stats.undecodable++;
      return;
    }
    this.stats.received++;
    const { clock } = this.#deps;
    const silentMs = clock.monotonic() - watched.seenAt;
    const place = { ...digest, term: toNumber(digest.term), n: toNumber(digest.n) };
    // Leases that were lost and made anew begin with low terms again.
    if (watched.chain.outdates(place) && silentMs > this.#limits.digestSilence) {
      watched.chain.forget();
    }
    if (!watched.chain.outdates(place)) {
      const late = silentMs > reachBack(watched.chain, place.term);
      const missing = watched.chain.add(place) || late;
      watched.job = digest.job;
      watched.seenAt = clock.monotonic();
      if (missing) this.#missed(watched, silentMs);
    }
    this.#pass(watched.shard, digest.epoch, digest.rooms);
  }

  #pass(shard: DigestShard, epoch: string, rooms: readonly goim.push.IDigestRoom[]): void {
    if (epoch !== this.#deps.epochOf(shard.stream)) this.#deps.onForeignEpoch();
    for (const { room, last } of rooms) {
      this.#deps.onLast(room ?? "", epoch, toNumber(last ?? 0));
    }
  }

  #missed(watched: Watched, silentMs: number): void {
    this.stats.missed++;
    if (silentMs > ASK_COVERS_MS) this.#lost(watched);
    else if (watched.asking) watched.again = true;
    else void this.#ask(watched);
  }

  async #ask(watched: Watched): Promise<void> {
    const { bus, clock } = this.#deps;
    const { stream, shard } = watched.shard;
    watched.asking = true;
    const askedAt = clock.monotonic();
    do {
      watched.again = false;
      this.stats.asked++;
      const question = goim.push.DigestReq.encode({ stream, shard }).finish();
      const timeoutMs = this.#limits.digestAskTimeout;
      const reply = await bus
        .request(bus.subjects.job(watched.job), question, { timeoutMs })
        .then(decodeReply, () => undefined);
      const late = clock.monotonic() - askedAt > ASK_COVERS_MS;
      if (reply?.owner === true && !late) {
        watched.chain.reach(toNumber(reply.term), toNumber(reply.n));
        this.#pass(watched.shard, reply.epoch, reply.rooms);
      } else {
        this.#lost(watched);
      }
    } while (watched.again);
    watched.asking = false;
  }

  #lost(watched: Watched): void {
    this.stats.lost++;
    this.#deps.onLost(watched.shard);
  }
}

/**
 * How long ago, in milliseconds, what a digest tells of began, where its number shows no hole: the
 * first one heard says little of the time before, and one of a new owner goes back to the position
 * it began to read from.
 */
function reachBack(chain: DigestChain, term: number): number {
  if (chain.term === undefined) return DIGEST_COVERS_MS;
  return term === chain.term ? Number.POSITIVE_INFINITY : ASK_COVERS_MS;
}

interface Decoded {
  readonly epoch: string;
  readonly term: Int64;
  readonly n: Int64;
  readonly rooms: goim.push.IDigestRoom[];
}

/** The decoder throws on bytes that do not fit; the next digest says it again. */
function decodeDigest(
  bytes: Uint8Array,
): (Decoded & { job: string; part: number; parts: number }) | undefined {
  try {
    return goim.push.Digest.decode(bytes);
  } catch {
    return undefined;
  }
}

function decodeReply(bytes: Uint8Array): (Decoded & { owner: boolean }) | undefined {
  try {
    return goim.push.DigestReply.decode(bytes);
  } catch {
    return undefined;
  }
}
