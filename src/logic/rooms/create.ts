/** The parts that rooms are made of, put together. */
import type { Bus } from "../../bus/bus.ts";
import type { RoomTypes } from "../../bus/room-types.ts";
import type { Clock } from "../../kit/clock.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import type { RoomName, RoomStore } from "../../store/rooms.ts";
import type { History } from "../history.ts";
import type { Online } from "../online.ts";
import type { Publisher } from "../publish.ts";
import type { TargetDeps } from "../push-target.ts";
import type { RoomsConfig } from "./config.ts";
import { editMember } from "./edit.ts";
import { createJoinHook, type JoinHookConfig } from "./join-hook.ts";
import { createMembers, type Members } from "./members.ts";
import { createRoomNews } from "./news.ts";
import { createRoomPolicy, type RoomPolicy } from "./policy.ts";
import { createDeclaredRooms, type DeclaredRooms } from "./rooms.ts";
import { createUnread, type Unread } from "./unread.ts";

export interface RoomParts {
  readonly rooms: DeclaredRooms;
  readonly members: Members;
  readonly unread: Unread;
  readonly policy: RoomPolicy;
}

export interface RoomPartsDeps extends TargetDeps {
  readonly bus: Pick<Bus, "publish" | "subscribe" | "request" | "subjects">;
  readonly roomStore: RoomStore;
  readonly roomTypes: Pick<RoomTypes, "has">;
  readonly publisher: Pick<Publisher, "publish">;
  readonly history: History;
  readonly online: Pick<Online, "room">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function createRoomParts(
  config: RoomsConfig & { readonly joinHook: JoinHookConfig },
  deps: RoomPartsDeps,
): RoomParts {
  const { roomStore: store, roomTypes: types, online, clock } = deps;
  const { triesMax, unreadMax } = config;
  const news = createRoomNews(deps);
  const editing = { store, triesMax, clock, news };
  const unread = createUnread({ ...editing, history: deps.history, unreadMax });
  const { position } = unread;

  /** Somebody who was invited has come. */
  const accept = async (name: RoomName, mid: string): Promise<boolean> => {
    const cursor = await position(`${name.type}://${name.room}`);
    let member = false;
    const accepted = await editMember(editing, name, mid, (record) => {
      member = record?.state === "member" || record?.state === "invited";
      if (record?.state !== "invited") return undefined;
      return { ...record, state: "member", since: clock.now(), cursor };
    });
    if (accepted !== undefined) await news.tell(name, { event: "added", by: mid, mids: [mid] });
    return member;
  };

  return {
    rooms: createDeclaredRooms({ ...editing, checkId: (id) => deps.subjects.room(id) }),
    members: createMembers({ ...editing, position }),
    unread,
    policy: createRoomPolicy(config, {
      ...{ ...deps, store, types, accept },
      online: (id) => online.room(id),
      joinHook: createJoinHook(config.joinHook, deps),
    }),
  };
}
