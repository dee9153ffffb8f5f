import type { UserLogStart } from "./wire.ts";

export type Taken =
  /** Hand it over. */
  | "new"
  /** It was handed over before. */
  | "known"
  /** No room for it: it will come again from the mailbox. */
  | "refused";

interface Entry {
  readonly offset: number;
  /** waiting: on its way to the app; failed: to be handed over again; handled: not acknowledged. */
  state: "waiting" | "failed" | "handled";
}

/**
 * What of the user's log this client has, over all its connections: everything up to `floor`, and
 * what is listed above it. The floor is what may be acknowledged, so it never passes a message that
 * is not handled; replays of what is listed are dropped.
 */
export class UserLog {
  epoch = "";
  floor = 0;
  readonly #max: number;
  readonly #autoAck: boolean;
  /** Ascending, all above the floor. */
  #entries: Entry[] = [];
  #started = false;
  /** Messages were refused: nothing further is taken before the mailbox was read again. */
  #refusing = false;

  constructor(options: { unacknowledgedMax: number; autoAck: boolean }) {
    this.#max = options.unacknowledgedMax;
    this.#autoAck = options.autoAck;
  }

  /** Messages were refused, and there is room for them now. */
  get isBehind(): boolean {
    return this.#refusing && this.#entries.length <= this.#max / 2;
  }

  /** A login. Tells whether the log is another one, and whether messages were dropped unseen. */
  start(from: UserLogStart): { reset: boolean; truncated: boolean } {
    const reset = this.#started && from.epoch !== this.epoch;
    if (reset) this.reset(from.epoch, from.cursor);
    this.#started = true;
    this.#refusing = false;
    this.epoch = from.epoch;
    const truncated = from.oldest > this.floor;
    this.#raise(from.cursor);
    return { reset, truncated };
  }

  /** Another life of the log: nothing of the old one counts. */
  reset(epoch: string, offset: number): void {
    this.epoch = epoch;
    this.floor = offset;
    this.#entries = [];
    this.#refusing = false;
  }

  /** A message came. `hand` gives it to the inbox, and says whether that had room. */
  take(offset: number, hand: () => boolean): Taken {
    if (offset <= this.floor) return "known";
    const at = this.#indexOf(offset);
    const known = this.#entries[at];
    if (known?.offset === offset) {
      if (known.state !== "failed") return "known";
      known.state = "waiting";
      if (hand()) return "new";
      // Failed as before; the mailbox keeps it.
      known.state = "failed";
      this.#refusing = true;
      return "refused";
    }
    if (this.#refusing || this.#entries.length >= this.#max) {
      this.#refusing = true;
      return "refused";
    }
    // Listed first: it may be handled inside `hand`.
    this.#entries.splice(at, 0, { offset, state: "waiting" });
    if (hand()) return "new";
    this.#entries.splice(this.#indexOf(offset), 1);
    this.#refusing = true;
    return "refused";
  }

  /** The app is done with a message, or failed at it. */
  done(offset: number, handled: boolean): void {
    const entry = this.#entries[this.#indexOf(offset)];
    if (entry?.offset !== offset) return;
    entry.state = handled ? "handled" : "failed";
    if (this.#autoAck) this.#settle();
  }

  /** The app says that it is done with everything up to `offset`. */
  acknowledge(offset: number): void {
    for (const entry of this.#entries) {
      if (entry.offset <= offset) entry.state = "handled";
    }
    let count = 0;
    while ((this.#entries[count]?.offset ?? Number.POSITIVE_INFINITY) <= offset) count += 1;
    const last = this.#entries[count - 1];
    if (last === undefined) return;
    this.floor = last.offset;
    this.#entries.splice(0, count);
    if (this.#autoAck) this.#settle();
  }

  /** The floor passes what is handled, up to the first that is not. */
  #settle(): void {
    let count = 0;
    while (this.#entries[count]?.state === "handled") count += 1;
    const last = this.#entries[count - 1];
    if (last === undefined) return;
    this.floor = last.offset;
    this.#entries.splice(0, count);
  }

  /** The server knows more: another client of this device acknowledged it. */
  #raise(cursor: number): void {
    if (cursor <= this.floor) return;
    this.floor = cursor;
    this.#entries = this.#entries.filter(({ offset }) => offset > cursor);
    if (this.#autoAck) this.#settle();
  }

  /** Where `offset` is, or would be put. Nearly always the end. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.offset ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
