import { expect, it } from "vitest";
import { offsetOf } from "../protocol/offset.ts";
import { keyDeadline, linkConfig, World } from "./dispatch.fixture.ts";

/** A world with one comet, where `mid` 1 has one connection. */
function one() {
  const world = new World();
  const conn = world.connect("1", "a");
  return { world, conn };
}

it("looks sessions up after the message came: whoever connected in between is found", async () => {
  const { world, conn } = one();
  world.push("1");
  await world.settle();
  // The first lookup is under way when the next message is committed.
  const later = world.connect("1", "a");
  world.push("1");
  await world.answerReads();
  await world.process("a");
  expect(world.finished).toEqual([1]);
  await world.answerReads();
  await world.process("a");
  expect(conn.got).toEqual([offsetOf(1, 0), offsetOf(2, 0)]);
  expect(later.got).toContain(offsetOf(2, 0));
  expect(world.finished).toEqual([1, 2]);
});

it("finishes at once when nobody is online, and counts that", async () => {
  const world = new World();
  world.push("1");
  await world.settle();
  expect(world.finished).toEqual([]);
  await world.answerReads();
  expect(world.finished).toEqual([1]);
  expect(world.stats.nobody).toBe(1);
  expect(world.dispatcher.targets).toBe(0);
});

it("has one request in flight for a user and comet; what comes meanwhile follows", async () => {
  const { world, conn } = one();
  world.push("1");
  await world.answerReads();
  world.push("1");
  world.push("1");
  await world.answerReads();
  expect(world.requests).toBe(1);
  await world.process("a");
  expect(world.requests).toBe(2);
  await world.process("a");
  expect(conn.got).toHaveLength(3);
  expect(world.finished).toEqual([1, 2, 3]);
});

it("gives a connection that joins on the same comet everything that is unfinished", async () => {
  const { world } = one();
  world.push("1");
  await world.answerReads();
  const joined = world.connect("1", "a");
  world.push("1");
  await world.answerReads();
  await world.process("a");
  await world.process("a");
  expect(joined.got).toEqual([offsetOf(1, 0), offsetOf(2, 0)]);
  expect(world.finished).toEqual([1, 2]);
});

it("sends what waits for one user in one item, many users in one request", async () => {
  const world = new World();
  const conns = ["1", "2", "3"].map((mid) => world.connect(mid, "a"));
  for (const { mid } of conns) for (let n = 0; n < 2; n++) world.push(mid);
  for (let turn = 0; turn < 4; turn++) await world.answerReads();
  for (let turn = 0; turn < 4; turn++) await world.process("a");
  for (const { got } of conns) expect(got).toHaveLength(2);
  expect(world.stats.requestItems).toBeLessThanOrEqual(4);
  expect(world.requests).toBeLessThanOrEqual(3);
});

it("keeps requests below the bound of bytes, but sends a big message alone", async () => {
  const { world, conn } = one();
  for (let n = 0; n < 5; n++) world.push("1", 2);
  world.push("1", 40);
  await world.answerReads();
  await world.answerReads();
  for (let turn = 0; turn < 12; turn++) await world.process("a");
  expect(conn.got).toHaveLength(50);
  expect(world.requests).toBeGreaterThanOrEqual(5);
});

it("puts a push into the mailbox before it looks for sessions", async () => {
  const world = new World();
  world.holdAppends = true;
  world.push("1");
  await world.settle();
  // Nobody is looked for yet: a user who logs in now finds nothing in the mailbox.
  expect(world.reads).toHaveLength(0);
  const conn = world.connect("1", "a");
  expect(conn.got).toEqual([]);
  await world.answerReads();
  await world.answerAppends();
  expect(world.finished).toEqual([]);
  await world.answerReads();
  await world.process("a");
  expect(conn.got).toEqual([offsetOf(1, 0)]);
  expect(world.finished).toEqual([1]);
});

it("says what came before, from the mailbox", async () => {
  const { world, conn } = one();
  world.holdAppends = true;
  world.push("1", 2);
  await world.settle();
  world.push("1", 1, { transient: true });
  world.push("1", 2);
  world.push("1");
  for (let turn = 0; turn < 3; turn++) {
    await world.answerAppends();
    await world.answerReads();
    await world.process("a");
  }
  expect(conn.got).toHaveLength(6);
  expect(world.unknownPrevs).toBe(0);
  expect(world.wrongPrevs).toEqual([]);
  expect(world.mailbox.entries("1").map(({ offset }) => offset)).not.toContain(offsetOf(2, 0));
});

