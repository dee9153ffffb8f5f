import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAckPublisher } from "../../src/bus/ack-publisher.ts";
import type { Bus } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { deadHeaders, publishDead } from "../../src/bus/dead.ts";
import { JsApi } from "../../src/bus/js-api.ts";
import { defaultStreams, meta, type StreamsSpec } from "../../src/bus/stream-config.ts";
import { declareStreams, openLayout } from "../../src/bus/streams.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { createLog, type Log, silentLog } from "../../src/kit/log.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";

let nats: TestNats;
let bus: Bus;
let api: JsApi;

const options = { log: silentLog };
const small: StreamsSpec = {
  ...defaultStreams,
  shards: 4,
  classes: [
    { name: "live", types: [], maxAgeMs: 600_000, maxBytes: 1 << 20, maxPerSubject: 100 },
    { name: "keep", types: ["im", "a.b"], maxAgeMs: 600_000, maxBytes: 1 << 20, maxPerSubject: 9 },
  ],
};

beforeEach(async () => {
  nats = await startNats();
  const base = { url: nats.url, prefix: "goim", name: "test", clock: systemClock };
  bus = await connectBus({ ...base, log: silentLog });
  api = new JsApi(bus);
});

afterEach(async () => {
  await bus.close();
  await nats.stop();
});

function recordingLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const log = createLog({ name: "test", level: "silent" });
  log.warn = (...line: unknown[]) => {
    lines.push(`${line[1]} ${JSON.stringify(line[0])}`);
  };
  return { log, lines };
}

describe("declareStreams", () => {
  it("creates every stream, with what is fixed in its metadata", async () => {
    await declareStreams(bus, small, options);
    const room = (await api.streamInfo("GOIM_ROOM")).config;
    expect(room).toMatchObject({
      subjects: ["goim.push.room.live.>"],
      storage: "file",
      retention: "limits",
      discard: "old",
      allow_direct: true,
      duplicate_window: 120_000_000_000,
      max_age: 600_000_000_000,
      max_msgs_per_subject: 100,
    });
    expect(room.metadata).toMatchObject({ "goim-shards": "4", "goim-classes": "keep" });
    const names = [
      "GOIM_ROOM_KEEP",
      "GOIM_USER",
      "GOIM_KEY",
      "GOIM_ALL",
      "GOIM_DEAD",
      "GOIM_EVENT",
    ];
    const infos = await Promise.all(names.map((name) => api.streamInfo(name)));
    const epochs = new Set(infos.map(({ config }) => config.metadata?.[meta.epoch]));
    expect(epochs.size).toBe(names.length);
    expect(epochs.has(undefined)).toBe(false);
  });

  it("agrees over many processes that start at once", async () => {
    await Promise.all(Array.from({ length: 8 }, () => declareStreams(bus, small, options)));
    const layouts = await Promise.all([openLayout(bus, options), openLayout(bus, options)]);
    expect(layouts[0]?.epoch("GOIM_USER")).toBe(layouts[1]?.epoch("GOIM_USER"));
  });

  it("changes nothing the second time and keeps the epoch over a restart", async () => {
    await declareStreams(bus, small, options);
    const before = (await openLayout(bus, options)).epoch("GOIM_ROOM");
    await nats.restart();
    const { log, lines } = recordingLog();
    await declareStreams(bus, small, { log });
    expect(lines.filter((line) => line.includes("differed"))).toEqual([]);
    expect((await openLayout(bus, options)).epoch("GOIM_ROOM")).toBe(before);
  });

  it("updates what may change, and says what it was", async () => {
    await declareStreams(bus, small, options);
    const { log, lines } = recordingLog();
    const user = { ...small.user, maxAgeMs: 3_600_000 };
    await declareStreams(bus, { ...small, user }, { log });
    expect((await api.streamInfo("GOIM_USER")).config.max_age).toBe(3_600_000_000_000);
    expect(lines).toEqual([expect.stringMatching(/differed.*GOIM_USER.*max_age.*from.*to/)]);
  });

  it.each([
    ["shards", { ...small, shards: 8 }, /GOIM_USER has goim-shards 4, fixed .* asks for 8/],
    [
      "types of a class",
      {
        ...small,
        classes: small.classes.map((room) =>
          room.name === "keep" ? { ...room, types: ["im"] } : room,
        ),
      },
      /GOIM_ROOM_KEEP has goim-types a=2Eb,im, .* asks for im\./,
    ],
    [
      "a class more",
      { ...small, classes: [...small.classes, { ...defaultStreams.user, name: "vip", types: [] }] },
      /fixed as live,keep .* has live,keep,vip/,
    ],
    ["a class less", { ...small, classes: small.classes.slice(0, 1) }, /fixed as live,keep/],
  ])("refuses to change %s with a sentence", async (_, spec, sentence) => {
    await declareStreams(bus, small, options);
    await expect(declareStreams(bus, spec, options)).rejects.toThrow(sentence);
  });

  it("refuses a stream that somebody else made", async () => {
    await api.call("STREAM.CREATE.GOIM_USER", {
      name: "GOIM_USER",
      subjects: ["goim.push.user.>"],
    });
    await expect(declareStreams(bus, small, options)).rejects.toThrow(/was not created by goim/);
  });

  it("refuses a room type that is in two classes", async () => {
    const classes = small.classes.map((room) => ({ ...room, types: ["im"] }));
    await expect(declareStreams(bus, { ...small, classes }, options)).rejects.toThrow(
      /room type "im" is in the classes live and keep/,
    );
  });
});

