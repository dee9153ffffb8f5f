/** What a comet is asked to check: some users, each up to an offset, or every user of a shard. */
export type Check =
  | { readonly shard: number; readonly version: number }
  | { readonly items: readonly { readonly mid: string; readonly last: number }[] };

/**
 * Users whose pushes one incarnation of a comet has missed, with the last offset. Beyond the bound
 * it no longer knows the users of a shard one by one: then everybody in it has missed something.
 * Pure.
 */
export class MissedList {
  readonly #max: number;
  readonly #shards = new Map<number, Map<string, number>>();
  /** Shard -> changes whenever something is missed there. */
  readonly #whole = new Map<number, number>();
  #size = 0;
  #version = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Users known one by one. */
  get size(): number {
    return this.#size;
  }

  /** Shards of which everybody is to be checked. */
  get whole(): number {
    return this.#whole.size;
  }

  get empty(): boolean {
    return this.#size === 0 && this.#whole.size === 0;
  }

  /** False when the list is full: now it is the whole shard. */
  add(shard: number, mid: string, last: number): boolean {
    if (this.#whole.has(shard)) {
      this.addShard(shard);
      return true;
    }
    let mids = this.#shards.get(shard);
    const known = mids?.get(mid);
    if (known === undefined && this.#size >= this.#max) {
      this.addShard(shard);
      return false;
    }
    if (mids === undefined) {
      mids = new Map();
      this.#shards.set(shard, mids);
    }
    if (known === undefined) this.#size++;
    mids.set(mid, Math.max(known ?? 0, last));
    return true;
  }

  addShard(shard: number): void {
    this.#size -= this.#shards.get(shard)?.size ?? 0;
    this.#shards.delete(shard);
    this.#whole.set(shard, ++this.#version);
  }

  /** What to ask for next, the oldest first. */
  next(itemsMax: number): Check | undefined {
    for (const [shard, version] of this.#whole) return { shard, version };
    const items: { mid: string; last: number }[] = [];
    for (const mids of this.#shards.values()) {
      for (const [mid, last] of mids) {
        items.push({ mid, last });
        if (items.length >= itemsMax) return { items };
      }
    }
    return items.length === 0 ? undefined : { items };
  }

  /** The comet has taken this check; what was missed since then stays. */
  confirm(check: Check): void {
    if ("shard" in check) {
      if (this.#whole.get(check.shard) === check.version) this.#whole.delete(check.shard);
      return;
    }
    const checked = new Map(check.items.map(({ mid, last }) => [mid, last]));
    for (const [shard, mids] of this.#shards) {
      for (const [mid, last] of checked) {
        if ((mids.get(mid) ?? Number.POSITIVE_INFINITY) > last) continue;
        mids.delete(mid);
        this.#size--;
      }
      if (mids.size === 0) this.#shards.delete(shard);
    }
  }
}
