import { Operation } from "../protocol/operation.ts";
import { Message } from "./message.ts";
import type { Requester } from "./requester.ts";
import { bytesOf, readHistoryReply } from "./wire.ts";

/** Which part of a room's past: before or after an offset; neither = the newest. */
export interface HistoryAsk {
  readonly before?: number;
  readonly after?: number;
  readonly limit?: number;
}

export interface HistoryPage {
  /** Ascending. */
  readonly messages: readonly Message[];
  readonly epoch: string;
  /** What to give as `before` (`after`) for the page that follows; without it there is none. */
  readonly next: number | undefined;
  /** Above 0: older messages than this are no longer kept. */
  readonly oldest: number;
}

/** Reads one page. */
export async function readHistory(
  requester: Requester,
  room: string,
  ask: HistoryAsk,
): Promise<HistoryPage> {
  const { before, after, limit } = ask;
  const body = bytesOf(JSON.stringify({ room, before, after, limit }));
  const reply = readHistoryReply(await requester.request(Operation.History, body));
  const { epoch, next, oldest } = reply;
  const messages = reply.packets.map(({ op, offset = 0, body }) => {
    // A page is one buffer; a message that is kept should not keep the others.
    return new Message({ log: "room", op, offset, epoch, room, body: body.slice() });
  });
  return { messages, epoch, next, oldest };
}
