/**
 * What clients of version 2 ask for, checked. A body that does not fit gives a sentence instead,
 * for the error packet.
 */
import { type HistoryWish, type JoinWish, type PublishMeta, parseJson, splitMeta } from "./v2.ts";

/** Why a request was not understood. */
export class BadRequest {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Longest id of a client's own message, characters. */
export const MESSAGE_ID_MAX = 128;

export function parseJoin(body: Uint8Array): readonly JoinWish[] | BadRequest {
  const rooms = roomsOf(body);
  if (rooms instanceof BadRequest) return rooms;
  const wishes: JoinWish[] = [];
  for (const room of rooms) {
    const wish = isFields(room) ? joinWish(room) : new BadRequest('a room is like {"room":"id"}');
    if (wish instanceof BadRequest) return wish;
    wishes.push(wish);
  }
  return wishes;
}

/** The ids of the rooms to leave. */
export function parseLeave(body: Uint8Array): readonly string[] | BadRequest {
  const rooms = roomsOf(body);
  if (rooms instanceof BadRequest) return rooms;
  const ids: string[] = [];
  for (const room of rooms) {
    if (!isRoomId(room)) return new BadRequest("a room to leave is named by its id");
    ids.push(room);
  }
  return ids;
}

/** `payload` is a view of `body`. */
export function parsePublish(
  body: Uint8Array,
): { readonly meta: PublishMeta; readonly payload: Uint8Array } | BadRequest {
  const parts = splitMeta(body);
  if (parts === undefined || !isFields(parts.meta)) return new BadRequest("there is no meta text");
  const { room, user, op, id, exclude } = parts.meta;
  if (user !== undefined) {
    if (room !== undefined) return new BadRequest("room and user exclude each other");
    if (!isMid(user)) return new BadRequest("user is no mid: decimal text above 0");
    if (exclude === true) return new BadRequest("exclude is for rooms");
  } else if (!isRoomId(room)) return new BadRequest("room is missing");
  if (typeof op !== "number" || op !== (op | 0)) return new BadRequest("op is not an int32");
  if (id !== undefined && !isMessageId(id)) {
    return new BadRequest(`id is not a text of 1 to ${MESSAGE_ID_MAX} characters`);
  }
  if (exclude !== undefined && typeof exclude !== "boolean") {
    return new BadRequest("exclude is neither true nor false");
  }
  const to = user === undefined ? { room: room as string } : { room: "", user };
  const meta = { ...to, op, ...(id === undefined ? {} : { id }), exclude: exclude ?? false };
  return { meta, payload: parts.rest };
}

export function parseHistory(body: Uint8Array): HistoryWish | BadRequest {
  const wish = parseJson(body);
  if (!isFields(wish) || !isRoomId(wish.room)) return new BadRequest("room is missing");
  const { room, before, after, limit, epoch } = wish;
  const numbers = { before, after, limit };
  for (const [name, value] of Object.entries(numbers)) {
    if (value !== undefined && !isOffset(value)) return new BadRequest(`${name} is no offset`);
  }
  if (before !== undefined && after !== undefined) {
    return new BadRequest("before and after exclude each other");
  }
  if (limit === 0) return new BadRequest("limit is at least 1");
  if (epoch !== undefined && typeof epoch !== "string") return new BadRequest("epoch is no text");
  const given = defined(numbers as Readonly<Record<string, number | undefined>>);
  return { room, ...given, ...(epoch === undefined ? {} : { epoch }) };
}

function joinWish({ room, since, epoch, history }: Fields): JoinWish | BadRequest {
  if (!isRoomId(room)) return new BadRequest("room is missing");
  if (since !== undefined || epoch !== undefined) {
    if (!isOffset(since) || typeof epoch !== "string") {
      return new BadRequest("since is an offset and comes with its epoch");
    }
    if (history !== undefined) return new BadRequest("since and history exclude each other");
    return { room, since, epoch };
  }
  if (history === undefined) return { room };
  return isOffset(history) ? { room, history } : new BadRequest("history is not a number");
}

function roomsOf(body: Uint8Array): readonly unknown[] | BadRequest {
  const value = parseJson(body);
  if (!isFields(value) || !Array.isArray(value.rooms) || value.rooms.length === 0) {
    return new BadRequest('the body is not like {"rooms":[…]}');
  }
  return value.rooms as unknown[];
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Half a character would be written as a sign that other halves are written as too. */
const halves = /\p{Surrogate}/u;

function isRoomId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !halves.test(value);
}

const MID_MAX = 2n ** 63n - 1n;

function isMid(value: unknown): value is string {
  return typeof value === "string" && /^[1-9]\d{0,18}$/.test(value) && BigInt(value) <= MID_MAX;
}

function isMessageId(value: unknown): value is string {
  return isRoomId(value) && value.length <= MESSAGE_ID_MAX;
}

function isOffset(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function defined(fields: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, number] => field[1] !== undefined),
  );
}
