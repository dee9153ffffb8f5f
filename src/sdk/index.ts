/** The published surface of the SDK; docs/sdk.md is its guide. */
export { CloseCode, mayReconnect } from "../protocol/close-code.ts";
export type { BackoffValues } from "./backoff.ts";
export type { Reply, RequestCallOptions } from "./caller.ts";
export { createClient, GoimClient, type JoinOptions } from "./client.ts";
export type { ClientClock } from "./clock.ts";
export type { CloseCause } from "./connection.ts";
export { GoimClientError } from "./errors.ts";
export type { ClientEvents } from "./events.ts";
export type { HistoryAsk, HistoryPage } from "./history.ts";
export type { Message, MessageLog } from "./message.ts";
export type {
  ClientLimits,
  ClientOptions,
  ClientTiming,
  NetworkEvents,
  WebSocketConstructor,
  WebSocketLike,
} from "./options.ts";
export type { PublishOptions } from "./publisher.ts";
export type { Room, RoomReset, RoomState, Truncated } from "./room.ts";
export type { ClientState } from "./state.ts";
export type { Token, TokenSource } from "./token.ts";
export type { Counts, Receipt, RefreshReply } from "./wire.ts";
