import { describe, expect, it } from "vitest";
import type { OrderedReaderOptions, StoredMessage } from "../bus/bus.ts";
import { createSubjects } from "../bus/subjects.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { offsetOf } from "../protocol/offset.ts";
import { createKept, type KeptConfig } from "./kept.ts";
import { KeptList } from "./kept-list.ts";

const at = (sequence: number) => offsetOf(sequence, 0);
const end = (sequence: number) => offsetOf(sequence, 1023);

function message(sequence: number, ...entries: goim.push.IPushEntry[]): StoredMessage {
  const data = goim.push.PushBatch.encode({ entries }).finish();
  return { subject: "goim.push.all", sequence, data, timeMs: 5 };
}
const kept = (text: string, expiresAt = 0) => ({
  ...{ op: 1, body: Buffer.from(text), expiresAt, retain: true },
});

describe("the list of kept broadcasts", () => {
  const offsets = (list: KeptList, now = 0) => list.entries(now).map(({ offset }) => offset);

  it("takes those with retain, and the newest ones within its bounds", () => {
    const list = new KeptList({ max: 2, bytesMax: 1_000 });
    list.add(message(1, kept("a"), { op: 1, body: Buffer.from("not") }, kept("b")), 0);
    expect(offsets(list)).toEqual([at(1), at(1) + 2]);
    list.add(message(2, kept("c")), 0);
    expect(offsets(list)).toEqual([at(1) + 2, at(2)]);
    expect(list.dropped).toBe(1);
    const small = new KeptList({ max: 100, bytesMax: 300 });
    for (const n of [1, 2, 3, 4]) small.add(message(n, kept("x".repeat(60))), 0);
    expect(offsets(small)).toEqual([at(3), at(4)]);
    expect(small.bytes).toBeLessThanOrEqual(300);
    small.add(message(5, kept("x".repeat(400))), 0);
    expect(offsets(small)).toEqual([]);
    expect(small.bytes).toBe(0);
  });

  it("lets go of what expires, before anything else goes", () => {
    const list = new KeptList({ max: 2, bytesMax: 1_000 });
    list.add(message(1, kept("a")), 0);
    list.add(message(2, kept("b", 100), kept("over", 3)), 50);
    expect(offsets(list, 99)).toEqual([at(1), at(2)]);
    list.add(message(3, kept("c")), 100);
    expect(offsets(list, 100)).toEqual([at(1), at(3)]);
    expect(list.dropped).toBe(0);
  });

  it("lets go of what was taken back", () => {
    const list = new KeptList({ max: 2, bytesMax: 1_000 });
    for (const n of [1, 2]) list.add(message(n, kept("a")), 0);
    const before = list.entries(0);
    list.drop(() => false);
    expect(list.entries(0)).toBe(before);
    list.drop(({ offset }) => offset === at(1));
    expect(offsets(list)).toEqual([at(2)]);
    // Its place is free.
    list.add(message(3, kept("b")), 0);
    expect([offsets(list), list.dropped]).toEqual([[at(2), at(3)], 0]);
  });

  it("ends where the stream begins, and skips what is no batch", () => {
    const list = new KeptList({ max: 9, bytesMax: 1_000 });
    for (const n of [1, 2, 3]) list.add(message(n, kept("x")), 0);
    list.add({ ...message(4), data: Buffer.from("no batch") }, 0);
    list.dropBefore(3);
    expect(offsets(list)).toEqual([at(3)]);
  });
});

interface State {
  epoch: string;
  first: number;
  last: number;
  tail: number;
}

function setup(state: Partial<State> = {}, config: Partial<KeptConfig> = {}) {
  const clock = new FakeClock();
  const stream: State = { epoch: "e1", first: 1, last: 0, tail: 0, ...state };
  const control = { away: false, known: "e1", stopped: 0 };
  const feeds: OrderedReaderOptions[] = [];
  const kept = createKept(
    { max: 10, bytesMax: 10_000, loadWait: 1_000, check: 5_000, ...config },
    {
      bus: { subjects: createSubjects("goim"), maxPayloadBytes: 1 << 20 },
      layout: {
        epoch: () => control.known,
        refresh: async () => {
          control.known = stream.epoch;
          return [];
        },
      },
      reader: {
        state: async () => {
          if (control.away) throw new GoimError("unavailable", "away");
          return { epoch: stream.epoch, first: stream.first, last: stream.last };
        },
        tail: async () => (stream.tail === 0 ? undefined : message(stream.tail)),
      },
      readOrdered: async (options) => {
        feeds.push(options);
        const stop = async () => {
          control.stopped++;
        };
        return { sequence: 0, pending: 0, stop };
      },
      clock,
      log: silentLog,
      metrics: createMetrics(),
    },
  );
  const push = (...args: Parameters<typeof message>) => feeds.at(-1)?.onMessage(message(...args));
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 50) {
      clock.advance(Math.min(50, left));
      await turn();
    }
  };
  return { kept, clock, stream, control, feeds, push, pass };
}

