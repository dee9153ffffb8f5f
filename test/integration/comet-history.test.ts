/** History for newcomers and slow sockets caught up, on real sockets and a real nats-server. */
import { afterEach, describe, expect, it } from "vitest";
import type { TestClient } from "../harness/client.ts";
import { waitFor } from "../harness/wait.ts";
import { CometSystem } from "./comet-system.ts";

let system: CometSystem;

async function start(env: Readonly<Record<string, string>> = {}): Promise<CometSystem> {
  system = await CometSystem.start(env);
  return system;
}

afterEach(() => system.stop());

async function push(room: string, from: number, to: number, padding = ""): Promise<void> {
  for (let each = from; each < to; each++) await system.pushRoom(room, 1000, `${each}${padding}`);
}

const numbersOf = ({ messages }: TestClient) =>
  messages.map(({ text }) => Number.parseInt(text, 10));
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

const ends = ["live", "resumed", "dropped_expired", "dropped_gone", "dropped_left", "dropped_slow"];

/** What was owed, and what became of it. */
async function ledger() {
  const counts = await Promise.all(ends.map((end) => system.metric(`room_${end}_total`)));
  const owed = await system.metric("room_owed_total");
  return { owed, ended: counts.reduce((sum, count) => sum + count, 0), counts };
}

describe("a newcomer", () => {
  it("gets what came before and then what is live; 300 at once cost a few reads", async () => {
    await start();
    const room = "video://film";
    await push(room, 0, 1000);
    const joining = Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        system.logIn(index % 2 === 0 ? "ws" : "tcp", { room_id: room }),
      ),
    );
    await push(room, 1000, 1050);
    const clients = await joining;
    await push(room, 1050, 1060);
    await Promise.all(clients.map((client) => client.waitForCount(1060)));
    for (const client of clients) expect(numbersOf(client)).toEqual(numbers(1060));
    expect(clients.every(({ raw }) => raw[0]?.bytes.readInt32BE(8) === 8)).toBe(true);
    expect(await system.metric("room_history_reads_total")).toBeLessThanOrEqual(8);
    const { owed, ended } = await ledger();
    expect([owed, ended]).toEqual([300 * 1060, 300 * 1060]);
    // Who comes later is served from memory.
    const later = await system.logIn("ws", { room_id: room });
    await later.waitForCount(1060);
    expect(await system.metric("room_history_reads_total")).toBeLessThanOrEqual(8);
  });

  it("gets so many as its room's type says, after the reply to change room", async () => {
    await start({ GOIM_HISTORY_TYPES: "video=all,chat=5" });
    await push("chat://1", 0, 20);
    await push("live://1", 0, 3);
    const client = await system.logIn("ws", { room_id: "live://1" });
    await push("live://1", 100, 101);
    await client.waitForCount(1);
    const reply = await client.changeRoom("chat://1");
    expect(reply.op).toBe(13);
    await client.waitForCount(6);
    await push("chat://1", 20, 21);
    await client.waitForCount(7);
    expect(numbersOf(client)).toEqual([100, 15, 16, 17, 18, 19, 20]);
  });
});

describe("a client that stops reading its room", () => {
  it("is caught up when it reads again, and nobody else notices", async () => {
    await start({ GOIM_ROOM_RING_BYTES: "200kb", GOIM_SLOW_DEADLINE: "1m" });
    const room = "live://busy";
    const [count, bytes] = [600, 40_000];
    const stalled = await system.logIn("tcp", { room_id: room });
    const others = await Promise.all(
      Array.from({ length: 4 }, (_, index) =>
        system.logIn(index % 2 === 0 ? "ws" : "tcp", { room_id: room }),
      ),
    );
    stalled.pause();
    await push(room, 0, count, "x".repeat(bytes));
    await Promise.all(others.map((client) => client.waitForCount(count)));
    expect(await system.metric("room_behind")).toBe(1);
    // What was not read stays in the stream, not in this process: the rest is with the kernel.
    const handed = (await system.metric("delivered_bytes_total")) - 4 * count * bytes;
    expect(handed).toBeLessThan((count * bytes) / 2);
    stalled.resume();
    await stalled.waitForCount(count);
    await push(room, count, count + 3);
    await Promise.all([stalled, ...others].map((client) => client.waitForCount(count + 3)));
    for (const client of [stalled, ...others]) {
      expect(numbersOf(client)).toEqual(numbers(count + 3));
    }
    await waitFor(async () => (await system.metric("room_behind")) === 0);
    const { owed, ended, counts } = await ledger();
    expect([owed, ended]).toEqual([5 * (count + 3), 5 * (count + 3)]);
    expect(counts[1]).toBeGreaterThan(0);
    expect(counts.slice(2)).toEqual([0, 0, 0, 0]);
    expect(await system.metric("closes_slow_total")).toBe(0);
  }, 60_000);

  it("is closed when it does not catch up in time, and what it missed is counted", async () => {
    await start({ GOIM_SLOW_DEADLINE: "1s" });
    const room = "live://busy";
    const count = 600;
    const stalled = await system.logIn("ws", { room_id: room });
    const other = await system.logIn("ws", { room_id: room });
    stalled.pause();
    await push(room, 0, count, "x".repeat(40_000));
    await waitFor(async () => (await system.metric("closes_slow_total")) === 1);
    await other.waitForCount(count);
    await waitFor(async () => (await system.metric("room_live_total")) >= count);
    const { owed, ended, counts } = await ledger();
    expect(ended).toBe(owed);
    expect(counts[5]).toBeGreaterThan(0);
    expect(await system.metric("room_behind_too_slow_total")).toBe(1);
    stalled.destroy();
    await stalled.closed;
  }, 60_000);
});