describe("openLayout", () => {
  it("waits for the streams and reads all of it from them", async () => {
    const { log, lines } = recordingLog();
    const opening = openLayout(bus, { log });
    await waitFor(() => lines.length > 0);
    expect(lines[0]).toContain("waiting for the streams");
    await declareStreams(bus, small, options);
    const layout = await opening;
    expect(layout.shards).toBe(4);
    expect(layout.classes).toEqual([
      { name: "live", stream: "GOIM_ROOM", types: [] },
      { name: "keep", stream: "GOIM_ROOM_KEEP", types: ["a.b", "im"] },
    ]);
    expect(layout.classOf("im://1").name).toBe("keep");
    expect(layout.classOf("a.b://1").name).toBe("keep");
    expect(layout.classOf("live://1").name).toBe("live");
    expect(layout.classOf("im").name).toBe("live");
    const shards = new Set(Array.from({ length: 200 }, (_, n) => layout.shardOf(`room ${n}`)));
    expect([...shards].sort()).toEqual([0, 1, 2, 3]);
  });

  it("ends its wait when told to", async () => {
    const abort = new AbortController();
    const opening = openLayout(bus, { ...options, signal: abort.signal });
    abort.abort(new Error("stopping"));
    await expect(opening).rejects.toThrow("stopping");
  });

  it("finds out that a stream was created again, and only that one", async () => {
    await declareStreams(bus, small, options);
    const layout = await openLayout(bus, options);
    expect(await layout.refresh()).toEqual([]);
    const before = layout.epoch("GOIM_USER");
    await api.call("STREAM.DELETE.GOIM_USER");
    expect(await layout.refresh()).toEqual([]);
    expect(layout.epoch("GOIM_USER")).toBe(before);
    await declareStreams(bus, small, options);
    expect(await layout.refresh()).toEqual(["GOIM_USER"]);
    expect(layout.epoch("GOIM_USER")).not.toBe(before);
    expect(await layout.refresh()).toEqual([]);
  });

  it("says that the process must start again when the shards are others now", async () => {
    await declareStreams(bus, small, options);
    const layout = await openLayout(bus, options);
    await nats.restart({ wipe: true });
    await declareStreams(bus, { ...small, shards: 8 }, options);
    await expect(layout.refresh()).rejects.toThrow(/has 8 shards, the others 4/);
  });
});

describe("GOIM_DEAD", () => {
  it("keeps what cannot be delivered once, with where it lay and why", async () => {
    await declareStreams(bus, small, options);
    const layout = await openLayout(bus, options);
    const publisher = createAckPublisher(bus);
    const subject = bus.subjects.pushRoom("live", 0, "live://1");
    const data = new Uint8Array([1, 2, 3]);
    const { sequence } = await publisher.publish(subject, data, { id: "broken" });
    const dead = {
      stream: "GOIM_ROOM",
      epoch: layout.epoch("GOIM_ROOM"),
      message: { subject, sequence, data, timeMs: 0 },
      reason: "no PushBatch:\nbroken varint",
    };
    await Promise.all([1, 2, 3].map(() => publishDead({ bus, publisher }, dead)));
    const kept = await api.message("GOIM_DEAD", { last_by_subj: "goim.dead.GOIM_ROOM" });
    expect(kept?.sequence).toBe(1);
    expect([...(kept?.data ?? [])]).toEqual([1, 2, 3]);
    expect(kept?.header(deadHeaders.subject)).toBe(subject);
    expect(kept?.header(deadHeaders.sequence)).toBe(String(sequence));
    expect(kept?.header(deadHeaders.reason)).toBe("no PushBatch: broken varint");
    expect((await api.streamInfo("GOIM_DEAD")).state.messages).toBe(1);
  });
});
