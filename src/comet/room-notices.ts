import type { EncodedBatch } from "../protocol/frame-batch.ts";
import type { LogStateBody } from "../protocol/v2.ts";
import { encodeLogState } from "./log-state.ts";

/** What members of version 2 are told of their log, behind so many of the gathered entries. */
interface Pending {
  behind: number;
  /** Life of the log it is about. */
  readonly life: number;
  readonly frame: EncodedBatch;
}

/** Notices of one room that wait for their place between the entries that are gathered. */
export class RoomNotices {
  #pending: Pending[] = [];

  /** Gathered entries that come before the next notice; undefined = there is none. */
  get next(): number | undefined {
    return this.#pending[0]?.behind;
  }

  /** Comes behind everything gathered so far. */
  add(gathered: number, life: number, state: LogStateBody): void {
    this.#pending.push({ behind: gathered, life, frame: encodeLogState(state) });
  }

  /** A new life begins: what was to be told of others is void. */
  begin(life: number, state: LogStateBody): void {
    const left = this.#pending.filter((pending) => pending.life === life);
    this.#pending = [{ behind: 0, life, frame: encodeLogState(state) }, ...left];
  }

  /** So many of the gathered entries were taken. */
  taken(count: number): void {
    for (const pending of this.#pending) pending.behind -= count;
  }

  /** The next notice when nothing gathered comes before it. */
  take(): EncodedBatch | undefined {
    return this.next === 0 ? this.#pending.shift()?.frame : undefined;
  }

  clear(): void {
    this.#pending = [];
  }
}
