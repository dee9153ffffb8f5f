/** Who may be in a room, read it and send into it. */
import type { Bus, BusSubscription } from "../../bus/bus.ts";
import type { RoomTypes } from "../../bus/room-types.ts";
import type { Clock } from "../../kit/clock.ts";
import { GoimError, isGoimError } from "../../kit/errors.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { goim } from "../../protocol/gen/messages.js";
import { parseRoomId } from "../../protocol/room-id.ts";
import type {
  MemberRecord,
  RoomName,
  RoomRecord,
  RoomStore,
  Versioned,
} from "../../store/rooms.ts";
import { Rank, rankOf } from "./authority.ts";
import type { RoomsConfig } from "./config.ts";
import { notDeclared } from "./edit.ts";
import type { JoinHook } from "./join-hook.ts";
import { Remembered } from "./remembered.ts";
import { closedError } from "./rooms.ts";

export interface JoinQuestion {
  readonly room: string;
  /** Decimal text, "0" = anonymous. */
  readonly mid: string;
  /** He is in already: nothing is taken from memory, and how full the room is does not count. */
  readonly again: boolean;
}

export interface Admitted {
  /** 0 = the room was not declared. */
  readonly guard: number;
  readonly cursor?: { readonly offset: number; readonly epoch: string };
  readonly history: boolean;
}

/**
 * Failures: "not_found" (a room that must be opened first), "closed", "forbidden", "full"; what the
 * store fails with passes.
 */
export interface RoomPolicy {
  /** One answer for each, in order. Who was invited becomes a member. */
  admit(questions: readonly JoinQuestion[]): Promise<(Admitted | GoimError)[]>;
  /** Whether somebody who is in the room may send into it. */
  mayPublish(roomId: string, mid: string): Promise<void>;
  /** Whether somebody may send into it who has not joined: goim.hook.join is asked too. */
  mayPublishOutside(roomId: string, mid: string): Promise<void>;
  /** Whether its history may be read. */
  mayRead(roomId: string, mid: string): Promise<void>;
  /** Whether he owns the room or is an admin of it, as far as it is known here: unknown = no. */
  moderates(roomId: string, mid: string): boolean;
  /** The guard of each, 0 = not declared. */
  guards(roomIds: readonly string[]): Promise<number[]>;
  start(): void;
  stop(): void;
}

export interface RoomPolicyDeps {
  readonly bus: Pick<Bus, "subscribe" | "subjects">;
  readonly store: Pick<RoomStore, "room" | "member">;
  readonly types: Pick<RoomTypes, "has">;
  /** Connections in a room over all comets, about. */
  readonly online: (roomId: string) => number;
  /** Makes a member of somebody who was invited; false when that is over by now. */
  readonly accept: (name: RoomName, mid: string) => Promise<boolean>;
  /** Has the last word, after what the room's own policy says. */
  readonly joinHook?: JoinHook | undefined;
  readonly clock: Pick<Clock, "monotonic">;
  readonly metrics: Metrics;
}

type Config = Pick<RoomsConfig, "declaredOnly" | "cacheAge" | "cacheMax">;

/** What is known of a room and of somebody in it. */
interface Facts {
  readonly room: RoomRecord | undefined;
  readonly member: MemberRecord | undefined;
}

type Lookup = (roomId: string, mid: string) => Promise<Facts>;

export function createRoomPolicy(config: Config, deps: RoomPolicyDeps): RoomPolicy {
  return new StoredPolicy(config, deps);
}

type Counter = ReturnType<Metrics["counter"]>;

class StoredPolicy implements RoomPolicy {
  readonly #deps: RoomPolicyDeps;
  readonly #memory: { readonly ageMs: number; readonly max: number };
  readonly #declaredOnly: ReadonlySet<string>;
  readonly #rooms: Remembered<Versioned<RoomRecord> | undefined>;
  readonly #members: Remembered<Versioned<MemberRecord> | undefined>;
  readonly #verdicts: Counter;
  readonly #refusals: Counter;
  #subscription: BusSubscription | undefined;

