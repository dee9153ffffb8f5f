/**
 * What a large room costs: `npx tsx scripts/measure-rooms.ts nats://127.0.0.1:4222 100000`. Writes
 * under the prefix `measure-rooms`, in buckets of its own that stay.
 */
import { connectBus } from "../src/bus/connect.ts";
import { systemClock } from "../src/kit/clock.ts";
import { silentLog } from "../src/kit/log.ts";
import { createKvRooms } from "../src/store/rooms.kv.ts";

const [url = "nats://127.0.0.1:4222", count = "100000"] = process.argv.slice(2);
const members = Number(count);
const clock = systemClock;
const bus = await connectBus({
  ...{ url, prefix: "measure-rooms", name: "measure", clock, log: silentLog },
});
const store = await createKvRooms({}, { bus, clock, log: silentLog });
const name = { type: "crowd", room: "1" };
const record = { state: "member", role: "member", since: 1, by: "" } as const;

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const begun = performance.now();
  await work();
  console.log(`${what}: ${(performance.now() - begun).toFixed(1)} ms`);
}

/** The median and the slowest of some calls, after one that warms up. */
async function measured(what: string, work: (n: number) => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < 21; n++) {
    const begun = performance.now();
    await work(n);
    times.push(performance.now() - begun);
  }
  const sorted = times.slice(1).sort((a, b) => a - b);
  const [median = 0, most = 0] = [sorted[10], sorted[19]];
  console.log(`${what}: median ${median.toFixed(1)} ms, most ${most.toFixed(1)} ms`);
}

await timed(`${members} members written, 256 at once`, async () => {
  let next = 0;
  const write = async () => {
    for (let n = next++; n < members; n = next++) {
      await store.putMember(name, String(n + 1), record, undefined);
    }
  };
  await Promise.all(Array.from({ length: 256 }, write));
});
await measured("one member read", (n) => store.member(name, String(n * 97 + 1)));
await measured("first page of 100 members", () => store.members(name, 0, 100));
await measured("first page of 1000 members", () => store.members(name, 0, 1000));
const cursors: number[] = [0];
await timed("all members in pages of 1000", async () => {
  for (let after = 0; ; ) {
    const { cursor } = await store.members(name, after, 1000);
    if (cursor === 0) return;
    cursors.push(cursor);
    after = cursor;
  }
});
const middle = cursors[Math.floor(cursors.length / 2)] ?? 0;
await measured("a page of 100 from the middle", () => store.members(name, middle, 100));
await measured("the rooms of one user", (n) => store.roomsOf(String(n + 1), 0, 100));
await measured("the rooms of a user without any", () => store.roomsOf("none", 0, 100));
await measured("rooms of a type without any", () => store.rooms("nothing", 0, 100));
await store.close();
await bus.close();
