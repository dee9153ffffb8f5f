import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAckPublisher } from "../../src/bus/ack-publisher.ts";
import type {
  AckPublisher,
  Bus,
  BusMessage,
  StoredMessage,
  StreamLayout,
} from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { JsApi } from "../../src/bus/js-api.ts";
import { type ReadOptions, readOrdered } from "../../src/bus/ordered.ts";
import { positionOf } from "../../src/bus/ordered-feed.ts";
import { defaultStreams } from "../../src/bus/stream-config.ts";
import { declareStreams, openLayout } from "../../src/bus/streams.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";

const bytes = (value: string) => new TextEncoder().encode(value);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

let nats: TestNats;
let bus: Bus;
let api: JsApi;
let publisher: AckPublisher;
let layout: StreamLayout;

beforeEach(async () => {
  nats = await startNats();
  const base = { url: nats.url, prefix: "goim", name: "test", clock: systemClock };
  bus = await connectBus({ ...base, log: silentLog });
  api = new JsApi(bus);
  publisher = createAckPublisher(bus, { retryAfterMs: 300 });
  await declareStreams(bus, defaultStreams, { log: silentLog });
  layout = await openLayout(bus, { log: silentLog });
});

afterEach(async () => {
  await bus.close();
  await nats.stop();
});

let ids = 0;
const push = (subject: string, body: string) =>
  publisher.publish(subject, bytes(body), { id: `id${ids++}` });

