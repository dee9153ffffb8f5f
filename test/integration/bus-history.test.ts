import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Bus, HistoryReader, HistorySlice } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { JsApi } from "../../src/bus/js-api.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { startNats, type TestNats } from "../harness/nats.ts";

const bytes = (value: string) => new TextEncoder().encode(value);
const sequences = (slice: HistorySlice) => slice.messages.map(({ sequence }) => sequence);
const roomy = { messages: 1_000, bytes: 4 << 20, reads: 1_000 };

let nats: TestNats;
let bus: Bus;
let api: JsApi;
let reader: HistoryReader;
/** Requests to NATS since it was last asked. */
let requests: () => number;
let count = 0;

beforeAll(async () => {
  nats = await startNats();
  bus = await connectBus({
    ...{ url: nats.url, prefix: "goim", name: "test", clock: systemClock, log: silentLog },
  });
  api = new JsApi(bus);
  const spy = vi.spyOn(bus, "publish");
  requests = () => spy.mock.calls.splice(0).length;
  reader = createStreamReader(bus);
});
afterAll(async () => {
  await bus?.close();
  await nats?.stop();
});

async function stream(more: object = {}): Promise<string> {
  const name = `H${count++}`;
  const config = { name, subjects: [`${name}.>`], storage: "file", allow_direct: true };
  await api.call(`STREAM.CREATE.${name}`, { ...config, ...more });
  return name;
}

describe("the state of a stream", () => {
  it("tells its life, its first and its last sequence", async () => {
    const name = await stream({ metadata: { "goim-epoch": "e1" }, max_msgs: 3 });
    expect(await reader.state(name)).toEqual({ epoch: "e1", first: 1, last: 0 });
    for (let n = 0; n < 5; n++) await api.store(`${name}.a`, bytes(`${n}`));
    expect(await reader.state(name)).toEqual({ epoch: "e1", first: 3, last: 5 });
    await api.call(`STREAM.PURGE.${name}`);
    expect(await reader.state(name)).toEqual({ epoch: "e1", first: 6, last: 5 });
  });
});

describe("single messages", () => {
  it("come with their headers, and not at all when they are gone", async () => {
    const name = await stream({ max_msgs: 2 });
    for (let n = 0; n < 3; n++) await api.store(`${name}.a`, bytes(`${n}`), { "X-N": `v ${n}` });
    const message = await reader.message(name, 2);
    expect(message?.header("X-N")).toBe("v 1");
    expect(message?.header("X-None")).toBeUndefined();
    expect(await reader.message(name, 1)).toBeUndefined();
    expect(await reader.message(name, 9)).toBeUndefined();
    expect((await reader.oldest(name, `${name}.a`))?.sequence).toBe(2);
    expect(await reader.oldest(name, `${name}.b`)).toBeUndefined();
  });
});

describe("pages of one subject", () => {
  it("agree in both directions with a naive reading, whatever lies between", async () => {
    // Runs of one subject: [subject, how many], so that dense and sparse parts alternate.
    const run = fc.tuple(fc.constantFrom("a", "b", "c"), fc.nat({ max: 60 }));
    const bound = fc.record({
      messages: fc.integer({ min: 1, max: 40 }),
      bytes: fc.integer({ min: 1, max: 3_000 }),
      reads: fc.integer({ min: 1, max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(run, { maxLength: 12 }),
        fc.array(fc.nat({ max: 300 }), { maxLength: 20 }),
        fc.infiniteStream(bound),
        async (runs, gone, bounds) => {
          const name = await stream();
          const subject = `${name}.a`;
          const subjects = runs.flatMap(([token, times]) => Array<string>(times).fill(token));
          for (const [n, token] of subjects.entries()) {
            await api.store(`${name}.${token}`, bytes("x".repeat((n * 37) % 200)));
          }
          for (const seq of new Set(gone.filter((one) => one > 0 && one <= subjects.length))) {
            await api.call(`STREAM.MSG.DELETE.${name}`, { seq });
          }
          const kept = subjects
            .map((token, index) => ({ token, seq: index + 1 }))
            .filter(({ token, seq }) => token === "a" && !gone.includes(seq))
            .map(({ seq }) => seq);
          const { last } = await reader.state(name);
          const next = () => bounds.next().value as typeof roomy;

          const forwards: number[] = [];
          for (let from = 1; from <= last; ) {
            const slice = await reader.after(name, subject, { from, to: last }, next());
            expect(slice.to).toBeGreaterThanOrEqual(from);
            forwards.push(...sequences(slice));
            from = slice.to + 1;
          }
          expect(forwards).toEqual(kept);

          const backwards: number[] = [];
          for (let to = last; to >= 1; ) {
            const most = next();
            const slice = await reader.before(name, subject, { from: 1, to }, most);
            expect(slice.from).toBeLessThanOrEqual(to);
            expect(slice.messages.length).toBeLessThanOrEqual(2 * most.messages);
            backwards.unshift(...sequences(slice));
            to = slice.from - 1;
          }
          expect(backwards).toEqual(kept);
          await api.call(`STREAM.DELETE.${name}`);
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  it("end at a bound of bytes, with a message that is larger than it too", async () => {
    const name = await stream();
    for (let n = 0; n < 6; n++) await api.store(`${name}.a`, new Uint8Array(100_000));
    const most = { messages: 100, bytes: 150_000, reads: 100 };
    const span = { from: 1, to: 6 };
    expect(sequences(await reader.after(name, `${name}.a`, span, most))).toEqual([1, 2]);
    expect(sequences(await reader.before(name, `${name}.a`, span, most)).at(-1)).toBe(6);
    const tiny = { messages: 100, bytes: 1, reads: 100 };
    expect(sequences(await reader.after(name, `${name}.a`, span, tiny))).toEqual([1]);
    expect(sequences(await reader.before(name, `${name}.a`, span, tiny))).toEqual([6]);
  });

  it("backwards cost a few requests, also where the subject is rare or evicted", async () => {
    const name = await stream();
    await Promise.all(
      Array.from({ length: 20_000 }, (_, n) =>
        api.store(n % 2_000 === 0 ? `${name}.rare` : `${name}.busy`, bytes(`${n}`)),
      ),
    );
    const span = { from: 1, to: 20_000 };
    const read = async (subject: string, messages: number, to = 20_000) => {
      requests();
      const slice = await reader.before(name, subject, { ...span, to }, { ...roomy, messages });
      return { count: slice.messages.length, from: slice.from };
    };
    expect(await read(`${name}.busy`, 100)).toMatchObject({ count: 100 });
    expect(requests()).toBeLessThanOrEqual(6);
    const all = await reader.after(name, `${name}.rare`, span, roomy);
    expect(all.messages).toHaveLength(10);
    expect(await read(`${name}.rare`, 10)).toMatchObject({ count: 10 });
    expect(requests()).toBeLessThanOrEqual(16);
    expect(await read(`${name}.none`, 10)).toMatchObject({ count: 0, from: 1 });
    expect(requests()).toBeLessThanOrEqual(8);
  });
});
