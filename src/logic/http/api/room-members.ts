import type { Context } from "hono";
import type { z } from "zod";
import { roomId } from "../../../protocol/room-id.ts";
import type { RoomName } from "../../../store/rooms.ts";
import type { Act, Audit } from "../../moderation/audit.ts";
import type { Env } from "../answer.ts";
import { audited } from "./audited.ts";
import { checked, queryOf } from "./request.ts";
import {
  inReachOf,
  nextOf,
  type RoomsApiDeps,
  type RoomsApiOptions,
  readChecked,
  roomProblems,
  shownRoom,
} from "./rooms.ts";
import {
  actBody,
  byQuery,
  cursorAnswer,
  cursorBody,
  done,
  memberPath,
  membersPage,
  memberUnread,
  midsBody,
  namePath,
  pageQuery,
  roleBody,
  userPath,
  userRoomsPage,
  userRoomsQuery,
} from "./rooms-schemas.ts";
import type { ApiRoute } from "./route.ts";

const roomPath = "/api/v1/rooms/{type}/{room}";
const path = `${roomPath}/members/{mid}`;
const ok = { 200: { text: "Done.", schema: done } };
const named = (c: Context<Env>) => checked(namePath, c.req.param());
const memberOf = (c: Context<Env>) => checked(memberPath, c.req.param());

/** Who belongs to a room, and the rooms of a user. */
export function memberRoutes(options: RoomsApiOptions, deps: RoomsApiDeps): ApiRoute[] {
  return [
    ...groupRoutes(options, deps),
    ...oneRoutes(options, deps),
    userRoomsRoute(options, deps),
  ];
}

/** Calls about many members. */
function groupRoutes(options: RoomsApiOptions, { roomParts }: RoomsApiDeps): ApiRoute[] {
  const { members } = roomParts;
  const { jsonBytesMax } = options;
  const mids = midsBody(options.rooms.midsMax);
  const query = pageQuery(options.rooms.pageMax);
  const many = { pathParameters: namePath, json: mids, answers: ok, problems: roomProblems };
  return [
    {
      ...{ method: "get", path: `${roomPath}/members`, operationId: "listMembers" },
      summary: "Page through the members, invited and banned users too",
      description: "By their last change, oldest first: who changes meanwhile comes again.",
      ...{ pathParameters: namePath, query, problems: roomProblems },
      answers: { 200: { text: "A page.", schema: membersPage } },
      handle: async (c) => {
        const { cursor, limit } = checked(query, queryOf(c, query));
        const page = await members.list(named(c), cursor, limit);
        return c.json({ members: page.items, ...nextOf(page) });
      },
    },
    {
      ...{ method: "post", path: `${roomPath}/members`, operationId: "addMembers", ...many },
      summary: "Make users members",
      handle: async (c) => {
        const { by = "", mids: added } = await readChecked(c, mids, jsonBytesMax);
        await members.add(named(c), added, by);
        return c.json({ ok: true });
      },
    },
    {
      ...{ method: "post", path: `${roomPath}/invites`, operationId: "inviteMembers", ...many },
      summary: "Invite users: they are members once they enter",
      handle: async (c) => {
        const { by = "", mids: invited } = await readChecked(c, mids, jsonBytesMax);
        await members.invite(named(c), invited, by);
        return c.json({ ok: true });
      },
    },
  ];
}

/** Answers what was done to a member; noted as moderation's own acts about a user in a room are. */
function toldOf(audit: Audit) {
  return (c: Context<Env>, act: Act, member: RoomName & { readonly mid: string }) => {
    const { type, room, mid } = member;
    audited(c, audit, { ...act, about: "user", value: mid, room: roomId(type, room) });
    return c.json({ ok: true });
  };
}

