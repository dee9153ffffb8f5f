/** The broadcasts that wait for those who log in later, newest first to stay. */
import type { StoredMessage } from "../bus/bus.ts";
import type { IsRecalled } from "../bus/recalls.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { ENTRIES_MAX, offsetOf, sequenceOf } from "../protocol/offset.ts";

export interface KeptEntry {
  readonly offset: number;
  readonly op: number;
  readonly body: Uint8Array;
  /** Unix milliseconds, 0 = never. */
  readonly expiresAt: number;
  readonly time: number;
  readonly sender: string;
  readonly retain: true;
}

export interface KeptBounds {
  readonly max: number;
  readonly bytesMax: number;
}

/** Bytes of an entry besides its body, as it is encoded. */
export const ENTRY_BYTES = 64;

export class KeptList {
  readonly #bounds: KeptBounds;
  #entries: KeptEntry[] = [];
  #bytes = 0;
  /** When the first of them expires. */
  #expires = Number.POSITIVE_INFINITY;
  /** Entries dropped because of the bounds. */
  dropped = 0;

  constructor(bounds: KeptBounds) {
    this.#bounds = bounds;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes the kept ones of the next message. */
  add(message: StoredMessage, now: number): void {
    const fresh = keptOf(message);
    if (fresh.length === 0) return;
    this.#keep([...this.#entries, ...fresh.filter((entry) => !isOver(entry, now))]);
    while (this.#entries.length > this.#bounds.max || this.#bytes > this.#bounds.bytesMax) {
      this.expire(now);
      const fits = this.#entries.length <= this.#bounds.max && this.#bytes <= this.#bounds.bytesMax;
      if (fits) return;
      this.dropped++;
      this.#keep(this.#entries.slice(1));
    }
  }

  /** The stream begins with this sequence now: what is gone there is gone here. */
  dropBefore(sequence: number): void {
    const [oldest] = this.#entries;
    if (oldest === undefined || sequenceOf(oldest.offset) >= sequence) return;
    this.#keep(this.#entries.filter(({ offset }) => sequenceOf(offset) >= sequence));
  }

  expire(now: number): void {
    if (now < this.#expires) return;
    this.#keep(this.#entries.filter((entry) => !isOver(entry, now)));
  }

  /** What was taken back is not kept. */
  drop(isRecalled: IsRecalled): void {
    const left = this.#entries.filter((entry) => !isRecalled(entry));
    if (left.length < this.#entries.length) this.#keep(left);
  }

  /** What is kept now; the list given away is never changed. */
  entries(now: number): readonly KeptEntry[] {
    this.expire(now);
    return this.#entries;
  }

  #keep(entries: KeptEntry[]): void {
    this.#entries = entries;
    this.#bytes = entries.reduce((sum, { body }) => sum + body.length + ENTRY_BYTES, 0);
    const times = entries.flatMap(({ expiresAt }) => (expiresAt > 0 ? [expiresAt] : []));
    this.#expires = Math.min(Number.POSITIVE_INFINITY, ...times);
  }
}

function isOver({ expiresAt }: KeptEntry, now: number): boolean {
  return expiresAt > 0 && expiresAt <= now;
}

/** None for what is no batch: followers skip it in the same way. */
function keptOf(message: StoredMessage): KeptEntry[] {
  const entries = decode(message.data);
  if (entries.length > ENTRIES_MAX) return [];
  return entries.flatMap(({ op, body, expiresAt, time, sender, retain }, index) => {
    if (retain !== true) return [];
    return {
      offset: offsetOf(message.sequence, index),
      op: op ?? 0,
      // A view would keep the read that it came with in memory.
      body: new Uint8Array(body ?? []),
      expiresAt: toNumber(expiresAt ?? 0),
      time: toNumber(time ?? 0) || message.timeMs,
      sender: sender ?? "",
      retain: true as const,
    };
  });
}

function decode(data: Uint8Array): readonly goim.push.IPushEntry[] {
  try {
    return goim.push.PushBatch.decode(data).entries;
  } catch {
    return [];
  }
}
