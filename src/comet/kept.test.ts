import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { createMetrics } from "../kit/metrics.ts";
import type { Channel } from "./channel.ts";
import { createKeptHooks, KeptReplays, toKnown } from "./kept.ts";
import type { KeptPart } from "./kept-log.ts";
import type { LogEntry } from "./log-entry.ts";
import { ACCEPTED, type Client, type LoginOptions, MailBench, OTHER } from "./mail.fixture.ts";
import { MemberList } from "./member-list.ts";

const life = { epoch: "A" };
const entry = (offset: number, more: Partial<LogEntry> = {}): LogEntry => ({
  ...{ offset, op: ACCEPTED, body: Buffer.from(String(offset)), speed: 0, expiresAt: 0, time: 0 },
  ...more,
});

function setUp(options: { bytesMax?: number; v1?: string } = {}) {
  const bench = new MailBench({ mailbox: { v1: options.v1 ?? "replay" } });
  const everybody = new MemberList<Channel>("allSlot");
  const clock = new FakeClock();
  let part: KeptPart | undefined;
  const replays = new KeptReplays(
    { frameBytes: 4, bytesMax: options.bytesMax ?? 1_000 },
    { broadcast: { kept: () => part }, everybody, clock, metrics: createMetrics() },
  );
  const hooks = createKeptHooks(bench.acks);
  const logIn = (kept: readonly LogEntry[], cursor = 0, login: LoginOptions = {}): Client => {
    const client = bench.logIn({ ...login, joining: true });
    replays.admit(client.channel, { life, offset: 100, entries: kept }, cursor);
    return client;
  };
  /** As the broadcast does with a kept entry. */
  const live = ({ channel }: Client, offset: number, at = life) => {
    if (hooks.has(channel, { life: at, offset })) return;
    channel.deliver(frame(offset), 1);
    hooks.passed(channel, { life: at, offset });
  };
  const told = () => bench.reports.map(({ all }) => all);
  const give = (next: KeptPart | undefined) => {
    part = next;
  };
  return { bench, everybody, clock, replays, hooks, logIn, live, told, give };
}

/** What goes out as the test's clients read it: a number is its body. */
function frame(offset: number) {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  const text = String(offset);
  for (const [at, length, op] of [
    [0, 16 + 16 + text.length, 9],
    [16, 16 + text.length, ACCEPTED],
  ] as const) {
    view.setInt32(at, length);
    view.setInt16(at + 4, 16);
    view.setInt16(at + 6, 1);
    view.setInt32(at + 8, op);
  }
  const ws = Buffer.concat([bytes, Buffer.from(text)]);
  return { ws, tcp: ws.subarray(16), v2: ws.subarray(16) };
}

describe("kept broadcasts at a login", () => {
  it("come behind the reply and in front of live ones, above the cursor, those that count", () => {
    const { bench, logIn, live, everybody, clock } = setUp();
    const now = clock.now();
    const client = logIn(
      [entry(1), entry(2), entry(3, { op: OTHER }), entry(4, { expiresAt: now }), entry(5)],
      1,
    );
    expect(everybody.has(client.channel)).toBe(true);
    live(client, 101);
    expect(client.connection.sent).toEqual([]);
    bench.open(client);
    expect(client.got).toEqual([2, 5, 101]);
  });

  it("are acknowledged when the socket has taken them, what is not wanted as well", async () => {
    const { bench, logIn, told } = setUp();
    const client = logIn([entry(2), entry(7, { op: OTHER })]);
    await bench.pass(500);
    expect(told()).toEqual([]);
    client.stall();
    bench.open(client);
    await bench.pass(500);
    expect(told()).toEqual([]);
    client.read();
    await bench.pass(500);
    expect(told()).toEqual(["A 7"]);
    await bench.pass(5_000);
    expect(told()).toHaveLength(1);
  });

  it("are in version 2 as well: it has no acknowledgement of its own for them", async () => {
    const { bench, logIn, live, told } = setUp();
    const client = logIn([entry(2)], 0, { version: 2 });
    client.stall();
    bench.open(client);
    live(client, 101);
    await bench.pass(500);
    expect(told()).toEqual([]);
    client.read();
    await bench.pass(500);
    expect(told()).toEqual(["A 101"]);
    expect(bench.reports.at(-1)).toMatchObject({ acked: 0 });
  });

  it("cost no write where there is nothing", async () => {
    const { bench, logIn, live, told } = setUp();
    const client = logIn([entry(2)], 2);
    bench.open(client);
    await bench.pass(500);
    expect(bench.reports).toEqual([]);
    live(client, 2);
    expect(client.got).toEqual([]);
    live(client, 103);
    await bench.pass(500);
    expect(told()).toEqual(["A 103"]);
  });

  it("are told of before the session ends", async () => {
    const { bench, logIn, told } = setUp();
    const client = logIn([entry(2)]);
    bench.open(client);
    client.channel.close(4000, "gone");
    await bench.settle();
    expect(told()).toEqual(["A 2"]);
  });

  it("are not told of to who closes before the reply is out, or has another life", async () => {
    const { bench, logIn, live, told } = setUp();
    const client = logIn([entry(2)]);
    client.channel.close(4000, "gone");
    const other = logIn([]);
    bench.open(other);
    live(other, 5, { epoch: "A" });
    await bench.pass(500);
    expect(other.got).toEqual([5]);
    expect(told()).toEqual([]);
  });

  it("are the newest where they are too many for one connection", () => {
    const { bench, logIn } = setUp({ bytesMax: 4 });
    const client = logIn([10, 20, 30].map((offset) => entry(offset)));
    bench.open(client);
    expect(client.got).toEqual([20, 30]);
  });

  it("do not come to version 1 where it begins with what comes next", async () => {
    const { bench, logIn, live, told, everybody } = setUp({ v1: "off" });
    const client = logIn([entry(2)]);
    expect(everybody.size).toBe(0);
    bench.open(client);
    live(client, 103);
    await bench.pass(500);
    expect([client.got, told()]).toEqual([[103], []]);
  });

  it("are one frame for those who lack the same", () => {
    const { bench, logIn, replays } = setUp();
    const kept = [entry(1), entry(2)];
    const part = { life, offset: 100, entries: kept };
    const clients = [1, 2].map(() => {
      const client = bench.logIn({ joining: true });
      replays.admit(client.channel, part, 0);
      bench.open(client);
      return client;
    });
    const [one, two] = clients.map(({ connection }) => connection.sent.at(-1));
    expect(one).toBe(two);
    const other = logIn(kept, 1);
    bench.open(other);
    expect(other.got).toEqual([2]);
  });
});

describe("what logic tells of kept broadcasts", () => {
  it("is taken as a cast is: nothing where offsets do not ascend", () => {
    expect(toKnown(undefined)).toBeUndefined();
    const known = { epoch: "A", offset: 9, entries: [{ offset: 3 }, { offset: 4 }] };
    expect(toKnown(known)).toMatchObject({ epoch: "A", offset: 9, entries: [{}, {}] });
    expect(toKnown({ ...known, entries: [{ offset: 4 }, { offset: 4 }] })).toBeUndefined();
  });

  it("is handed to the broadcast, and counted where that has no answer", async () => {
    const { replays, give } = setUp();
    const known = { epoch: "A", offset: 9, entries: [] };
    expect(replays.partOf(known)).toBeUndefined();
    const part = { life, offset: 9, entries: [] };
    give(part);
    expect(replays.partOf(known)).toBe(part);
  });
});
