import Long from "long";
import { describe, expect, it } from "vitest";
import type { BusMessage } from "../bus/bus.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { goim } from "../protocol/gen/messages.js";
import { toText } from "../protocol/int64.ts";
import { unlimited } from "./auth/grant.ts";
import { believing } from "./auth/insecure.fixture.ts";
import { parseToken } from "./auth/token.ts";
import type { WaitingMail } from "./mail.ts";
import type { Online } from "./online.ts";
import type { Received } from "./receive.ts";
import { createRpc } from "./rpc.ts";
import type { Sessions } from "./sessions.ts";

const { logic } = goim;

const kept = [1025, 2049, 3073].map((offset) => ({
  ...{ offset, op: 6, body: Buffer.from("all"), expiresAt: 0, time: 1, sender: "" },
  retain: true as const,
}));
const part: WaitingMail = {
  all: { cursor: 1025, kept: { epoch: "a", offset: 4095, entries: kept } },
  ...{ epoch: "e", cursor: 1024, last: 4096, oldest: 2048, through: 3072 },
  entries: [
    {
      ...{ offset: 3072, op: 5, expiresAt: 7, time: 8, sender: "3" },
      body: Buffer.from("hi"),
    },
  ],
};

const online: Online = {
  room: (id) => (id === "live://1" ? 5 : 0),
  totals: () => ({ connections: 42, ips: 7 }),
  top: () => [],
  start: () => {},
  stop: () => {},
};

const everything = unlimited(parseToken(Buffer.from("{}")));

function setup(overrides: Partial<Sessions> = {}) {
  const seen: unknown[] = [];
  const received: Received[] = [];
  const rpc = createRpc(
    { heartbeat: 240_000, heartbeatMax: 2, maxPerKey: 3, pageMax: 100, replyBytes: 1_000 },
    {
      authorizer: believing,
      moves: async () => {},
      policy: { admit: async () => [], guards: async () => [] },
      sessions: {
        connect: async (logins) => {
          seen.push(...logins);
          return logins.map(({ comet, incarnation, conn }) =>
            conn === 13
              ? { error: "unauthorized", text: "no" }
              : {
                  session: {
                    mid: "9223372036854775807",
                    key: "k",
                    comet,
                    incarnation,
                    conn,
                    platform: "web",
                    device: "d",
                    since: 1_795_255_325_000,
                  },
                  roomId: "live://1",
                  accepts: [1000, -1],
                  grant: everything,
                  ...(conn === 12 ? { mail: part } : {}),
                },
          );
        },
        disconnect: async (sessions) => {
          seen.push(...sessions);
          return sessions.map(() => true);
        },
        heartbeat: async (sessions) => {
          seen.push(...sessions);
          return sessions.map(({ key }) => key === "taken");
        },
        epoch: async () => "e1",
        ...overrides,
      },
      online,
      nodes: {
        weighted: (platform) => ({
          domain: "d",
          tcp_port: 1,
          ws_port: 2,
          wss_port: 3,
          heartbeat: 240,
          nodes: [`${platform}1`],
          backoff: { max_delay: 300, base_delay: 3, factor: 1.5, jitter: 0.5 },
          heartbeat_max: 2,
        }),
        ...{ perCaller: false, instances: () => [] },
      },
      receive: (message) => received.push(message),
      log: silentLog,
      mail: { pages: async () => [] },
      acks: { acknowledge: async () => [] },
      clientPublish: () => Promise.reject(new Error("not asked")),
      history: { page: () => Promise.reject(new Error("not asked")) },
    },
  );
  const ask = async (name: string, data: Uint8Array) =>
    (await rpc[name]?.(data, {} as BusMessage)) ?? new Uint8Array(0);
  return { ask, seen, received, names: Object.keys(rpc) };
}

