import { expect, it } from "vitest";
import { offsetOf } from "../protocol/offset.ts";
import { linkConfig, World } from "./dispatch.fixture.ts";

/** A world that has looked up the sessions of user 1 before: one connection on comet a. */
async function lookedUp() {
  const world = new World();
  const conn = world.connect("1", "a");
  world.push("1");
  await world.answerReads();
  await world.process("a");
  expect(world.finished).toEqual([1]);
  return { world, conn };
}

it("hands over where the sessions were last, and finishes when they are looked up", async () => {
  const { world, conn } = await lookedUp();
  const later = world.connect("1", "b");
  world.push("1");
  await world.process("a");
  expect(conn.got).toEqual([offsetOf(1, 0), offsetOf(2, 0)]);
  expect(later.got).toEqual([offsetOf(1, 0)]);
  expect(world.finished).toEqual([1]);
  await world.answerReads();
  expect(world.finished).toEqual([1]);
  await world.process("b");
  expect(later.got).toEqual([offsetOf(1, 0), offsetOf(2, 0)]);
  expect(world.finished).toEqual([1, 2]);
  expect(world.requests).toBe(3);
});

it("hands nothing over before it is in the mailbox, also where the sessions were", async () => {
  const { world } = await lookedUp();
  world.holdAppends = true;
  world.push("1");
  await world.settle();
  expect(world.requests).toBe(1);
  await world.answerAppends();
  expect(world.requests).toBe(2);
});

it("finds a connection that moved since, although the lookup is asked for again", async () => {
  const { world, conn } = await lookedUp();
  world.disconnect(conn, { stored: false });
  const moved = world.connect("1", "b", conn.key);
  world.push("1");
  await world.process("a");
  for (let turn = 0; turn < 3; turn++) {
    await world.answerReads();
    await world.process("b");
  }
  expect(moved.got).toEqual([offsetOf(1, 0), offsetOf(2, 0)]);
  expect(world.finished).toEqual([1, 2]);
  expect(world.dispatcher.targets).toBe(0);
});

it("reports a push as undelivered when who was there last has left", async () => {
  const { world, conn } = await lookedUp();
  world.disconnect(conn, { stored: false });
  world.push("1");
  await world.process("a");
  await world.answerReads();
  await world.answerReads();
  expect(world.finished).toEqual([1, 2]);
  expect(world.undelivered).toEqual([{ mid: "1", offset: offsetOf(2, 0) }]);
});

it("does not have a silent comet check what is not known to be its own", async () => {
  const { world, conn } = await lookedUp();
  world.push("1");
  await world.settle();
  await world.answerReads();
  await world.advance(linkConfig.requestTimeout);
  expect(world.links.open).toBe(1);
  world.missed.clear();
  world.disconnect(conn, { stored: false });
  const moved = world.connect("1", "b");
  world.push("1");
  await world.answerReads();
  await world.process("b");
  expect(moved.got).toContain(offsetOf(3, 0));
  expect([...world.missed.keys()].filter((name) => name.startsWith("a\n"))).toEqual([]);
  expect(world.finished).toEqual([1, 2, 3]);
});

it("pushes to a key go to where it was last, too", async () => {
  const world = new World("key");
  const conn = world.connect("1", "a");
  world.takeKey(conn.key, 1);
  await world.answerReads();
  await world.process("a");
  world.takeKey(conn.key, 2);
  await world.process("a");
  expect(conn.got).toEqual([offsetOf(1, 0), offsetOf(2, 0)]);
  expect(world.finished).toEqual([1]);
  await world.answerReads();
  expect(world.finished).toEqual([1, 2]);
});

it("asks nothing more of a comet that did not know a connection before the lookup", async () => {
  const { world, conn } = await lookedUp();
  world.disconnect(conn, { stored: true });
  world.push("1");
  await world.process("a");
  const { requests } = world;
  world.push("1");
  await world.process("a");
  expect(world.requests).toBe(requests);
  for (let turn = 0; turn < 6; turn++) {
    await world.answerReads();
    await world.process("a");
  }
  expect(world.finished).toEqual([1, 2, 3]);
});

it("needs one lookup when a comet falls silent while it is under way", async () => {
  const { world } = await lookedUp();
  world.push("1");
  await world.settle();
  await world.advance(linkConfig.requestTimeout);
  expect(world.links.open).toBe(1);
  await world.answerReads();
  expect(world.finished).toEqual([1, 2]);
  expect([...world.missed.values()]).toEqual([offsetOf(2, 0)]);
});
