import { afterEach, describe, expect, it } from "vitest";
import { encodeRecall, Recalls } from "../bus/recalls.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import type { Service } from "../kit/service.ts";
import { goim } from "../protocol/gen/messages.js";
import { offsetOf, sequenceOf } from "../protocol/offset.ts";
import { createBroadcast } from "./broadcast.ts";
import { turn } from "./follower.fixture.ts";
import type { KeptAt, KeptHooks } from "./kept-log.ts";
import { LogBus } from "./log-bus.fixture.ts";
import { TestMember } from "./member.fixture.ts";
import { type Member, MemberList } from "./member-list.ts";
import { broadcastSection } from "./room-config.ts";

const stream = "GOIM_ALL";
let running: Service | undefined;

afterEach(async () => {
  await running?.stop();
});

/** Connections that have some kept broadcasts already, and what is told of the others. */
class FakeHooks implements KeptHooks {
  readonly had = new Map<Member, number>();
  readonly told: string[] = [];

  has(member: Member, { offset }: KeptAt): boolean {
    return offset <= (this.had.get(member) ?? 0);
  }

  passed(member: Member, { offset, life }: KeptAt): void {
    const { id } = member as TestMember;
    this.told.push(`${id} ${life.epoch} ${sequenceOf(offset)}`);
  }
}

async function setUp(count: number, config: Record<string, unknown> = {}, total = 0) {
  const bus = new LogBus();
  const clock = new FakeClock();
  const channels = new MemberList<Member>("allSlot");
  const members = Array.from({ length: count }, (_, id) => new TestMember(id));
  for (const member of members) channels.add(member);
  const hooks = new FakeHooks();
  const recalls = new Recalls();
  const old = bus.store(stream, bus.subjects.pushAll, ["from before the start"]);
  const service = createBroadcast(broadcastSection.parse(config), {
    channels,
    totalConnections: () => total,
    ...{ kept: hooks, recalls },
    bus,
    layout: bus.layout,
    reader: bus,
    clock,
    log: silentLog,
    metrics: createMetrics(),
  });
  running = service;
  await service.start();
  let prev = offsetOf(old, 0);
  const store = (bodies: readonly string[], speed = 0, expiresAt = 0) => {
    return bus.store(stream, bus.subjects.pushAll, bodies, speed, expiresAt);
  };
  const cast = (sequence: number) => {
    bus.cast(bus.subjects.all, stream, sequence, prev);
    prev = offsetOf(sequence, 0);
  };
  const keep = (text: string, speed = 0) => {
    const entry = { op: 1000, body: Buffer.from(text), speed, retain: true };
    return bus.storeEntries(stream, bus.subjects.pushAll, [entry]);
  };
  const push = (text: string, speed = 0) => cast(store([text], speed));
  const reached = (text: string) => members.filter(({ got }) => got.includes(text)).length;
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 10) {
      clock.advance(Math.min(10, left));
      await turn();
    }
  };
  const recall = (sequence: number, epoch = bus.layout.epoch(stream)) => {
    const offset = offsetOf(sequence, 0);
    const place = { log: "all", target: "", epoch, below: offset + 1, offset } as const;
    recalls.set(`k${recalls.size}`, encodeRecall({ ...place, reason: "", actor: "", at: 0 }));
    service.recalled();
  };
  const tools = { store, cast, push, reached, pass, keep, recall };
  return { bus, clock, channels, members, hooks, service, ...tools };
}

