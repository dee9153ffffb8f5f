import { type EncodedBatch, encodeBatch } from "../protocol/frame-batch.ts";
import type { LogEntry } from "./log-entry.ts";

/** What somebody gets of a flush of which a part is not for them. */
export interface Share {
  /** Undefined when nothing is left. */
  readonly frame: EncodedBatch | undefined;
  readonly entries: number;
}

/** Whom entries may name. */
export interface Viewer {
  /** Key of its session: a push may exclude keys. */
  readonly key: string;
  /** What an entry that is for one viewer only names it by. */
  readonly viewer: string;
}

/** The parts of one flush for those who do not get all of it; made when first asked for. */
export class Shares {
  readonly #entries: readonly LogEntry[];
  readonly #log: number;
  readonly #excluded = new Set<string>();
  readonly #viewers = new Set<string>();
  readonly #parts = new Map<string, Share>();

  constructor(entries: readonly LogEntry[], log: number) {
    this.#entries = entries;
    this.#log = log;
    for (const { exclude = [], only } of entries) {
      for (const key of exclude) this.#excluded.add(key);
      if (only !== undefined) this.#viewers.add(only);
    }
  }

  /** Undefined = gets all of it. */
  of(who: Viewer): Share | undefined {
    const { key } = who;
    const excluded = this.#excluded.has(key);
    if (this.#viewers.size === 0 && !excluded) return undefined;
    const viewer = this.#viewers.size > 0 && this.#viewers.has(who.viewer) ? who.viewer : "";
    // A viewer has no space in it. All who are not named share one part.
    const name = `${viewer} ${excluded ? key : ""}`;
    let share = this.#parts.get(name);
    if (share === undefined) {
      const entries = this.#entries.filter(({ exclude, only }) => {
        return (only === undefined || only === viewer) && exclude?.includes(key) !== true;
      });
      const frame = entries.length === 0 ? undefined : encodeBatch(entries, this.#log);
      share = { frame, entries: entries.length };
      this.#parts.set(name, share);
    }
    return share;
  }
}

/** Undefined when everybody gets all of them. */
export function sharesOf(entries: readonly LogEntry[], log: number): Shares | undefined {
  const some = entries.some(({ exclude, only }) => exclude !== undefined || only !== undefined);
  return some ? new Shares(entries, log) : undefined;
}
