import { type EncodedBatch, encodeBatch } from "../protocol/frame-batch.ts";
import type { LogEntry } from "./log-entry.ts";

/** What somebody gets of a flush that excludes them from a part of it. */
export interface Share {
  /** Undefined when nothing is left. */
  readonly frame: EncodedBatch | undefined;
  readonly entries: number;
}

/** The parts of one flush for those who do not get all of it; made when first asked for. */
export class Shares {
  readonly #entries: readonly LogEntry[];
  readonly #log: number;
  readonly #byKey = new Map<string, Share | undefined>();

  constructor(entries: readonly LogEntry[], log: number) {
    this.#entries = entries;
    this.#log = log;
    for (const { exclude = [] } of entries)
      for (const key of exclude) this.#byKey.set(key, undefined);
  }

  /** Undefined = gets all of it. */
  of(key: string): Share | undefined {
    if (!this.#byKey.has(key)) return undefined;
    let share = this.#byKey.get(key);
    if (share === undefined) {
      const entries = this.#entries.filter(({ exclude }) => exclude?.includes(key) !== true);
      const frame = entries.length === 0 ? undefined : encodeBatch(entries, this.#log);
      share = { frame, entries: entries.length };
      this.#byKey.set(key, share);
    }
    return share;
  }
}

/** Undefined when nobody is excluded from any of them. */
export function sharesOf(entries: readonly LogEntry[], log: number): Shares | undefined {
  const some = entries.some(({ exclude }) => exclude !== undefined);
  return some ? new Shares(entries, log) : undefined;
}
