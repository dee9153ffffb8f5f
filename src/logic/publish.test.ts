import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GoimError } from "../kit/errors.ts";
import { createMetrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { indexOf, sequenceOf } from "../protocol/offset.ts";
import { codeOf, config, type Flight, setup, TurnEach } from "./publish.fixture.ts";
import { createPublisher, type Publisher } from "./publish.ts";

describe("while JetStream does not answer", () => {
  it("a push without a turn in time is given up as not stored, one in flight is not", async () => {
    const { push, flights, clock, publisher } = setup({ window: 1 });
    const flying = codeOf(push("m0", "room.0"));
    const early = codeOf(push("m1", "room.1"));
    clock.advance(3_000);
    const late = push("m2", "room.1");
    clock.advance(2_500);
    expect(await early).toBe("unavailable");
    expect(publisher.pending.pushes).toBe(2);
    await flights[0]?.ack(1);
    expect(await flying).toBe("stored");
    expect(flights[1]?.bodies).toEqual(["m2"]);
    await flights[1]?.ack(2);
    expect((await late).offset).toBe(2 * 1024);
    clock.advance(1_000);
    expect(clock.pending).toBe(0);
  });
});

describe("group commit", () => {
  it("sends a lone push at once and answers with its offset and epoch", async () => {
    const { push, flights } = setup();
    const answer = push("m0");
    expect(flights).toHaveLength(1);
    await flights[0]?.ack(7);
    expect(await answer).toEqual({
      ...{ offset: 7 * 1024, epoch: "epoch of S", duplicate: false },
    });
  });

  it("gathers while messages are in flight, and numbers the entries of a message", async () => {
    const { push, flights } = setup({ perSubject: 2 });
    const answers = ["a", "b", "c", "d", "e"].map((body) => push(body));
    expect(flights.map(({ bodies }) => bodies)).toEqual([["a"], ["b"]]);
    await flights[0]?.ack(1);
    expect(flights[2]?.bodies).toEqual(["c", "d", "e"]);
    await flights[2]?.ack(3);
    await flights[1]?.ack(2);
    const offsets = (await Promise.all(answers)).map(({ offset }) => offset);
    expect(offsets).toEqual([1024, 2048, 3072, 3073, 3074]);
  });

  it("closes a message at the number of entries", async () => {
    const { push, flights } = setup({ perSubject: 1, batchEntries: 3 });
    for (let index = 0; index < 6; index++) void push(`m${index}`);
    await flights[0]?.ack(1);
    expect(flights[1]?.bodies).toEqual(["m1", "m2", "m3"]);
    await flights[1]?.ack(2);
    expect(flights[2]?.bodies).toEqual(["m4", "m5"]);
  });

  it("closes a message at its bytes, and a single push may be larger", async () => {
    const { push, flights } = setup({ perSubject: 1, batchBytes: 1000 });
    for (const bytes of [1, 400, 400, 400, 5000, 1]) void push(new Uint8Array(bytes));
    for (let index = 0; index < 5; index++) await flights[index]?.ack(index + 1);
    expect(flights.map(({ bodies }) => bodies.map((body) => body.length))).toEqual([
      [1],
      [400, 400],
      [400],
      [5000],
      [1],
    ]);
  });

  it("does not mix subjects", async () => {
    const { push, flights } = setup({ perSubject: 1 });
    for (const subject of ["a", "b", "a", "b", "a"]) void push(subject, subject);
    await flights[0]?.ack(1);
    await flights[1]?.ack(2);
    expect(flights.map(({ subject, bodies }) => [subject, bodies])).toEqual([
      ["a", ["a"]],
      ["b", ["b"]],
      ["a", ["a", "a"]],
      ["b", ["b"]],
    ]);
  });

  it("keeps the window over all subjects, which take turns", async () => {
    const { push, flights } = setup({ window: 2, perSubject: 2 });
    for (let index = 0; index < 3; index++) void push(`a${index}`, "a");
    void push("b0", "b");
    void push("c0", "c");
    expect(flights.map(({ subject }) => subject)).toEqual(["a", "a"]);
    await flights[0]?.ack(1);
    await flights[1]?.ack(2);
    expect(flights.map(({ subject }) => subject)).toEqual(["a", "a", "b", "c"]);
    await flights[2]?.ack(3);
    expect(flights[4]?.bodies).toEqual(["a2"]);
  });

  it("says of each message who it is for, where a subject has several", async () => {
    const { publisher, flights } = setup();
    for (const to of ["key a", "key b"]) {
      void publisher.publish(
        { stream: "S", subject: "key.3", to },
        { op: 1, body: Buffer.from(to) },
      );
      await flights.at(-1)?.ack(flights.length);
    }
    expect(flights.map(({ headers }) => headers["Goim-To"])).toEqual(["key a", "key b"]);
  });

  it("gives each message an id of its own and headers for people", async () => {
    const { push, flights } = setup({ perSubject: 1 });
    void push("x", "room 你\r\nNats-Msg-Id: 1", 5);
    expect(flights[0]?.headers).toEqual({
      "Goim-Op": "5",
      "Goim-To": "room ???Nats-Msg-Id: 1",
    });
    for (let op = 0; op < 20; op++) void push("y", "many", op % 10);
    await flights[1]?.ack(1);
    expect(flights[2]?.headers["Goim-Op"]).toBe("1,2,3,4,5,6,7,8,+");
    expect(new Set(flights.map(({ id }) => id)).size).toBe(3);
  });

  it("writes every field of a push", async () => {
    const { publisher, bus } = setup();
    let data: Uint8Array | undefined;
    const capture = createPublisher(config, {
      bus,
      acks: {
        publish: async (_subject, bytes) => {
          data = bytes;
          return { sequence: 1, duplicate: false };
        },
      },
      layout: { epoch: () => "e" },
      reader: { message: async () => undefined },
      newId: () => "id",
      clock: new TurnEach(5_000),
      metrics: createMetrics(),
    });
    const body = Uint8Array.of(0, 255);
    const target = { stream: "S", subject: "s", to: "t" };
    await capture.publish(target, { op: -1, body, keys: ["k", ""], speed: 9 });
    const [entry] = goim.push.PushBatch.decode(data ?? new Uint8Array()).entries;
    expect(entry).toMatchObject({ op: -1, keys: ["k", ""], speed: 9 });
    expect([...(entry?.body ?? [])]).toEqual([0, 255]);
    expect(Number(entry?.time)).toBe(5_000);
    expect(publisher.pending.pushes).toBe(0);
  });
});

describe("order", () => {
  it("is kept for whoever awaits each answer, whatever the order of acks", async () => {
    const { push, flights } = setup();
    const first = push("1");
    const others = ["x", "y", "z"].map((body) => push(body));
    await flights[0]?.ack(5);
    const before = await first;
    const second = push("2");
    for (let index = 1; index < flights.length; index++) await flights[index]?.ack(5 + index);
    expect((await second).offset).toBeGreaterThan(before.offset);
    await Promise.all(others);
  });

  it("gives every push the place it has in the stream, for any arrivals and acks", async () => {
    const bodies = fc.array(fc.constantFrom("room.a", "room.b"), { maxLength: 60 });
    const picks = fc.array(fc.nat(), { minLength: 1, maxLength: 20 });
    const shape = fc.record({
      perSubject: fc.integer({ min: 1, max: 4 }),
      window: fc.integer({ min: 4, max: 6 }),
      batchEntries: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(bodies, picks, shape, async (subjects, order, overrides) => {
        const { push, flights, publisher } = setup(overrides);
        const answers = subjects.map((subject, index) => push(String(index), subject));
        const stored = new Map<number, Flight>();
        const open = () => flights.filter((flight) => ![...stored.values()].includes(flight));
        for (let turn = 0; open().length > 0; turn++) {
          expect(open().length).toBeLessThanOrEqual(overrides.window);
          const waiting = open();
          const flight = waiting[(order[turn % order.length] ?? 0) % waiting.length];
          stored.set(stored.size + 1, flight as Flight);
          await flight?.ack(stored.size);
        }
        const results = await Promise.all(answers);
        results.forEach(({ offset }, index) => {
          const flight = stored.get(sequenceOf(offset));
          expect(flight?.subject).toBe(subjects[index]);
          expect(flight?.bodies[indexOf(offset)]).toBe(String(index));
        });
        expect(flights.flatMap((flight) => flight.bodies)).toHaveLength(subjects.length);
        expect(publisher.pending).toEqual({ pushes: 0, bytes: 0 });
      }),
      { numRuns: 50 },
    );
  });
});

describe("bounds and failures", () => {
  it("says busy when too many pushes wait, and takes more once some are stored", async () => {
    const { push, flights } = setup({ pendingEntriesMax: 3, perSubject: 1 });
    const answers = ["a", "b", "c"].map((body) => push(body));
    expect(await codeOf(push("d"))).toBe("busy");
    await flights[0]?.ack(1);
    void push("e");
    await flights[1]?.ack(2);
    await Promise.all(answers);
    expect(flights[1]?.bodies).toEqual(["b", "c", "e"].slice(0, flights[1]?.bodies.length));
  });

  it("says busy when too many bytes wait", async () => {
    const { push } = setup({ pendingBytesMax: 1000 });
    void push(new Uint8Array(600));
    expect(await codeOf(push(new Uint8Array(600)))).toBe("busy");
    void push(new Uint8Array(100));
  });

  it("says too large for what NATS would not take, and takes the largest it does", async () => {
    const { push, flights } = setup({ pendingBytesMax: 1 << 20 }, 10_000);
    expect(await codeOf(push(new Uint8Array(9_000)))).toBe("too_large");
    void push(new Uint8Array(8_900));
    expect(flights[0]?.bytes).toBeLessThanOrEqual(10_000 - 1024);
  });

  it("keeps a gathered message below what NATS takes", async () => {
    const { push, flights } = setup({ perSubject: 1 }, 10_000);
    for (let index = 0; index < 10; index++) void push(new Uint8Array(3_000));
    for (let index = 0; index < 4; index++) await flights[index]?.ack(index + 1);
    for (const { bytes } of flights) expect(bytes).toBeLessThanOrEqual(10_000 - 1024);
  });

  it("is unavailable at once while NATS is not connected", async () => {
    const { push, flights, status } = setup();
    status("down");
    expect(await codeOf(push("a"))).toBe("unavailable");
    status("up");
    void push("b");
    expect(flights.map(({ bodies }) => bodies)).toEqual([["b"]]);
  });

  it("fails what waits when the connection is lost, and leaves what is in flight", async () => {
    const { push, flights, status, publisher } = setup({ perSubject: 1 });
    const flying = push("a");
    const waiting = codeOf(push("b"));
    status("down");
    expect(await waiting).toBe("unavailable");
    expect(publisher.pending.pushes).toBe(1);
    await flights[0]?.ack(4);
    expect((await flying).offset).toBe(4096);
    expect(flights).toHaveLength(1);
  });

  it("fails every push of a message that failed, and goes on with the next", async () => {
    const { push, flights, publisher } = setup({ perSubject: 1 });
    const first = codeOf(push("a"));
    const second = push("b");
    await flights[0]?.fail(new GoimError("timeout", "no ack"));
    expect(await first).toBe("timeout");
    await flights[1]?.ack(2);
    expect((await second).offset).toBe(2048);
    expect(publisher.pending).toEqual({ pushes: 0, bytes: 0 });
  });

  it("survives a publisher below that fails at once for very many waiting subjects", async () => {
    const { push, flights, failAtOnce, publisher } = setup({
      window: 1,
      pendingEntriesMax: 50_000,
    });
    const held = codeOf(push("held"));
    const codes = Array.from({ length: 20_000 }, (_, index) => codeOf(push("m", `s.${index}`)));
    failAtOnce(new GoimError("busy", "full"));
    await flights[0]?.ack(1);
    expect(await held).toBe("stored");
    expect(new Set(await Promise.all(codes))).toEqual(new Set(["busy"]));
    expect(publisher.pending).toEqual({ pushes: 0, bytes: 0 });
  });

  it("counts what it stored and what it did not", async () => {
    const { push, flights, metrics } = setup({ perSubject: 1, pendingEntriesMax: 3 });
    const answers = [push("a"), push("b"), push("c")];
    await codeOf(push("d"));
    await flights[0]?.ack(1);
    await flights[1]?.ack(2);
    await Promise.all(answers);
    const text = await metrics.registry.metrics();
    expect(text).toContain("goim_push_messages_total 2");
    expect(text).toContain("goim_push_stored_total 3");
    expect(text).toContain('goim_push_failed_total{code="busy"} 1');
    expect(text).toContain("goim_push_pending 0");
  });
});

describe("a push with an identity", () => {
  const identity = { id: "key-1", fingerprint: "f1" };
  const withIdentity = (publisher: Publisher, more = identity) =>
    publisher.publish(
      { stream: "S", subject: "room.1", to: "room.1" },
      { op: 1, body: Buffer.from("keyed"), identity: more },
    );

  it("goes alone and keeps its place among those that gather", async () => {
    const { publisher, push, flights } = setup({ perSubject: 1 });
    const answers = [push("a"), push("b"), push("c"), withIdentity(publisher), push("d")];
    for (let n = 0; n < 4; n++) await flights[n]?.ack(n + 1);
    await Promise.all(answers);
    expect(flights.map(({ bodies }) => bodies)).toEqual([["a"], ["b", "c"], ["keyed"], ["d"]]);
    expect(flights.map(({ id }) => id)).toEqual(["id0", "id1", "key-1", "id3"]);
  });

  it("answers with the first one's offset when it was stored before", async () => {
    const { publisher, flights, finds, metrics } = setup();
    const answer = withIdentity(publisher);
    finds(async () => ({ headers: { ...flights[0]?.headers, "Goim-Attempt": "of another" } }));
    await flights[0]?.ack(7, true);
    expect(await answer).toEqual({ offset: 7 * 1024, epoch: "epoch of S", duplicate: true });
    const text = await metrics.registry.metrics();
    expect(text).toContain("goim_push_repeated_total 1");
    expect(text).toContain("goim_push_stored_total 0");
  });

  it("is no duplicate of its own first try, whose answer was lost", async () => {
    const { publisher, flights, finds } = setup();
    const answer = withIdentity(publisher);
    finds(async () => ({ headers: flights[0]?.headers ?? {} }));
    await flights[0]?.ack(7, true);
    expect(await answer).toMatchObject({ duplicate: false });
  });

  it.each([
    ["another push is there", async () => ({ headers: { "Goim-Fingerprint": "f2" } }), "conflict"],
    ["it is kept no more", async () => undefined, "conflict"],
    [
      "it cannot be read",
      () => Promise.reject(new GoimError("timeout", "no answer")),
      "outcome_unknown",
    ],
  ])("fails where %s", async (_what, message, code) => {
    const { publisher, flights, finds } = setup();
    finds(message);
    const answer = codeOf(withIdentity(publisher));
    await flights[0]?.ack(7, true);
    expect(await answer).toBe(code);
    expect(publisher.pending.pushes).toBe(0);
  });

  it("writes when the push expires", async () => {
    const { publisher, flights } = setup();
    const target = { stream: "S", subject: "s", to: "t" };
    void publisher.publish(target, { op: 1, body: Buffer.from(""), expiresAt: 77 });
    expect(flights[0]?.expiresAt).toEqual([77]);
  });

  it("writes what each push asks for into its own entry, however they gather", async () => {
    const { publisher, flights } = setup({ perSubject: 1 });
    const target = { stream: "S", subject: "s", to: "t" };
    const body = Buffer.from("");
    void publisher.publish(target, { op: 1, body });
    void publisher.publish(target, { op: 2, body, receipt: "r.1", transient: true });
    void publisher.publish(target, { op: 3, body, receipt: "r.2", sender: "7" });
    void publisher.publish(target, { op: 4, body, exclude: ["k"], retain: true });
    await flights[0]?.ack(1);
    const nothing = { receipt: "", transient: false, sender: "", exclude: [], retain: false };
    expect(flights[0]?.entries).toMatchObject([{ op: 1, ...nothing }]);
    expect(flights[1]?.entries).toMatchObject([
      { op: 2, ...nothing, receipt: "r.1", transient: true },
      { op: 3, ...nothing, receipt: "r.2", sender: "7" },
      { op: 4, ...nothing, exclude: ["k"], retain: true },
    ]);
  });
});

describe("drain", () => {
  it("waits for what was taken and takes nothing more", async () => {
    const { push, flights, publisher } = setup({ perSubject: 1 });
    const answers = [push("a"), push("b")];
    let drained = false;
    const end = publisher.drain().then(() => {
      drained = true;
    });
    expect(await codeOf(push("c"))).toBe("unavailable");
    await flights[0]?.ack(1);
    expect(drained).toBe(false);
    await flights[1]?.ack(2);
    await end;
    await Promise.all(answers);
  });
});
