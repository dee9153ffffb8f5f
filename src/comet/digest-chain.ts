/** Where a digest stands: the owner's lease term, its number in it, and its part of that number. */
export interface DigestPlace {
  readonly term: number;
  readonly n: number;
  readonly part: number;
  /** 0 and 1 both mean that the digest is in one piece. */
  readonly parts: number;
}

/**
 * The digests of one shard as they come in, to see whether one is missing. Pure. A job numbers them
 * without a hole within its term; the first one of a term covers everything since well before the
 * job took over.
 */
export class DigestChain {
  #term = -1;
  #n = -1;
  #parts = 0;
  /** Parts of the newest digest that came; whether they count from 0 or 1 does not matter. */
  readonly #seen = new Set<number>();

  /** Of the owner heard last; undefined = nobody was heard yet. */
  get term(): number | undefined {
    return this.#term < 0 ? undefined : this.#term;
  }

  /** True when a digest, or a part of one, is missing before this one. */
  add(place: DigestPlace): boolean {
    if (this.outdates(place)) return false;
    const { term, n } = place;
    if (term === this.#term && n === this.#n) {
      this.#seen.add(place.part);
      return false;
    }
    const missing = !this.#complete || !this.#follows(term, n);
    this.#move(term, n);
    this.#parts = Math.max(1, place.parts);
    this.#seen.add(place.part);
    return missing;
  }

  /** From an owner that does not know yet that it was replaced, or late: true, but no link. */
  outdates({ term, n }: { readonly term: number; readonly n: number }): boolean {
    return term < this.#term || (term === this.#term && n < this.#n);
  }

  /** The shard's owner said how far it is: everything up to there is known. */
  reach(term: number, n: number): void {
    if (!this.outdates({ term, n })) this.#move(term, n);
  }

  /** Begins anew; what was missed until now is found by other means. */
  forget(): void {
    this.#move(-1, -1);
  }

  get #complete(): boolean {
    return this.#seen.size >= this.#parts;
  }

  /** Parts are 0 for a digest that nothing is awaited of. */
  #move(term: number, n: number): void {
    this.#term = term;
    this.#n = n;
    this.#parts = 0;
    this.#seen.clear();
  }

  #follows(term: number, n: number): boolean {
    if (this.#term < 0) return true;
    if (term === this.#term) return n === this.#n + 1;
    return n <= 1;
  }
}
