import { afterEach, describe, expect, it } from "vitest";
import { defaultStreams } from "../../src/bus/stream-config.ts";
import { declareStreams } from "../../src/bus/streams.ts";
import type { TestMember } from "../../src/comet/member.fixture.ts";
import { silentLog } from "../../src/kit/log.ts";
import { waitFor } from "../harness/wait.ts";
import { type FollowerSystem, lastOf, startFollowerSystem } from "./follower-system.ts";

let system: FollowerSystem | undefined;

afterEach(async () => {
  await system?.stop();
  system = undefined;
});

async function start(config: Record<string, unknown> = {}): Promise<FollowerSystem> {
  system = await startFollowerSystem(config);
  return system;
}

const has = (member: TestMember, ...bodies: string[]) =>
  waitFor(() => member.got.join() === bodies.join(), { describe: () => member.got.join() });

describe("a comet that was cut off from NATS", () => {
  it("finds what was pushed meanwhile, in 2,000 rooms, nobody telling it", async () => {
    const { proxy, pusher, receiver } = await start();
    const rooms = Array.from({ length: 2_000 }, (_, index) => `live://${index}`);
    const members = await Promise.all(rooms.map((room) => receiver.join(room)));
    let down = 0;
    receiver.bus.onStatus(() => down++);
    proxy.stall();
    proxy.cut();
    await waitFor(() => down > 0);
    await Promise.all(rooms.map((room) => pusher.store(room, `missed in ${room}`)));
    const { tails } = receiver.reads;
    proxy.flow();
    const missing = () => members.filter(({ got }) => got.length === 0).length;
    await waitFor(() => missing() === 0, { describe: () => `${missing()} rooms miss theirs` });
    expect(members.map(({ got }) => got.join())).toEqual(rooms.map((room) => `missed in ${room}`));
    // Two streams at most, 500 rooms a read; a further pass may have begun.
    expect(receiver.reads.tails - tails).toBeLessThan(20);
    expect(await receiver.metric("room_followers_live")).toBe(2_000);
  });

  it("goes on after nats-server was killed and started again", async () => {
    const { nats, pusher, receiver } = await start();
    const room = "live://1000";
    const member = await receiver.join(room);
    const first = await pusher.store(room, "before");
    pusher.cast(room, first, 0);
    await has(member, "before");
    await nats.restart();
    await waitFor(() => pusher.bus.connected);
    // Perhaps before the comet is back: then nobody hears the cast.
    const second = await pusher.store(room, "during");
    pusher.cast(room, second, lastOf(first));
    await has(member, "before", "during");
    const third = await pusher.store(room, "after");
    pusher.cast(room, third, lastOf(second));
    await has(member, "before", "during", "after");
  });

  it("takes joins into rooms it follows, and refuses new rooms until NATS is back", async () => {
    const { proxy, pusher, receiver } = await start();
    const room = "live://1000";
    await receiver.join(room);
    proxy.stall();
    proxy.cut();
    await waitFor(() => !receiver.bus.connected);
    const late = await receiver.join(room);
    await expect(receiver.join("live://new")).rejects.toMatchObject({ code: "unavailable" });
    await pusher.store(room, "m0");
    proxy.flow();
    await has(late, "m0");
    await waitFor(() => receiver.join("live://new"));
  });
});

describe("a stream that was deleted and created again", () => {
  it("is followed anew, the message that tells of it included", async () => {
    const { pusher, receiver } = await start();
    const room = "live://1000";
    const member = await receiver.join(room);
    for (let each = 0; each < 3; each++) {
      pusher.cast(room, await pusher.store(room, `old ${each}`));
    }
    await has(member, "old 0", "old 1", "old 2");
    await pusher.api.call(`STREAM.DELETE.${pusher.streamOf(room)}`);
    await declareStreams(pusher.bus, defaultStreams, { log: silentLog });
    await pusher.layout.refresh();
    const first = await pusher.store(room, "new 0");
    pusher.cast(room, first, 0);
    await has(member, "old 0", "old 1", "old 2", "new 0");
    pusher.cast(room, await pusher.store(room, "new 1"), lastOf(first));
    await has(member, "old 0", "old 1", "old 2", "new 0", "new 1");
    expect(await receiver.metric("room_resets_total")).toBe(1);
  });
});
