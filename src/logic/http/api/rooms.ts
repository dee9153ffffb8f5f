import type { Context } from "hono";
import type { z } from "zod";
import { roomId } from "../../../protocol/room-id.ts";
import type { Page, RoomRecord } from "../../../store/rooms.ts";
import type { Audit } from "../../moderation/audit.ts";
import type { RoomParts } from "../../rooms/create.ts";
import type { Env } from "../answer.ts";
import { audited } from "./audited.ts";
import { checked, queryOf, readJson } from "./request.ts";
import {
  actBody,
  changeBody,
  namePath,
  openBody,
  ownerBody,
  roomAnswer,
  roomsPage,
  roomsQuery,
} from "./rooms-schemas.ts";
import type { ApiRoute } from "./route.ts";
import { allowRoomType, callerOf, reaches } from "./scope.ts";

export interface RoomsApiOptions {
  /** Largest JSON body, bytes. */
  readonly jsonBytesMax: number;
  readonly rooms: {
    readonly pageMax: number;
    readonly midsMax: number;
    readonly metadataMax: number;
  };
}

export interface RoomsApiDeps {
  readonly roomParts: Pick<RoomParts, "rooms" | "members" | "unread">;
  readonly online: { room(roomId: string): number };
  readonly audit: Audit;
}

/** What every call of one room may answer besides. */
export const roomProblems = [403, 404, 409, 410, 413, 429, 503, 504];

/** /api/v1/rooms: open, change, hand on, close, list. */
export function roomRoutes(options: RoomsApiOptions, deps: RoomsApiDeps): ApiRoute[] {
  const { metadataMax } = options.rooms;
  const { rooms } = deps.roomParts;
  const shown = (room: RoomRecord) => shownRoom(room, deps);
  const answers = { 200: { text: "The room as it is now.", schema: roomAnswer } };
  const [wish, settings] = [openBody(metadataMax), changeBody(metadataMax)];
  const body = <T extends z.ZodType>(c: Context<Env>, schema: T) => {
    return readChecked(c, schema, options.jsonBytesMax);
  };
  const named = (c: Context<Env>) => checked(namePath, c.req.param());
  const changed = changedRoom(deps);
  const one = { pathParameters: namePath, answers, problems: roomProblems };
  const path = "/api/v1/rooms/{type}/{room}";
  return [
    {
      ...{ method: "post", path: "/api/v1/rooms", operationId: "openRoom" },
      summary: "Open a room",
      description: "A room that was closed begins again with these settings; its members stay.",
      ...{ json: wish, answers, problems: roomProblems },
      handle: async (c) => {
        const { by = "", owner = by, ...more } = await body(c, wish);
        allowRoomType(callerOf(c), more.type);
        return changed(c, "opened", by, await rooms.open({ owner, ...more }, by));
      },
    },
    listRoute(options, deps),
    {
      ...{ method: "get", path, operationId: "getRoom", summary: "One declared room", ...one },
      handle: async (c) => c.json(shown(await rooms.get(named(c)))),
    },
    {
      ...{ method: "patch", path, operationId: "changeRoom", ...one, json: settings },
      summary: "Change a room: what is left out stays",
      handle: async (c) => {
        const { by = "", ...more } = await body(c, settings);
        return changed(c, "changed", by, await rooms.change(named(c), more, by));
      },
    },
    {
      ...{ method: "post", path: `${path}/close`, operationId: "closeRoom", ...one },
      summary: "Close a room: its members are told and moved out, and nobody comes in",
      json: actBody,
      handle: async (c) => {
        const { by = "" } = await body(c, actBody);
        return changed(c, "closed", by, await rooms.close(named(c), by));
      },
    },
    {
      ...{ method: "post", path: `${path}/owner`, operationId: "transferRoom", ...one },
      summary: "Make another user the owner; the old one stays as an admin",
      json: ownerBody,
      handle: async (c) => {
        const { by = "", mid } = await body(c, ownerBody);
        return changed(c, "transferred", by, await rooms.transfer(named(c), mid, by));
      },
    },
  ];
}

function listRoute(options: RoomsApiOptions, deps: RoomsApiDeps): ApiRoute {
  const { rooms } = deps.roomParts;
  const query = roomsQuery(options.rooms.pageMax);
  return {
    ...{ method: "get", path: "/api/v1/rooms", operationId: "listRooms" },
    summary: "Page through declared rooms, closed ones too",
    description:
      "By their last change, oldest first: one that changes meanwhile comes again. To a key for " +
      "some types of rooms a page may show fewer than `limit`.",
    query,
    answers: { 200: { text: "A page.", schema: roomsPage } },
    problems: [429, 503, 504],
    handle: async (c) => {
      const { type, cursor, limit } = checked(query, queryOf(c, query));
      if (type !== undefined) allowRoomType(callerOf(c), type);
      const page = await rooms.list(type, cursor, limit);
      const items = page.items.filter(inReachOf(c));
      return c.json({ rooms: items.map((room) => shownRoom(room, deps)), ...nextOf(page) });
    },
  };
}

/** Whether the caller's key is for rooms like this one. */
export function inReachOf(c: Context<Env>): (room: { readonly type: string }) => boolean {
  const caller = callerOf(c);
  return ({ type }) => reaches(caller, { kind: "type", type });
}

/** Answers with the room as it is after something was done to it. */
function changedRoom(deps: RoomsApiDeps) {
  return (c: Context<Env>, does: string, by: string, room: RoomRecord) => {
    const { type, room: name, owner } = room;
    audited(c, deps.audit, { action: "room", by, does, room: roomId(type, name), owner });
    return c.json(shownRoom(room, deps));
  };
}

export function shownRoom(room: RoomRecord, { online }: RoomsApiDeps) {
  const { guard: _, ...rest } = room;
  return { ...rest, online: online.room(roomId(room.type, room.room)) };
}

export async function readChecked<T extends z.ZodType>(
  c: Context<Env>,
  schema: T,
  bytesMax: number,
): Promise<z.output<T>> {
  return checked(schema, await readJson(c, bytesMax));
}

export function nextOf({ cursor }: Page<unknown>): { cursor?: number } {
  return cursor === 0 ? {} : { cursor };
}
