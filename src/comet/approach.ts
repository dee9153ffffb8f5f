import type { GoimError } from "../kit/errors.ts";
import type { JoinWish, RoomPlace } from "../protocol/v2.ts";
import type { Member } from "./member-list.ts";

/** What an approach asks of its room. */
export interface Entrance {
  /** Whether it is known where somebody with this wish would begin. */
  knows(wish: JoinWish): boolean;
  /** Makes it a member; only while `knows`. */
  enter(member: Member, wish: JoinWish): RoomPlace;
  released(approach: Approach): void;
}

/**
 * Somebody who is about to enter a room: the room is followed until `release`. Entering several
 * rooms at once takes that: first all of them are known, then all are entered in one step, so that
 * nothing comes between the reply and the first push of any of them.
 */
export class Approach {
  readonly wish: JoinWish;
  readonly #entrance: Entrance;
  #error: GoimError | undefined;
  #waiting: (() => void)[] = [];

  constructor(entrance: Entrance, wish: JoinWish) {
    this.#entrance = entrance;
    this.wish = wish;
  }

  /** `enter` may be called: it is known where the member begins, or that it cannot. */
  get settled(): boolean {
    return this.#error !== undefined || this.#entrance.knows(this.wish);
  }

  /** Resolves when it is settled; look again: a room that was known may be unknown by then. */
  async ready(): Promise<void> {
    if (!this.settled) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Something that it waits for may be known. */
  told(): void {
    if (this.#waiting.length === 0 || !this.settled) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  fail(error: GoimError): void {
    this.#error ??= error;
    this.told();
  }

  /** Why it cannot be entered. */
  get error(): GoimError | undefined {
    return this.#error;
  }

  enter(member: Member): RoomPlace {
    return this.#entrance.enter(member, this.wish);
  }

  release(): void {
    this.#entrance.released(this);
  }
}
