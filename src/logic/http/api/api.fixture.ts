/** The HTTP API over fakes that note what they are asked. */
import { FakeClock } from "../../../kit/clock.fake.ts";
import type { GoimError } from "../../../kit/errors.ts";
import { silentLog } from "../../../kit/log.ts";
import { createMetrics } from "../../../kit/metrics.ts";
import type { ApiMessage, ApiPusher } from "../../api-push.ts";
import type { Page, PageRequest } from "../../history.ts";
import type { MessageQuestion, MessageState } from "../../message-state.ts";
import type { Moderation } from "../../moderation/moderation.ts";
import type { Nodes } from "../../nodes.ts";
import type { Online } from "../../online.ts";
import type { Presence } from "../../presence.ts";
import type { Pusher } from "../../push.ts";
import type { RoomParts } from "../../rooms/create.ts";
import { createHttpApp } from "../app.ts";

export const stored = { offset: 7168, epoch: "e1", duplicate: false };
const emptyPage: Page = {
  ...{ epoch: "e1", entries: [], cursor: 5, more: false, truncated: false },
};

const bounds = { excludeMax: 2, waitMs: 5_000, waitMsMax: 30_000 };
const state: MessageState = {
  ...{ mid: "7", offset: 5_120, epoch: "e1", op: 1_000, bytes: 5, timeMs: 9, expiresAt: 0 },
  ...{ expired: false, transient: false, sender: "" },
  devices: [{ device: "d1", handed: true, acked: false, since: 8 }],
};

/** `fails` by target; "*" fails everywhere. */
export function setup(fails: Readonly<Record<string, GoimError>> = {}, page: Page = emptyPage) {
  const calls: unknown[][] = [];
  const pages: [string, PageRequest][] = [];
  const states: MessageQuestion[] = [];
  const take = async (kind: string, target: string | number, message: ApiMessage) => {
    const { body, ...rest } = message;
    calls.push([kind, target, Buffer.from(body).toString("latin1"), rest]);
    const failure = fails[target] ?? fails["*"];
    if (failure !== undefined) throw failure;
    return stored;
  };
  const many = (kind: string) => async (targets: readonly string[], message: ApiMessage) =>
    Promise.all(
      targets.map(async (target) => {
        const outcome = await take(kind, target, message).catch((error: GoimError) => error);
        return { target, outcome };
      }),
    );
  const apiPusher: ApiPusher = {
    room: (id, message) => take("room", id, message),
    all: (speed, message) => take("all", speed, message),
    user: (mid, message) => take("user", mid, message),
    users: many("user"),
    key: (key, message) => take("key", key, message),
    keys: many("key"),
  };
  const metrics = createMetrics();
  const app = createHttpApp(
    {
      ...{ bodyBytesMax: 100, jsonBytesMax: 2_000, targetsMax: 3, batchMax: 3, pageMax: 10 },
      ...bounds,
      presence: { midsMax: 3, pageMax: 10 },
      rooms: { pageMax: 10, midsMax: 3, metadataMax: 2 },
      moderation: { reportsMax: 10 },
    },
    {
      presence: {} as Presence,
      roomParts: {} as RoomParts,
      moderation: {} as Moderation,
      messageStates: async (question) => {
        states.push(question);
        if (fails["*"] !== undefined) throw fails["*"];
        return state;
      },
      apiPusher,
      history: {
        page: async (room, request) => {
          pages.push([room, request]);
          if (fails["*"] !== undefined) throw fails["*"];
          return page;
        },
      },
      pusher: {} as Pusher,
      online: {} as Online,
      nodes: {} as Nodes,
      version: "1.2.3",
      clock: new FakeClock(),
      log: silentLog,
      metrics,
    },
  );
  return { app, ...callsOf(app), calls, pages, states, metrics };
}

function callsOf(app: ReturnType<typeof createHttpApp>) {
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await app.request(path, init);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      type: response.headers.get("content-type"),
      json: text === "" ? undefined : (JSON.parse(text) as Record<string, unknown>),
    };
  };
  const post = (path: string, value: unknown, headers: Record<string, string> = {}) =>
    ask(`/api/v1/push/${path}`, {
      method: "POST",
      body: typeof value === "string" ? value : JSON.stringify(value),
      headers: { "Content-Type": "application/json", ...headers },
    });
  const raw = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
    ask(`/api/v1/push/${path}`, { method: "POST", body, headers } as RequestInit);
  return { ask, post, raw };
}

export const fieldsOf = (json: Record<string, unknown> | undefined) =>
  ((json?.errors ?? []) as { field: string }[]).map(({ field }) => field);

export const plain = { expiresInMs: undefined, idempotency: undefined };
