import { roomId } from "../../../protocol/room-id.ts";
import type { History, HistoryEntry } from "../../history.ts";
import { checked, queryOf } from "./request.ts";
import type { ApiRoute } from "./route.ts";
import { type MessagePage, messagePage, messagesQuery, roomPath } from "./schemas.ts";

export interface MessagesOptions {
  /** Most messages in one page. */
  readonly pageMax: number;
}

export interface MessagesDeps {
  readonly history: History;
}

/** GET /api/v1/rooms/{type}/{room}/messages. */
export function messageRoutes(options: MessagesOptions, deps: MessagesDeps): ApiRoute[] {
  const query = messagesQuery(options.pageMax);
  return [
    {
      method: "get",
      path: "/api/v1/rooms/{type}/{room}/messages",
      summary: "Page through what is kept of a room",
      description:
        "Without `after` and `before`: the newest. Pass `cursor` and `epoch` of an answer to the " +
        "next call to go on in the same direction.",
      pathParameters: roomPath,
      query,
      answers: { 200: { text: "A page.", schema: messagePage } },
      problems: [409, 429, 503, 504],
      handle: async (c) => {
        const { type, room } = checked(roomPath, c.req.param());
        const page = await deps.history.page(roomId(type, room), checked(query, queryOf(c, query)));
        const { entries, ...rest } = page;
        const answer: MessagePage = { ...rest, messages: entries.map(messageOf) };
        return c.json(answer);
      },
    },
  ];
}

const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function messageOf({ offset, op, body, timeMs, expiresAt }: HistoryEntry) {
  return {
    ...{ offset, op, ...bodyOf(body), time: timeMs },
    ...(expiresAt === 0 ? {} : { expiresAt }),
  };
}

function bodyOf(bytes: Uint8Array): { body: string } | { bodyBase64: string } {
  try {
    return { body: text.decode(bytes) };
  } catch {
    return { bodyBase64: Buffer.from(bytes).toString("base64") };
  }
}
