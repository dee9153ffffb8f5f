import { describe, expect, it } from "vitest";
import type { BusMessage, CometInfo } from "../bus/bus.ts";
import { createSubjects } from "../bus/subjects.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { createOnline } from "./online.ts";

const subjects = createSubjects("goim");

function comet(id: string, changes: Partial<CometInfo> = {}): CometInfo {
  return {
    id,
    incarnation: `${id}-1`,
    region: "",
    zone: "",
    env: "",
    hostname: id,
    addrs: [],
    weight: 10,
    offline: false,
    connections: 0,
    ips: 0,
    version: "",
    updatedAt: 0,
    ...changes,
  };
}

function setup(present: CometInfo[] = []) {
  const comets = new Map(present.map((one) => [one.id, one]));
  const asked: { subject: string; answer(reply: object | Error): Promise<void> }[] = [];
  let onMessage: (message: BusMessage) => void = () => {};
  let onChange: (change: { joined?: CometInfo; left?: CometInfo }) => void = () => {};
  const clock = new FakeClock();
  const online = createOnline(
    { topMax: 3, topAge: 1000, snapshotTimeout: 500 },
    {
      bus: {
        subjects,
        subscribe: (subject, listener) => {
          expect(subject).toBe("goim.comet.*.counts");
          onMessage = listener;
          return { unsubscribe: () => {}, drain: async () => {} };
        },
        request: (subject) =>
          new Promise((resolve, reject) => {
            asked.push({
              subject,
              answer: (reply) => {
                if (reply instanceof Error) reject(reply);
                else resolve(goim.comet.RoomsReply.encode(reply).finish());
                return new Promise((done) => setImmediate(done));
              },
            });
          }),
      },
      directory: {
        list: () => [...comets.values()],
        onChange: (listener) => {
          onChange = listener;
          return () => {};
        },
      },
      clock,
      log: silentLog,
      metrics: createMetrics(),
    },
  );
  online.start();
  return {
    online,
    clock,
    asked,
    tell: (id: string, counts: Partial<goim.comet.IRoomCounts>) => {
      const message = { comet: id, incarnation: `${id}-1`, ...counts };
      onMessage({ data: goim.comet.RoomCounts.encode(message).finish() } as BusMessage);
    },
    raw: (data: Uint8Array) => onMessage({ data } as BusMessage),
    join: (joined: CometInfo) => {
      comets.set(joined.id, joined);
      onChange({ joined });
    },
    leave: (left: CometInfo) => {
      comets.delete(left.id);
      onChange({ left });
    },
  };
}

