import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestMember } from "../../src/comet/member.fixture.ts";
import { waitFor } from "../harness/wait.ts";
import {
  type FollowerSystem,
  lastOf,
  type StoredBatch,
  startFollowerSystem,
} from "./follower-system.ts";

let system: FollowerSystem;
let count = 0;

beforeAll(async () => {
  system = await startFollowerSystem();
});
afterAll(async () => {
  await system.stop();
});

const newRoom = () => `live://room ${count++}`;

/** Waits until the member has all of these, in this order and no more. */
async function expectAll(member: TestMember, bodies: readonly string[]): Promise<void> {
  const got = () => `got ${member.got.slice(-5).join()} (${member.got.length})`;
  await waitFor(() => member.got.length >= bodies.length, { describe: got });
  expect(member.got).toEqual(bodies);
}

describe("rooms on NATS", () => {
  it("get what is pushed from the join on, in order, without a single read", async () => {
    const { pusher, receiver } = system;
    const room = newRoom();
    let prev = lastOf(await pusher.store(room, "before"));
    const member = await receiver.join(room);
    const reads = receiver.reads.range;
    const bodies: string[] = [];
    for (let each = 0; each < 50; each++) {
      const batch = await pusher.store(room, `${each}a`, `${each}b`);
      pusher.cast(room, batch, prev);
      prev = lastOf(batch);
      bodies.push(...batch.bodies);
    }
    await expectAll(member, bodies);
    expect(receiver.reads.range).toBe(reads);
  });

  it("get in order, once, what is cast doubled, out of order and without prev", async () => {
    const { pusher, receiver } = system;
    const room = newRoom();
    const member = await receiver.join(room);
    const batches: StoredBatch[] = [];
    for (let each = 0; each < 40; each++) batches.push(await pusher.store(room, `m${each}`));
    const order = batches.map((_, index) => (index * 17 + 5) % batches.length);
    for (const index of [...order, ...order]) {
      const batch = batches[index] as StoredBatch;
      const before = batches[index - 1];
      const prev = before === undefined ? 0 : lastOf(before);
      pusher.cast(room, batch, index % 3 === 0 ? undefined : prev);
    }
    await expectAll(
      member,
      batches.flatMap(({ bodies }) => bodies),
    );
  });

  it("share one read of the tail when many join at once", async () => {
    const { pusher, receiver } = system;
    const room = newRoom();
    await pusher.store(room, "before");
    const { tail, tails } = receiver.reads;
    const members = await Promise.all(Array.from({ length: 500 }, () => receiver.join(room)));
    expect([receiver.reads.tail - tail, receiver.reads.tails - tails]).toEqual([1, 0]);
    pusher.cast(room, await pusher.store(room, "m0"));
    for (const member of members) await expectAll(member, ["m0"]);
  });

  it("are opened by the hundred with few reads", async () => {
    const { pusher, receiver } = system;
    const rooms = Array.from({ length: 300 }, newRoom);
    await Promise.all(rooms.slice(0, 100).map((room) => pusher.store(room, "before")));
    const { tail, tails } = receiver.reads;
    const members = await Promise.all(rooms.map((room) => receiver.join(room)));
    expect(receiver.reads.tail - tail + receiver.reads.tails - tails).toBeLessThan(60);
    await Promise.all(
      rooms.map(async (room) => pusher.cast(room, await pusher.store(room, `to ${room}`))),
    );
    for (const [index, member] of members.entries())
      await expectAll(member, [`to ${rooms[index]}`]);
  });

  it("get a cast that was lost, in a room that then stays quiet, by the digest", async () => {
    const { proxy, pusher, receiver } = system;
    const room = newRoom();
    const member = await receiver.join(room);
    const subject = pusher.bus.subjects.room(room);
    const first = await pusher.store(room, "arrives");
    pusher.cast(room, first, 0);
    await expectAll(member, ["arrives"]);
    const { dropped } = proxy;
    proxy.drop((name) => name === subject);
    const lost = await pusher.store(room, "lost on the way");
    pusher.cast(room, lost, lastOf(first));
    await waitFor(() => proxy.dropped > dropped);
    proxy.drop(undefined);
    expect(member.got).toEqual(["arrives"]);
    pusher.digest(room, lost);
    await expectAll(member, ["arrives", "lost on the way"]);
    expect(await receiver.metric("room_repaired_entries_total")).toBeGreaterThan(0);
  });

  it("find by themselves what was lost when the digests were lost too", async () => {
    const { proxy, pusher, receiver } = system;
    const room = newRoom();
    const member = await receiver.join(room);
    const first = await pusher.store(room, "arrives");
    pusher.cast(room, first, 0);
    pusher.digest(room, first);
    await expectAll(member, ["arrives"]);
    const { dropped } = proxy;
    proxy.drop((name) => name.startsWith("goim.room.") || name.startsWith("goim.digest."));
    const lost = await pusher.store(room, "lost on the way");
    pusher.cast(room, lost, lastOf(first));
    pusher.digest(room, lost);
    await waitFor(() => proxy.dropped > dropped + 1);
    proxy.drop(undefined);
    // A later digest, of another room: the hole in the numbers is what tells. No job answers.
    pusher.digest(room, first);
    await expectAll(member, ["arrives", "lost on the way"]);
  });

  it("are told when what they missed is gone, and go on", async () => {
    const { proxy, pusher, receiver } = system;
    const room = newRoom();
    const member = await receiver.join(room);
    const subject = pusher.bus.subjects.room(room);
    const first = await pusher.store(room, "m0");
    pusher.cast(room, first, 0);
    await expectAll(member, ["m0"]);
    proxy.drop((name) => name === subject);
    for (let each = 1; each < 5; each++) await pusher.store(room, `gone ${each}`);
    const last = await pusher.store(room, "kept");
    const stream = pusher.streamOf(room);
    const truncations = await receiver.metric("room_truncations_total");
    await pusher.api.call(`STREAM.PURGE.${stream}`, { seq: last.sequence });
    proxy.drop(undefined);
    pusher.digest(room, last);
    await expectAll(member, ["m0", "kept"]);
    expect(await receiver.metric("room_truncations_total")).toBe(truncations + 1);
  });
});

describe("the broadcast on NATS", () => {
  it("reaches everybody in order, a lost cast included", async () => {
    const { proxy, pusher, receiver } = system;
    const member = await receiver.join(newRoom());
    receiver.everybody.add(member);
    const first = await pusher.storeAll("a", "b");
    pusher.castAll(first);
    await expectAll(member, ["a", "b"]);
    const { dropped } = proxy;
    proxy.drop((name) => name === pusher.bus.subjects.all);
    const second = await pusher.storeAll("c");
    pusher.castAll(second, lastOf(first));
    await waitFor(() => proxy.dropped > dropped);
    proxy.drop(undefined);
    pusher.digestAll(second);
    await expectAll(member, ["a", "b", "c"]);
  });
});
