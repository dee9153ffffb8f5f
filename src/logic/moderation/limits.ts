/**
 * How often somebody has spoken, in memory. A message takes its place when it is let through and
 * keeps it when it is stored, so that those on their way at once do not pass together. Each logic
 * tells the others what was stored, so that it does not matter which of them a sender meets.
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
  /** Of its id, its target and all of what its client wrote; "" = it has no id. */
  readonly same: string;
  /** Unix milliseconds, of the logic that let it through. */
  readonly at: number;
}

/** The place of a message that is on its way. Exactly one of the two is called, once. */
export interface Place {
  /** It is stored, or may be. */
  keep(): void;
  /** It is not, or was before. */
  giveBack(): void;
}

export interface LimitsConfig {
  /** Senders, and rooms, that are remembered; the one quiet for longest is forgotten first. */
  readonly rememberedMax: number;
  /** Milliseconds for which the same message again is none: less than it is stored once for. */
  readonly sameMs: number;
}

/** Messages with an id of a sender that are remembered. */
const SAME_MAX = 8;
/** Texts of a sender that are remembered. */
const HASHES_MAX = 8;
/** Rooms of a sender for slow mode. */
const ROOMS_MAX = 32;

/** Messages of one kind: those that count, and those on their way. */
interface Count {
  /** Slow mode: of the last one. Else when the next is due if all were even (GCRA). */
  time: number;
  waiting: number;
}

interface Known {
  readonly same: string;
  readonly at: number;
}

interface Sender {
  readonly all: Count;
  readonly rooms: LruMap<string, Count>;
  readonly hashes: LruMap<string, Count>;
  known: Known[];
}

export class Limits {
  readonly #config: LimitsConfig;
  readonly #clock: Pick<Clock, "now">;
  readonly #senders: LruMap<string, Sender>;
  readonly #rooms: LruMap<string, Count>;

  constructor(config: LimitsConfig, clock: Pick<Clock, "now">) {
    this.#config = config;
    this.#clock = clock;
    this.#senders = new LruMap(config.rememberedMax);
    this.#rooms = new LruMap(config.rememberedMax);
  }

  get remembered(): number {
    return this.#senders.size + this.#rooms.size;
  }

  /**
   * Whether this very message was let through before, so lately that it is not stored again: then
   * no limit holds for it.
   */
  knows({ sender, same }: Pick<Spoken, "sender" | "same">): boolean {
    if (same === "") return false;
    const since = this.#clock.now() - this.#config.sameMs;
    const known = this.#senders.get(sender)?.known;
    return known?.some((one) => one.same === same && one.at > since) ?? false;
  }

  /** Gives a message its place. Throws "slow" or "rate_limited", with how long to wait. */
  enter(spoken: Spoken, policy: Policy): Place {
    this.#check(spoken, policy);
    const counts = this.#countsOf(spoken, policy);
    for (const count of counts) count.waiting++;
    const one = this.#senderOf(spoken);
    const known = remember(one, spoken);
    const leave = () => {
      for (const count of counts) count.waiting--;
      one.known = one.known.filter((other) => other !== known);
    };
    return {
      keep: () => {
        leave();
        this.take(spoken, policy);
      },
      giveBack: leave,
    };
  }

  /** Counts a message that is stored, one's own or one that another logic let through. */
  take(spoken: Spoken, policy: Policy): void {
    const { room, hash, at } = spoken;
    const { userRate, roomRate, repeat } = policy;
    // The clock of another machine must not reach far into the time to come.
    const now = Math.min(at, this.#clock.now());
    const one = this.#senderOf(spoken);
    const slow = countIn(one.rooms, room);
    slow.time = Math.max(now, slow.time);
    remember(one, { ...spoken, at: now });
    if (userRate !== undefined) step(one.all, userRate, now);
    if (repeat !== undefined && hash !== "") step(countIn(one.hashes, hash), repeat, now);
    if (roomRate !== undefined) step(countIn(this.#rooms, room), roomRate, now);
  }

  #check({ sender, room, hash }: Spoken, policy: Policy): void {
    const now = this.#clock.now();
    const one = this.#senders.get(sender);
    const { slowMs = 0, userRate, roomRate, repeat } = policy;
    if (one !== undefined) {
      throwSlow(one.rooms.get(room), slowMs, now);
      if (userRate !== undefined) {
        throwOver(one.all, userRate, now, "too many messages from this sender");
      }
      if (repeat !== undefined && hash !== "") {
        throwOver(one.hashes.get(hash), repeat, now, "the same message too often");
      }
    }
    if (roomRate !== undefined) {
      throwOver(this.#rooms.get(room), roomRate, now, "too many messages in this room");
    }
  }

  /** Everything that a message counts for. */
  #countsOf(spoken: Spoken, { userRate, roomRate, repeat }: Policy): Count[] {
    const { room, hash } = spoken;
    const one = this.#senderOf(spoken);
    const counts = [countIn(one.rooms, room)];
    if (userRate !== undefined) counts.push(one.all);
    if (repeat !== undefined && hash !== "") counts.push(countIn(one.hashes, hash));
    if (roomRate !== undefined) counts.push(countIn(this.#rooms, room));
    return counts;
  }

  #senderOf({ sender }: Spoken): Sender {
    const one = this.#senders.get(sender) ?? newSender();
    this.#senders.set(sender, one);
    return one;
  }
}

function newSender(): Sender {
  const rooms = new LruMap<string, Count>(ROOMS_MAX);
  const hashes = new LruMap<string, Count>(HASHES_MAX);
  return { all: newCount(), rooms, hashes, known: [] };
}

function newCount(): Count {
  return { time: 0, waiting: 0 };
}

function countIn(counts: LruMap<string, Count>, name: string): Count {
  const count = counts.get(name) ?? newCount();
  counts.set(name, count);
  return count;
}

function remember(one: Sender, { same, at }: Known): Known | undefined {
  if (same === "") return undefined;
  const known = { same, at };
  one.known = [...one.known.slice(1 - SAME_MAX), known];
  return known;
}

function step(count: Count, { max, windowMs }: Every, now: number): void {
  count.time = Math.max(count.time, now) + windowMs / max;
}

function throwSlow(count: Count | undefined, slowMs: number, now: number): void {
  if (count === undefined || slowMs === 0) return;
  const left = count.waiting > 0 ? slowMs : count.time + slowMs - now;
  if (left > 0) throw refused("slow", "the room is in slow mode", left);
}

function throwOver(count: Count | undefined, every: Every, now: number, text: string): void {
  if (count === undefined) return;
  const { max, windowMs } = every;
  const due = count.waiting === 0 ? count.time : Math.max(count.time, now);
  // `max` at once: the last of them is due one step before a whole window.
  const left = due + (count.waiting * windowMs) / max - now - (windowMs - windowMs / max);
  if (left > 0) throw refused("rate_limited", text, left);
}

function refused(code: "slow" | "rate_limited", text: string, leftMs: number): GoimError {
  return new GoimError(code, `${text}; try again in ${Math.ceil(leftMs)} ms`);
}
