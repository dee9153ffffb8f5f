/** Who belongs to a room: added, invited, raised, removed and banned. */
import type { Clock } from "../../kit/clock.ts";
import { GoimError } from "../../kit/errors.ts";
import { roomId } from "../../protocol/room-id.ts";
import type {
  ListedMember,
  MemberRecord,
  Page,
  RoomName,
  RoomRecord,
  RoomStore,
} from "../../store/rooms.ts";
import { Rank, type Role, rankOf, requireAbove, requireRank, roleOf } from "./authority.ts";
import { editMember, editRoom, needRoom } from "./edit.ts";
import type { RoomEventKind, RoomNews } from "./news.ts";
import { byOf, closedError } from "./rooms.ts";

/** Somebody's place in a room, as it is told. */
export interface Member extends Omit<ListedMember, "role"> {
  readonly role: Role;
}

/** `by` and failures as of DeclaredRooms. */
export interface Members {
  /** They are members from now on; who was banned stays so and fails the call with "conflict". */
  add(name: RoomName, mids: readonly string[], by: string): Promise<void>;
  /** They become members when they enter. In rooms to be entered by invitation any member may. */
  invite(name: RoomName, mids: readonly string[], by: string): Promise<void>;
  /**
   * Ends membership or invitation and takes the user out of the room on every comet. Somebody who
   * removes himself leaves. Who was no member is taken out all the same. The owner must transfer.
   */
  remove(name: RoomName, mid: string, by: string): Promise<void>;
  /** The same, and he may not come back until `unban`. */
  ban(name: RoomName, mid: string, by: string): Promise<void>;
  unban(name: RoomName, mid: string, by: string): Promise<void>;
  setRole(name: RoomName, mid: string, role: MemberRecord["role"], by: string): Promise<void>;
  /** Fails with "not_found" for who is neither member nor invited nor banned. */
  get(name: RoomName, mid: string): Promise<Member>;
  list(name: RoomName, after: number, limit: number): Promise<Page<Member>>;
  /** Rooms of which the user is a member or invited to. Pages may have fewer than `limit`. */
  roomsOf(mid: string, after: number, limit: number): Promise<Page<RoomOfUser>>;
}

export interface RoomOfUser {
  readonly room: RoomRecord;
  readonly member: Member;
}

export interface MembersDeps {
  readonly store: RoomStore;
  readonly triesMax: number;
  readonly news: RoomNews;
  readonly clock: Pick<Clock, "now">;
  /** Where the room stands: what came before is read as far as a new member is concerned. */
  readonly position: (roomId: string) => Promise<{ offset: number; epoch: string }>;
}

/** Records written at once by one call. */
const WRITES_AT_ONCE = 64;

export function createMembers(deps: MembersDeps): Members {
  const { store, news, clock } = deps;
  return {
    add: async (name, mids, by) => {
      const self = mids.length === 1 && mids[0] === by;
      const room = await openRoom(deps, name);
      const joinsHimself = self && room.join === "open";
      await require(deps, room, by, joinsHimself ? Rank.Nobody : Rank.Admin, "add members");
      const cursor = await deps.position(roomId(name.type, name.room));
      const added = await editAll(deps, name, mids, (record, mid) => {
        if (record?.state === "banned") throw bannedError(mid);
        return record?.state === "member" ? undefined : memberOf(clock.now(), by, cursor);
      });
      if (added.length > 0) await news.tell(name, { event: "added", ...byOf(by), mids: added });
      news.changed(name, { mids, guard: room.guard });
    },
    invite: async (name, mids, by) => {
      const room = await openRoom(deps, name);
      const least = room.join === "members" ? Rank.Admin : Rank.Member;
      await require(deps, room, by, least, "invite");
      const invited = await editAll(deps, name, mids, (record, mid) => {
        if (record?.state === "banned") throw bannedError(mid);
        if (record !== undefined) return undefined;
        return { state: "invited", role: "member", since: clock.now(), by };
      });
      news.changed(name, { mids, guard: room.guard });
      if (invited.length === 0) return;
      const event = { event: "invited", ...byOf(by), mids: invited } as const;
      await news.tell(name, event);
      await news.tellUsers(name, invited, { ...event, room: { title: room.title } });
    },
    remove: (name, mid, by) => remove(name, mid, by, deps),
    ban: async (name, mid, by) => {
      await requireOver(deps, name, mid, by, "ban");
      await editMember(deps, name, mid, () => {
        return { state: "banned", role: "member", since: clock.now(), by };
      });
      await takeOut(deps, name, { mid, by, event: "banned" });
    },
    unban: (name, mid, by) => unban(name, mid, by, deps),
    setRole: (name, mid, role, by) => setRole({ name, mid, role, by }, deps),
    get: async (name, mid) => {
      const [room, found] = await Promise.all([needRoom(store, name), store.member(name, mid)]);
      if (found === undefined) throw noMember(mid);
      return memberText(room, mid, found.value);
    },
    list: async (name, after, limit) => {
      const room = await needRoom(store, name);
      const page = await store.members(name, after, limit);
      const items = page.items.map((one) => memberText(room, one.mid, one));
      return { items, cursor: page.cursor };
    },
    roomsOf: async (mid, after, limit) => {
      const page = await store.roomsOf(mid, after, limit);
      const found = await Promise.all(page.items.map((name) => roomOfUser(store, name, mid)));
      return { items: found.filter((one) => one !== undefined), cursor: page.cursor };
    },
  };
}