/** Calls about one member. */
function oneRoutes(options: RoomsApiOptions, { roomParts, audit }: RoomsApiDeps): ApiRoute[] {
  const { members, unread } = roomParts;
  const one = { pathParameters: memberPath, answers: ok, problems: roomProblems };
  const body = <T extends z.ZodType>(c: Context<Env>, schema: T) => {
    return readChecked(c, schema, options.jsonBytesMax);
  };
  const told = toldOf(audit);
  return [
    {
      ...{ method: "get", path, operationId: "getMember", ...one },
      summary: "One member, and how much he has not read",
      answers: { 200: { text: "The member.", schema: memberUnread } },
      handle: async (c) => {
        const { mid, ...name } = memberOf(c);
        const member = await members.get(name, mid);
        return c.json({ ...member, ...(await unread.of(name, mid, member.cursor)) });
      },
    },
    {
      ...{ method: "delete", path, operationId: "removeMember", ...one, query: byQuery },
      summary: "Take a user out of the room; with `by` himself: leave",
      handle: async (c) => {
        const { mid, ...name } = memberOf(c);
        const { by = "" } = checked(byQuery, queryOf(c, byQuery));
        await members.remove(name, mid, by);
        return told(c, { action: "remove", by }, { ...name, mid });
      },
    },
    {
      ...{ method: "post", path: `${path}/ban`, operationId: "banMember", ...one, json: actBody },
      summary: "Take a user out of the room for good",
      handle: async (c) => {
        const { mid, ...name } = memberOf(c);
        const { by = "" } = await body(c, actBody);
        await members.ban(name, mid, by);
        return told(c, { action: "ban", by }, { ...name, mid });
      },
    },
    {
      ...{ method: "post", path: `${path}/unban`, operationId: "unbanMember", ...one },
      ...{ summary: "End a ban", json: actBody },
      handle: async (c) => {
        const { mid, ...name } = memberOf(c);
        const { by = "" } = await body(c, actBody);
        await members.unban(name, mid, by);
        return told(c, { action: "unban", by }, { ...name, mid });
      },
    },
    {
      ...{ method: "put", path: `${path}/role`, operationId: "setRole", ...one, json: roleBody },
      summary: "Make a member an admin, or an admin a member",
      handle: async (c) => {
        const { mid, ...name } = memberOf(c);
        const { by = "", role } = await body(c, roleBody);
        await members.setRole(name, mid, role, by);
        return told(c, { action: "role", by, role }, { ...name, mid });
      },
    },
    {
      ...{ method: "put", path: `${path}/cursor`, operationId: "setCursor", ...one },
      summary: "How far a member has read; only moves on",
      json: cursorBody,
      answers: { 200: { text: "Where it stands now.", schema: cursorAnswer } },
      handle: async (c) => {
        const { mid, ...name } = memberOf(c);
        return c.json(await unread.read(name, mid, await body(c, cursorBody)));
      },
    },
  ];
}

function userRoomsRoute(options: RoomsApiOptions, deps: RoomsApiDeps): ApiRoute {
  const { members, unread } = deps.roomParts;
  const query = userRoomsQuery(options.rooms.pageMax);
  return {
    ...{ method: "get", path: "/api/v1/users/{mid}/rooms", operationId: "listRoomsOfUser" },
    summary: "Page through the rooms that a user is a member of or invited to",
    description: "A page may have fewer rooms than `limit`, and still be followed by another.",
    ...{ pathParameters: userPath, query, problems: [409, 429, 503, 504] },
    answers: { 200: { text: "A page.", schema: userRoomsPage } },
    handle: async (c) => {
      const { mid } = checked(userPath, c.req.param());
      const { cursor, limit, unread: wanted } = checked(query, queryOf(c, query));
      const inReach = inReachOf(c);
      const page = await members.roomsOf(mid, cursor, limit);
      const items = page.items.filter(({ room }) => inReach(room));
      const rooms = await Promise.all(
        items.map(async ({ room, member }) => {
          const counts = wanted ? await unread.of(room, mid, member.cursor) : {};
          return { room: shownRoom(room, deps), member: { ...member, ...counts } };
        }),
      );
      return c.json({ rooms, ...nextOf(page) });
    },
  };
}
