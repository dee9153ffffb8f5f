import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bus, SequenceReader, StoredMessage } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { JsApi } from "../../src/bus/js-api.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { startNats, startNatsCluster, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";

const connectTo = (url: string) =>
  connectBus({ url, prefix: "goim", name: "test", clock: systemClock, log: silentLog });

async function readAll(reader: SequenceReader, stream: string, sequences: readonly number[]) {
  const found = new Map<number, StoredMessage>();
  await reader.bySequence(stream, sequences, (message) => {
    expect(found.has(message.sequence)).toBe(false);
    found.set(message.sequence, message);
  });
  return found;
}

describe("reading messages by sequence", () => {
  let nats: TestNats;
  let bus: Bus;
  let api: JsApi;

  beforeAll(async () => {
    nats = await startNats();
    bus = await connectTo(nats.url);
    api = new JsApi(bus);
  });
  afterAll(async () => {
    await bus.close();
    await nats.stop();
  });

  it.each([true, false])("gives what is kept, direct reads allowed: %s", async (direct) => {
    const name = `S${direct}`;
    const config = { name, subjects: [`${name}.>`], storage: "file", allow_direct: direct };
    await api.call(`STREAM.CREATE.${name}`, config);
    const sent = Array.from({ length: 600 }, (_, n) => Buffer.from(`body ${n} \0ÿ`));
    for (const [n, body] of sent.entries()) await api.store(`${name}.${n % 7}`, body);
    await api.call(`STREAM.MSG.DELETE.${name}`, { seq: 300 });
    const sequences = Array.from({ length: 700 }, (_, n) => n + 1).reverse();
    const reader = createStreamReader(bus, { maxMessages: 10 });
    const found = await readAll(reader, name, sequences);
    expect(found.size).toBe(599);
    expect(found.has(300)).toBe(false);
    for (const [sequence, message] of found) {
      expect(Buffer.from(message.data)).toEqual(sent[sequence - 1]);
      expect(message.subject).toBe(`${name}.${(sequence - 1) % 7}`);
      expect(Math.abs(message.timeMs - Date.now())).toBeLessThan(120_000);
    }
    expect((await readAll(reader, name, [])).size).toBe(0);
  });

  it("fails as a whole when the stream is not there", async () => {
    const reader = createStreamReader(bus);
    await expect(readAll(reader, "NONE", [1, 2])).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("reading messages by sequence on three servers", () => {
  it("asks the leader for what a replica lacks", async () => {
    const cluster = await startNatsCluster(3);
    const buses = await Promise.all(cluster.servers.map((server) => connectTo(server.url)));
    const api = new JsApi(buses[0] as Bus);
    const config = { name: "R3", subjects: ["r3.>"], storage: "file", allow_direct: true };
    await waitFor(() => api.call("STREAM.CREATE.R3", { ...config, num_replicas: 3 }), {
      timeoutMs: 30_000,
    });
    const readers = buses.map((bus) => createStreamReader(bus));
    for (let round = 0; round < 60; round++) {
      const acks = await Promise.all(
        Array.from({ length: 20 }, (_, n) => api.store(`r3.${n}`, Buffer.from(`${round}`))),
      );
      const wanted = acks.map(({ seq }) => seq);
      for (const found of await Promise.all(readers.map((one) => readAll(one, "R3", wanted)))) {
        expect([...found.keys()].sort((a, b) => a - b)).toEqual(wanted.sort((a, b) => a - b));
      }
    }
    await Promise.all(buses.map((bus) => bus.close()));
    await cluster.stop();
  });
});