async function remove(name: RoomName, mid: string, by: string, deps: MembersDeps): Promise<void> {
  const { store, triesMax } = deps;
  const leaves = mid === by;
  const room = leaves
    ? await needRoom(store, name)
    : await requireOver(deps, name, mid, by, "remove");
  if (room.owner === mid) throw ownerStays();
  for (let tries = 0; ; tries++) {
    if (tries === triesMax) throw busy();
    const found = await store.member(name, mid);
    // A ban is not ended by leaving.
    if (found === undefined || found.value.state === "banned") break;
    if (await store.removeMember(name, mid, found.revision)) break;
  }
  await takeOut(deps, name, { mid, by, event: leaves ? "left" : "removed" });
}

async function unban(name: RoomName, mid: string, by: string, deps: MembersDeps): Promise<void> {
  const { store, news } = deps;
  const room = await needRoom(store, name);
  await require(deps, room, by, Rank.Admin, "unban");
  const found = await store.member(name, mid);
  if (found?.value.state !== "banned") {
    throw new GoimError("not_found", `user ${mid} is not banned from the room`);
  }
  if (!(await store.removeMember(name, mid, found.revision))) throw busy();
  await news.tell(name, { event: "unbanned", ...byOf(by), mids: [mid] });
  news.changed(name, { mids: [mid], guard: room.guard });
}

async function setRole(
  wish: { name: RoomName; mid: string; role: MemberRecord["role"]; by: string },
  deps: MembersDeps,
): Promise<void> {
  const { name, mid, role, by } = wish;
  const { store, news } = deps;
  const room = await needRoom(store, name);
  await require(deps, room, by, Rank.Owner, "change roles");
  if (room.owner === mid) throw ownerStays();
  const changed = await editMember(deps, name, mid, (record) => {
    if (record?.state !== "member") throw noMember(mid);
    return record.role === role ? undefined : { ...record, role };
  });
  if (changed === undefined) return;
  await news.tell(name, { event: "role", ...byOf(by), mids: [mid], role });
  news.changed(name, { mids: [mid], guard: room.guard });
}

/** By the guard a comet that misses the hint finds that somebody has to go. */
async function takeOut(
  deps: MembersDeps,
  name: RoomName,
  { mid, by, event }: { mid: string; by: string; event: RoomEventKind },
): Promise<void> {
  const { news } = deps;
  const room = await editRoom(deps, name, (old) => ({ ...old, guard: old.guard + 1 }));
  const after = await news.tell(name, { event, ...byOf(by), mids: [mid] });
  news.changed(name, { mids: [mid], guard: room.guard, out: true, after });
}

async function openRoom({ store }: MembersDeps, name: RoomName): Promise<RoomRecord> {
  const room = await needRoom(store, name);
  if (room.state === "closed") throw closedError(name);
  return room;
}

async function require(
  { store }: MembersDeps,
  room: RoomRecord,
  by: string,
  least: Rank,
  what: string,
): Promise<void> {
  if (by === "" || least === Rank.Nobody) return;
  const record = await store.member(room, by);
  requireRank(by, rankOf(room, by, record?.value), least, what);
}

/** An admin acts on somebody of a lower rank; resolves to the room. */
async function requireOver(
  { store }: MembersDeps,
  name: RoomName,
  mid: string,
  by: string,
  what: string,
): Promise<RoomRecord> {
  const room = await needRoom(store, name);
  if (room.owner === mid) throw ownerStays();
  if (by === "") return room;
  const [mine, other] = await Promise.all([store.member(name, by), store.member(name, mid)]);
  const rank = rankOf(room, by, mine?.value);
  requireRank(by, rank, Rank.Admin, what);
  requireAbove(by, rank, rankOf(room, mid, other?.value), what);
  return room;
}

/** Mids of those whose records were changed. The first failure ends it; what was done stays. */
async function editAll(
  deps: MembersDeps,
  name: RoomName,
  mids: readonly string[],
  change: (record: MemberRecord | undefined, mid: string) => MemberRecord | undefined,
): Promise<string[]> {
  const distinct = [...new Set(mids)];
  const changed: string[] = [];
  for (let at = 0; at < distinct.length; at += WRITES_AT_ONCE) {
    const part = distinct.slice(at, at + WRITES_AT_ONCE);
    const done = await Promise.all(
      part.map((mid) => editMember(deps, name, mid, (record) => change(record, mid))),
    );
    changed.push(...part.filter((_, index) => done[index] !== undefined));
  }
  return changed;
}

export function memberOf(
  now: number,
  by: string,
  cursor: { offset: number; epoch: string },
): MemberRecord {
  return { state: "member", role: "member", since: now, by, cursor };
}

async function roomOfUser(
  store: RoomStore,
  name: RoomName,
  mid: string,
): Promise<RoomOfUser | undefined> {
  const [room, member] = await Promise.all([store.room(name), store.member(name, mid)]);
  // Left behind by a crash, or removed since the list was read.
  if (room === undefined || member === undefined || member.value.state === "banned") return;
  return { room: room.value, member: memberText(room.value, mid, member.value) };
}

function memberText(room: RoomRecord, mid: string, record: MemberRecord): Member {
  return { ...record, mid, role: roleOf(room, mid, record) };
}

function noMember(mid: string): GoimError {
  return new GoimError("not_found", `user ${mid} is no member of the room`);
}

function bannedError(mid: string): GoimError {
  return new GoimError("conflict", `user ${mid} is banned from the room: unban first`);
}

function ownerStays(): GoimError {
  return new GoimError("conflict", "this is the owner of the room: transfer it first");
}

function busy(): GoimError {
  return new GoimError("busy", "the member is changed by many at once; try again");
}
