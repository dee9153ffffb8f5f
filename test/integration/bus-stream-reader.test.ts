import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bus, KeptReader, StreamReader } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { JsApi } from "../../src/bus/js-api.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { startNats, startNatsCluster, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";

const bytes = (value: string) => new TextEncoder().encode(value);
const text = (data: Uint8Array | undefined) => data && new TextDecoder().decode(data);

const connectTo = (url: string) =>
  connectBus({ url, prefix: "goim", name: "test", clock: systemClock, log: silentLog });

describe("the stream reader", () => {
  let nats: TestNats;
  let bus: Bus;
  let api: JsApi;
  let reader: StreamReader & KeptReader;
  let count = 0;

  beforeAll(async () => {
    nats = await startNats();
    bus = await connectTo(nats.url);
    api = new JsApi(bus);
    reader = createStreamReader(bus);
  });
  afterAll(async () => {
    await bus.close();
    await nats.stop();
  });

  /** A stream of its own subjects `<name>.>`. */
  async function stream(more: object = {}): Promise<string> {
    const name = `S${count++}`;
    const config = { name, subjects: [`${name}.>`], storage: "file", allow_direct: true };
    await api.call(`STREAM.CREATE.${name}`, { ...config, ...more });
    return name;
  }

  it("finds nothing in an empty stream", async () => {
    const name = await stream();
    expect(await reader.lastSequence(name)).toBe(0);
    expect(await reader.tail(name, `${name}.a`)).toBeUndefined();
    expect((await reader.tails(name, [`${name}.a`])).messages.size).toBe(0);
    expect(await reader.range(name, `${name}.a`, 1, 100, 10)).toEqual([]);
  });

  it("says whether anything of a subject can be gone behind a sequence", async () => {
    const name = await stream({ max_msgs_per_subject: 3 });
    const [quiet, busy] = [`${name}.quiet`, `${name}.busy`];
    expect(await reader.wholeAfter(name, quiet, 0)).toBe(true);
    for (const subject of [quiet, busy, busy]) await api.store(subject, bytes("x"));
    expect(await reader.wholeAfter(name, busy, 0)).toBe(true);
    await api.store(busy, bytes("x"));
    // At its bound a subject may have lost something, and nobody counted it.
    expect(await reader.wholeAfter(name, busy, 0)).toBe(false);
    expect(await reader.wholeAfter(name, quiet, 0)).toBe(true);
    await api.call(`STREAM.PURGE.${name}`, { seq: 3 });
    expect(await reader.wholeAfter(name, quiet, 1)).toBe(false);
    expect(await reader.wholeAfter(name, quiet, 2)).toBe(true);
    await api.call(`STREAM.PURGE.${name}`);
    expect(await reader.wholeAfter(name, quiet, 3)).toBe(false);
    expect(await reader.wholeAfter(name, quiet, 4)).toBe(true);
  });

  it("reads the tails of 3,000 subjects, empty, purged and evicted ones among them", async () => {
    const name = await stream({ max_msgs_per_subject: 2 });
    const subjects = Array.from({ length: 3_000 }, (_, n) => `${name}.room.${n}`);
    const expected = new Map<string, string>();
    for (const round of [1, 2, 3]) {
      // A third of the subjects never gets anything.
      const written = subjects.filter((_, n) => n % 3 !== 0);
      await Promise.all(
        written.map(async (subject) => {
          await api.store(subject, bytes(`${subject} ${round}`));
          expected.set(subject, `${subject} ${round}`);
        }),
      );
    }
    for (const n of [1, 2, 1000, 2999]) {
      await api.call(`STREAM.PURGE.${name}`, { filter: subjects[n] });
      expected.delete(subjects[n] ?? "");
    }
    const { last, messages } = await reader.tails(name, [...subjects, ...subjects.slice(0, 5)]);
    expect(last).toBe(6_000);
    const found = new Map([...messages].map(([subject, { data }]) => [subject, text(data)]));
    expect(found).toEqual(expected);
    const empty = subjects.filter((_, n) => n % 3 === 0).slice(0, 500);
    expect((await reader.tails(name, empty)).messages.size).toBe(0);
    const tail = await reader.tail(name, subjects[4] ?? "");
    expect(tail?.sequence).toBe(messages.get(subjects[4] ?? "")?.sequence);
    expect(Math.abs((tail?.timeMs ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it("goes on where one answer is full: tails of large messages", async () => {
    const name = await stream();
    const subjects = Array.from({ length: 30 }, (_, n) => `${name}.${n}`);
    const large = new Uint8Array(500_000);
    for (const subject of subjects) await api.store(subject, large);
    const { messages } = await reader.tails(name, subjects);
    expect([...messages.keys()].sort()).toEqual([...subjects].sort());
  });

  it("reads a range in order, bounded by both ends and the limit", async () => {
    const name = await stream();
    const own: number[] = [];
    for (let n = 0; n < 200; n++) {
      const { seq } = await api.store(
        n % 3 === 0 ? `${name}.mine` : `${name}.other`,
        bytes(`${n}`),
      );
      if (n % 3 === 0) own.push(seq);
    }
    const gone = own[10] ?? 0;
    await api.call(`STREAM.MSG.DELETE.${name}`, { seq: gone });
    const left = own.filter((sequence) => sequence !== gone);
    const read = async (from: number, to: number, limit: number) =>
      (await reader.range(name, `${name}.mine`, from, to, limit)).map(({ sequence }) => sequence);
    expect(await read(1, 1_000_000, 1_000)).toEqual(left);
    expect(await read(0, 200, 5)).toEqual(left.slice(0, 5));
    const [from, to] = [left[3] ?? 0, left[20] ?? 0];
    expect(await read(from, to, 1_000)).toEqual(left.slice(3, 21));
    expect(await read(from + 1, to - 1, 1_000)).toEqual(left.slice(4, 20));
    expect(await read(to + 1, to, 10)).toEqual([]);
    expect(await read(gone, gone, 10)).toEqual([]);
  });

  it("goes on where one answer is full: a range of large and of very many messages", async () => {
    const name = await stream();
    for (let n = 0; n < 20; n++) await api.store(`${name}.large`, new Uint8Array(600_000));
    expect(await reader.range(name, `${name}.large`, 1, 20, 100)).toHaveLength(20);
    await Promise.all(Array.from({ length: 2_500 }, () => api.store(`${name}.many`, bytes("m"))));
    const many = await reader.range(name, `${name}.many`, 1, 10_000, 10_000);
    expect(many).toHaveLength(2_500);
    expect(await reader.range(name, `${name}.many`, 1, 10_000, 1_700)).toHaveLength(1_700);
  });

  it("says so when there is no such stream or no direct read of it", async () => {
    await expect(reader.tail("NONE", "a")).rejects.toMatchObject({ code: "not_found" });
    const name = await stream({ allow_direct: false });
    await api.store(`${name}.a`, bytes("1"));
    await expect(reader.tails(name, [`${name}.a`])).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("on three servers", () => {
  it("never takes what a lagging replica answers for the truth", async () => {
    const cluster = await startNatsCluster(3);
    const buses = await Promise.all(cluster.servers.map(({ url }) => connectTo(url)));
    const [writer] = buses;
    if (writer === undefined) throw new Error("no server");
    const api = new JsApi(writer);
    const config = { name: "R3", subjects: ["r3.>"], storage: "file", allow_direct: true };
    await waitFor(() => api.call("STREAM.CREATE.R3", { ...config, num_replicas: 3 }), {
      timeoutMs: 30_000,
    });
    // A new stream's subjects are known to the other servers a moment later.
    await waitFor(() => api.store("r3.first", bytes("")));
    const subjects = Array.from({ length: 50 }, (_, n) => `r3.${n}`);
    const readers = buses.map((bus) => createStreamReader(bus));
    for (let round = 0; round < 20; round++) {
      const stored = new Map<string, number>();
      await Promise.all(
        subjects.map(async (subject) => {
          stored.set(subject, (await api.store(subject, bytes(String(round)))).seq);
        }),
      );
      await Promise.all(
        readers.map(async (reader) => {
          const { messages } = await reader.tails("R3", subjects);
          const seen = new Map([...messages].map(([subject, { sequence }]) => [subject, sequence]));
          expect(seen).toEqual(stored);
          const to = stored.get("r3.7") ?? 0;
          const range = await reader.range("R3", "r3.7", 1, to, 100);
          expect(range).toHaveLength(round + 1);
        }),
      );
    }
    // With one server stopped the two others still answer.
    cluster.servers[2]?.pause();
    const rest = readers.slice(0, 2);
    await waitFor(
      async () => (await rest[0]?.tails("R3", subjects))?.messages.size === subjects.length,
      { timeoutMs: 30_000 },
    );
    cluster.servers[2]?.resume();
    await Promise.all(buses.map((bus) => bus.close()));
    await cluster.stop();
  });
});