it("does not hold a user up for a comet that is silent, and has that one check", async () => {
  const world = new World();
  const stuck = world.connect("1", "a");
  const well = world.connect("1", "b");
  world.push("1");
  await world.answerReads();
  await world.process("b");
  expect(world.finished).toEqual([]);
  await world.advance(linkConfig.requestTimeout);
  expect(world.finished).toEqual([1]);
  expect(world.links.open).toBe(1);
  // While it is silent nothing is asked of it: not even one request for what comes meanwhile.
  const { requests } = world;
  world.push("1");
  await world.answerReads();
  await world.process("b");
  expect(world.requests).toBe(requests + 1);
  expect(world.finished).toEqual([1, 2]);
  expect(well.got).toHaveLength(2);
  world.comet("a").inbox = [];
  await world.advance(linkConfig.circuit);
  await world.process("a");
  expect(world.checks).toEqual([["1"]]);
  expect(stuck.got).toEqual([offsetOf(1, 0), offsetOf(2, 0)]);
  expect(world.links.open).toBe(0);
  expect(world.links.missed).toEqual({ users: 0, shards: 0 });
});

it("repeats a check until it is confirmed", async () => {
  const { world, conn } = one();
  world.push("1");
  await world.answerReads();
  for (let turn = 0; turn < 5; turn++) {
    await world.advance(1100);
    world.comet("a").inbox = [];
  }
  expect(world.stats.checksFailed).toBeGreaterThan(1);
  expect(world.links.missed.users).toBe(1);
  await world.advance(linkConfig.circuit);
  await world.process("a");
  expect(conn.got).toEqual([offsetOf(1, 0)]);
  expect(world.links.missed.users).toBe(0);
});

it("has the whole shard checked when too many users have missed something", async () => {
  const world = new World();
  const conns = ["1", "2", "3", "4", "5"].map((mid) => world.connect(mid, "a"));
  for (const { mid } of conns) world.push(mid);
  for (let turn = 0; turn < 4; turn++) await world.answerReads();
  await world.advance(linkConfig.requestTimeout);
  expect(world.finished).toHaveLength(5);
  expect(world.links.missed).toEqual({ users: 0, shards: 1 });
  expect(world.stats.missedOverflows).toBe(1);
  world.comet("a").inbox = [];
  await world.advance(linkConfig.circuit);
  await world.process("a");
  expect(world.checks).toEqual([0]);
  for (const { got } of conns) expect(got).toHaveLength(1);
});

it("forgets what a dead comet missed", async () => {
  const { world } = one();
  world.push("1");
  await world.answerReads();
  await world.advance(linkConfig.requestTimeout);
  expect(world.links.missed.users).toBe(1);
  world.crash("a");
  world.bury("a");
  expect(world.links.missed.users).toBe(0);
  expect(world.stats.missedDropped).toBe(1);
});

it("asks a comet that appears to check the shard, and no more once it is given up", async () => {
  const world = new World();
  world.comet("a");
  world.blink("a");
  await world.process("a");
  expect(world.checks).toEqual([0]);
  world.dispatcher.stop();
  world.blink("a");
  await world.process("a");
  expect(world.checks).toEqual([0]);
});

it("lets pushes be tried where nobody serves checks", async () => {
  const { world, conn } = one();
  world.comet("a").servesChecks = false;
  world.push("1");
  await world.answerReads();
  await world.advance(linkConfig.requestTimeout);
  world.comet("a").inbox = [];
  await world.advance(linkConfig.circuit);
  expect(world.links.open).toBe(0);
  world.push("1");
  await world.answerReads();
  await world.process("a");
  expect(conn.got).toEqual([offsetOf(1, 0), offsetOf(2, 0)]);
  expect(world.links.missed.users).toBe(1);
});

it("drops a push that is not for the mailbox when the comet is silent", async () => {
  const { world, conn } = one();
  world.push("1", 1, { transient: true });
  await world.answerReads();
  await world.advance(linkConfig.requestTimeout);
  expect(world.finished).toEqual([1]);
  expect(world.stats.liveLost).toBe(1);
  expect(world.links.missed.users).toBe(0);
  expect(conn.got).toEqual([]);
});

