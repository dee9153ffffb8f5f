import { expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import type { Session } from "../store/sessions.ts";
import { Resolver } from "./resolve.ts";
import { JobStats } from "./stats.ts";

function setUp() {
  const clock = new FakeClock();
  const asked: string[][] = [];
  const open: { resolve: (found: Session[][]) => void; reject: (error: unknown) => void }[] = [];
  const read = (ids: readonly string[]) => {
    asked.push([...ids]);
    return new Promise<Session[][]>((resolve, reject) => open.push({ resolve, reject }));
  };
  const resolver = new Resolver(
    { batchMax: 3, inFlightMax: 2, retry: 100, retryMax: 400, rememberMax: 2 },
    { read, clock, log: silentLog, stats: new JobStats() },
  );
  return { clock, asked, open, resolver };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const noop = () => {};
const session = (key: string): Session => ({
  ...{ mid: "1", key, comet: "c", incarnation: "i", conn: 1, platform: "" },
  ...{ device: "", since: 0 },
});

it("asks for many at once, within its bounds, and answers each with its own", async () => {
  const { asked, open, resolver } = setUp();
  const answers = Array.from({ length: 8 }, (_, n) => resolver.resolve(String(n), noop));
  await settle();
  expect(asked).toEqual([
    ["0", "1", "2"],
    ["3", "4", "5"],
  ]);
  expect(resolver.waiting).toBe(2);
  open[1]?.resolve([[], [session("k4")], []]);
  expect(await answers[4]).toEqual([session("k4")]);
  await settle();
  expect(asked[2]).toEqual(["6", "7"]);
});

it("says when it asks, also when it asks again", async () => {
  const { clock, open, resolver } = setUp();
  let asks = 0;
  const answer = resolver.resolve("1", () => {
    asks++;
  });
  expect(asks).toBe(0);
  await settle();
  expect(asks).toBe(1);
  open[0]?.reject(new GoimError("unavailable", "away"));
  await settle();
  clock.advance(100);
  expect(asks).toBe(2);
  open[1]?.resolve([[session("k")]]);
  expect(await answer).toHaveLength(1);
});

it("never gives up, asks ever more slowly, and keeps the order", async () => {
  const { clock, asked, open, resolver } = setUp();
  const answers = ["1", "2", "3", "4"].map((id) => resolver.resolve(id, noop));
  for (const [round, waitMs] of [100, 200, 400, 400].entries()) {
    await settle();
    for (const { reject } of open.splice(0)) reject(new GoimError("timeout", "no answer"));
    await settle();
    expect(resolver.failing).toBe(true);
    const before = asked.length;
    clock.advance(waitMs - 1);
    expect(asked.length, `round ${round}`).toBe(before);
    clock.advance(1);
  }
  await settle();
  for (const { resolve } of open.splice(0)) resolve([[], [], []]);
  await Promise.all(answers);
  expect(resolver.failing).toBe(false);
});

it("is silent after its end", async () => {
  const { asked, resolver } = setUp();
  resolver.stop();
  void resolver.resolve("1", noop);
  resolver.stop();
  await settle();
  expect(asked).toEqual([]);
});

it("remembers the last answer of some ids, and none of who has no session", async () => {
  const { open, resolver } = setUp();
  const ask = async (ids: string[], found: Session[][]) => {
    const answers = ids.map((id) => resolver.resolve(id, noop));
    await settle();
    open.shift()?.resolve(found);
    await Promise.all(answers);
  };
  expect(resolver.last("1")).toBeUndefined();
  await ask(["1", "2", "3"], [[session("k1")], [], [session("k3")]]);
  expect(resolver.last("2")).toBeUndefined();
  expect(resolver.last("1")).toEqual([session("k1")]);
  expect(resolver.remembered).toBe(2);
  // A look is followed by a lookup, which keeps it.
  await ask(["1"], [[session("k1")]]);
  await ask(["4"], [[session("k4")]]);
  expect(resolver.last("3")).toBeUndefined();
  await ask(["1"], [[]]);
  expect(resolver.last("1")).toBeUndefined();
  expect(resolver.remembered).toBe(1);
});
