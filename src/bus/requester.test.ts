import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import type { BusMessage } from "./bus.ts";
import { Requester } from "./requester.ts";

function setUp() {
  const clock = new FakeClock();
  const replies: string[] = [];
  let take: (message: BusMessage) => void = () => {};
  const requester = new Requester(
    {
      inboxPrefix: "_INBOX",
      publish: (_subject, _data, _headers, replyTo = "") => {
        replies.push(replyTo);
      },
      subscribe: (_subject, onMessage) => {
        take = onMessage;
        return { unsubscribe: () => {}, drain: async () => {} };
      },
    },
    clock,
  );
  const answer = (at: number, text = "", status = 0) => {
    const rest = { status, header: () => undefined, respond: () => {} };
    take({ subject: replies[at] ?? "", data: Buffer.from(text), ...rest });
  };
  const ended: string[] = [];
  const ask = (subject: string, timeoutMs: number) => {
    requester.ask(subject, new Uint8Array(0), { timeoutMs }).then(
      ({ data }) => ended.push(`${subject}: ${Buffer.from(data)}`),
      (error: { code: string }) => ended.push(`${subject}: ${error.code}`),
    );
  };
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { clock, requester, answer, ask, ended, settle };
}

describe("requests", () => {
  it("end exactly when their own time is over, whatever others have", async () => {
    const { clock, ask, ended, settle, requester } = setUp();
    ask("a", 100);
    ask("slow", 1000);
    clock.advance(60);
    ask("b", 100);
    clock.advance(39);
    await settle();
    expect(ended).toEqual([]);
    clock.advance(1);
    await settle();
    expect(ended).toEqual(["a: timeout"]);
    clock.advance(59);
    await settle();
    expect(ended).toHaveLength(1);
    clock.advance(1);
    await settle();
    expect(ended).toEqual(["a: timeout", "b: timeout"]);
    clock.advance(840);
    await settle();
    expect(ended).toEqual(["a: timeout", "b: timeout", "slow: timeout"]);
    expect([requester.pending, clock.pending]).toEqual([0, 0]);
  });

  it("share a timer, which goes on with those that are left", async () => {
    const { clock, ask, answer, ended, settle } = setUp();
    for (let each = 0; each < 100; each++) {
      ask(`r${each}`, 100);
      clock.advance(1);
    }
    expect(clock.pending).toBe(1);
    for (let each = 0; each < 99; each++) answer(each, "yes");
    await settle();
    expect(ended).toHaveLength(99);
    clock.advance(98);
    await settle();
    expect(ended).toHaveLength(99);
    clock.advance(1);
    await settle();
    expect(ended.at(-1)).toBe("r99: timeout");
    expect(clock.pending).toBe(0);
  });

  it("tell that nobody listens, and what cannot be read of an answer", async () => {
    const { ask, answer, ended, settle, requester } = setUp();
    ask("a", 100);
    answer(0, "", 503);
    const read = requester.askFor("b", new Uint8Array(0), { timeoutMs: 100 }, () => {
      throw new Error("no answer of ours");
    });
    answer(1, "?");
    await expect(read).rejects.toThrow("no answer of ours");
    await settle();
    expect(ended).toEqual(["a: unavailable"]);
    const sum = requester.askFor(
      "c",
      new Uint8Array(0),
      { timeoutMs: 100 },
      ({ data }, subject) => {
        return subject + data.length;
      },
    );
    answer(2, "four");
    expect(await sum).toBe("c4");
  });

  it("fail at once when it is closed", async () => {
    const { ask, ended, settle, requester, clock } = setUp();
    ask("a", 100);
    requester.close();
    ask("b", 100);
    await settle();
    expect(ended).toEqual(["a: timeout", "b: unavailable"]);
    expect(clock.pending).toBe(0);
  });
});
