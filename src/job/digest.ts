import type { Bus } from "../bus/bus.ts";
import { isGoimError } from "../kit/errors.ts";
import { goim } from "../protocol/gen/messages.js";

export interface DigestConfig {
  /** Intervals that can be asked for. */
  readonly keep: number;
  readonly partBytes: number;
}

/** Whose digests these are. */
export interface DigestSource {
  readonly subject: string;
  readonly epoch: string;
  readonly job: string;
  readonly term: number;
}

type Lasts = Map<string, number>;

/** What an entry takes besides the bytes of the room's id, at most. */
const ENTRY_OVERHEAD_BYTES = 16;
const HEAD_BYTES = 256;
/** UTF-8 bytes that one UTF-16 unit takes at most. */
const UNIT_BYTES_MAX = 3;

/**
 * Which rooms of one shard were cast lately, with their last offset: published each interval, so
 * that a comet finds out about a cast that was lost, and kept a little longer for comets that
 * missed a digest. Each digest covers two intervals: one that is lost is repeated by the next.
 */
export class DigestLog {
  readonly #config: DigestConfig;
  readonly #source: DigestSource;
  readonly #bus: Pick<Bus, "publish">;
  /** The newest first; the first one is still being filled. */
  readonly #intervals: Lasts[] = [new Map()];
  #n = 0;

  constructor(
    config: DigestConfig,
    source: DigestSource,
    deps: { readonly bus: Pick<Bus, "publish"> },
  ) {
    this.#config = config;
    this.#source = source;
    this.#bus = deps.bus;
  }

  /** Number of the last digest published, 0 before the first. */
  get n(): number {
    return this.#n;
  }

  /** The room's entries up to `last` were cast. "" is the broadcast. */
  note(room: string, last: number): void {
    this.#intervals[0]?.set(room, last);
  }

  /**
   * Publishes the next digest, an empty one too: its number is what a listener counts. Returns
   * false when NATS does not take it; then the interval goes on.
   */
  publish(): boolean {
    const rooms = merge(this.#intervals.slice(0, 2));
    const parts = this.#partsOf(rooms);
    const { epoch, job, term, subject } = this.#source;
    const n = this.#n + 1;
    try {
      for (const [part, some] of parts.entries()) {
        const digest = { epoch, job, term, n, part, parts: parts.length, rooms: some };
        this.#bus.publish(subject, goim.push.Digest.encode(digest).finish());
      }
    } catch (error) {
      if (isGoimError(error)) return false;
      throw error;
    }
    this.#n = n;
    this.#intervals.unshift(new Map());
    this.#intervals.length = Math.min(this.#intervals.length, this.#config.keep + 1);
    return true;
  }

  /** Everything kept, for a comet that asks. */
  reply(): Uint8Array {
    const { epoch, term } = this.#source;
    const rooms = roomsOf(merge(this.#intervals));
    return goim.push.DigestReply.encode({ owner: true, epoch, term, n: this.#n, rooms }).finish();
  }

  #partsOf(lasts: Lasts): goim.push.IDigestRoom[][] {
    const parts: goim.push.IDigestRoom[][] = [];
    let part: goim.push.IDigestRoom[] = [];
    let bytes = HEAD_BYTES;
    for (const entry of roomsOf(lasts)) {
      const size = (entry.room?.length ?? 0) * UNIT_BYTES_MAX + ENTRY_OVERHEAD_BYTES;
      if (part.length > 0 && bytes + size > this.#config.partBytes) {
        parts.push(part);
        part = [];
        bytes = HEAD_BYTES;
      }
      part.push(entry);
      bytes += size;
    }
    parts.push(part);
    return parts;
  }
}

function roomsOf(lasts: Lasts): goim.push.IDigestRoom[] {
  return Array.from(lasts, ([room, last]) => ({ room, last }));
}

/** The newest offset of each room; `intervals` begin with the newest. */
function merge(intervals: readonly Lasts[]): Lasts {
  const merged: Lasts = new Map();
  for (const lasts of intervals.toReversed()) {
    for (const [room, last] of lasts) merged.set(room, last);
  }
  return merged;
}