describe("the endpoints for comets", () => {
  it("are goim's", () => {
    expect(setup().names).toEqual([
      "connect",
      "disconnect",
      "heartbeat",
      "renew",
      "receive",
      "nodes",
      "refresh",
      "moves",
      "mailbox",
      "ack",
      "publish",
      "history",
      "join",
      "guards",
    ]);
  });

  it("connect answers each login, exact over 64 bits", async () => {
    const { ask, seen } = setup();
    const token = Buffer.from("{}");
    const requests = [12, 13].map((conn) => ({ server: "c", incarnation: "i", conn, token }));
    const data = await ask("connect", logic.ConnectBatchReq.encode({ requests }).finish());
    const { replies, storeEpoch, kept: told } = logic.ConnectBatchReply.decode(data);
    expect(storeEpoch).toBe("e1");
    expect(toText(replies[0]?.mid ?? 0)).toBe("9223372036854775807");
    expect(replies[0]).toMatchObject({
      key: "k",
      roomID: "live://1",
      accepts: [1000, -1],
      heartbeatMax: 2,
      maxPerKey: 3,
      platform: "web",
      error: "",
    });
    expect(Number(replies[0]?.heartbeat)).toBe(240e9);
    expect(replies[1]).toMatchObject({ error: "unauthorized", errorText: "no" });
    expect(replies[0]).toMatchObject({ device: "d" });
    expect(Number(replies[0]?.since)).toBe(1_795_255_325_000);
    const { mail } = replies[0] ?? {};
    const numbers = [mail?.cursor, mail?.last, mail?.oldest, mail?.through].map(Number);
    expect([mail?.epoch, ...numbers]).toEqual(["e", 1024, 4096, 2048, 3072]);
    expect(mail?.entries?.[0]).toMatchObject({ op: 5, sender: "3", body: Buffer.from("hi") });
    expect(replies[1]?.mail ?? null).toBeNull();
    expect([replies[0], replies[1]].map((reply) => reply?.allCursor ?? null)).toEqual([
      Long.fromNumber(1025, true),
      null,
    ]);
    const { epoch, offset, entries } = told ?? {};
    expect([epoch, Number(offset)]).toEqual(["a", 4095]);
    expect(entries?.map((one) => Number(one.offset))).toEqual([2049, 3073]);
    expect(entries?.[0]).toMatchObject({ op: 6, retain: true, body: Buffer.from("all") });
    expect(seen[0]).toMatchObject({ comet: "c", incarnation: "i", conn: 12 });
  });

  it("disconnect and heartbeat name the exact connection", async () => {
    const { ask, seen } = setup();
    const mid = Long.fromString("9007199254740993");
    const base = { mid, server: "c", incarnation: "i", conn: 4 };
    const requests = [
      { ...base, key: "k", platform: "web" },
      { ...base, key: "taken", platform: "web" },
    ];
    const beat = logic.HeartbeatBatchReply.decode(
      await ask("heartbeat", logic.HeartbeatBatchReq.encode({ requests }).finish()),
    );
    expect(beat.replies.map(({ taken }) => taken)).toEqual([false, true]);
    expect(beat.storeEpoch).toBe("e1");
    const gone = logic.DisconnectBatchReply.decode(
      await ask("disconnect", logic.DisconnectBatchReq.encode({ requests }).finish()),
    );
    expect(gone.replies.map(({ has }) => has)).toEqual([true, true]);
    const exact = { mid: "9007199254740993", comet: "c", incarnation: "i", conn: 4 };
    expect(seen).toMatchObject([
      { ...exact, key: "k", platform: "web" },
      { ...exact, key: "taken" },
      { ...exact, key: "k" },
      { ...exact, key: "taken" },
    ]);
  });

  it("renew answers the totals of the rooms asked for", async () => {
    const { ask } = setup();
    const request = { server: "c", roomCount: { "live://1": 2, "live://2": 1 } };
    const reply = logic.OnlineReply.decode(
      await ask("renew", logic.OnlineReq.encode(request).finish()),
    );
    expect(reply.allRoomCount).toEqual({ "live://1": 5, "live://2": 0 });
    expect(reply.connections).toBe(42);
  });

  it("receive takes what clients sent up", async () => {
    const { ask, received } = setup();
    const proto = { op: 4, body: Buffer.from("hello") };
    const request = { mid: Long.fromString("9007199254740993"), key: "k", room: "r", proto };
    await ask("receive", logic.ReceiveReq.encode(request).finish());
    await ask("receive", logic.ReceiveReq.encode({}).finish());
    expect(received).toEqual([
      { mid: "9007199254740993", key: "k", room: "r", op: 4, bodyBytes: 5 },
      { mid: "0", key: "", room: "", op: 0, bodyBytes: 0 },
    ]);
  });

  it("nodes answers as the HTTP API", async () => {
    const { ask } = setup();
    const request = logic.NodesReq.encode({ platform: "web" }).finish();
    const reply = logic.NodesReply.decode(await ask("nodes", request));
    expect(reply).toMatchObject({
      domain: "d",
      tcpPort: 1,
      wsPort: 2,
      wssPort: 3,
      heartbeat: 240,
      nodes: ["web1"],
      backoff: { maxDelay: 300, baseDelay: 3, factor: 1.5, jitter: 0.5 },
      heartbeatMax: 2,
    });
  });

  it("leave the epoch empty while the store cannot say, and answer all the same", async () => {
    const { ask } = setup({
      epoch: () => Promise.reject(new GoimError("unavailable", "the store is away")),
    });
    const reply = logic.OnlineReply.decode(await ask("renew", logic.OnlineReq.encode({}).finish()));
    expect(reply).toMatchObject({ storeEpoch: "", connections: 42 });
  });

  it("refuse what they cannot read", async () => {
    const { ask, names } = setup();
    for (const name of names) {
      await expect(ask(name, Uint8Array.of(10, 255))).rejects.toMatchObject({ code: "invalid" });
    }
  });
});
