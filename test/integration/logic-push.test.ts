import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { hash32 } from "../../src/kit/hash.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import {
  entriesIn,
  entriesOf,
  messagesOf,
  metricOf,
  openBus,
  startLogic,
  type TestLogic,
} from "./logic-harness.ts";

const shardOf = (target: string) => hash32(target) % 16;

let nats: TestNats;
let bus: Bus;
let logic: TestLogic;

beforeAll(async () => {
  nats = await startNats({ maxPayloadBytes: 256 * 1024 });
  logic = await startLogic(nats.url, { GOIM_HTTP_BODY_BYTES_MAX: "512kb" });
  bus = await openBus(nats.url);
});

afterAll(async () => {
  await bus?.close();
  await logic?.stop();
  await nats?.stop();
});

const room = (id: string) =>
  entriesOf(bus, "GOIM_ROOM", bus.subjects.pushRoom("live", shardOf(id), id));

describe("a push that answered code 0 is in its stream", () => {
  it("room: every byte, under the subject of the room", async () => {
    const body = Uint8Array.from({ length: 256 }, (_, index) => index);
    const answer = await logic.post("push/room?operation=1000&type=live&room=1000", body);
    expect(answer).toMatchObject({ status: 200, text: '{"code":0,"message":""}' });
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    const subject = `goim.push.room.live.${shardOf("live://1000")}.live.1000`;
    const [message] = await messagesOf(bus, "GOIM_ROOM", subject);
    const [entry] = message === undefined ? [] : entriesIn(message);
    expect(entry).toMatchObject({ op: 1000, keys: [], speed: 0 });
    expect(entry?.body).toBe(Buffer.from(body).toString());
  });

  it("room: of a type of another class in that class's stream", async () => {
    await logic.post("push/room?operation=7&type=video&room=r", "kept");
    const subject = bus.subjects.pushRoom("keep", shardOf("video://r"), "video://r");
    expect(await entriesOf(bus, "GOIM_ROOM_KEEP", subject)).toMatchObject([{ body: "kept" }]);
  });

  it("room: ids of any text reach exactly their own subject", async () => {
    const names = ["a.b", "a b", "*", ">", "你好", "a=20b", "", "x://y"].filter(
      (one) => one !== "",
    );
    for (const name of names) {
      const query = new URLSearchParams({ operation: "1", type: "t", room: name });
      expect((await logic.post(`push/room?${query}`, name)).code).toBe(0);
    }
    for (const name of names) {
      expect((await room(`t://${name}`)).map(({ body }) => body)).toEqual([name]);
    }
  });

  it("room: an empty body, and none, are messages", async () => {
    await logic.post("push/room?operation=1&type=t&room=empty", "");
    await logic.post("push/room?operation=1&type=t&room=empty");
    expect(await room("t://empty")).toMatchObject([{ body: "" }, { body: "" }]);
  });

  it("mids: one message per mid, no digit lost", async () => {
    const mids = ["123", "9007199254740993", "9223372036854775807"];
    const query = mids.map((mid) => `mids=${mid}`).join("&");
    const answer = await logic.post(`push/mids?operation=1001&${query}&mids=0&mids=-1`, "hi");
    expect(answer.code).toBe(0);
    for (const mid of mids) {
      const subject = `goim.push.user.${shardOf(mid)}.${mid}`;
      expect(await entriesOf(bus, "GOIM_USER", subject)).toMatchObject([{ op: 1001, body: "hi" }]);
    }
    expect(await entriesOf(bus, "GOIM_USER", `goim.push.user.${shardOf("0")}.0`)).toEqual([]);
    expect((await logic.post("push/mids?operation=1000", "nobody")).code).toBe(0);
  });

  it("keys: one entry per shard, all keys in it", async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `key ${index}`);
    const query = keys.map((key) => `keys=${encodeURIComponent(key)}`).join("&");
    expect((await logic.post(`push/keys?operation=1002&${query}`, "k")).code).toBe(0);
    const found: string[] = [];
    for (let shard = 0; shard < 16; shard++) {
      const entries = await entriesOf(bus, "GOIM_KEY", `goim.push.key.${shard}`);
      expect(entries.length).toBeLessThanOrEqual(1);
      for (const entry of entries) {
        expect(entry).toMatchObject({ op: 1002, body: "k" });
        for (const key of entry.keys) expect(shardOf(key)).toBe(shard);
        found.push(...entry.keys);
      }
    }
    expect(found.sort()).toEqual([...keys].sort());
    expect((await logic.post("push/keys?operation=1000&keys=nosuch", "k")).code).toBe(0);
  });

  it("all: with its speed", async () => {
    expect((await logic.post("push/all?operation=1003&speed=64", "everybody")).code).toBe(0);
    expect(await entriesOf(bus, "GOIM_ALL", "goim.push.all")).toMatchObject([
      { op: 1003, body: "everybody", speed: 64 },
    ]);
  });
});

