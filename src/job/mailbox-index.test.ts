import { expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import type { Append, Appended } from "../store/mailbox.ts";
import { MailboxIndex } from "./mailbox-index.ts";
import type { Entry } from "./push-batch.ts";
import { JobStats } from "./stats.ts";

interface Call {
  readonly epoch: string;
  readonly appends: readonly Append[];
  readonly resolve: (results: PromiseSettledResult<Appended>[]) => void;
  readonly reject: (error: unknown) => void;
}

const config = {
  ...{ usersMax: 2, callsMax: 2, entriesMax: 3, bytesMax: 100, retry: 100, retryMax: 400 },
};

function setUp() {
  const clock = new FakeClock();
  const stats = new JobStats();
  const calls: Call[] = [];
  const done: [string, number | undefined][] = [];
  const append = (epoch: string, appends: readonly Append[]) =>
    new Promise<PromiseSettledResult<Appended>[]>((resolve, reject) => {
      calls.push({ epoch, appends, resolve, reject });
    });
  const index = new MailboxIndex(config, { mailbox: { append }, clock, log: silentLog, stats });
  const wish = (mid: string, offset: number, options: { epoch?: string; wanted?: boolean } = {}) =>
    index.append({
      ...{ epoch: options.epoch ?? "e", mid, entries: [entryOf(offset)], bytes: 20 },
      wanted: () => options.wanted ?? true,
      done: (prev) => done.push([`${mid} ${offset}`, prev]),
    });
  return { clock, stats, calls, done, index, wish };
}

function entryOf(offset: number): Entry {
  return { offset, op: 1, body: new Uint8Array(20), speed: 0, expiresAt: 0, time: 7 };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const stored = (prev: number | undefined) => ({ status: "fulfilled" as const, value: { prev } });
const refused = (code: "busy" | "unavailable") => ({
  ...{ status: "rejected" as const, reason: new GoimError(code, "not now") },
});
const offsetsOf = (call: Call | undefined) =>
  call?.appends.map(({ mid, entries }) => [mid, ...entries.map(({ offset }) => offset)]);

it("has one append of a user on its way; what comes meanwhile goes together", async () => {
  const { calls, done, wish } = setUp();
  wish("1", 1);
  wish("2", 2);
  await settle();
  for (const offset of [3, 4, 5, 6]) wish("1", offset);
  wish("3", 7);
  await settle();
  expect(calls.map(offsetsOf)).toEqual([
    [
      ["1", 1],
      ["2", 2],
    ],
    [["3", 7]],
  ]);
  calls[0]?.resolve([stored(0), stored(undefined)]);
  await settle();
  // Bounded by entriesMax; the next ones wait for this append.
  expect(offsetsOf(calls[2])).toEqual([["1", 3, 4, 5]]);
  calls[2]?.resolve([stored(1)]);
  await settle();
  expect(offsetsOf(calls[3])).toEqual([["1", 6]]);
  expect(done).toEqual([
    ["1 1", 0],
    ["2 2", undefined],
    ["1 3", 1],
    ["1 4", 3],
    ["1 5", 4],
  ]);
});

it("closes a call by bytes, and never mixes lives of the stream", async () => {
  const { calls, wish } = setUp();
  for (let offset = 1; offset <= 6; offset++) wish("1", offset);
  wish("2", 7, { epoch: "f" });
  await settle();
  expect(calls.map(({ epoch }) => epoch)).toEqual(["e", "f"]);
  expect(calls.map(offsetsOf)).toEqual([[["1", 1, 2, 3]], [["2", 7]]]);
});

it("never gives up while the store is away, asks ever more slowly, keeps the order", async () => {
  const { clock, calls, done, index, wish } = setUp();
  wish("1", 1);
  await settle();
  wish("1", 2);
  for (const waitMs of [100, 200, 400, 400]) {
    const last = calls.at(-1);
    const before = calls.length;
    last?.reject(new GoimError("unavailable", "away"));
    await settle();
    clock.advance(waitMs - 1);
    await settle();
    expect(calls.length).toBe(before);
    clock.advance(1);
    await settle();
    expect(offsetsOf(calls.at(-1))).toEqual([["1", 1, 2]]);
  }
  calls.at(-1)?.resolve([stored(0)]);
  await settle();
  expect(done).toEqual([
    ["1 1", 0],
    ["1 2", 1],
  ]);
  expect(index.waiting).toBe(0);
});

it("holds nobody up for one user's mailbox that is not written", async () => {
  const { clock, stats, calls, done, wish } = setUp();
  wish("1", 1);
  wish("2", 2);
  await settle();
  calls[0]?.resolve([refused("busy"), stored(0)]);
  await settle();
  wish("2", 3);
  await settle();
  expect(offsetsOf(calls[1])).toEqual([["2", 3]]);
  calls[1]?.resolve([stored(2)]);
  await settle();
  expect(done.map(([what]) => what)).toEqual(["2 2", "2 3"]);
  clock.advance(100);
  await settle();
  expect(offsetsOf(calls[2])).toEqual([["1", 1]]);
  calls[2]?.resolve([stored(0)]);
  await settle();
  expect(done.at(-1)).toEqual(["1 1", 0]);
  expect(stats.indexFailures).toBe(1);
});

it("does not try again what nobody waits for, nor anything after its end", async () => {
  const { clock, calls, done, index, wish } = setUp();
  wish("1", 1, { wanted: false });
  wish("2", 2);
  await settle();
  expect(calls.map(offsetsOf)).toEqual([[["2", 2]]]);
  index.stop();
  calls[0]?.resolve([stored(0)]);
  await settle();
  clock.advance(10_000);
  await settle();
  expect(done).toEqual([]);
  expect(calls).toHaveLength(1);
});

it("passes on what the mailbox keeps", async () => {
  const { calls, index } = setUp();
  const entry = { ...entryOf(1), sender: "9", expiresAt: 5 };
  index.append({
    ...{ epoch: "e", mid: "1", bytes: 1 },
    entries: [entry],
    wanted: () => true,
    done: () => {},
  });
  await settle();
  const { body } = entry;
  expect(calls[0]?.appends[0]?.entries).toEqual([
    { offset: 1, op: 1, body, expiresAt: 5, time: 7, sender: "9" },
  ]);
});