describe("the broadcast", () => {
  it("reaches everybody that accepts its operation, from the start on", async () => {
    const { channels, members, push, reached } = await setUp(3);
    const other = new TestMember(9, [1001]);
    channels.add(other);
    push("m0");
    expect(reached("m0")).toBe(3);
    expect([members[0]?.got, other.got]).toEqual([["m0"], []]);
  });

  it("keeps one order for all, whatever order the casts come in", async () => {
    const { bus, members, store, cast, pass } = await setUp(2);
    const [a, b, c] = ["a", "b", "c"].map((text) => store([text])) as [number, number, number];
    bus.cast(bus.subjects.all, stream, c, offsetOf(b, 0));
    cast(a);
    cast(b);
    await pass(100);
    expect(members.map(({ got }) => got.join(""))).toEqual(["abc", "abc"]);
  });

  it("finds a cast that was lost by the digest, and by a check after a reconnect", async () => {
    const { bus, members, store, pass } = await setUp(1);
    const first = store(["told by digest"]);
    const digest = {
      ...{ epoch: "e1", job: "j1", term: 1, n: 1, part: 0, parts: 1 },
      rooms: [{ room: "", last: offsetOf(first, 0) }],
    };
    bus.deliver(bus.subjects.digestAll, goim.push.Digest.encode(digest).finish());
    await turn();
    expect(members[0]?.got).toEqual(["told by digest"]);
    bus.down();
    store(["missed"]);
    bus.up();
    await pass(1000);
    expect(members[0]?.got).toEqual(["told by digest", "missed"]);
  });

  it("spreads one with a speed evenly over the time that speed asks for", async () => {
    const { clock, push, reached } = await setUp(100, { paceTick: "10ms" });
    push("paced", 100);
    const counts: number[] = [];
    for (let tenth = 0; tenth < 10; tenth++) {
      counts.push(reached("paced"));
      clock.advance(100);
    }
    expect(counts).toEqual([1, 11, 21, 31, 41, 51, 61, 71, 81, 91]);
    expect(reached("paced")).toBe(100);
  });

  it("counts the connections of all comets for the speed", async () => {
    const { clock, push, reached } = await setUp(100, {}, 1000);
    push("paced", 100);
    clock.advance(5000);
    expect(reached("paced")).toBeGreaterThanOrEqual(50);
    expect(reached("paced")).toBeLessThanOrEqual(52);
    clock.advance(5000);
    expect(reached("paced")).toBe(100);
  });

  it("never goes faster because connections close, and skips who came later", async () => {
    const { clock, channels, members, push, reached } = await setUp(100, { paceTick: "10ms" });
    push("paced", 100);
    clock.advance(200);
    for (const member of members.slice(0, 40)) channels.remove(member);
    const late = new TestMember(200);
    channels.add(late);
    let before = reached("paced");
    for (let step = 0; step < 20; step++) {
      clock.advance(100);
      expect(reached("paced") - before).toBeLessThanOrEqual(11);
      before = reached("paced");
    }
    expect(members.slice(40).every(({ got }) => got.length === 1)).toBe(true);
    expect(late.got).toEqual([]);
  });

  it("lets the next one begin when the paced one is done", async () => {
    const { clock, push, reached } = await setUp(10);
    push("slow", 10);
    push("next");
    clock.advance(500);
    expect(reached("next")).toBe(0);
    clock.advance(500);
    expect([reached("slow"), reached("next")]).toEqual([10, 10]);
  });

  it("skips one that expired while it waited, and goes on with the next", async () => {
    const { clock, push, cast, store, reached } = await setUp(10);
    push("slow", 10);
    cast(store(["stale"], 0, clock.now() + 500));
    push("next");
    clock.advance(1000);
    expect([reached("slow"), reached("stale"), reached("next")]).toEqual([10, 0, 10]);
  });

  it("ends a paced one at the moment it expires", async () => {
    const { clock, cast, push, store, reached } = await setUp(100, { paceTick: "10ms" });
    cast(store(["paced"], 100, clock.now() + 300));
    push("next");
    clock.advance(1000);
    expect(reached("paced")).toBeGreaterThanOrEqual(29);
    expect(reached("paced")).toBeLessThanOrEqual(31);
    expect(reached("next")).toBe(100);
  });

  it("stops one that is taken back, where it is, and never begins one that waits", async () => {
    const { clock, store, cast, push, reached, recall } = await setUp(100, { paceTick: "10ms" });
    const paced = store(["bad"], 100);
    cast(paced);
    const waits = store(["bad too"]);
    cast(waits);
    push("good");
    clock.advance(200);
    expect(reached("bad")).toBe(21);
    recall(paced);
    recall(waits);
    clock.advance(20);
    expect([reached("bad"), reached("bad too"), reached("good")]).toEqual([21, 0, 100]);
  });

  it("takes back nothing of another life of the log that has the same place", async () => {
    const { clock, bus, store, cast, reached, recall, push, pass } = await setUp(10, {
      paceTick: "10ms",
    });
    push("paced", 100);
    const waits = store(["of the old life"]);
    cast(waits);
    bus.restart(stream, "new");
    bus.cast(bus.subjects.all, stream, store(["of the new life"]), 0);
    await pass(50);
    recall(waits, "new");
    clock.advance(5_000);
    await pass(2_000);
    expect(reached("of the old life")).toBe(10);
  });

  it("raises a speed that would take longer than the bound", async () => {
    const { clock, push, reached } = await setUp(10, { paceMax: "1s" });
    push("slow", 1);
    clock.advance(1000);
    expect(reached("slow")).toBe(10);
  });

  it("leaves in the stream what its queue cannot hold, and reads it later, in order", async () => {
    const { bus, clock, members, push, pass } = await setUp(5, { queueMax: 4 });
    push("paced", 5);
    for (let each = 0; each < 20; each++) push(`m${each}`);
    clock.advance(500);
    expect(bus.reads.range).toBe(0);
    await pass(1000);
    const all = ["paced", ...Array.from({ length: 20 }, (_, each) => `m${each}`)];
    expect(members.map(({ got }) => got)).toEqual(Array(5).fill(all));
    expect(bus.reads.range).toBeGreaterThan(0);
  });

  it("sends what waits with one operation as one frame, within the bound", async () => {
    const { clock, members, store, cast } = await setUp(1, { flushBytes: "1kb" });
    cast(store(["paced"], 1));
    const body = "x".repeat(400);
    cast(store([body, body, body]));
    clock.advance(1000);
    expect(members[0]?.sizes).toEqual([1, 2, 1]);
  });

  it("serves a crowd in slices", async () => {
    const { clock, push, reached } = await setUp(1200);
    push("m0");
    expect(reached("m0")).toBe(500);
    clock.runYielded();
    expect(reached("m0")).toBe(1200);
  });

  it("leaves nothing behind when it stops", async () => {
    const { bus, clock, push } = await setUp(100);
    push("paced", 10);
    await running?.stop();
    running = undefined;
    clock.runYielded();
    expect([bus.listeners.size, clock.pending]).toEqual([0, 0]);
  });
});

