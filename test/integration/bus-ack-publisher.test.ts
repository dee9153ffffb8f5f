import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAckPublisher } from "../../src/bus/ack-publisher.ts";
import type { Ack, Bus, StoredMessage } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { JsApi } from "../../src/bus/js-api.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { isGoimError } from "../../src/kit/errors.ts";
import { silentLog } from "../../src/kit/log.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";

const bytes = (value: string) => new TextEncoder().encode(value);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

let nats: TestNats;
let bus: Bus;
let api: JsApi;

beforeEach(async () => {
  nats = await startNats();
  const base = { url: nats.url, prefix: "goim", name: "test", clock: systemClock };
  bus = await connectBus({ ...base, log: silentLog });
  api = new JsApi(bus);
  const config = { name: "S", subjects: ["s.>"], storage: "file", allow_direct: true };
  await api.call("STREAM.CREATE.S", { ...config, max_msg_size: 10_000 });
});

afterEach(async () => {
  await bus.close();
  await nats.stop();
});

async function stored(): Promise<StoredMessage[]> {
  const reader = createStreamReader(bus);
  return reader.range("S", "s.a", 1, await reader.lastSequence("S"), 1_000_000);
}

describe("the ack publisher", () => {
  it("resolves with the sequence, in order, and sees an id a second time", async () => {
    const publisher = createAckPublisher(bus);
    const acks = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) =>
        publisher.publish("s.a", bytes(`${n}`), { id: `${n}` }),
      ),
    );
    expect(acks).toEqual(
      Array.from({ length: 1_000 }, (_, n) => ({ sequence: n + 1, duplicate: false })),
    );
    expect(await publisher.publish("s.a", bytes("7"), { id: "7" })).toEqual({
      sequence: 8,
      duplicate: true,
    });
    expect(publisher.pending).toEqual({ messages: 0, bytes: 0 });
    const message = await api.message("S", { seq: 8 });
    expect(message?.header("Nats-Msg-Id")).toBe("7");
  });

  it("keeps the readable headers beside the id", async () => {
    const publisher = createAckPublisher(bus);
    const headers = { "Goim-Op": "1000", "Goim-To": "live://直播" };
    const { sequence } = await publisher.publish("s.a", bytes(""), { id: "x", headers });
    const message = await api.message("S", { seq: sequence });
    expect(message?.header("Goim-Op")).toBe("1000");
    expect(message?.header("Goim-To")).toBe("live://直播");
    const broken = { id: "y", headers: { "Goim-To": "a\r\nNats-Msg-Id: z" } };
    await expect(publisher.publish("s.a", bytes(""), broken)).rejects.toMatchObject({
      code: "invalid",
    });
  });

  it("maps what JetStream refuses", async () => {
    const publisher = createAckPublisher(bus);
    const nobody = publisher.publish("nowhere.a", bytes(""), { id: "1" });
    await expect(nobody).rejects.toMatchObject({ code: "unavailable" });
    const large = publisher.publish("s.a", new Uint8Array(20_000), { id: "2" });
    await expect(large).rejects.toMatchObject({ code: "too_large" });
    const larger = publisher.publish("s.a", new Uint8Array(2_000_000), { id: "3" });
    await expect(larger).rejects.toMatchObject({ code: "too_large" });
    await api.call("STREAM.CREATE.FULL", {
      name: "FULL",
      subjects: ["full"],
      max_msgs: 1,
      discard: "new",
    });
    await publisher.publish("full", bytes(""), { id: "4" });
    const full = publisher.publish("full", bytes(""), { id: "5" });
    await expect(full).rejects.toMatchObject({ code: "busy" });
    expect(publisher.pending).toEqual({ messages: 0, bytes: 0 });
  });

  it("is busy at its bounds and free again after the acks", async () => {
    const publisher = createAckPublisher(bus, { maxMessages: 3, maxBytes: 100 });
    const three = ["a", "b", "c"].map((id) => publisher.publish("s.a", bytes(id), { id }));
    expect(publisher.pending).toEqual({ messages: 3, bytes: 3 });
    const fourth = publisher.publish("s.a", bytes("d"), { id: "d" });
    await expect(fourth).rejects.toMatchObject({ code: "busy" });
    await Promise.all(three);
    const large = publisher.publish("s.a", new Uint8Array(101), { id: "e" });
    await expect(large).rejects.toMatchObject({ code: "busy" });
    await publisher.publish("s.a", new Uint8Array(100), { id: "f" });
    expect((await stored()).length).toBe(4);
  });

  it("fails at once with unavailable while NATS is known to be down", async () => {
    const publisher = createAckPublisher(bus);
    await nats.kill();
    await waitFor(() => !bus.connected);
    const refused = publisher.publish("s.a", bytes("x"), { id: "x" });
    await expect(refused).rejects.toMatchObject({ code: "unavailable" });
    await nats.restart();
    await waitFor(() => bus.connected);
    await publisher.publish("s.a", bytes("y"), { id: "y" });
    expect((await stored()).map(({ data }) => text(data))).toEqual(["y"]);
  });

  it("says timeout, and no more, when the fate stays unknown", async () => {
    const publisher = createAckPublisher(bus, { deadlineMs: 500, retryAfterMs: 100 });
    nats.pause();
    const unknown = publisher.publish("s.a", bytes("x"), { id: "x" });
    await expect(unknown).rejects.toMatchObject({ code: "timeout" });
    expect(publisher.pending).toEqual({ messages: 0, bytes: 0 });
    nats.resume();
    // What was sent five times is there once.
    await waitFor(async () => (await stored()).length > 0);
    await publisher.publish("s.a", bytes("y"), { id: "y" });
    expect((await stored()).map(({ data }) => text(data))).toEqual(["x", "y"]);
  });

  it("does not promise what outlives the server's memory of ids", () => {
    expect(() => createAckPublisher(bus, { deadlineMs: 100_000 })).toThrow(/at most 90000/);
  });

  it("waits for what is pending when it closes", async () => {
    const publisher = createAckPublisher(bus);
    let acked = 0;
    for (let n = 0; n < 100; n++) {
      void publisher.publish("s.a", bytes(`${n}`), { id: `${n}` }).then(() => acked++);
    }
    await publisher.close();
    await Promise.resolve();
    expect(acked).toBe(100);
    const late = publisher.publish("s.a", bytes("x"), { id: "x" });
    await expect(late).rejects.toMatchObject({ code: "unavailable" });
  });

  it("loses and doubles nothing when nats-server is killed three times", async () => {
    const publisher = createAckPublisher(bus, { retryAfterMs: 300 });
    const acks = new Map<string, Ack>();
    const failed = new Map<string, unknown>();
    let started = 0;
    let stop = false;
    const worker = async () => {
      while (!stop) {
        const id = `m${started++}`;
        try {
          acks.set(id, await publisher.publish("s.a", bytes(id), { id }));
        } catch (error) {
          failed.set(id, error);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    };
    const workers = Array.from({ length: 64 }, worker);
    for (let round = 0; round < 3; round++) {
      const before = acks.size;
      await waitFor(() => acks.size > before + 2_000, { timeoutMs: 20_000 });
      await nats.restart();
    }
    const before = acks.size;
    await waitFor(() => acks.size > before + 1_000, { timeoutMs: 20_000 });
    stop = true;
    await Promise.all(workers);
    await publisher.close();

    const messages = await stored();
    const sequences = new Map<string, number>();
    for (const { data, sequence } of messages) {
      expect(sequences.has(text(data))).toBe(false);
      sequences.set(text(data), sequence);
    }
    for (const [id, ack] of acks) expect(sequences.get(id)).toBe(ack.sequence);
    for (const [id, error] of failed) {
      expect(isGoimError(error, "unavailable")).toBe(true);
      expect(sequences.has(id)).toBe(false);
    }
    expect(messages.length).toBe(acks.size);
  });
});