it("drops a push that is not for the mailbox when it is old", async () => {
  const { world, conn } = one();
  world.push("1", 2, { transient: true, time: world.clock.now() - 60_001 });
  world.push("1", 1, { time: world.clock.now() - 60_001 });
  await world.answerReads();
  await world.process("a");
  expect(world.finished).toEqual([1, 2]);
  expect(conn.got).toEqual([offsetOf(2, 0)]);
  expect(world.stats.liveLost).toBe(2);
});

it("reports whom nobody could be reached for, once, and only what is kept", async () => {
  const world = new World();
  world.push("1", 2);
  world.connect("2", "a");
  world.push("2");
  for (let turn = 0; turn < 2; turn++) await world.answerReads();
  await world.process("a");
  expect(world.finished.sort()).toEqual([1, 2]);
  expect(world.undelivered).toEqual([0, 1].map((at) => ({ mid: "1", offset: offsetOf(1, at) })));
});

it("does not report a user whose comet is only silent", async () => {
  const { world } = one();
  world.push("1");
  await world.answerReads();
  await world.advance(linkConfig.requestTimeout);
  expect(world.finished).toEqual([1]);
  expect(world.undelivered).toEqual([]);
});

it("tells how many connections were handed a push, over all comets, however often", async () => {
  const world = new World();
  for (const id of ["a", "a", "b"]) world.connect("1", id);
  world.push("1");
  await world.answerReads();
  await world.process("a");
  // One more on the same comet: that one is asked again for all of its connections.
  world.connect("1", "a");
  world.push("1");
  await world.answerReads();
  for (let turn = 0; turn < 3; turn++) {
    await world.process("a");
    await world.process("b");
  }
  expect(world.told).toEqual([
    { target: "1", offset: offsetOf(1, 0), delivered: 4 },
    { target: "1", offset: offsetOf(2, 0), delivered: 4 },
  ]);
});

it("opens the circuit after a timeout of keys and lets one request try", async () => {
  const world = new World("key");
  for (let n = 1; n <= 10; n++) world.connect("0", "a", `k${n}`);
  for (let n = 1; n <= 10; n++) world.takeKey(`k${n}`, n);
  for (let turn = 0; turn < 6; turn++) await world.answerReads();
  expect(world.requests).toBe(linkConfig.requestsMax);
  await world.advance(linkConfig.requestTimeout);
  expect(world.stats.circuitsOpened).toBe(1);
  expect(world.links.open).toBe(1);
  await world.answerReads();
  expect(world.requests).toBe(2);
  world.comet("a").inbox = [];
  await world.advance(linkConfig.circuit);
  expect(world.requests).toBe(3);
  // It answers: everything that waited goes.
  for (let turn = 0; turn < 12; turn++) {
    await world.process("a");
    await world.answerReads();
  }
  expect(world.finished).toHaveLength(10);
  expect(world.links.open).toBe(0);
});

it("does not wait for a comet with a push to a key beyond the deadline", async () => {
  const world = new World("key");
  const conn = world.connect("0", "a", "k1");
  world.connect("0", "b", "k2");
  world.takeKey("k1", 1);
  world.takeKey("k2", 2);
  await world.answerReads();
  await world.process("b");
  expect(world.finished).toEqual([2]);
  for (let ms = 0; ms < keyDeadline + 2000; ms += 500) {
    await world.advance(500);
    await world.answerReads();
  }
  expect(world.finished).toEqual([2, 1]);
  expect(world.stats.keysTimedOut).toBe(1);
  expect(world.dispatcher.targets).toBe(0);
  expect(conn.got).toEqual([]);
});

it("looks keys up again while their comet is silent, and finds where they went", async () => {
  const world = new World("key");
  const conn = world.connect("0", "a", "k1");
  world.takeKey("k1", 1);
  await world.answerReads();
  world.disconnect(conn, { stored: false });
  const next = world.connect("0", "b", "k1");
  await world.advance(linkConfig.requestTimeout);
  await world.answerReads();
  await world.process("b");
  expect(next.got).toEqual([offsetOf(1, 0)]);
  expect(world.finished).toEqual([1]);
});

it("does not trust a lookup that began before a comet turned out to be silent", async () => {
  const world = new World("key");
  const conn = world.connect("0", "a", "k1");
  world.takeKey("k1", 1);
  await world.answerReads();
  world.takeKey("k1", 2);
  await world.settle();
  // The second lookup is under way; now the client goes elsewhere and the request times out.
  world.disconnect(conn, { stored: false });
  const next = world.connect("0", "b", "k1");
  await world.advance(linkConfig.requestTimeout);
  await world.answerReads();
  await world.answerReads();
  await world.process("b");
  expect(next.got).toEqual([offsetOf(1, 0), offsetOf(2, 0)]);
});

