import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { goim } from "../protocol/gen/messages.js";
import { DigestWatch } from "./digest-watch.ts";
import { turn } from "./follower.fixture.ts";
import { LogBus } from "./log-bus.fixture.ts";

function setUp() {
  const bus = new LogBus();
  const clock = new FakeClock();
  const told: string[] = [];
  const lost: number[] = [];
  let foreign = 0;
  const shards = [0, 1].map((shard) => ({
    subject: bus.subjects.digest("live", shard),
    stream: "GOIM_ROOM",
    shard,
  }));
  const watch = new DigestWatch(
    { digestSilence: 5000, digestAskTimeout: 1000 },
    {
      bus,
      clock,
      epochOf: () => "e1",
      onLast: (room, epoch, last) => told.push(`${room} ${epoch} ${last}`),
      onForeignEpoch: () => {
        foreign++;
      },
      onLost: ({ shard }) => lost.push(shard),
    },
    shards,
  );
  watch.start(bus.subjects.digestFilter);
  const digest = (over: Partial<goim.push.IDigest>, shard = 0) => {
    const base = { epoch: "e1", job: "j1", term: 1, n: 1, part: 0, parts: 1, rooms: [] };
    const bytes = goim.push.Digest.encode({ ...base, ...over }).finish();
    bus.deliver(bus.subjects.digest("live", shard), bytes);
  };
  /** What job j1 answers, and how it was asked. */
  const asked: goim.push.DigestReq[] = [];
  const owner = (over: Partial<goim.push.IDigestReply>) => {
    bus.answers.set(bus.subjects.job("j1"), (data) => {
      asked.push(goim.push.DigestReq.decode(data));
      const base = { owner: true, epoch: "e1", term: 1, n: 9, rooms: [] };
      return goim.push.DigestReply.encode({ ...base, ...over }).finish();
    });
  };
  return { bus, clock, watch, told, lost, asked, digest, owner, foreign: () => foreign };
}

describe("DigestWatch", () => {
  it("passes on every room of every digest", () => {
    const { told, digest } = setUp();
    digest({ rooms: [{ room: "live://1", last: 5 }] });
    digest({ rooms: [{ room: "live://2", last: 2 ** 40 }] }, 1);
    expect(told).toEqual(["live://1 e1 5", `live://2 e1 ${2 ** 40}`]);
  });

  it("passes on what a replaced owner says: it is true all the same", () => {
    const { told, watch, digest } = setUp();
    digest({ term: 2, n: 4 });
    digest({ term: 1, n: 99, rooms: [{ room: "live://1", last: 5 }] });
    expect(told).toHaveLength(1);
    expect(watch.stats.missed).toBe(0);
  });

  it("asks the owner about a hole, with the shard, and goes on from the answer", async () => {
    const { told, asked, lost, watch, digest, owner } = setUp();
    owner({ n: 4, rooms: [{ room: "live://1", last: 7 }] });
    digest({ n: 1 }, 1);
    digest({ n: 4 }, 1);
    await turn();
    expect(asked).toMatchObject([{ stream: "GOIM_ROOM", shard: 1 }]);
    expect(told).toEqual(["live://1 e1 7"]);
    digest({ n: 5 }, 1);
    expect([lost, watch.stats.missed]).toEqual([[], 1]);
  });

  it.each([
    ["is no owner any more", { owner: false }],
    ["does not answer", undefined],
  ])("has followers look themselves when the job %s", async (_name, reply) => {
    const { lost, digest, owner } = setUp();
    if (reply !== undefined) owner(reply);
    digest({ n: 1 });
    digest({ n: 3 });
    await turn();
    expect(lost).toEqual([0]);
  });

  it("does not ask for more than a job remembers", async () => {
    const { clock, asked, lost, digest, owner } = setUp();
    owner({});
    digest({ n: 1 });
    clock.advance(8001);
    digest({ n: 10 });
    await turn();
    expect([asked, lost]).toEqual([[], [0]]);
  });

  it("asks what was before the first digest when that was long in coming", async () => {
    const { clock, asked, told, lost, watch, digest, owner } = setUp();
    owner({ n: 7, rooms: [{ room: "live://1", last: 7 }] });
    clock.advance(1000);
    digest({ n: 7 }, 0);
    await turn();
    expect(asked).toEqual([]);
    clock.advance(1000);
    digest({ n: 8 }, 1);
    await turn();
    expect(asked).toMatchObject([{ shard: 1 }]);
    expect(told).toEqual(["live://1 e1 7"]);
    clock.advance(20_000);
    watch.forget();
    clock.advance(9000);
    digest({ n: 37 });
    await turn();
    expect([asked.length, lost]).toEqual([1, [0]]);
  });

  it("has followers look when a new owner begins after a long silence, and only then", async () => {
    const { clock, asked, lost, digest, owner } = setUp();
    owner({});
    digest({ n: 1 });
    clock.advance(7000);
    digest({ term: 2, n: 1 });
    clock.advance(9000);
    digest({ term: 2, n: 2 });
    expect(lost).toEqual([]);
    clock.advance(9000);
    digest({ term: 3, n: 1 });
    await turn();
    expect([asked, lost]).toEqual([[], [0]]);
  });

  it("asks once more about what was missed while a question was under way", async () => {
    const { asked, digest, owner } = setUp();
    owner({ n: 3 });
    digest({ n: 1 });
    digest({ n: 3 });
    digest({ n: 5 });
    digest({ n: 7 });
    await turn();
    expect(asked).toHaveLength(2);
  });

  it("counts a shard as silent, but not while NATS is away nor right after", () => {
    const { bus, clock, watch, digest } = setUp();
    expect(watch.silent).toBe(0);
    clock.advance(4000);
    digest({});
    clock.advance(2000);
    expect(watch.silent).toBe(1);
    bus.connected = false;
    expect(watch.silent).toBe(0);
    bus.connected = true;
    watch.forget();
    expect(watch.silent).toBe(0);
  });

  it("follows lower terms when the higher ones fell silent: the leases were made anew", () => {
    const { clock, watch, digest } = setUp();
    digest({ term: 9, n: 1 });
    clock.advance(5001);
    digest({ term: 1, n: 1 });
    expect(watch.stats.missed).toBe(1);
    digest({ term: 1, n: 2 });
    expect(watch.stats.missed).toBe(1);
    digest({ term: 1, n: 4 });
    expect(watch.stats.missed).toBe(2);
  });

  it("doubts the epoch when a digest carries another one", () => {
    const { foreign, digest } = setUp();
    digest({});
    expect(foreign()).toBe(0);
    digest({ epoch: "e2", n: 2 });
    expect(foreign()).toBe(1);
  });

  it("passes over bytes that are no digest and shards it does not watch", () => {
    const { bus, watch, told, digest } = setUp();
    bus.deliver(bus.subjects.digest("live", 0), new Uint8Array([0xff, 0xff]));
    digest({ rooms: [{ room: "live://1", last: 5 }] }, 3);
    expect([watch.stats.undecodable, watch.stats.received, told]).toEqual([1, 0, []]);
    watch.stop();
    expect(bus.listeners.size).toBe(0);
  });
});
