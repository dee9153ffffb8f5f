/**
 * How often somebody has spoken, in memory. Each logic tells the others what it let through, so
 * that it does not matter which of them a sender meets.
 */
import type { Clock } from "../../kit/clock.ts";
import { GoimError } from "../../kit/errors.ts";
import { LruMap } from "../../kit/lru.ts";
import type { Every, Policy } from "./policy.ts";

/** A message that was let through. */
export interface Spoken {
  readonly sender: string;
  readonly room: string;
  /** Of what it says, "" = nobody asked. */
  readonly hash: string;
  /** The client's own id of it, "" = none. */
  readonly id: string;
  /** Unix milliseconds, of the logic that let it through. */
  readonly at: number;
}

export interface LimitsConfig {
  /** Senders, and rooms, that are remembered; the one quiet for longest is forgotten first. */
  readonly rememberedMax: number;
}

/** Ids of a sender that are remembered: a repetition is no new message. */
const IDS_MAX = 8;
/** Texts of a sender that are remembered. */
const HASHES_MAX = 8;
/** Rooms of a sender for slow mode. */
const ROOMS_MAX = 32;

interface Sender {
  /** When the next message is due if all were even (generic cell rate), Unix milliseconds. */
  due: number;
  readonly rooms: LruMap<string, number>;
  readonly hashes: LruMap<string, number>;
  ids: string[];
}

export class Limits {
  readonly #clock: Pick<Clock, "now">;
  readonly #senders: LruMap<string, Sender>;
  readonly #rooms: LruMap<string, number>;

  constructor({ rememberedMax }: LimitsConfig, clock: Pick<Clock, "now">) {
    this.#clock = clock;
    this.#senders = new LruMap(rememberedMax);
    this.#rooms = new LruMap(rememberedMax);
  }

  get remembered(): number {
    return this.#senders.size + this.#rooms.size;
  }

  /** Whether this very message was let through before: then no limit holds for it. */
  knows({ sender, id }: Pick<Spoken, "sender" | "id">): boolean {
    return id !== "" && (this.#senders.get(sender)?.ids.includes(id) ?? false);
  }

  /** Throws "slow" or "rate_limited", with how long to wait. Nothing is counted. */
  check({ sender, room, hash }: Omit<Spoken, "at" | "id">, policy: Policy): void {
    const now = this.#clock.now();
    const one = this.#senders.get(sender);
    const { slowMs = 0, userRate, roomRate, repeat } = policy;
    if (one !== undefined) {
      const last = one.rooms.get(room);
      const left = last === undefined || slowMs === 0 ? 0 : last + slowMs - now;
      if (left > 0) throw refused("slow", "the room is in slow mode", left);
      if (userRate !== undefined) {
        throwOver(one.due, userRate, now, "too many messages from this sender");
      }
      if (repeat !== undefined && hash !== "") {
        throwOver(one.hashes.get(hash) ?? 0, repeat, now, "the same message too often");
      }
    }
    if (roomRate !== undefined) {
      throwOver(this.#rooms.get(room) ?? 0, roomRate, now, "too many messages in this room");
    }
  }

  /** Counts a message, one's own or one that another logic let through. */
  take({ sender, room, hash, id, at }: Spoken, { userRate, roomRate, repeat }: Policy): void {
    // The clock of another machine must not reach far into the time to come.
    const now = Math.min(at, this.#clock.now());
    const one = this.#senders.get(sender) ?? newSender();
    this.#senders.set(sender, one);
    one.rooms.set(room, Math.max(now, one.rooms.get(room) ?? 0));
    if (id !== "") one.ids = [...one.ids.slice(1 - IDS_MAX), id];
    if (userRate !== undefined) one.due = next(one.due, userRate, now);
    if (repeat !== undefined && hash !== "") {
      one.hashes.set(hash, next(one.hashes.get(hash) ?? 0, repeat, now));
    }
    if (roomRate !== undefined) {
      this.#rooms.set(room, next(this.#rooms.get(room) ?? 0, roomRate, now));
    }
  }
}

function newSender(): Sender {
  return { due: 0, rooms: new LruMap(ROOMS_MAX), hashes: new LruMap(HASHES_MAX), ids: [] };
}

function next(due: number, { max, windowMs }: Every, now: number): number {
  return Math.max(due, now) + windowMs / max;
}

function throwOver(due: number, { max, windowMs }: Every, now: number, text: string): void {
  // `max` at once: the last of them is due one step before a whole window.
  const left = due - now - (windowMs - windowMs / max);
  if (left > 0) throw refused("rate_limited", text, left);
}

function refused(code: "slow" | "rate_limited", text: string, leftMs: number): GoimError {
  return new GoimError(code, `${text}; try again in ${Math.ceil(leftMs)} ms`);
}
