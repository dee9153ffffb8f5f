/** Changes of stored records by compare-and-set. */
import { GoimError } from "../../kit/errors.ts";
import { roomId } from "../../protocol/room-id.ts";
import type { MemberRecord, RoomName, RoomRecord, RoomStore } from "../../store/rooms.ts";

export interface EditDeps {
  readonly store: Pick<RoomStore, "room" | "putRoom" | "member" | "putMember">;
  /** Compare-and-set tries. */
  readonly triesMax: number;
}

/** The room as it is. Fails with "not_found". */
export async function needRoom(
  store: Pick<RoomStore, "room">,
  name: RoomName,
): Promise<RoomRecord> {
  const found = await store.room(name);
  if (found === undefined) throw notDeclared(name);
  return found.value;
}

export function notDeclared({ type, room }: RoomName): GoimError {
  return new GoimError("not_found", `the room ${roomId(type, room)} was never opened`);
}

/** `change` is asked again with what is there then when another one was faster. */
export async function editRoom(
  { store, triesMax }: EditDeps,
  name: RoomName,
  change: (room: RoomRecord) => RoomRecord,
): Promise<RoomRecord> {
  for (let tries = 0; tries < triesMax; tries++) {
    const found = await store.room(name);
    if (found === undefined) throw notDeclared(name);
    const next = change(found.value);
    if (next === found.value) return next;
    if ((await store.putRoom(next, found.revision)) !== undefined) return next;
  }
  throw new GoimError("busy", "the room is changed by many at once; try again");
}

/** The same for what a room has of a user; undefined = nothing is to be changed. */
export async function editMember(
  { store, triesMax }: EditDeps,
  name: RoomName,
  mid: string,
  change: (record: MemberRecord | undefined) => MemberRecord | undefined,
): Promise<MemberRecord | undefined> {
  for (let tries = 0; tries < triesMax; tries++) {
    const found = await store.member(name, mid);
    const next = change(found?.value);
    if (next === undefined) return undefined;
    const stored = await store.putMember(name, mid, next, found?.revision);
    if (stored !== undefined) return next;
  }
  throw new GoimError("busy", "the member is changed by many at once; try again");
}