  constructor(config: Config, deps: RoomPolicyDeps) {
    const { store, clock, metrics } = deps;
    this.#deps = deps;
    this.#declaredOnly = new Set(config.declaredOnly);
    this.#memory = { ageMs: config.cacheAge, max: config.cacheMax };
    this.#rooms = new Remembered((id) => this.#readRoom(id), this.#memory, clock);
    const readMember = (key: string) => {
      const [id = "", mid = ""] = JSON.parse(key) as [string, string];
      return store.member(parseRoomId(id), mid);
    };
    this.#members = new Remembered(readMember, this.#memory, clock);
    const [rooms, members] = [this.#rooms, this.#members];
    metrics.levelOf("room_cache_rooms", "Rooms remembered for a moment", () => rooms.size);
    metrics.levelOf("room_cache_members", "Members remembered so long", () => members.size);
    this.#verdicts = metrics.counter("room_joins_total", "Questions about joins", ["result"]);
    const refused = "Reads and messages of clients that rooms refused";
    this.#refusals = metrics.counter("room_refused_total", refused, ["code"]);
  }

  start(): void {
    const { bus } = this.#deps;
    const subject = bus.subjects.roomsChanged;
    this.#subscription = bus.subscribe(subject, ({ data }) => this.#onChanged(data));
  }

  stop(): void {
    this.#subscription?.unsubscribe();
  }

  async admit(questions: readonly JoinQuestion[]): Promise<(Admitted | GoimError)[]> {
    const again = this.#lookAgain();
    const look: Lookup = (id, mid) => this.#look(id, mid);
    return Promise.all(
      questions.map(async (question) => {
        try {
          const admitted = await this.#admit(question, question.again ? again : look);
          this.#verdicts.inc({ result: "ok" });
          return admitted;
        } catch (error) {
          if (!isGoimError(error)) throw error;
          this.#verdicts.inc({ result: error.code });
          return error;
        }
      }),
    );
  }

  mayPublish = async (id: string, mid: string): Promise<void> => {
    await this.#counted(this.#mustBeIn(id, mid));
  };

  mayPublishOutside = async (id: string, mid: string): Promise<void> => {
    const send = async () => {
      await this.#mustBeIn(id, mid);
      await this.#deps.joinHook?.("publish", id, mid);
    };
    await this.#counted(send());
  };

  mayRead = async (id: string, mid: string): Promise<void> => {
    const read = async () => {
      const room = await this.#mustBeIn(id, mid);
      if (room?.history === "off") throw new GoimError("forbidden", "the room gives no history");
      await this.#deps.joinHook?.("history", id, mid);
    };
    await this.#counted(read());
  };

  moderates(id: string, mid: string): boolean {
    if (mid === "" || mid === "0") return false;
    const room = this.#rooms.known(id)?.value;
    if (room?.state !== "open") return false;
    const member = this.#members.known(memberKey(id, mid))?.value;
    return rankOf(room, mid, member) >= Rank.Admin;
  }

  async guards(ids: readonly string[]): Promise<number[]> {
    const found = await Promise.all(ids.map((id) => this.#readRoom(id)));
    return found.map((room) => room?.value.guard ?? 0);
  }

  async #admit({ room: id, mid, again }: JoinQuestion, lookup: Lookup): Promise<Admitted> {
    const { room, member } = await lookup(id, mid);
    if (room === undefined) {
      checkUndeclared(id, this.#declaredOnly);
      if (!again) await this.#deps.joinHook?.("join", id, mid);
      return { guard: 0, history: true };
    }
    const invited = member?.state === "invited" && !again;
    checkEntry(room, mid, member, invited);
    const rank = rankOf(room, mid, member);
    const full = room.capacity > 0 && this.#deps.online(id) >= room.capacity;
    if (!again && full && rank < Rank.Admin) {
      throw new GoimError("full", `the room has ${room.capacity} connections`);
    }
    if (!again) await this.#deps.joinHook?.("join", id, mid);
    if (invited) {
      const accepted = await this.#deps.accept(room, mid);
      this.#members.forget(memberKey(id, mid));
      if (!accepted && room.join !== "open") throw notMember();
    }
    const { guard, history } = room;
    const cursor = rank >= Rank.Member ? member?.cursor : undefined;
    return { guard, history: history === "all", ...(cursor === undefined ? {} : { cursor }) };
  }

  async #mustBeIn(id: string, mid: string): Promise<RoomRecord | undefined> {
    const { room, member } = await this.#look(id, mid);
    if (room === undefined) checkUndeclared(id, this.#declaredOnly);
    else checkEntry(room, mid, member, false);
    return room;
  }

  async #look(id: string, mid: string): Promise<Facts> {
    const { type } = parseRoomId(id);
    if (!this.#deps.types.has(type)) return { room: undefined, member: undefined };
    const key = memberKey(id, mid);
    const read = async () => {
      const member = mid === "0" ? undefined : this.#members.get(key);
      return factsOf(await Promise.all([this.#rooms.get(id), member]));
    };
    const [oldRoom, oldMember] = [this.#rooms.holds(id), mid !== "0" && this.#members.holds(key)];
    const facts = await read();
    // Another logic may have opened the room, or made a member of him, and told him so before us.
    const noRoom = oldRoom && this.#isShut(id, facts.room);
    const noMember = oldMember && isStranger(facts, mid);
    if (!noRoom && !noMember) return facts;
    if (noRoom) this.#rooms.forget(id);
    if (noMember) this.#members.forget(key);
    return read();
  }

  /** Whether nobody may be in the room, as far as is known. */
  #isShut(id: string, room: RoomRecord | undefined): boolean {
    if (room === undefined) return this.#declaredOnly.has(parseRoomId(id).type);
    return room.state === "closed";
  }

  /** Rooms are shared by the questions of one request: they are all about the same moment. */
  #lookAgain(): Lookup {
    const { store, clock } = this.#deps;
    const lasting = { ...this.#memory, ageMs: Number.POSITIVE_INFINITY };
    const rooms = new Remembered((id) => this.#readRoom(id), lasting, clock);
    return async (id, mid) => {
      const member = mid === "0" ? undefined : store.member(parseRoomId(id), mid);
      return factsOf(await Promise.all([rooms.get(id), member]));
    };
  }

  async #readRoom(id: string): Promise<Versioned<RoomRecord> | undefined> {
    return this.#deps.store.room(parseRoomId(id));
  }

  async #counted(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (isGoimError(error)) this.#refusals.inc({ code: error.code });
      throw error;
    }
  }

  #onChanged(data: Uint8Array): void {
    const change = decodeChanged(data);
    if (change === undefined) return;
    this.#rooms.forget(change.room);
    for (const mid of change.mids) this.#members.forget(memberKey(change.room, mid));
  }
}

function factsOf([room, member]: readonly [
  Versioned<RoomRecord> | undefined,
  Versioned<MemberRecord> | undefined,
]): Facts {
  return { room: room?.value, member: member?.value };
}

function checkUndeclared(id: string, declaredOnly: ReadonlySet<string>): void {
  const name = parseRoomId(id);
  if (declaredOnly.has(name.type)) throw notDeclared(name);
}

function checkEntry(
  room: RoomRecord,
  mid: string,
  member: MemberRecord | undefined,
  invited: boolean,
): void {
  if (room.state === "closed") throw closedError(room);
  if (member?.state === "banned") throw new GoimError("forbidden", "banned from the room");
  if (room.join === "open" || invited || rankOf(room, mid, member) >= Rank.Member) return;
  throw notMember();
}

/** Whether the room is for members, and as far as is known he is none. */
function isStranger({ room, member }: Facts, mid: string): boolean {
  if (room === undefined || room.state === "closed" || room.join === "open") return false;
  return member?.state !== "banned" && rankOf(room, mid, member) < Rank.Member;
}

function notMember(): GoimError {
  return new GoimError("forbidden", "only members may enter the room");
}

function memberKey(id: string, mid: string): string {
  return JSON.stringify([id, mid]);
}

function decodeChanged(data: Uint8Array): goim.comet.RoomChanged | undefined {
  try {
    return goim.comet.RoomChanged.decode(data);
  } catch {
    return undefined;
  }
}
