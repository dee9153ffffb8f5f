import type { EncodedBatch } from "../protocol/frame-batch.ts";
import type { LogStateBody } from "../protocol/v2.ts";
import type { LogEntry } from "./log-entry.ts";
import { RoomNotices } from "./room-notices.ts";

/** What waits in a room for its next flush: entries, and notices in their places between them. */
export class Gathered {
  #entries: LogEntry[] = [];
  readonly #notices = new RoomNotices();
  #bytes = 0;
  /** The first so many entries are of the log's last life. */
  #foreign = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** Bytes of bodies. */
  get bytes(): number {
    return this.#bytes;
  }

  get foreign(): number {
    return this.#foreign;
  }

  get empty(): boolean {
    return this.#entries.length === 0 && this.#notices.next === undefined;
  }

  add(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#bytes += entry.body.length;
    }
  }

  /** Comes behind everything gathered so far. */
  addNotice(life: number, state: LogStateBody): void {
    this.#notices.add(this.#entries.length, life, state);
  }

  /** Everything so far is of the log's last life. */
  reset(): void {
    this.#foreign = this.#entries.length;
  }

  /** A new life begins: the notice comes before all of its entries. */
  begin(life: number, state: LogStateBody): void {
    this.#notices.begin(life, state);
  }

  /** The next notice when no entry comes before it. */
  takeNotice(): EncodedBatch | undefined {
    return this.#notices.take();
  }

  /** The oldest entries of one life that fit one flush, at least one. */
  take(bytesMax: number): LogEntry[] {
    const upTo = this.#notices.next ?? this.#entries.length;
    const most = this.#foreign > 0 ? Math.min(this.#foreign, upTo) : upTo;
    let [count, bytes] = [0, 0];
    for (const { body } of this.#entries) {
      if (count === most) break;
      if (count > 0 && bytes + body.length > bytesMax) break;
      bytes += body.length;
      count++;
    }
    this.#bytes -= bytes;
    this.#notices.taken(count);
    return this.#entries.splice(0, count);
  }

  /** So many of those taken were of the last life; true when none of it is left. */
  passForeign(count: number): boolean {
    this.#foreign -= count;
    return this.#foreign === 0;
  }

  clear(): void {
    this.#entries = [];
    this.#notices.clear();
    this.#bytes = 0;
  }
}