it("does not wait for a comet that nobody serves and the directory does not know", async () => {
  const world = new World();
  const conn = world.connect("1", "a");
  world.crash("a");
  world.bury("a");
  world.push("1");
  await world.answerReads();
  await world.answerReads();
  expect(world.finished).toEqual([1]);
  expect(conn.got).toEqual([]);
  // Its other sessions cost no request any more.
  const { requests } = world;
  world.connect("2", "a");
  world.push("2");
  await world.answerReads();
  expect(world.requests).toBe(requests);
});

it("tries a comet once that the directory does not show yet", async () => {
  const world = new World();
  world.comet("a");
  world.bury("a");
  const comet = world.comet("a");
  comet.incarnation = "a-2";
  const conn = world.connect("1", "a");
  world.push("1");
  await world.answerReads();
  await world.process("a");
  expect(conn.got).toEqual([offsetOf(1, 0)]);
});

it("takes a stale reply as the death of who is not in the directory", async () => {
  const world = new World();
  const comet = world.comet("a");
  world.bury("a");
  comet.incarnation = "a-2";
  const conn = world.connect("1", "a");
  world.push("1");
  await world.answerReads();
  comet.incarnation = "a-9";
  await world.process("a");
  await world.answerReads();
  expect(conn.got).toEqual([]);
  expect(world.stats.staleReplies).toBe(1);
  expect(world.links.usable("a", "a-2")).toBe(false);
  expect(world.finished).toEqual([1]);
});

it("looks once more when the comet does not know a key, then lets go", async () => {
  const { world, conn } = one();
  world.disconnect(conn, { stored: true });
  world.push("1");
  await world.answerReads();
  await world.process("a");
  expect(world.finished).toEqual([]);
  await world.answerReads();
  await world.process("a");
  await world.answerReads();
  expect(world.requests).toBe(2);
  expect(world.finished).toEqual([1]);
});

it("does nothing while the lease is not confirmed, and goes on when it is", async () => {
  const { world, conn } = one();
  world.mayAct = false;
  world.push("1");
  await world.answerReads();
  expect(world.requests).toBe(0);
  world.mayAct = true;
  world.dispatcher.resume();
  await world.settle();
  await world.process("a");
  expect(conn.got).toEqual([offsetOf(1, 0)]);
});

it("ignores answers after it was stopped", async () => {
  const { world, conn } = one();
  world.push("1");
  await world.answerReads();
  world.dispatcher.stop();
  await world.process("a");
  expect(conn.got).toHaveLength(1);
  expect(world.finished).toEqual([]);
});

it("finishes a push to keys when every key is answered or offline", async () => {
  const world = new World("key");
  const conn = world.connect("0", "a", "k1");
  const entry = (index: number) => ({
    ...{ offset: offsetOf(1, index), op: 1, body: new Uint8Array(1) },
    ...{ speed: 0, expiresAt: 0, time: 0 },
  });
  world.take({
    ...{ subject: "x", sequence: 1, bytes: 2, last: offsetOf(1, 1) },
    entries: [entry(0), entry(1)],
    keys: [["k1", "k2", "k1"], ["k1"]],
  });
  await world.answerReads();
  expect(world.finished).toEqual([]);
  await world.process("a");
  expect(conn.got).toEqual([offsetOf(1, 0), offsetOf(1, 1)]);
  expect(world.finished).toEqual([1]);
});

it("finishes a push to no key at all", () => {
  const world = new World("key");
  const entry = { offset: offsetOf(1, 0), op: 1, body: new Uint8Array(1), speed: 0 };
  const entries = [{ ...entry, expiresAt: 0, time: 0 }];
  world.take({ subject: "x", sequence: 1, bytes: 1, entries, keys: [[]], last: entry.offset });
  expect(world.finished).toEqual([1]);
});

it("tells what came before a push that is not for the mailbox, where it is known", async () => {
  const world = new World();
  world.connect("1", "a");
  const handOver = async () => {
    await world.settle();
    await world.answerReads();
    await world.process("a");
  };
  world.push("1", 1, { transient: true });
  await handOver();
  expect(world.livePrevs).toBe(0);
  world.push("1");
  await handOver();
  world.push("1", 1, { transient: true });
  await handOver();
  expect([world.livePrevs, world.wrongPrevs]).toEqual([1, []]);
});