async function turn() {
  for (let n = 0; n < 30; n++) await Promise.resolve();
}

const plain = (log: { epoch: string; offset: number; entries: readonly { offset: number }[] }) => [
  ...[log.epoch, log.offset, ...log.entries.map(({ offset }) => offset)],
];

describe("the kept broadcasts", () => {
  it("are known when the stream was read to its end, and stand at it", async () => {
    const { kept: all, push, feeds } = setup({ last: 9, tail: 3 });
    await all.start();
    await turn();
    expect(feeds[0]).toMatchObject({ stream: "GOIM_ALL", filter: "goim.push.all", from: 1 });
    push(1, kept("a"));
    let known: unknown;
    void all.known().then((log) => {
      known = plain(log);
    });
    await turn();
    expect(known).toBeUndefined();
    push(3, { op: 1 });
    await turn();
    // Nothing of the log lies behind its newest message, up to the stream's end.
    expect(known).toEqual(["e1", end(9), at(1)]);
    push(12, kept("b"));
    expect(plain(await all.known())).toEqual(["e1", end(12), at(1), at(12)]);
    await all.stop();
  });

  it("are known at once where there is nothing", async () => {
    const { kept: all } = setup();
    await all.start();
    await turn();
    expect(plain(await all.known())).toEqual(["e1", end(0)]);
    await all.stop();
  });

  it("are waited for, for a bounded time", async () => {
    const { kept: all, push, pass } = setup({ last: 2, tail: 2 });
    await all.start();
    await turn();
    const refused = all.known().catch((error: GoimError) => error.code);
    await pass(900);
    const soon = all.known();
    await pass(100);
    expect(await refused).toBe("unavailable");
    push(2, kept("a"));
    expect(plain(await soon)).toEqual(["e1", end(2), at(2)]);
    await all.stop();
  });

  it("are waited for no longer when what they waited for is evicted", async () => {
    const { kept: all, pass, stream } = setup({ last: 2, tail: 2 });
    await all.start();
    await turn();
    stream.tail = 0;
    await pass(300);
    expect(plain(await all.known())).toEqual(["e1", end(2)]);
    await all.stop();
  });

  it("begin anew in a new life of the stream, known again when that is read", async () => {
    const { kept: all, push, pass, stream, feeds, control } = setup({ last: 1, tail: 1 });
    await all.start();
    await turn();
    push(1, kept("old"));
    expect(plain(await all.known())).toEqual(["e1", end(1), at(1)]);
    Object.assign(stream, { epoch: "e2", last: 2, tail: 2 });
    await pass(5_500);
    expect([feeds.length, control.stopped]).toEqual([2, 1]);
    const known = all.known();
    push(2, kept("new"));
    expect(plain(await known)).toEqual(["e2", end(2), at(2)]);
    feeds[1]?.onReset("restored");
    await pass(500);
    expect(feeds).toHaveLength(3);
    await all.stop();
    expect(control.stopped).toBe(3);
  });

  it("go on standing at the stream's end, and lose what that evicts", async () => {
    const { kept: all, push, pass, stream, control } = setup({ last: 1, tail: 1 });
    await all.start();
    await turn();
    push(1, kept("a"));
    Object.assign(stream, { first: 21, last: 20, tail: 0 });
    control.away = true;
    await pass(6_000);
    expect(plain(await all.known())).toEqual(["e1", end(1), at(1)]);
    control.away = false;
    await pass(6_000);
    expect(plain(await all.known())).toEqual(["e1", end(20)]);
    await all.stop();
  });

  it("never take more than a quarter of an answer", () => {
    expect(setup({}, { bytesMax: 1 << 24 }).kept.bytesMax).toBe(1 << 18);
    expect(setup().kept.bytesMax).toBe(10_000);
  });
});
