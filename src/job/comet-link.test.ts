import { expect, it } from "vitest";
import { offsetOf } from "../protocol/offset.ts";
import { linkConfig, World } from "./dispatch.fixture.ts";

it("asks again when a comet has just registered and does not know itself", async () => {
  const world = new World();
  const comet = world.comet("a");
  const conn = world.connect("1", "a");
  comet.incarnation = "a-0";
  world.push("1");
  await world.answerReads();
  await world.process("a");
  expect(world.stats.staleReplies).toBe(1);
  // Its mailbox has it.
  expect(world.finished).toEqual([1]);
  comet.incarnation = "a-1";
  await world.advance(linkConfig.circuit);
  await world.process("a");
  expect(conn.got).toEqual([offsetOf(1, 0)]);
  world.push("1");
  await world.answerReads();
  await world.process("a");
  expect(conn.got).toEqual([offsetOf(1, 0), offsetOf(2, 0)]);
});

it("repeats a check that came before the comet knew of its incarnation", async () => {
  const world = new World();
  const comet = world.comet("a");
  comet.incarnation = "a-0";
  world.links.check("e", 3);
  await world.settle();
  await world.process("a");
  expect([world.checks, world.links.missed.shards]).toEqual([[], 1]);
  comet.incarnation = "a-1";
  await world.advance(linkConfig.checks.retry);
  await world.process("a");
  expect([world.checks, world.links.missed.shards]).toEqual([[3], 0]);
  expect(world.links.usable("a", "a-1")).toBe(true);
});
