import { type Cast, firstOf, lastOf } from "./log-entry.ts";

/** Casts that cannot be applied yet, in order of their first offset, within bounds. */
export class HeldCasts {
  readonly #entriesMax: number;
  readonly #bytesMax: number;
  #casts: Cast[] = [];
  #entries = 0;
  #bytes = 0;
  #sorted = true;

  constructor(limits: { entriesMax: number; bytesMax: number }) {
    this.#entriesMax = limits.entriesMax;
    this.#bytesMax = limits.bytesMax;
  }

  get size(): number {
    return this.#casts.length;
  }

  /** False when the bound is reached and the cast was not kept. */
  add(cast: Cast): boolean {
    const bytes = bodyBytes(cast);
    const full =
      this.#entries + cast.entries.length > this.#entriesMax ||
      this.#bytes + bytes > this.#bytesMax;
    if (full) return false;
    const newest = this.#casts.at(-1);
    if (newest !== undefined && firstOf(newest) > firstOf(cast)) this.#sorted = false;
    this.#casts.push(cast);
    this.#entries += cast.entries.length;
    this.#bytes += bytes;
    return true;
  }

  /** The cast that starts lowest. */
  first(): Cast | undefined {
    if (!this.#sorted) {
      this.#casts.sort((a, b) => firstOf(a) - firstOf(b));
      this.#sorted = true;
    }
    return this.#casts[0];
  }

  removeFirst(): void {
    const first = this.first();
    if (first === undefined) return;
    this.#casts.shift();
    this.#entries -= first.entries.length;
    this.#bytes -= bodyBytes(first);
  }

  /** Empties it and gives back what it held, in the order of arrival or of offsets. */
  takeAll(): Cast[] {
    const all = this.#casts;
    this.#casts = [];
    this.#entries = 0;
    this.#bytes = 0;
    this.#sorted = true;
    return all;
  }

  /** Highest offset held, 0 when empty. */
  highest(): number {
    return this.#casts.reduce((highest, cast) => Math.max(highest, lastOf(cast)), 0);
  }
}

function bodyBytes(cast: Cast): number {
  return cast.entries.reduce((bytes, entry) => bytes + entry.body.length, 0);
}
