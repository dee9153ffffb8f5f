import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KvEntry } from "../bus/bus.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { systemClock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import { type RecordBucket, type RecordKind, RecordWriter } from "./record-writer.ts";

/** A record that is a list of words. */
const words: RecordKind<readonly string[]> = {
  name: (id) => {
    if (id === "bad") throw new GoimError("invalid", "bad is no id");
    return `w.${id}`;
  },
  decode: (_, bytes) => (bytes === undefined ? [] : JSON.parse(Buffer.from(bytes).toString())),
  encode: (record) => Buffer.from(JSON.stringify(record)),
};

/** A bucket in memory, whose calls take a turn of the event loop. */
class MemoryBucket implements RecordBucket {
  life = "life-1";
  readonly values = new Map<string, KvEntry>();
  revision = 0;
  readonly calls: string[] = [];
  underWay = 0;
  mostUnderWay = 0;
  /** Called before each update, to meddle. */
  meddle: (() => void) | undefined;
  failure: Error | undefined;

  async get(key: string) {
    return this.#call(`get ${key}`, () => this.values.get(key));
  }

  async update(key: string, value: Uint8Array, revision: number) {
    return this.#call(`update ${key}`, () => {
      this.meddle?.();
      if ((this.values.get(key)?.revision ?? 0) !== revision) return undefined;
      return this.set(key, value);
    });
  }

  set(key: string, value: Uint8Array): number {
    this.revision++;
    this.values.set(key, { key, value, revision: this.revision });
    return this.revision;
  }

  async #call<T>(what: string, action: () => T): Promise<T> {
    this.calls.push(what);
    this.underWay++;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    await new Promise((resolve) => setImmediate(resolve));
    this.underWay--;
    if (this.failure !== undefined) throw this.failure;
    return action();
  }
}

const bounds = { inFlightMax: 4, waitingMax: 100, triesMax: 5, cacheMax: 3 };

function create(over: Partial<typeof bounds> = {}, bucket = new MemoryBucket()) {
  const deps = { bucket, clock: systemClock, random: () => 0 };
  return { bucket, writer: new RecordWriter(words, { ...bounds, ...over }, deps) };
}

const add = (word: string) => (record: readonly string[]) => ({
  record: [...record, word],
  result: record.length,
});

