/** Where a stream ended: the pushes 1 to `last`, without those that were not acknowledged. */
export interface SequenceEnd {
  readonly last: number;
  readonly failed: readonly number[];
}

/**
 * What one client received of one stream, exactly: memory is needed for gaps only. A message that
 * fills a gap came out of order; one that came before is a double.
 */
export class SequenceCheck {
  #last = 0;
  #missing: Set<number> | undefined;

  take(sequence: number): "new" | "late" | "double" {
    if (sequence <= this.#last) return this.#missing?.delete(sequence) ? "late" : "double";
    if (sequence > this.#last + 1) {
      this.#missing ??= new Set();
      for (let gap = this.#last + 1; gap < sequence; gap++) this.#missing.add(gap);
    }
    this.#last = sequence;
    return "new";
  }

  /** Acknowledged pushes that never came. */
  lost(end: SequenceEnd): number {
    let lost = Math.max(0, end.last - this.#last);
    for (const gap of this.#missing ?? []) if (gap <= end.last) lost += 1;
    for (const failed of end.failed) {
      if (failed > this.#last || this.#missing?.has(failed)) lost -= 1;
    }
    return lost;
  }
}