/** A bus that loses what `drop` says, as a connection cut off by the server does. */
function faulty(drop: (message: BusMessage, subscribed: string) => boolean): Bus {
  return new Proxy(bus, {
    get(target, name) {
      if (name === "subscribe") {
        return (subject: string, onMessage: (message: BusMessage) => void) =>
          target.subscribe(subject, (message) => {
            if (!drop(message, subject)) onMessage(message);
          });
      }
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function read(options: Partial<ReadOptions>, through: Bus = bus) {
  const messages: StoredMessage[] = [];
  const resets: string[] = [];
  const reader = readOrdered(through, layout, {
    stream: "GOIM_ROOM",
    filter: bus.subjects.pushRoomFilter("live", 0),
    from: 1,
    onMessage: (message) => {
      messages.push(message);
    },
    onReset: (reason) => resets.push(reason),
    ...options,
  });
  return { messages, resets, reader };
}

const room = (shard: number, name: string) =>
  bus.subjects.pushRoom("live", shard, `live://${name}`);

describe("an ordered reader", () => {
  it("reads its shard alone, from where it is told, and goes on live", async () => {
    for (let n = 0; n < 10; n++) await push(room(n % 2, "a"), `${n}`);
    const { messages, reader } = read({ from: 3 });
    await waitFor(() => messages.length === 4);
    expect(messages.map(({ data, sequence }) => [text(data), sequence])).toEqual([
      ["2", 3],
      ["4", 5],
      ["6", 7],
      ["8", 9],
    ]);
    expect(bus.subjects.parseRoom(messages[0]?.subject ?? "")).toBe("live://a");
    expect(Math.abs((messages[0]?.timeMs ?? 0) - Date.now())).toBeLessThan(60_000);
    await push(room(0, "b"), "live");
    await waitFor(() => messages.length === 5);
    const { sequence, pending, stop } = await reader;
    expect([sequence, pending]).toEqual([11, 0]);
    await stop();
  });

  it("starts at the end and before the first message that is kept", async () => {
    await push(room(0, "a"), "1");
    const atEnd = read({ from: 2 });
    await push(room(0, "a"), "2");
    await waitFor(() => atEnd.messages.length === 1);
    await api.call("STREAM.PURGE.GOIM_ROOM", { seq: 2 });
    const fromStart = read({ from: 1 });
    await waitFor(() => fromStart.messages.length === 1);
    expect(fromStart.messages[0]?.sequence).toBe(2);
    expect([...atEnd.resets, ...fromStart.resets]).toEqual([]);
  });

  it("hands over one at a time while the handler works, and reads ahead only so far", async () => {
    for (let n = 0; n < 300; n++) void push(room(0, "a"), `${n}`);
    await waitFor(() => publisher.pending.messages === 0);
    const seen: number[] = [];
    let release = () => {};
    let working = 0;
    const { reader } = read({
      readAhead: 16,
      onMessage: async ({ sequence }) => {
        expect(++working).toBe(1);
        seen.push(sequence);
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        working--;
      },
    });
    await waitFor(() => seen.length === 1);
    const own = await reader;
    // 16 were asked for; the server still has the others, and says so.
    await waitFor(() => own.pending === 299);
    const names = await api.call<{ consumers: string[] }>("CONSUMER.NAMES.GOIM_ROOM");
    const name = names.consumers[0] ?? "";
    const info = await api.call<{ delivered: { consumer_seq: number } }>(
      `CONSUMER.INFO.GOIM_ROOM.${name}`,
    );
    expect(info.delivered.consumer_seq).toBeLessThanOrEqual(16);
    const pump = setInterval(() => release(), 0);
    await waitFor(() => seen.length === 300);
    clearInterval(pump);
    expect(seen).toEqual(Array.from({ length: 300 }, (_, n) => n + 1));
    const stopping = own.stop();
    release();
    await stopping;
  });

  it("has no hole and no double over restarts amid 5,000 messages", async () => {
    const total = 5_000;
    const { messages, resets, reader } = read({
      onMessage: (message) => {
        messages.push(message);
        // Now and then slow, so that an interruption meets messages that were read ahead.
        if (messages.length % 100 === 0) return new Promise((resolve) => setImmediate(resolve));
        return undefined;
      },
    });
    const stored: number[] = [];
    let sent = 0;
    const worker = async () => {
      while (sent < total) {
        const body = `${sent++}`;
        for (;;) {
          try {
            stored.push((await push(room(0, "a"), body)).sequence);
            break;
          } catch {
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        }
      }
    };
    const workers = Array.from({ length: 16 }, worker);
    for (const share of [0.3, 0.6]) {
      await waitFor(() => stored.length > total * share, { timeoutMs: 30_000 });
      await nats.restart();
    }
    await Promise.all(workers);
    await waitFor(() => messages.length >= total, { timeoutMs: 30_000 });
    expect(messages.map(({ sequence }) => sequence)).toEqual(stored.sort((a, b) => a - b));
    expect(resets).toEqual([]);
    expect((await reader).pending).toBe(0);
    await (await reader).stop();
  });

  it("goes on when its consumer is deleted and when NATS hangs for a while", async () => {
    const { messages, reader } = read({});
    await push(room(0, "a"), "1");
    await waitFor(() => messages.length === 1);
    const { consumers } = await api.call<{ consumers: string[] }>("CONSUMER.NAMES.GOIM_ROOM");
    for (const name of consumers) await api.call(`CONSUMER.DELETE.GOIM_ROOM.${name}`);
    await push(room(0, "a"), "2");
    await waitFor(() => messages.length === 2, { timeoutMs: 10_000 });
    nats.pause();
    const since = performance.now();
    await waitFor(() => performance.now() - since > 4_000);
    nats.resume();
    await waitFor(() => bus.connected);
    await push(room(0, "a"), "3");
    await waitFor(() => messages.length === 3, { timeoutMs: 15_000 });
    expect(messages.map(({ data }) => text(data))).toEqual(["1", "2", "3"]);
    await (await reader).stop();
  });

  it("notices a message that was left out, and reads it", async () => {
    let lose = 3;
    const lossy = faulty(
      (message) => message.replyTo?.startsWith("$JS.ACK") === true && lose-- === 0,
    );
    const { messages } = read({}, lossy);
    for (let n = 0; n < 10; n++) await push(room(0, "a"), `${n}`);
    await waitFor(() => messages.length === 10);
    expect(messages.map(({ data }) => text(data))).toEqual([..."0123456789"]);
  });

  it("starts anew when nothing is heard of its consumer, not even a heartbeat", async () => {
    let deaf = "";
    let inbox = "";
    const silent = faulty((message, subject) => {
      if (message.replyTo?.startsWith("$JS.ACK")) inbox = subject;
      return subject === deaf;
    });
    const { messages } = read({}, silent);
    await push(room(0, "a"), "1");
    await waitFor(() => messages.length === 1);
    deaf = inbox;
    await push(room(0, "a"), "2");
    await waitFor(() => messages.length === 2, { timeoutMs: 10_000 });
  });

  it("goes on after a restart that met the handler at work", async () => {
    let release = () => {};
    const seen: number[] = [];
    let working = 0;
    const { reader } = read({
      readAhead: 4,
      onMessage: async ({ sequence }) => {
        seen.push(sequence);
        expect(++working).toBe(1);
        if (seen.length === 1) {
          await new Promise<void>((resolve) => {
            release = resolve;
          });
        }
        working--;
      },
    });
    await push(room(0, "a"), "1");
    await waitFor(() => seen.length === 1);
    await nats.restart();
    await waitFor(() => bus.connected);
    for (let n = 0; n < 20; n++) await push(room(0, "a"), `${n}`);
    const own = await reader;
    await waitFor(() => own.pending === 20);
    release();
    await waitFor(() => seen.length === 21);
    expect(seen).toEqual(Array.from({ length: 21 }, (_, n) => n + 1));
    await own.stop();
  });

  it("stops with a reason when the stream was created again", async () => {
    const { messages, resets, reader } = read({});
    await push(room(0, "a"), "1");
    await waitFor(() => messages.length === 1);
    await api.call("STREAM.DELETE.GOIM_ROOM");
    await declareStreams(bus, defaultStreams, { log: silentLog });
    await waitFor(() => resets.length === 1);
    expect(resets[0]).toMatch(/is a new one/);
    await push(room(0, "a"), "2");
    const other = read({ stream: "GOIM_USER", filter: bus.subjects.pushUserFilter(0) });
    await push(bus.subjects.pushUser(0, "7"), "after");
    await waitFor(() => other.messages.length === 1);
    expect(messages).toHaveLength(1);
    await (await reader).stop();
  });

  it("stops with a reason when the stream ends before the start", async () => {
    await push(room(0, "a"), "1");
    const { messages, resets } = read({ from: 10 });
    await waitFor(() => resets.length === 1);
    expect(resets[0]).toBe("the stream GOIM_ROOM ends at 1, before 9");
    expect(messages).toEqual([]);
  });

  it("stops with a reason when the handler fails: nothing is skipped", async () => {
    for (let n = 0; n < 5; n++) await push(room(0, "a"), `${n}`);
    const seen: number[] = [];
    const { resets } = read({
      onMessage: async ({ sequence }) => {
        await Promise.resolve();
        seen.push(sequence);
        if (sequence === 3) throw new Error("broken");
      },
    });
    await waitFor(() => resets.length === 1);
    expect(resets[0]).toBe("the handler failed: broken");
    expect(seen).toEqual([1, 2, 3]);
  });

  it("leaves no consumer behind when it stops", async () => {
    const { messages, reader } = read({});
    await push(room(0, "a"), "1");
    await waitFor(() => messages.length === 1);
    await (await reader).stop();
    await waitFor(async () => {
      const { total } = await api.call<{ total: number }>("CONSUMER.NAMES.GOIM_ROOM");
      return total === 0;
    });
  });
});

describe("positionOf", () => {
  it("reads both forms of the reply subject", () => {
    const position = {
      tries: 1,
      delivered: 3,
      sequence: 42,
      timeMs: 1_700_000_000_123,
      pending: 7,
    };
    const tail = "S.C.1.42.3.1700000000123456789.7";
    expect(positionOf(`$JS.ACK.${tail}`)).toEqual(position);
    expect(positionOf(`$JS.ACK.hub.ACCHASH.${tail}`)).toEqual(position);
    expect(positionOf(`$JS.ACK.hub.ACCHASH.${tail}.random`)).toEqual(position);
    expect(positionOf("_INBOX.abc")).toBeUndefined();
    expect(positionOf("")).toBeUndefined();
  });
});