describe("online", () => {
  it("asks every comet it finds for its rooms, and sums them", async () => {
    const { online, asked } = setup([comet("a"), comet("b")]);
    expect(asked.map(({ subject }) => subject)).toEqual([
      "goim.comet.a.rooms",
      "goim.comet.b.rooms",
    ]);
    await asked[0]?.answer({ rooms: { "live://1": 2, "live://2": 1 }, incarnation: "a-1", n: 4 });
    await asked[1]?.answer({ rooms: { "live://1": 3 }, incarnation: "b-1", n: 1 });
    expect(online.room("live://1")).toBe(5);
    expect(online.room("live://2")).toBe(1);
    expect(online.room("live://3")).toBe(0);
  });

  it("follows changes and asks again after a hole", async () => {
    const { online, asked, tell } = setup([comet("a")]);
    await asked[0]?.answer({ rooms: { r: 1 }, incarnation: "a-1", n: 1 });
    tell("a", { n: 2, rooms: { r: 5 } });
    expect(online.room("r")).toBe(5);
    expect(asked).toHaveLength(1);
    tell("a", { n: 4, rooms: { s: 1 } });
    expect(asked).toHaveLength(2);
    await asked[1]?.answer({ rooms: { s: 1, t: 1 }, incarnation: "a-1", n: 4 });
    expect([online.room("r"), online.room("s"), online.room("t")]).toEqual([0, 1, 1]);
  });

  it("asks at once again when the answer is older than a hole found meanwhile", async () => {
    const { online, asked, tell } = setup([comet("a")]);
    tell("a", { n: 1, rooms: { r: 1 } });
    tell("a", { n: 3, rooms: { t: 3 } });
    expect(asked).toHaveLength(1);
    await asked[0]?.answer({ rooms: { r: 1 }, incarnation: "a-1", n: 1 });
    expect(asked).toHaveLength(2);
    await asked[1]?.answer({ rooms: { r: 1, s: 2, t: 3 }, incarnation: "a-1", n: 3 });
    expect([online.room("r"), online.room("s"), online.room("t")]).toEqual([1, 2, 3]);
    expect(asked).toHaveLength(2);
  });

  it("asks again with the next message when an answer does not come", async () => {
    const { online, asked, tell } = setup([comet("a")]);
    await asked[0]?.answer(new GoimError("timeout", "no answer"));
    tell("a", { n: 9, rooms: { r: 1 } });
    expect(asked).toHaveLength(2);
    tell("a", { n: 10, snapshot: true, rooms: { r: 2, s: 2 } });
    await asked[1]?.answer(new GoimError("timeout", "no answer"));
    tell("a", { n: 11, rooms: { r: 3 } });
    expect(asked).toHaveLength(2);
    expect([online.room("r"), online.room("s")]).toEqual([3, 2]);
  });

  it("does not take an answer or counts of another incarnation", async () => {
    const { online, asked, tell } = setup([comet("a")]);
    await asked[0]?.answer({ rooms: { r: 1 }, incarnation: "a-2", n: 1 });
    tell("a", { incarnation: "a-0", n: 1, rooms: { r: 1 } });
    tell("stranger", { n: 1, rooms: { r: 1 } });
    expect(online.room("r")).toBe(0);
  });

  it("forgets a comet that left, and what its former life counted", async () => {
    const { online, asked, tell, join, leave } = setup([comet("a"), comet("b")]);
    tell("a", { n: 1, snapshot: true, rooms: { r: 1 } });
    tell("b", { n: 1, snapshot: true, rooms: { r: 1 } });
    leave(comet("b"));
    expect(online.room("r")).toBe(1);
    join(comet("a", { incarnation: "a-2" }));
    expect(online.room("r")).toBe(0);
    leave(comet("a"));
    await asked.at(-1)?.answer({ rooms: { r: 7 }, incarnation: "a-2", n: 1 });
    expect(online.room("r")).toBe(7);
  });

  it("takes totals from the counts, and from the registry while there are none", () => {
    const { online, tell } = setup([
      comet("a", { connections: 10, ips: 4 }),
      comet("b", { connections: 20, ips: 8 }),
    ]);
    expect(online.totals()).toEqual({ connections: 30, ips: 12 });
    tell("a", { n: 1, connections: 11, ips: 5 });
    expect(online.totals()).toEqual({ connections: 31, ips: 13 });
  });

  it("survives what is no message", () => {
    const { online, raw } = setup([comet("a")]);
    raw(Uint8Array.of(255, 255, 255));
    expect(online.totals().connections).toBe(0);
  });
});

describe("top", () => {
  it("gives the largest rooms of a prefix within the bound", () => {
    const { online, tell } = setup([comet("a")]);
    const rooms = { "live://1": 1, "live://2": 5, "live://3": 3, "live://4": 2, "x://1": 9 };
    tell("a", { n: 1, snapshot: true, rooms });
    expect(online.top("live", 2)).toEqual([
      { room: "live://2", count: 5 },
      { room: "live://3", count: 3 },
    ]);
    expect(online.top("li", 100)).toHaveLength(3);
    expect(online.top("live://4", 5)).toEqual([{ room: "live://4", count: 2 }]);
    expect(online.top("none", 5)).toEqual([]);
  });

  it("is at most topAge old, and a larger limit is looked up anew", () => {
    const { online, tell, clock } = setup([comet("a")]);
    tell("a", { n: 1, snapshot: true, rooms: { a: 1, b: 2 } });
    expect(online.top("", 1)).toEqual([{ room: "b", count: 2 }]);
    tell("a", { n: 2, rooms: { a: 9 } });
    expect(online.top("", 1)).toEqual([{ room: "b", count: 2 }]);
    expect(online.top("", 2)).toHaveLength(2);
    clock.advance(1000);
    expect(online.top("", 1)).toEqual([{ room: "a", count: 9 }]);
  });

  it("remembers a bounded number of prefixes", () => {
    const { online, tell } = setup([comet("a")]);
    tell("a", { n: 1, snapshot: true, rooms: { a: 1 } });
    for (let index = 0; index < 200; index++) online.top(`p${index}`, 1);
    expect(online.top("a", 1)).toHaveLength(1);
  });
});
