/** Rooms that are opened, changed, handed on and closed. */
import type { Clock } from "../../kit/clock.ts";
import { GoimError } from "../../kit/errors.ts";
import { roomId } from "../../protocol/room-id.ts";
import type { MemberRecord, Page, RoomName, RoomRecord, RoomStore } from "../../store/rooms.ts";
import { Rank, rankOf, requireRank } from "./authority.ts";
import { editMember, editRoom, needRoom } from "./edit.ts";
import type { RoomNews } from "./news.ts";

/** What may be said about a room when it is opened or changed. */
export interface RoomSettings {
  readonly title?: string | undefined;
  readonly join?: RoomRecord["join"] | undefined;
  readonly capacity?: number | undefined;
  readonly history?: RoomRecord["history"] | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface OpenWish extends RoomName, RoomSettings {
  /** Mid; "" = nobody. */
  readonly owner: string;
}

/**
 * `by` is the mid that acts, as the caller of the API says; "" = the caller itself, who may do
 * anything. All fail with "not_found" for rooms that were never opened, "forbidden", "busy", and as
 * the store does.
 */
export interface DeclaredRooms {
  /** Fails with "conflict" when it is open. A closed one begins again with these settings. */
  open(wish: OpenWish, by: string): Promise<RoomRecord>;
  change(name: RoomName, settings: RoomSettings, by: string): Promise<RoomRecord>;
  /** Tells the members, then moves everybody out. Closing a closed room does so again. */
  close(name: RoomName, by: string): Promise<RoomRecord>;
  /** The new owner becomes a member; the old one stays as an admin. */
  transfer(name: RoomName, mid: string, by: string): Promise<RoomRecord>;
  get(name: RoomName): Promise<RoomRecord>;
  list(type: string | undefined, after: number, limit: number): Promise<Page<RoomRecord>>;
}

export interface DeclaredRoomsDeps {
  readonly store: RoomStore;
  readonly triesMax: number;
  readonly news: RoomNews;
  readonly clock: Pick<Clock, "now">;
  /** Fails with "invalid" for ids that are too long. */
  readonly checkId: (roomId: string) => void;
}

const defaults = { title: "", join: "open", capacity: 0, history: "all", metadata: {} } as const;

export function createDeclaredRooms(deps: DeclaredRoomsDeps): DeclaredRooms {
  const { store, news, clock } = deps;
  return {
    open: (wish, by) => open(wish, by, deps),
    change: async (name, settings, by) => {
      await requireIn(deps, name, by, Rank.Admin, "change");
      let stricter = false;
      const room = await editRoom(deps, name, (old) => {
        if (old.state === "closed") throw closedError(name);
        const next = { ...old, ...given(settings), changedAt: clock.now() };
        stricter = next.join !== old.join && next.join !== "open";
        return stricter ? { ...next, guard: old.guard + 1 } : next;
      });
      const after = await news.tell(name, { event: "changed", ...byOf(by), room: given(settings) });
      news.changed(name, { mids: [], guard: room.guard, after });
      return room;
    },
    close: async (name, by) => {
      await requireIn(deps, name, by, Rank.Owner, "close");
      const room = await editRoom(deps, name, (old) => {
        const changedAt = clock.now();
        return { ...old, state: "closed", guard: old.guard + 1, changedAt };
      });
      const after = await news.tell(name, { event: "closed", ...byOf(by) });
      news.changed(name, { mids: [], guard: room.guard, out: true, after });
      return room;
    },
    transfer: async (name, mid, by) => {
      await requireIn(deps, name, by, Rank.Owner, "transfer");
      const old = await needRoom(store, name);
      if (old.state === "closed") throw closedError(name);
      for (const one of [mid, old.owner].filter((text) => text !== "")) {
        await editMember(deps, name, one, (record) => {
          if (record?.state === "banned") {
            throw new GoimError("conflict", `user ${one} is banned from the room`);
          }
          return adminOf(record, clock.now(), by);
        });
      }
      const room = await editRoom(deps, name, (now) => {
        // It was handed on meanwhile: whoever asked may not be the owner any more.
        if (now.owner !== old.owner) throw new GoimError("conflict", "the owner has changed");
        return { ...now, owner: mid, changedAt: clock.now() };
      });
      await news.tell(name, { event: "transferred", ...byOf(by), mids: [mid] });
      news.changed(name, { mids: [mid], guard: room.guard });
      return room;
    },
    get: (name) => needRoom(store, name),
    list: (type, after, limit) => store.rooms(type, after, limit),
  };
}

async function open(wish: OpenWish, by: string, deps: DeclaredRoomsDeps): Promise<RoomRecord> {
  const { store, news, clock, triesMax } = deps;
  const { type, room: name, owner, ...settings } = wish;
  checkName(wish, deps);
  if (by !== "" && by !== owner) {
    throw new GoimError("forbidden", "whoever opens a room is its owner");
  }
  // First, so that no comet lets anybody in unasked once the room is there.
  await store.markType(type);
  for (let tries = 0; tries < triesMax; tries++) {
    const old = await store.room(wish);
    if (old?.value.state === "open") throw new GoimError("conflict", "the room is open already");
    if (old !== undefined && by !== "" && old.value.owner !== by) {
      throw new GoimError("forbidden", "only the owner of a closed room may open it again");
    }
    const now = clock.now();
    const record: RoomRecord = {
      ...{ type, room: name, state: "open", owner, ...defaults, ...given(settings) },
      guard: (old?.value.guard ?? 0) + 1,
      createdAt: old?.value.createdAt ?? now,
      changedAt: now,
    };
    if (owner !== "") {
      await editMember(deps, wish, owner, (was) => adminOf(was, now, by));
    }
    if ((await store.putRoom(record, old?.revision)) === undefined) continue;
    const after = await news.tell(wish, { event: "opened", ...byOf(by), room: given(settings) });
    news.changed(wish, { mids: [], guard: record.guard, after });
    return record;
  }
  throw new GoimError("busy", "the room is changed by many at once; try again");
}

/** What such a room's id would be must lead back to the same type and room. */
function checkName({ type, room }: RoomName, { checkId }: DeclaredRoomsDeps): void {
  if (type === "" || type.includes("://")) {
    throw new GoimError("invalid", 'type: not empty, and without "://"');
  }
  checkId(roomId(type, room));
}

export function closedError({ type, room }: RoomName): GoimError {
  return new GoimError("closed", `the room ${roomId(type, room)} is closed`);
}

export async function requireIn(
  { store }: { readonly store: Pick<RoomStore, "room" | "member"> },
  name: RoomName,
  by: string,
  least: Rank,
  what: string,
): Promise<void> {
  const room = await needRoom(store, name);
  if (by === "") return;
  const record = await store.member(name, by);
  requireRank(by, rankOf(room, by, record?.value), least, what);
}

function adminOf(record: MemberRecord | undefined, now: number, by: string): MemberRecord {
  const member = { state: "member", role: "admin" } as const;
  if (record?.state === "member") return { ...record, ...member };
  return { ...record, ...member, since: now, by };
}

export function byOf(by: string): { by?: string } {
  return by === "" ? {} : { by };
}

/** Without what was not said. */
function given(settings: RoomSettings) {
  const { title, join, capacity, history, metadata } = settings;
  return {
    ...(title === undefined ? {} : { title }),
    ...(join === undefined ? {} : { join }),
    ...(capacity === undefined ? {} : { capacity }),
    ...(history === undefined ? {} : { history }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
