import { describe, expect, it } from "vitest";
import type { BusMessage } from "../bus/bus.ts";
import { GoimError } from "../kit/errors.ts";
import { goim } from "../protocol/gen/messages.js";
import type { MailPart } from "./mail.ts";
import { type MailRpcDeps, mailRpc } from "./rpc-mail.ts";

const { logic } = goim;

const part: MailPart = {
  ...{ epoch: "e", cursor: 1024, last: 4096, oldest: 2048, through: 3072 },
  entries: [
    {
      ...{ offset: 3072, op: 5, expiresAt: 7, time: 8, sender: "3" },
      body: Buffer.from("hi"),
    },
  ],
};

function setup(deps: Partial<MailRpcDeps>) {
  const endpoints = mailRpc({
    mail: { pages: () => Promise.reject(new Error("not asked")) },
    acks: { acknowledge: () => Promise.reject(new Error("not asked")) },
    ...deps,
  });
  return {
    ask: async (name: string, data: Uint8Array) =>
      (await endpoints[name]?.(data, {} as BusMessage)) ?? new Uint8Array(0),
  };
}

describe("pages of mailboxes", () => {
  it("have a result each: a part, or why there is none", async () => {
    const asked: unknown[] = [];
    const busy = new GoimError("busy", "the answer is full");
    const { ask } = setup({
      mail: {
        pages: async (reads) => {
          asked.push(...reads);
          return [
            { status: "fulfilled", value: part },
            { status: "rejected", reason: busy },
          ];
        },
      },
    });
    const reads = [{ mid: "7", after: 1024, entries: 5, bytes: 99 }, { mid: "8" }];
    const data = await ask("mailbox", logic.MailboxReq.encode({ reads }).finish());
    expect(asked).toEqual([
      { mid: "7", after: 1024, entries: 5, bytes: 99 },
      { mid: "8", after: 0, entries: 0, bytes: 0 },
    ]);
    const { results } = logic.MailboxReply.decode(data);
    expect(results[0]?.mail?.entries).toHaveLength(1);
    expect(Number(results[0]?.mail?.through)).toBe(3072);
    expect(results[1]).toMatchObject({ error: "busy", errorText: "the answer is full" });
  });
});

describe("acknowledgements", () => {
  it("are passed on, and answered one by one", async () => {
    const taken: unknown[] = [];
    const { ask } = setup({
      acks: {
        acknowledge: async (acks) => {
          taken.push(...acks);
          return ["moved", "fenced", new GoimError("reset", "another epoch")];
        },
      },
    });
    const request = { mid: "7", device: "d", epoch: "e", since: 5, session: "c/i/1" };
    const all = { allEpoch: "a", allAcked: 8192 };
    const requests = [{ ...request, acked: 2048, handed: 4096, ...all }, request, request];
    const data = await ask("ack", logic.AckBatchReq.encode({ requests }).finish());
    const told = { allEpoch: "a", all: 8192 };
    expect(taken[0]).toEqual({ ...request, acked: 2048, handed: 4096, ...told });
    expect(taken[1]).toEqual({ ...request, acked: 0, handed: 0, allEpoch: "", all: 0 });
    const { replies } = logic.AckBatchReply.decode(data);
    expect(replies.map(({ fenced, error }) => [fenced, error])).toEqual([
      [false, ""],
      [true, ""],
      [false, "reset"],
    ]);
  });
});
