import { roomId } from "../../../protocol/room-id.ts";
import type { History, HistoryEntry } from "../../history.ts";
import type { MessageState, MessageStates } from "../../message-state.ts";
import { checked, queryOf } from "./request.ts";
import type { ApiRoute } from "./route.ts";
import {
  type MessagePage,
  type MessageStateAnswer,
  messagePage,
  messageState,
  messagesQuery,
  roomPath,
  statePath,
  stateQuery,
} from "./schemas.ts";
import { allow } from "./scope.ts";

export interface MessagesOptions {
  /** Most messages in one page. */
  readonly pageMax: number;
}

export interface MessagesDeps {
  readonly history: History;
  readonly messageStates: MessageStates;
}

/** GET /api/v1/rooms/{type}/{room}/messages and /api/v1/messages/{offset}. */
export function messageRoutes(options: MessagesOptions, deps: MessagesDeps): ApiRoute[] {
  const query = messagesQuery(options.pageMax);
  return [
    {
      method: "get",
      path: "/api/v1/rooms/{type}/{room}/messages",
      summary: "Page through what is kept of a room",
      scope: "read",
      description:
        "Without `after` and `before`: the newest. Pass `cursor` and `epoch` of an answer to the " +
        "next call to go on in the same direction.",
      pathParameters: roomPath,
      query,
      answers: { 200: { text: "A page.", schema: messagePage } },
      problems: [409, 429, 503, 504],
      handle: async (c) => {
        const { type, room } = checked(roomPath, c.req.param());
        allow(c, "read", type);
        const page = await deps.history.page(roomId(type, room), checked(query, queryOf(c, query)));
        const { entries, ...rest } = page;
        const answer: MessagePage = { ...rest, messages: entries.map(messageOf) };
        return c.json(answer);
      },
    },
    {
      method: "get",
      path: "/api/v1/messages/{offset}",
      summary: "What became of a message to a user",
      scope: "read",
      description: "Whether each of the user's devices was handed it, and has acknowledged it.",
      pathParameters: statePath,
      query: stateQuery,
      answers: { 200: { text: "Its state.", schema: messageState } },
      problems: [404, 409, 503, 504],
      handle: async (c) => {
        const { offset } = checked(statePath, c.req.param());
        const { mid, epoch } = checked(stateQuery, queryOf(c, stateQuery));
        return c.json(stateOf(await deps.messageStates({ mid, offset, epoch })));
      },
    },
  ];
}

function stateOf(state: MessageState): MessageStateAnswer {
  const { mid: user, offset, epoch, op, bytes, timeMs: time, expired } = state;
  const { expiresAt, sender, transient, devices } = state;
  return {
    ...{ user, offset, epoch, op, bytes, time },
    ...(expiresAt === 0 ? {} : { expiresAt }),
    expired,
    qos: transient ? "live" : "stored",
    ...(sender === "" ? {} : { sender }),
    devices: [...devices],
  };
}

const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function messageOf({ offset, op, body, timeMs, expiresAt, sender }: HistoryEntry) {
  return {
    ...{ offset, op, ...bodyOf(body), time: timeMs },
    ...(expiresAt === 0 ? {} : { expiresAt }),
    ...(sender === "" ? {} : { sender }),
  };
}

function bodyOf(bytes: Uint8Array): { body: string } | { bodyBase64: string } {
  try {
    return { body: text.decode(bytes) };
  } catch {
    return { bodyBase64: Buffer.from(bytes).toString("base64") };
  }
}