describe("kept broadcasts", () => {
  it("pass over who has them, each for itself, and are told of the others", async () => {
    const { bus, members, keep, store, push, pass, hooks } = await setUp(3, { paceMax: "1s" });
    const other = members[2] as TestMember;
    push("slow", 1);
    const [a, b, c, d] = [keep("a"), keep("b"), store(["c"]), keep("d", 1)] as const;
    hooks.had.set(members[0] as Member, offsetOf(a, 0));
    hooks.had.set(other, offsetOf(d, 0));
    for (const [at, one] of [a, b, c, d].entries()) {
      bus.cast(bus.subjects.all, stream, one, offsetOf(a + at - 1, 0));
    }
    await pass(3_000);
    expect(members.map(({ got }) => got.join(" "))).toEqual([
      "slow b c d",
      "slow a b c d",
      "slow c",
    ]);
    const epoch = bus.layout.epoch(stream);
    expect(hooks.told.sort()).toEqual(
      [`0 ${epoch} ${b}`, `0 ${epoch} ${d}`].concat(
        [a, b, d].map((sequence) => `1 ${epoch} ${sequence}`),
      ),
    );
  });

  it("count as passed for who does not want them", async () => {
    const { bus, channels, keep, cast, hooks } = await setUp(0);
    channels.add(new TestMember(5, [7]));
    const sequence = keep("a");
    cast(sequence);
    expect(hooks.told).toEqual([`5 ${bus.layout.epoch(stream)} ${sequence}`]);
  });

  const texts = (part: { entries: readonly { body: Uint8Array }[] } | undefined) =>
    part?.entries.map(({ body }) => Buffer.from(body).toString());
  const known = (epoch: string, sequence: number, ...offsets: number[]) => ({
    ...{ epoch, offset: offsetOf(sequence, 1023) },
    entries: offsets.map((offset) => ({
      ...{ offset, op: 1000, body: Buffer.from(`logic's ${sequenceOf(offset)}`) },
      ...{ speed: 0, expiresAt: 0, time: 0, retain: true },
    })),
  });

  it("are logic's and those seen since, up to where live ones begin", async () => {
    const { bus, keep, cast, service, push } = await setUp(1, { keptMax: 2 });
    const epoch = bus.layout.epoch(stream);
    // What lay in the stream before this comet came only logic can know.
    expect(service.kept(known(epoch, 0))).toBeUndefined();
    expect(texts(service.kept(known(epoch, 1, 1024)))).toEqual(["logic's 1"]);
    const a = keep("a");
    cast(a);
    push("m");
    const part = service.kept(known(epoch, 1, 1024));
    expect(texts(part)).toEqual(["logic's 1", "a"]);
    expect(part?.offset).toBe(service.position().offset);
    // Logic is ahead: what comes live is left to that.
    const b = keep("b");
    const ahead = known(epoch, b, offsetOf(a, 0), offsetOf(b, 0));
    expect(texts(service.kept(ahead))).toEqual([`logic's ${a}`]);
    cast(b);
    expect(texts(service.kept(ahead))).toEqual([`logic's ${a}`, `logic's ${b}`]);
    for (const text of ["c", "d"]) cast(keep(text));
    // More has passed than this comet remembers.
    expect(service.kept(known(epoch, a))).toBeUndefined();
    expect(texts(service.kept(known(epoch, b)))).toEqual(["c", "d"]);
  });

  it("that were taken back are in nobody's part, be they logic's or seen here", async () => {
    const { bus, keep, cast, service, recall } = await setUp(1);
    const epoch = bus.layout.epoch(stream);
    const [a, b] = [keep("a"), keep("b")];
    for (const sequence of [a, b]) cast(sequence);
    const lists = known(epoch, 1, 1024);
    expect(texts(service.kept(lists))).toEqual(["logic's 1", "a", "b"]);
    recall(1, "another");
    recall(a);
    expect(texts(service.kept(lists))).toEqual(["logic's 1", "b"]);
    recall(1);
    expect(texts(service.kept(lists))).toEqual(["b"]);
    // Live ones begin where they did.
    expect(service.kept(lists)?.offset).toBe(offsetOf(b, 0));
  });

  it("of another life are asked for again", async () => {
    const { bus, service, keep, cast, pass, hooks } = await setUp(1);
    const epoch = bus.layout.epoch(stream);
    expect(service.kept(known("another", 1))).toBeUndefined();
    bus.restart(stream, "new");
    const sequence = keep("a");
    bus.cast(bus.subjects.all, stream, sequence, 0);
    await pass(2_000);
    expect(service.position().epoch).toBe("new");
    expect(service.kept(known(epoch, 1))).toBeUndefined();
    expect(texts(service.kept(known("new", sequence, 1024)))).toEqual(["logic's 1"]);
    cast(keep("b"));
    expect(hooks.told.at(-1)).toBe("0 new 2");
  });
});
