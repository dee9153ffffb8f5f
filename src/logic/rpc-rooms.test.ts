import { describe, expect, it } from "vitest";
import type { BusMessage } from "../bus/bus.ts";
import { GoimError } from "../kit/errors.ts";
import { goim } from "../protocol/gen/messages.js";
import type { History, Page, PageRequest } from "./history.ts";
import { type RoomRpcDeps, roomRpc } from "./rpc-rooms.ts";

const { logic } = goim;

function setup(deps: Partial<RoomRpcDeps>) {
  const endpoints = roomRpc(
    { pageMax: 100, replyBytes: 1_000 },
    {
      clientPublish: () => Promise.reject(new Error("not asked")),
      history: { page: () => Promise.reject(new Error("not asked")) },
      ...deps,
    },
  );
  return {
    ask: async (name: string, data: Uint8Array) =>
      (await endpoints[name]?.(data, {} as BusMessage)) ?? new Uint8Array(0),
  };
}

describe("a client's message", () => {
  const request = { mid: "7", key: "k", room: "live://1", op: 1000, id: "m1", excludeSelf: true };

  it("is answered with its place", async () => {
    const taken: unknown[] = [];
    const { ask } = setup({
      clientPublish: async (message) => {
        taken.push(message);
        return { offset: 5120, epoch: "e", duplicate: true };
      },
    });
    const body = Buffer.from("hi");
    const data = await ask("publish", logic.PublishReq.encode({ ...request, body }).finish());
    const sender = { device: "", platform: "", ip: "", user: "", viewer: "" };
    expect(taken).toEqual([{ ...request, ...sender, body: expect.anything() }]);
    const reply = logic.PublishReply.decode(data);
    expect(Number(reply.offset)).toBe(5120);
    expect(reply).toMatchObject({ epoch: "e", duplicate: true, error: "" });
  });

  it("is answered with why not, unless that is a bug", async () => {
    let error: Error = new GoimError("forbidden", "not here");
    const { ask } = setup({ clientPublish: () => Promise.reject(error) });
    const data = logic.PublishReq.encode(request).finish();
    const reply = logic.PublishReply.decode(await ask("publish", data));
    expect(reply).toMatchObject({ error: "forbidden", errorText: "not here" });
    error = new TypeError("bug");
    await expect(ask("publish", data)).rejects.toThrow(TypeError);
  });
});

describe("a page of a room's history", () => {
  const entry = { op: 1, timeMs: 5, expiresAt: 0, sender: "" };
  const entries = [1, 2, 3, 4].map((offset) => ({ ...entry, offset, body: Buffer.alloc(300) }));
  const page = { epoch: "e", entries, cursor: 9, more: false, truncated: false };

  const asked = async (request: goim.logic.IHistoryReq, answer: Page = page) => {
    const requests: [string, PageRequest][] = [];
    const history: History = {
      page: async (room, one) => {
        requests.push([room, one]);
        return answer;
      },
    };
    const { ask } = setup({ history });
    const data = await ask("history", logic.HistoryReq.encode(request).finish());
    const reply = logic.HistoryReply.decode(data);
    const offsets = reply.entries.map(({ offset }) => Number(offset));
    return { requests, reply, offsets, next: reply.next == null ? undefined : Number(reply.next) };
  };

  it("asks for what the request says, within bounds", async () => {
    const requests = [
      await asked({ room: "live://1" }),
      await asked({ room: "live://1", limit: 1_000, before: 4096, epoch: "e" }),
      await asked({ room: "live://1", limit: 7, after: 0, mid: "0", viewer: "p.1" }),
      // Of an older comet, which does not say who views.
      await asked({ room: "live://1", mid: "7" }),
    ];
    expect(requests.map((one) => one.requests[0])).toEqual([
      ["live://1", { limit: 50, viewer: "" }],
      ["live://1", { limit: 100, before: 4096, epoch: "e", viewer: "" }],
      ["live://1", { limit: 7, after: 0, viewer: "p.1" }],
      ["live://1", { limit: 50, viewer: "7" }],
    ]);
  });

  it("is refused to who is banned from it", async () => {
    const seen: unknown[] = [];
    const banned: RoomRpcDeps["banned"] = (who, room) => {
      seen.push([who, room]);
      return new GoimError("banned", "not here");
    };
    const { ask } = setup({ banned });
    const who = { mid: "7", key: "k", device: "d" };
    const request = { ...who, clientIp: "1.2.3.4", room: "live://1" };
    const reply = logic.HistoryReply.decode(
      await ask("history", logic.HistoryReq.encode(request).finish()),
    );
    expect(reply).toMatchObject({ error: "banned", errorText: "not here" });
    expect(seen).toEqual([[{ ...who, ip: "1.2.3.4" }, "live://1"]]);
  });

  it("cut by bytes goes on where it was cut, in both directions", async () => {
    const forward = await asked({ room: "r", after: 0, bytes: 800 });
    expect([forward.offsets, forward.next]).toEqual([[1, 2], 2]);
    const back = await asked({ room: "r", bytes: 800 });
    expect([back.offsets, back.next]).toEqual([[3, 4], 3]);
    const one = await asked({ room: "r", bytes: 1 });
    expect([one.offsets, one.next]).toEqual([[4], 4]);
    const most = await asked({ room: "r", bytes: 1_000_000 });
    expect(most.offsets).toEqual([3, 4].slice(-2));
  });

  it("that holds all ends; one with more behind it says where", async () => {
    const small = entries.map((one) => ({ ...one, body: Buffer.from("x") }));
    const all = await asked({ room: "r" }, { ...page, entries: small });
    expect([all.offsets, all.next]).toEqual([[1, 2, 3, 4], undefined]);
    const gap = { more: true, truncated: true, oldest: 2 };
    const some = await asked({ room: "r", after: 0 }, { ...page, entries: small, ...gap });
    expect([some.next, Number(some.reply.oldest), some.reply.epoch]).toEqual([9, 2, "e"]);
  });

  it("is refused with a code", async () => {
    const reset = new GoimError("reset", "another life");
    const { ask } = setup({ history: { page: () => Promise.reject(reset) } });
    const reply = logic.HistoryReply.decode(
      await ask("history", logic.HistoryReq.encode({ room: "r" }).finish()),
    );
    expect(reply).toMatchObject({ error: "reset", errorText: "another life" });
  });
});
