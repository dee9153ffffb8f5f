/** How far members have read, and what they have not. */
import { GoimError, isGoimError } from "../../kit/errors.ts";
import { Operation } from "../../protocol/operation.ts";
import { roomId } from "../../protocol/room-id.ts";
import type { MemberRecord, RoomName, RoomStore } from "../../store/rooms.ts";
import type { History, Page as HistoryPage } from "../history.ts";
import { editMember } from "./edit.ts";

export interface UnreadCount {
  /**
   * Messages behind the cursor that the room keeps and that have not expired, without the member's
   * own ones and those about the room itself.
   */
  readonly unread: number;
  /** There are more than were looked at. */
  readonly more: boolean;
  /** The cursor is older than what the room keeps, or of another life: some may be missing. */
  readonly truncated: boolean;
}

export interface Unread {
  of(name: RoomName, mid: string, cursor: MemberRecord["cursor"]): Promise<UnreadCount>;
  /**
   * Moves the member's cursor on; one that is further stays. Fails with "reset" for a place of
   * another life of the log, or behind its end, and "not_found" for who is no member.
   */
  read(
    name: RoomName,
    mid: string,
    place: { offset: number; epoch: string },
  ): Promise<{ offset: number; epoch: string }>;
  /** Where the room stands now, for who becomes a member. */
  position(roomId: string): Promise<{ offset: number; epoch: string }>;
}

export interface UnreadDeps {
  readonly store: RoomStore;
  readonly triesMax: number;
  readonly history: History;
  /** Messages looked at for one count. */
  readonly unreadMax: number;
}

export function createUnread(deps: UnreadDeps): Unread {
  const { history, unreadMax } = deps;

  const behind = async (id: string, cursor: MemberRecord["cursor"]): Promise<HistoryPage> => {
    const place = cursor === undefined ? {} : { after: cursor.offset, epoch: cursor.epoch };
    try {
      return await history.page(id, { ...place, limit: unreadMax });
    } catch (error) {
      if (!isGoimError(error, "reset")) throw error;
      return { ...(await history.page(id, { limit: unreadMax })), truncated: true };
    }
  };

  return {
    of: async (name, mid, cursor) => {
      const page = await behind(roomId(name.type, name.room), cursor);
      const counted = page.entries.filter(
        ({ op, sender }) => op !== Operation.RoomEvent && sender !== mid,
      );
      const { more, truncated } = page;
      return { unread: counted.length, more: more && page.entries.length > 0, truncated };
    },
    read: async (name, mid, place) => {
      // Whether there is such a place; the answer itself is not wanted.
      const after = place.offset;
      const { epoch } = await history.page(roomId(name.type, name.room), {
        ...{ after, epoch: place.epoch, limit: 1 },
      });
      let cursor = { offset: after, epoch };
      await editMember(deps, name, mid, (record) => {
        if (record?.state !== "member") {
          throw new GoimError("not_found", `user ${mid} is no member of the room`);
        }
        const old = record.cursor;
        if (old?.epoch === epoch && old.offset >= after) {
          cursor = old;
          return undefined;
        }
        cursor = { offset: after, epoch };
        return { ...record, cursor };
      });
      return cursor;
    },
    position: async (id) => {
      const page = await history.page(id, { limit: 1 });
      return { offset: page.entries.at(-1)?.offset ?? 0, epoch: page.epoch };
    },
  };
}
