import { expect, it } from "vitest";
import type { StoredMessage } from "../bus/bus.ts";
import { createSubjects } from "../bus/subjects.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { offsetOf } from "../protocol/offset.ts";
import type { MailPage } from "../store/mailbox.ts";
import { Unbuilt } from "./unbuilt.ts";

const subjects = createSubjects("goim");
const clock = new FakeClock();

/** Mids below 10 are of shard 0, others of shard 1; the stream's newest messages by mid. */
function setUp(newest: Readonly<Record<string, number>>) {
  const asked: string[] = [];
  const shardOf = (mid: string) => (Number(mid) < 10 ? 0 : 1);
  const unbuilt = new Unbuilt(
    { rebuildWait: 1000 },
    {
      layout: { shardOf },
      reader: {
        tails: async (_, all) => {
          asked.push(...all);
          const found = Object.entries(newest).map(([mid, sequence]) => {
            const subject = subjects.pushUser(shardOf(mid), mid);
            return [subject, { subject, sequence, data: new Uint8Array(0), timeMs: 0 }] as const;
          });
          const wanted = found.filter(([subject]) => all.includes(subject));
          return { last: 0, messages: new Map<string, StoredMessage>(wanted) };
        },
      },
      ...{ subjects, clock, log: silentLog, metrics: createMetrics() },
    },
  );
  return { unbuilt, asked };
}

function page(last: number, built: readonly number[], life = "l", epoch = "e") {
  const index = { life, built: new Map(built.map((shard) => [shard, epoch])) };
  const value: MailPage = { last, oldest: 0, entries: [], through: last, index };
  return { status: "fulfilled" as const, value };
}

const outcomes = (pages: readonly PromiseSettledResult<MailPage>[]) =>
  pages.map((one) => (one.status === "fulfilled" ? one.value.last : one.reason.code));

it("asks the stream only about users whose shard is not there", async () => {
  const { unbuilt, asked } = setUp({ 1: 5, 10: 5 });
  const pages = [page(0, [0]), page(0, [0])];
  expect(outcomes(await unbuilt.check("e", ["1", "10"], pages))).toEqual([0, "unavailable"]);
  expect(asked).toEqual([subjects.pushUser(1, "10")]);
});

it("gives a page that lacks nothing: no message, or none newer than the mailbox", async () => {
  const { unbuilt } = setUp({ 2: 5, 3: 5 });
  const pages = [page(0, []), page(offsetOf(5, 0), []), page(offsetOf(4, 3), [])];
  const given = outcomes(await unbuilt.check("e", ["1", "2", "3"], pages));
  expect(given).toEqual([0, offsetOf(5, 0), "unavailable"]);
});

it("does not take the shard of another life of the stream for this one's", async () => {
  const { unbuilt } = setUp({ 1: 5 });
  const pages = [page(0, [0], "l", "before")];
  expect(outcomes(await unbuilt.check("e", ["1"], pages))).toEqual(["unavailable"]);
});

it("gives it as it is after a while, and waits anew when it is lost again", async () => {
  const { unbuilt } = setUp({ 1: 5 });
  const check = async (life: string) =>
    outcomes(await unbuilt.check("e", ["1"], [page(7, [], life)]));
  expect(await check("l")).toEqual(["unavailable"]);
  clock.advance(999);
  expect(await check("l")).toEqual(["unavailable"]);
  clock.advance(1);
  expect(await check("l")).toEqual([7]);
  expect(await check("m")).toEqual(["unavailable"]);
});

it("leaves alone what was not read, and what says nothing of an index", async () => {
  const { unbuilt, asked } = setUp({ 1: 5 });
  const reason = new Error("away");
  const plain = { last: 0, oldest: 0, entries: [], through: 0 };
  const pages = [
    { status: "rejected" as const, reason },
    { status: "fulfilled" as const, value: plain },
  ];
  expect(await unbuilt.check("e", ["1", "1"], pages)).toEqual(pages);
  expect(asked).toEqual([]);
});
