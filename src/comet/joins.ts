import { GoimError, isGoimError, messageOf } from "../kit/errors.ts";
import type { Failure, JoinWish, RoomFailure, RoomPlace } from "../protocol/v2.ts";
import type { Approach } from "./approach.ts";
import type { Channel } from "./channel.ts";
import { forbiddenRoom, limitOf, mayEnter } from "./grant.ts";
import type { Rooms } from "./rooms.ts";
import { Seat, Seats } from "./seat.ts";

export interface JoinsConfig {
  /** Rooms of one connection. */
  readonly roomsMax: number;
}

export interface JoinsDeps {
  readonly rooms: Pick<Rooms, "approach" | "placeOf" | "leave">;
  /** Decides which of the wishes are granted; none: all of them. */
  readonly guard?: JoinGuard;
  readonly bans?: Bans;
}

/** Who may not be in which room, and what nobody who comes into one may see. */
export interface Bans {
  /** Throws "banned". */
  check(channel: Channel, room: string): void;
  /**
   * Resolves when everything recalled before this call is known here; undefined = it is. Fails with
   * "unavailable" or "timeout".
   */
  current(): Promise<void> | undefined;
}

/** What stands between a wish and a room. */
export interface JoinGuard {
  /** False when all of these rooms are open to everybody: nobody has to be asked. */
  guards(roomId: string): boolean;
  /** The wish as it is granted, or why it is not; for each, in order. Never rejects. */
  admit(channel: Channel, wishes: readonly JoinWish[]): Promise<readonly (JoinWish | GoimError)[]>;
  /** The connection is in the rooms of what was granted now. */
  entered(channel: Channel, granted: readonly (JoinWish | GoimError)[]): void;
}

/** One room of a join: on its way, or refused from the start. */
type Attempt = { readonly wish: JoinWish } & (
  | { readonly approach: Approach; readonly error?: undefined }
  | { readonly approach?: undefined; readonly error: unknown }
);

/** The rooms of connections of version 2. */
export class Joins {
  readonly #config: JoinsConfig;
  readonly #deps: JoinsDeps;

  constructor(config: JoinsConfig, deps: JoinsDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  get roomsMax(): number {
    return this.#config.roomsMax;
  }

  roomsMaxOf(channel: Channel): number {
    return limitOf(channel, "rooms", this.#config.roomsMax);
  }

  /** Whether the connection may have these rooms too. */
  fits(channel: Channel, wishes: readonly JoinWish[]): boolean {
    const added = new Set(wishes.map(({ room }) => room));
    for (const room of added) if (channel.seats?.get(room) !== undefined) added.delete(room);
    return (channel.seats?.size ?? 0) + added.size <= this.roomsMaxOf(channel);
  }

  /**
   * Enters rooms, all in one step when all are known. `onJoined` runs at that very moment, before
   * anything of them can be delivered: the place to send the reply from. It is not called when the
   * connection is closed before.
   */
  async join(
    channel: Channel,
    wishes: readonly JoinWish[],
    onJoined: (rooms: readonly (RoomPlace | RoomFailure)[]) => void,
  ): Promise<void> {
    const { guard } = this.#deps;
    const asked = guard !== undefined && wishes.some(({ room }) => guard.guards(room));
    const current = this.#deps.bans?.current();
    const unknown = current === undefined ? undefined : failureIn(current);
    const admitted = asked ? await guard.admit(channel, wishes) : wishes;
    const refused = unknown === undefined ? undefined : await unknown;
    if (channel.closed) return;
    const granted = refused === undefined ? admitted : wishes.map(() => refused);
    const attempts = wishes.map((wish, at) => this.#begin(channel, wish, granted[at] ?? wish));
    const approaches = attempts.flatMap(({ approach }) => approach ?? []);
    try {
      let late = refused;
      for (let wait = this.#unknown(approaches, late); wait !== undefined && !channel.closed; ) {
        late = await wait;
        wait = this.#unknown(approaches, late);
      }
      if (channel.closed) return;
      onJoined(attempts.map((attempt) => this.#enter(channel, attempt, late)));
      if (asked) guard.entered(channel, granted);
    } finally {
      for (const approach of approaches) approach.release();
    }
  }

  /**
   * What is still to be waited for until all of these rooms and all recalls are known, however long
   * this process stood still; undefined = nothing. It may have to be asked again after it.
   */
  #unknown(
    approaches: readonly Approach[],
    late: GoimError | undefined,
  ): Promise<GoimError | undefined> | undefined {
    if (!approaches.every(({ settled }) => settled)) {
      return Promise.all(approaches.map((approach) => approach.ready())).then(() => late);
    }
    const current = late === undefined ? this.#deps.bans?.current() : undefined;
    return current === undefined ? undefined : failureIn(current);
  }

  leave(channel: Channel, roomId: string): void {
    const seat = channel.seats?.get(roomId);
    if (seat === undefined) return;
    this.#deps.rooms.leave(seat);
    channel.seats?.remove(roomId);
  }

  #begin(channel: Channel, wish: JoinWish, granted: JoinWish | GoimError): Attempt {
    if (!mayEnter(channel, wish.room)) return { wish, error: forbiddenRoom() };
    if (granted instanceof GoimError) return { wish, error: granted };
    try {
      this.#deps.bans?.check(channel, wish.room);
      return { wish, approach: this.#deps.rooms.approach(granted) };
    } catch (error) {
      return { wish, error };
    }
  }

  #enter(
    channel: Channel,
    { wish, approach, error }: Attempt,
    late: GoimError | undefined,
  ): RoomPlace | RoomFailure {
    const { room } = wish;
    const seated = channel.seats?.get(room);
    const place = seated === undefined ? undefined : this.#deps.rooms.placeOf(seated);
    if (place !== undefined && !goesBack(wish, place)) return place;
    if (approach === undefined) return { room, error: failureOf(error) };
    if (late !== undefined) return { room, error: failureOf(late) };
    // The token may have been replaced on the way.
    if (!mayEnter(channel, room)) return { room, error: failureOf(forbiddenRoom()) };
    if (approach.error !== undefined) return { room, error: failureOf(approach.error) };
    this.leave(channel, room);
    const seat = new Seat(channel);
    channel.seats ??= new Seats();
    channel.seats.add(room, seat);
    return approach.enter(seat);
  }
}

/**
 * Whether a client that is in the room names a place before the one where it stands: the answer to
 * its join came when it no longer waited, and it passed over what followed.
 */
function goesBack({ since, epoch }: JoinWish, place: RoomPlace): boolean {
  return since !== undefined && (epoch !== place.epoch || since < place.from);
}

/** The connection is closed: it leaves every room. */
export function leaveAll(channel: Channel, rooms: Pick<Rooms, "leave">): void {
  rooms.leave(channel);
  for (const seat of channel.seats?.all() ?? []) rooms.leave(seat);
  channel.seats = undefined;
}

/** Why nobody can be let in: what was recalled is not known. */
async function failureIn(current: Promise<void>): Promise<GoimError | undefined> {
  try {
    await current;
    return undefined;
  } catch (error) {
    return new GoimError("unavailable", messageOf(error), { cause: error });
  }
}

/** What a client is told of an error: its code and sentence, nothing of a bug. */
export function failureOf(error: unknown): Failure {
  if (isGoimError(error)) return { code: error.code, text: messageOf(error) };
  return { code: "internal", text: "internal error" };
}