describe("RecordWriter", () => {
  it("tells what it wrote itself, as long as it is young and the bucket lives", async () => {
    const bucket = new MemoryBucket();
    const clock = new FakeClock();
    const writer = new RecordWriter(words, bounds, { bucket, clock, random: Math.random });
    expect(writer.written("a", 1000)).toBeUndefined();
    await writer.change("a", add("x"));
    expect(writer.written("a", 1000)).toEqual(["x"]);
    clock.advance(1000);
    expect(writer.written("a", 1000)).toEqual(["x"]);
    clock.advance(1);
    expect(writer.written("a", 1000)).toBeUndefined();
    await writer.change("a", add("y"));
    expect(writer.written("a", 0)).toEqual(["x", "y"]);
    bucket.life = "life-2";
    expect(writer.written("a", 1000)).toBeUndefined();
  });

  it("writes what a change makes and tells result, record and revision", async () => {
    const { writer, bucket } = create();
    expect(await writer.change("a", add("x"))).toEqual({ result: 0, record: ["x"], revision: 1 });
    expect(await writer.change("a", add("y"))).toEqual({
      result: 1,
      record: ["x", "y"],
      revision: 2,
    });
    expect(await writer.read("a")).toEqual(["x", "y"]);
    expect(await writer.read("b")).toEqual([]);
    expect(bucket.calls).toContain("get w.b");
  });

  it("reads and does not write for a change that leaves the record alone", async () => {
    const { writer, bucket } = create();
    const look = (record: readonly string[]) => ({ result: record.length });
    expect(await writer.change("a", look)).toEqual({ result: 0, record: [], revision: 0 });
    await writer.change("a", add("x"));
    bucket.calls.length = 0;
    expect(await writer.change("a", look)).toEqual({ result: 1, record: ["x"], revision: 1 });
    expect(bucket.calls).toEqual(["get w.a"]);
  });

  it("writes a record that is expected to be new without a read", async () => {
    const { writer, bucket } = create();
    await writer.change("a", add("x"), { expectNew: true });
    expect(bucket.calls).toEqual(["update w.a"]);
    const again = await writer.change("a", add("y"), { expectNew: true });
    expect(again.record).toEqual(["x", "y"]);
    expect(writer.conflicts).toBe(0);
  });

  it("never takes a wrong guess for the record", async () => {
    const { writer, bucket } = create();
    bucket.set("w.a", Buffer.from('["x"]'));
    const seen: number[] = [];
    const changed = await writer.change(
      "a",
      (record) => {
        seen.push(record.length);
        return { result: record.length };
      },
      { expectNew: true },
    );
    expect(changed).toEqual({ result: 1, record: ["x"], revision: 1 });
    expect(seen).toEqual([0, 1]);
  });

  it("needs no read for a record that it wrote, as far as it remembers them", async () => {
    const { writer, bucket } = create();
    for (const id of ["a", "b", "c"]) await writer.change(id, add("x"));
    expect(writer.remembered).toBe(3);
    bucket.calls.length = 0;
    expect((await writer.change("a", add("y"))).record).toEqual(["x", "y"]);
    await writer.change("d", add("x"));
    await writer.change("b", add("y"));
    const calls = ["update w.a", "get w.d", "update w.d", "get w.b", "update w.b"];
    expect(bucket.calls).toEqual(calls);
    expect(writer.remembered).toBe(3);
  });

  it("remembers nothing that another process has changed", async () => {
    const { writer, bucket } = create();
    await writer.change("a", add("x"));
    bucket.set("w.a", Buffer.from('["other"]'));
    expect((await writer.change("a", add("y"))).record).toEqual(["other", "y"]);
    expect(writer.conflicts).toBe(0);
    bucket.set("w.a", Buffer.from("[]"));
    const look = (record: readonly string[]) => ({ result: record.length });
    expect(await writer.change("a", look)).toMatchObject({ result: 0 });
  });

  it("fails no change because of what it remembers", async () => {
    const { writer, bucket } = create();
    await writer.change("a", add("x"));
    bucket.set("w.a", Buffer.from("[]"));
    const oneOnly = (record: readonly string[]) => {
      if (record.length > 0) throw new GoimError("busy", "full");
      return { record: ["one"], result: 0 };
    };
    expect((await writer.change("a", oneOnly)).record).toEqual(["one"]);
    await expect(writer.change("a", oneOnly)).rejects.toMatchObject({ code: "busy" });
  });

  it("forgets what a write without an answer may have changed, and another life", async () => {
    const { writer, bucket } = create();
    await writer.change("a", add("x"));
    bucket.failure = new GoimError("timeout", "no answer");
    await expect(writer.change("a", add("y"))).rejects.toMatchObject({ code: "timeout" });
    bucket.failure = undefined;
    bucket.calls.length = 0;
    await writer.change("a", add("z"));
    bucket.life = "life-2";
    await writer.change("a", add("z"));
    expect(bucket.calls).toEqual(["get w.a", "update w.a", "get w.a", "update w.a"]);
  });

  it("merges changes that wait for one record into one write, in their order", async () => {
    const { writer, bucket } = create();
    const changes = ["a", "b", "c", "d"].map((word) => writer.change("r", add(word)));
    const done = await Promise.all(changes);
    expect(done.map(({ result }) => result)).toEqual([0, 1, 2, 3]);
    expect(done.map(({ record }) => record.join(""))).toEqual(["abcd", "abcd", "abcd", "abcd"]);
    expect(bucket.calls).toEqual(["get w.r", "update w.r"]);
    expect(writer.waiting).toBe(0);
  });

  it("tries again on what another process wrote", async () => {
    const { writer, bucket } = create();
    let left = 2;
    bucket.meddle = () => {
      if (left-- > 0) bucket.set("w.a", Buffer.from(JSON.stringify([`other ${left}`])));
    };
    const changed = await writer.change("a", add("mine"));
    expect(changed.record).toEqual(["other 0", "mine"]);
    expect(writer.conflicts).toBe(2);
  });

  it("gives up as busy when others are always faster, and works again after", async () => {
    const { writer, bucket } = create();
    bucket.meddle = () => bucket.set("w.a", Buffer.from("[]"));
    await expect(writer.change("a", add("x"))).rejects.toMatchObject({ code: "busy" });
    expect(writer.conflicts).toBe(bounds.triesMax);
    bucket.meddle = undefined;
    expect((await writer.change("a", add("x"))).record).toEqual(["x"]);
  });

  it("waits between tries, longer each time, at most 64 ms", async () => {
    const clock = new FakeClock();
    const bucket = new MemoryBucket();
    bucket.meddle = () => bucket.set("w.a", Buffer.from("[]"));
    const deps = { bucket, clock, random: () => 0.5 };
    const writer = new RecordWriter(words, { ...bounds, triesMax: 8 }, deps);
    const start = clock.monotonic();
    let failed = false;
    writer.change("a", add("x")).catch(() => {
      failed = true;
    });
    while (!failed) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(1);
    }
    const least = [1, 2, 4, 8, 16, 32, 32, 32].reduce((sum, ms) => sum + ms);
    expect(clock.monotonic() - start).toBeGreaterThanOrEqual(least);
    expect(clock.pending).toBe(0);
  });

  it("fails a change that throws, not those merged with it, nor applies it later", async () => {
    const { writer, bucket } = create();
    let meddled = false;
    bucket.meddle = () => {
      if (!meddled) bucket.set("w.r", Buffer.from("[]"));
      meddled = true;
    };
    let refusals = 1;
    const refuse = (record: readonly string[]) => {
      if (refusals-- > 0) throw new GoimError("busy", "full");
      return { record: [...record, "refused"], result: 0 };
    };
    const [first, second] = await Promise.allSettled([
      writer.change("r", refuse),
      writer.change("r", add("good")),
    ]);
    expect(first).toMatchObject({ status: "rejected", reason: { code: "busy" } });
    expect(second?.status).toBe("fulfilled");
    expect(await writer.read("r")).toEqual(["good"]);
  });

  it("fails what was under way when the bucket fails, and takes the next", async () => {
    const { writer, bucket } = create();
    bucket.failure = new GoimError("timeout", "no answer");
    const both = [writer.change("a", add("x")), writer.change("a", add("y"))];
    for (const outcome of await Promise.allSettled(both)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "timeout" } });
    }
    bucket.failure = undefined;
    expect((await writer.change("a", add("z"))).record).toEqual(["z"]);
  });

  it("keeps both bounds: records under way and changes that wait", async () => {
    const { writer, bucket } = create({ waitingMax: 10 });
    const changes = Array.from({ length: 10 }, (_, n) => writer.change(`r${n}`, add("x")));
    await expect(writer.change("one more", add("x"))).rejects.toMatchObject({ code: "busy" });
    await Promise.all(changes);
    expect(bucket.mostUnderWay).toBe(bounds.inFlightMax);
    expect(writer.waiting).toBe(0);
    await writer.change("one more", add("x"));
  });

  it("refuses an id without a name before it takes a place", async () => {
    const { writer, bucket } = create();
    await expect(writer.change("bad", add("x"))).rejects.toMatchObject({ code: "invalid" });
    await expect(writer.read("bad")).rejects.toMatchObject({ code: "invalid" });
    expect(bucket.calls).toEqual([]);
    expect(writer.waiting).toBe(0);
  });

  it("loses and doubles nothing, whatever two writers do at once", async () => {
    const step = fc.record({ id: fc.constantFrom("a", "b"), second: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const bucket = new MemoryBucket();
        const writers = [create({ triesMax: 100 }, bucket), create({ triesMax: 100 }, bucket)];
        await Promise.all(
          steps.map(({ id, second }, n) =>
            writers[second ? 1 : 0]?.writer.change(id, add(String(n)), { expectNew: n % 3 === 0 }),
          ),
        );
        for (const id of ["a", "b"]) {
          const stored = await writers[0]?.writer.read(id);
          const wanted = steps.flatMap((one, n) => (one.id === id ? [String(n)] : []));
          expect([...(stored ?? [])].sort()).toEqual(wanted.sort());
        }
      }),
      { numRuns: 50 },
    );
  });
});
