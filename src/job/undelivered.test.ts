import { expect, it } from "vitest";
import type { Ack } from "../bus/bus.ts";
import { createSubjects } from "../bus/subjects.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import type { Entry } from "./push-batch.ts";
import { JobStats } from "./stats.ts";
import { Undelivered } from "./undelivered.ts";

const config = { maxAge: 60_000, bodyBytes: 10, pendingMax: 3, hold: 1000, retry: 500 };

interface Publish {
  readonly subject: string;
  readonly id: string;
  readonly event: unknown;
  readonly ack: () => void;
  readonly fail: () => void;
}

function setUp(options: Partial<typeof config> = {}) {
  const clock = new FakeClock();
  const stats = new JobStats();
  const published: Publish[] = [];
  const publish = (subject: string, data: Uint8Array, { id }: { id: string }) =>
    new Promise<Ack>((resolve, reject) => {
      const event = JSON.parse(Buffer.from(data).toString());
      const ack = () => resolve({ sequence: 1, duplicate: false });
      const fail = () => reject(new GoimError("unavailable", "away"));
      published.push({ subject, id, event, ack, fail });
    });
  const subjects = createSubjects("goim");
  const undelivered = new Undelivered(
    { ...config, ...options },
    { publish, subjects, clock, log: silentLog, stats },
  );
  let passed = 0;
  const report = (...entries: Entry[]) => undelivered.report("e", "7", entries, () => passed++);
  return { clock, stats, published, undelivered, report, passed: () => passed };
}

const entryOf = (clock: FakeClock, offset: number, parts: Partial<Entry> = {}): Entry => ({
  ...{ offset, op: 9, body: Buffer.from("hi"), speed: 0, expiresAt: 0, time: clock.now() },
  ...parts,
});
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

it("stores an event for each entry, and the checkpoint waits for all of them", async () => {
  const { clock, stats, published, report, passed } = setUp();
  report(entryOf(clock, 1), entryOf(clock, 2, { body: Buffer.alloc(11) }));
  expect(published.map(({ subject, id }) => [subject, id])).toEqual([
    ["goim.event.undelivered.7", "7+e+1"],
    ["goim.event.undelivered.7", "7+e+2"],
  ]);
  const base = { mid: "7", epoch: "e", op: 9, time: clock.now() };
  expect(published[0]?.event).toEqual({ ...base, offset: 1, bodyBase64: "aGk=" });
  expect(published[1]?.event).toEqual({ ...base, offset: 2 });
  published[0]?.ack();
  await settle();
  expect(passed()).toBe(0);
  published[1]?.ack();
  await settle();
  expect(passed()).toBe(1);
  expect(stats.undelivered).toBe(2);
});

it("says nothing about what is not kept, too old, or when it is switched off", () => {
  const { clock, stats, published, report, passed } = setUp();
  report(entryOf(clock, 1, { transient: true }));
  report(entryOf(clock, 2, { time: clock.now() - 60_001 }));
  expect(published).toEqual([]);
  expect(passed()).toBe(2);
  expect(stats.undeliveredOld).toBe(1);
  const off = setUp({ maxAge: 0 });
  off.report(entryOf(off.clock, 3));
  expect(off.published).toEqual([]);
  expect(off.passed()).toBe(1);
});

it("tries again with the same id, while nobody waits any more", async () => {
  const { clock, stats, published, report, passed } = setUp();
  report(entryOf(clock, 1));
  published[0]?.fail();
  await settle();
  expect(passed()).toBe(1);
  clock.advance(500);
  await settle();
  expect(published.map(({ id }) => id)).toEqual(["7+e+1", "7+e+1"]);
  report(entryOf(clock, 2));
  expect(passed()).toBe(2);
  published[1]?.ack();
  await settle();
  expect(passed()).toBe(2);
  expect(stats.undelivered).toBe(1);
  // It works again: the next one is waited for.
  report(entryOf(clock, 3));
  expect(passed()).toBe(2);
});

it("lets go of a stream that hangs", async () => {
  const { clock, published, report, passed } = setUp();
  report(entryOf(clock, 1));
  clock.advance(900);
  report(entryOf(clock, 2));
  clock.advance(100);
  await settle();
  expect(passed()).toBe(2);
  report(entryOf(clock, 3));
  expect(passed()).toBe(3);
  expect(published).toHaveLength(3);
});

it("drops what exceeds the bound, and what cannot be stored in time", async () => {
  const { clock, stats, published, undelivered, report, passed } = setUp();
  for (let offset = 1; offset <= 4; offset++) report(entryOf(clock, offset));
  expect(undelivered.pending).toBe(3);
  expect(stats.undeliveredDropped).toBe(1);
  expect(passed()).toBe(1);
  for (let turn = 0; turn < 130; turn++) {
    for (const { fail } of published.splice(0)) fail();
    await settle();
    clock.advance(500);
    await settle();
  }
  expect(undelivered.pending).toBe(0);
  expect(stats.undeliveredDropped).toBe(4);
});
