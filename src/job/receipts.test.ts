import { expect, it } from "vitest";
import { createSubjects } from "../bus/subjects.ts";
import { GoimError } from "../kit/errors.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { Receipts } from "./receipts.ts";
import { JobStats } from "./stats.ts";
import { Unit } from "./target.ts";

function setUp() {
  const stats = new JobStats();
  const sent: { subject: string; receipt: goim.push.Receipt }[] = [];
  const world = { down: false };
  const publish = (subject: string, data: Uint8Array) => {
    if (world.down) throw new GoimError("unavailable", "away");
    sent.push({ subject, receipt: goim.push.Receipt.decode(data) });
  };
  const bus = { publish, subjects: createSubjects("goim") };
  return { stats, sent, world, receipts: new Receipts({ bus, stats }) };
}

function unitOf(...receipts: (string | undefined)[]): Unit {
  const entries = receipts.map((receipt, index) => ({
    ...{ offset: 1024 + index, op: 1, body: new Uint8Array(0), speed: 0, expiresAt: 0, time: 0 },
    ...(receipt === undefined ? {} : { receipt }),
  }));
  const parts = { entries, bytes: 0, last: 1024, deadlineAt: 0, finished: () => {} };
  return new Unit(parts);
}

it("tells each entry's asker the target, the offset and how many have it", () => {
  const { stats, sent, receipts } = setUp();
  const unit = unitOf("goim.receipt.l1.w1", undefined, "goim.receipt.l1.w2");
  unit.note("a\ni", 2);
  unit.note("a\ni", 1);
  unit.note("b\ni", 1);
  receipts.tell("7", unit);
  const told = sent.map(({ subject, receipt: { target, offset, delivered } }) => {
    return [subject, target, toNumber(offset), delivered];
  });
  expect(told).toEqual([
    ["goim.receipt.l1.w1", "7", 1024, 3],
    ["goim.receipt.l1.w2", "7", 1026, 3],
  ]);
  expect(stats.receipts).toBe(2);
});

it.each([
  "goim.push.all",
  "goim.comet.c1.kick",
  "$JS.API.STREAM.DELETE.GOIM_USER",
  "goim.receipt.l1",
  "goim.receipt.l1.w1.more",
  "goim.receipt.l1.>",
  "goim.receipt.*.w",
  "goim.receipt..w",
  "goim.receipt.l1.w 1",
  "goim.receipt.l1.w\r\nPUB x 0",
  "other.receipt.l1.w1",
])("does not publish to %j", (subject) => {
  const { stats, sent, receipts } = setUp();
  receipts.tell("7", unitOf(subject));
  expect(sent).toEqual([]);
  expect(stats.receiptsRefused).toBe(1);
});

it("does not mind that NATS is away", () => {
  const { stats, world, receipts } = setUp();
  world.down = true;
  receipts.tell("7", unitOf("goim.receipt.l1.w1"));
  expect(stats.receiptsFailed).toBe(1);
});
