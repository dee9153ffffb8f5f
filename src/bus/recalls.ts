/** Messages that were taken back: written by logic into GOIM_RECALLS, read by logic and comet. */
import { z } from "zod";
import { Operation } from "../protocol/operation.ts";
import type { Subjects } from "./subjects.ts";

/**
 * A comet that asked within this time which recalls there are lets clients in without asking again;
 * a recall that a comet does not confirm is answered no sooner than so long after it was written.
 */
export const RECALL_LEASE_MS = 1_000;

const schema = z.object({
  log: z.enum(["room", "user", "key", "all"]),
  /** Room id, mid or key; empty for broadcasts. */
  target: z.string(),
  /** Life of the stream that the offsets belong to. */
  epoch: z.string(),
  /** Offset of the tombstone: nothing from there on is meant. */
  below: z.number(),
  /** One message ... */
  offset: z.number().optional(),
  /** ... or those of a sender (mid; "" = the push API) ... */
  sender: z.string().optional(),
  /** ... or of a time, from <= taken < to, Unix milliseconds. */
  from: z.number().optional(),
  to: z.number().optional(),
  reason: z.string(),
  actor: z.string(),
  /** Unix milliseconds. */
  at: z.number(),
});

export type Recall = Readonly<z.infer<typeof schema>>;
export type RecalledLog = Recall["log"];

/** What a recall is compared with. */
export interface Recallable {
  readonly offset: number;
  readonly op: number;
  readonly sender?: string | undefined;
  /** Unix milliseconds at which logic took it. */
  readonly time: number;
}

export type IsRecalled = (entry: Recallable) => boolean;

export function recallKey(subjects: Pick<Subjects, "kv">, recall: Recall): string {
  return subjects.kv(recall.log, recall.target, String(recall.below));
}

export function encodeRecall(recall: Recall): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(recall));
}

const decoder = new TextDecoder();

export function decodeRecall(value: Uint8Array): Recall | undefined {
  try {
    return schema.parse(JSON.parse(decoder.decode(value)));
  } catch {
    return undefined;
  }
}

/** What is recalled of one log in one life of its stream. */
class Recalled {
  readonly offsets = new Map<number, number>();
  readonly spans = new Map<string, Recall>();

  readonly has: IsRecalled = (entry) => {
    // Who was away must hear of an earlier recall, also when it falls into a span.
    if (entry.op === Operation.Recalled) return false;
    if (this.offsets.has(entry.offset)) return true;
    for (const span of this.spans.values()) if (covers(span, entry)) return true;
    return false;
  };
}

function covers({ below, sender, from, to }: Recall, entry: Recallable): boolean {
  if (entry.offset >= below) return false;
  if (sender !== undefined && (entry.sender ?? "") !== sender) return false;
  return entry.time >= (from ?? 0) && entry.time < (to ?? Number.POSITIVE_INFINITY);
}

/** Every recall, in memory. */
export class Recalls {
  readonly #byKey = new Map<string, Recall>();
  readonly #byLog = new Map<string, Recalled>();

  get size(): number {
    return this.#byKey.size;
  }

  /** Takes a value of the bucket; undefined = it is gone. Tells what was added. */
  set(key: string, value: Uint8Array | undefined): Recall | undefined {
    const old = this.#byKey.get(key);
    if (old !== undefined) this.#remove(key, old);
    const fresh = value === undefined ? undefined : decodeRecall(value);
    if (fresh === undefined) return undefined;
    this.#byKey.set(key, fresh);
    const name = nameOf(fresh.log, fresh.target, fresh.epoch);
    const recalled = this.#byLog.get(name) ?? new Recalled();
    this.#byLog.set(name, recalled);
    const { offset } = fresh;
    if (offset === undefined) recalled.spans.set(key, fresh);
    else recalled.offsets.set(offset, (recalled.offsets.get(offset) ?? 0) + 1);
    return fresh;
  }

  /** Undefined where nothing of the log is recalled, which is nearly always. */
  of(log: RecalledLog, target: string, epoch: string): IsRecalled | undefined {
    if (this.#byKey.size === 0) return undefined;
    return this.#byLog.get(nameOf(log, target, epoch))?.has;
  }

  all(): IterableIterator<[string, Recall]> {
    return this.#byKey.entries();
  }

  #remove(key: string, { log, target, epoch, offset }: Recall): void {
    this.#byKey.delete(key);
    const name = nameOf(log, target, epoch);
    const recalled = this.#byLog.get(name);
    if (recalled === undefined) return;
    recalled.spans.delete(key);
    if (offset !== undefined) {
      const left = (recalled.offsets.get(offset) ?? 1) - 1;
      if (left > 0) recalled.offsets.set(offset, left);
      else recalled.offsets.delete(offset);
    }
    if (recalled.offsets.size + recalled.spans.size === 0) this.#byLog.delete(name);
  }
}

function nameOf(log: RecalledLog, target: string, epoch: string): string {
  return `${log} ${epoch} ${target}`;
}