describe("what goim answers over the wire", () => {
  it.each([
    ["POST", "push/keys?operation=1000", 200, '{"code":-400,"message":""}'],
    [
      "POST",
      "push/mids?operation=1000&mids=1,2",
      400,
      '{"code":-400,"message":"strconv.ParseInt: parsing \\"1,2\\": invalid syntax"}',
    ],
    [
      "POST",
      "push/room?operation=1000&type=live",
      400,
      `{"code":-400,"message":"Key: 'Room' Error:` +
        `Field validation for 'Room' failed on the 'required' tag"}`,
    ],
    ["GET", "push/room?operation=1&type=t&room=r", 404, "404 page not found"],
    ["GET", "online/total", 200, '{"code":0,"message":"","data":{"conn_count":0,"ip_count":0}}'],
    ["GET", "online/top?type=none&limit=5", 200, '{"code":0,"message":"","data":[]}'],
    ["GET", "nodes/instances", 200, '{"code":0,"message":"","data":[]}'],
  ])("%s %s", async (method, path, status, text) => {
    const answer = await (method === "POST" ? logic.post(path) : logic.get(path));
    expect(answer).toMatchObject({ status, text });
  });

  it("HEAD has no route, and keeps the connection in step", async () => {
    const response = await fetch(`${logic.url}/goim/online/total`, { method: "HEAD" });
    expect(response.status).toBe(404);
    expect((await logic.get("online/total")).status).toBe(200);
  });

  it("a request line of many mids is taken, as goim takes it", async () => {
    const mids = Array.from({ length: 3_000 }, (_, index) => `mids=${1_000_000_000_000 + index}`);
    expect((await logic.post(`push/mids?operation=1&${mids.join("&")}`, "x")).code).toBe(0);
    expect(await metricOf(logic.metrics, "push_pending")).toBe(0);
  });
});

describe("sizes", () => {
  const path = "push/room?operation=1&type=t&room=large";

  it("what NATS does not take is refused with 413 and a sentence", async () => {
    const answer = await logic.post(path, "x".repeat(256 * 1024));
    expect(answer).toMatchObject({ status: 413, code: -400 });
    expect(answer.message).toMatch(/NATS takes \d+/);
  });

  it("what is above http.bodyBytesMax too, with or without a length", async () => {
    const large = "x".repeat(600 * 1024);
    expect((await logic.post(path, large)).message).toMatch(/larger than 524288 bytes/);
    const chunked = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode(large));
        controller.close();
      },
    });
    const init = { method: "POST", body: chunked, duplex: "half" } as RequestInit;
    const response = await fetch(`${logic.url}/goim/${path}`, init);
    expect(response.status).toBe(413);
  });

  it("the largest that NATS takes is stored", async () => {
    const body = "x".repeat(256 * 1024 - 1100);
    expect((await logic.post(path, body)).code).toBe(0);
    expect((await room("t://large")).map((entry) => entry.body.length)).toEqual([body.length]);
  });
});

describe("group commit on a real stream", () => {
  it("keeps the order of a caller that awaits each answer, among many others", async () => {
    const callers = Array.from({ length: 16 }, async (_, caller) => {
      for (let n = 0; n < 40; n++) {
        const answer = await logic.post("push/room?operation=1&type=t&room=busy", `${caller}:${n}`);
        expect(answer.code).toBe(0);
      }
    });
    await Promise.all(callers);
    const entries = await room("t://busy");
    expect(entries).toHaveLength(16 * 40);
    for (let caller = 0; caller < 16; caller++) {
      const mine = entries.filter(({ body }) => body.startsWith(`${caller}:`));
      expect(mine.map(({ body }) => Number(body.split(":")[1]))).toEqual(
        Array.from({ length: 40 }, (_, n) => n),
      );
    }
  });

  it("stores many pushes in few messages, with readable headers and an id each", async () => {
    const before = await metricOf(logic.metrics, "push_messages_total");
    const path = "push/room?operation=1000&type=t&room=grouped";
    await Promise.all(Array.from({ length: 200 }, (_, n) => logic.post(path, String(n))));
    const subject = bus.subjects.pushRoom("live", shardOf("t://grouped"), "t://grouped");
    const messages = await messagesOf(bus, "GOIM_ROOM", subject);
    expect(messages.flatMap(entriesIn)).toHaveLength(200);
    expect(messages.length).toBeLessThan(200);
    const after = await metricOf(logic.metrics, "push_messages_total");
    expect(after - before).toBe(messages.length);
  });

  it("is readable for who watches with the nats tool", async () => {
    const seen: (string | undefined)[][] = [];
    const subscription = bus.subscribe("goim.push.room.>", (message) => {
      seen.push([message.header("Goim-Op"), message.header("Goim-To")]);
    });
    await bus.flush();
    await logic.post("push/room?operation=5&type=live&room=watched", "x");
    await bus.flush();
    subscription.unsubscribe();
    expect(seen).toEqual([["5", "room live://watched"]]);
  });
});
