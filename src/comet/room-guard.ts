/** Who may be in a room: asked of logic for rooms of types that have policies, of nobody else. */
import type { Bus, Subscription } from "../bus/bus.ts";
import { type RoomTypes, watchRoomTypes } from "../bus/room-types.ts";
import { type Clock, sleep, type Timer } from "../kit/clock.ts";
import { GoimError, isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { Operation } from "../protocol/operation.ts";
import { parseRoomId } from "../protocol/room-id.ts";
import { encodeJson, type Failure, type JoinWish, type RemovedBody } from "../protocol/v2.ts";
import { Channel } from "./channel.ts";
import type { JoinGuard } from "./joins.ts";
import type { Member } from "./member-list.ts";
import type { RoomGuardConfig } from "./room-guard-config.ts";
import { RoomQuestions, type Verdict } from "./room-questions.ts";
import type { Rooms } from "./rooms.ts";
import { Seat } from "./seat.ts";

export interface RoomGuardDeps {
  readonly bus: Bus;
  readonly rooms: Pick<Rooms, "join" | "leave" | "members" | "counts" | "placeOf">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Default: as the bucket GOIM_ROOMS has them. */
  readonly watchTypes?: typeof watchRoomTypes;
}

/** A change as logic tells it. */
interface Change {
  readonly room: string;
  readonly mids: readonly string[];
  readonly guard: number;
  readonly out: boolean;
  readonly offset: number;
  readonly epoch: string;
}

/** The newest guard heard of, and when. */
interface Known {
  readonly guard: number;
  readonly at: number;
}

const ROOMS_PER_LOOK = 256;
const APPLIED_PAUSE_MS = 20;
const REMOVED: Failure = { code: "forbidden", text: "taken out of the room" };
const CLOSED: Failure = { code: "closed", text: "the room was closed" };

/**
 * Stands before the rooms of a comet. Joins of rooms whose type has no policies pass without a
 * question. Of the others logic decides, and numbers every change that may take somebody out: the
 * guard. Changes come as hints; a hint that follows on the guard known here concerns those it
 * names, any other one, or a guard found by a look, everybody in the room.
 */
export class RoomGuard implements JoinGuard {
  readonly #config: RoomGuardConfig;
  readonly #deps: RoomGuardDeps;
  readonly #questions: RoomQuestions;
  readonly #known = new Map<string, Known>();
  #types: RoomTypes | undefined;
  #hints: Subscription | undefined;
  #offStatus = () => {};
  #timer: Timer | undefined;
  #stopped = false;
  #removed = 0;
  #refused = 0;
  #missed = 0;

  constructor(config: RoomGuardConfig, deps: RoomGuardDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#questions = new RoomQuestions(config, deps);
    this.#measure(deps.metrics);
  }

  async start(): Promise<void> {
    const { bus, clock, watchTypes = watchRoomTypes } = this.#deps;
    this.#hints = bus.subscribe(bus.subjects.roomsChanged, ({ data }) => this.changed(data));
    this.#types = watchTypes((type) => this.#onType(type), this.#deps);
    this.#offStatus = bus.onStatus((status) => {
      if (status === "up") void this.look();
    });
    this.#plan();
    // Where nobody made the bucket there are no policies, so the start does not depend on it.
    await Promise.race([this.#types.ready, sleep(clock, this.#config.startWait)]);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    this.#hints?.unsubscribe();
    this.#offStatus();
    this.#types?.close();
    this.#questions.stop();
  }

  guards(roomId: string): boolean {
    return this.#types?.has(parseRoomId(roomId).type) === true;
  }

  /** As Rooms.join, for version 1; rejects also with what logic refused with. */
  async join(channel: Channel, roomId: string, onJoined?: () => void): Promise<void> {
    const { rooms } = this.#deps;
    if (!this.guards(roomId)) return rooms.join(channel, roomId, onJoined);
    const verdict = await this.#ask(channel, roomId);
    if (isGoimError(verdict)) throw verdict;
    if (channel.closed) return;
    await rooms.join(channel, roomId, onJoined);
    if (channel.roomId === roomId) this.#entered(channel, channel, roomId, verdict.guard);
  }

  leave(channel: Channel): void {
    this.#deps.rooms.leave(channel);
  }

  admit(channel: Channel, wishes: readonly JoinWish[]): Promise<(JoinWish | GoimError)[]> {
    return Promise.all(
      wishes.map(async (wish) => {
        if (!this.guards(wish.room)) return wish;
        const verdict = await this.#ask(channel, wish.room);
        return isGoimError(verdict) ? verdict : granted(wish, verdict);
      }),
    );
  }

  entered(channel: Channel, granted: readonly (JoinWish | GoimError)[]): void {
    for (const wish of granted) {
      if (isGoimError(wish)) continue;
      const seat = channel.seats?.get(wish.room);
      const { guard } = wish as Granted;
      if (seat !== undefined && guard !== undefined) {
        this.#entered(channel, seat, wish.room, guard);
      }
    }
  }

  /** Takes a hint of logic. */
  changed(data: Uint8Array): void {
    const change = decodeChange(data);
    if (change === undefined) return;
    const { room, mids, guard, out } = change;
    const known = this.#known.get(room);
    if (known !== undefined && guard <= known.guard) return;
    this.#remember(room, guard);
    const members = this.#deps.rooms.members(room);
    if (members.length === 0) return;
    const follows = known?.guard === guard - 1;
    const named = new Set(mids);
    const concerned = members.filter((one) => named.size === 0 || named.has(channelOf(one).mid));
    if (out) void this.#afterEvent(change, () => this.#putOut(concerned, change));
    if (!out && follows) this.#askAgain(concerned, room);
    if (!follows) {
      this.#missed++;
      // Those who are put out anyway are found gone when they are asked about.
      void this.#afterEvent(change, () => this.#askAgain(this.#deps.rooms.members(room), room));
    }
  }

  /** Compares the rooms here with what logic has. Never rejects. */
  async look(): Promise<void> {
    const { rooms, clock, log } = this.#deps;
    const since = clock.monotonic() - this.#config.look;
    for (const [room, { at }] of this.#known) {
      if (at < since && !rooms.counts().has(room)) this.#known.delete(room);
    }
    const here = [...this.#known.keys()].filter((room) => rooms.counts().has(room));
    try {
      for (let at = 0; at < here.length; at += ROOMS_PER_LOOK) {
        await this.#compare(here.slice(at, at + ROOMS_PER_LOOK));
      }
    } catch (error) {
      log.debug({ error: messageOf(error) }, "logic did not tell the guards of rooms");
    }
  }

  async #compare(rooms: readonly string[]): Promise<void> {
    const guards = await this.#questions.guards(rooms);
    for (const [index, room] of rooms.entries()) {
      const guard = guards[index] ?? 0;
      if (guard <= (this.#known.get(room)?.guard ?? 0)) continue;
      this.#missed++;
      this.#remember(room, guard);
      this.#askAgain(this.#deps.rooms.members(room), room);
    }
  }

  #plan(): void {
    if (this.#stopped) return;
    this.#timer = this.#deps.clock.setTimeout(() => {
      void this.look().then(() => this.#plan());
    }, this.#config.look);
  }

  /** From now on its rooms are decided on; nobody has asked about those who are in. */
  #onType(type: string): void {
    const { rooms } = this.#deps;
    for (const room of [...rooms.counts().keys()]) {
      if (parseRoomId(room).type === type) this.#askAgain(rooms.members(room), room);
    }
  }

  async #ask(channel: Channel, room: string): Promise<Verdict | GoimError> {
    const answer = await this.#questions.join(channel, room);
    if (isGoimError(answer)) this.#refused++;
    return answer;
  }

  /** What changed while the join was under way may concern it. */
  #entered(channel: Channel, member: Member, room: string, guard: number): void {
    const known = this.#known.get(room);
    if (known === undefined) this.#remember(room, guard);
    else if (guard < known.guard) this.#again(channel, member, room);
  }

  #askAgain(members: readonly Member[], room: string): void {
    for (const member of members) this.#again(channelOf(member), member, room);
  }

  #again(channel: Channel, member: Member, room: string): void {
    const asked = this.#questions.again(channel, room, (answer) => {
      if (!isGoimError(answer)) {
        if (!this.#known.has(room)) this.#remember(room, answer.guard);
      } else if (member.roomId === room) {
        this.#evict(channel, member, room, { code: answer.code, text: answer.message });
      }
    });
    // The next look finds another guard then, and asks about everybody.
    if (!asked) this.#remember(room, -1);
  }

  #remember(room: string, guard: number): void {
    this.#known.set(room, { guard, at: this.#deps.clock.monotonic() });
  }

  /** The event that tells of a change was stored before it; its cast is on its way. */
  async #afterEvent({ room, offset, epoch }: Change, action: () => void): Promise<void> {
    const { rooms, clock } = this.#deps;
    const until = clock.monotonic() + this.#config.evictWait;
    const applied = () => {
      const [first] = rooms.members(room);
      const place = first === undefined ? undefined : rooms.placeOf(first);
      return place === undefined || place.epoch !== epoch || place.offset >= offset;
    };
    while (offset > 0 && !applied() && clock.monotonic() < until) {
      await sleep(clock, APPLIED_PAUSE_MS);
    }
    if (!this.#stopped) action();
  }

  #putOut(members: readonly Member[], { room, mids }: Change): void {
    const why = mids.length === 0 ? CLOSED : REMOVED;
    for (const member of members) {
      if (member.roomId === room) this.#evict(channelOf(member), member, room, why);
    }
  }

  #evict(channel: Channel, member: Member, room: string, { code, text }: Failure): void {
    this.#deps.rooms.leave(member);
    this.#removed++;
    if (member === channel) return;
    channel.seats?.remove(room);
    const body: RemovedBody = { room, code, text };
    channel.reply(encodeJson(Operation.Removed, 0, body));
  }

  #measure(metrics: Metrics): void {
    const count = (name: string, help: string, value: () => number) =>
      metrics.countOf(`comet_guard_${name}_total`, help, value);
    count("asked", "Members and joins that logic was asked about", () => this.#questions.asked);
    count("refused", "Joins that logic refused, or could not decide", () => this.#refused);
    count("removed", "Members taken out of a room", () => this.#removed);
    count("missed", "Changes of rooms that were not heard of in order", () => this.#missed);
    metrics.levelOf("comet_guard_waiting", "Joins and members that wait for a question", () => {
      return this.#questions.waiting;
    });
    metrics.levelOf("comet_guard_types", "Room types that have policies", () => {
      return this.#types?.size ?? 0;
    });
  }
}

type Granted = JoinWish & { readonly guard?: number };

/** A member who names no place begins where he stopped reading. */
function granted(wish: JoinWish, { guard, cursor, history }: Verdict): Granted | GoimError {
  if (wish.history !== undefined && !history) {
    return new GoimError("forbidden", "the room gives no history");
  }
  const named = wish.since !== undefined || wish.history !== undefined;
  return { ...wish, ...(named || cursor === undefined || !history ? {} : cursor), guard };
}

/** A member of a room is a connection, or the seat of one. */
function channelOf(member: Member): Channel {
  const owner = member instanceof Seat ? member.channel : member;
  if (owner instanceof Channel) return owner;
  throw new Error("a member that is no connection");
}

/** What a client of version 1 is closed with that may not enter a room. */
export function roomCloseCode(error: unknown): CloseCode {
  if (isGoimError(error, "full")) return CloseCode.RoomFull;
  if (isGoimError(error, "banned")) return CloseCode.Kicked;
  const refused = (["forbidden", "closed", "not_found"] as const).some((code) =>
    isGoimError(error, code),
  );
  return refused ? CloseCode.RoomRefused : CloseCode.Malformed;
}

function decodeChange(data: Uint8Array): Change | undefined {
  try {
    const { room, mids, guard, out, offset, epoch } = goim.comet.RoomChanged.decode(data);
    return { room, mids, guard: toNumber(guard), out, offset: toNumber(offset), epoch };
  } catch {
    return undefined;
  }
}
