/** Protocol version 2 on real sockets and a real nats-server. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { goim } from "../../src/protocol/gen/messages.js";
import { toNumber } from "../../src/protocol/int64.ts";
import type { ClosingBody, GoAwayBody, RoomPlace } from "../../src/protocol/v2.ts";
import type { Received } from "../harness/client.ts";
import { waitFor } from "../harness/wait.ts";
import { FakeMail } from "./comet-mail.ts";
import { CometSystem } from "./comet-system.ts";

let system: CometSystem;

beforeAll(async () => {
  system = await CometSystem.start({ GOIM_CHANNEL_ROOMS_MAX: "3", GOIM_COMET_ID: "h1-0" });
});
afterEach(() => system.closeClients());
afterAll(() => system.stop());

const textsOf = (messages: readonly Received[], log?: number) =>
  messages.filter((message) => log === undefined || message.log === log).map(({ text }) => text);

describe.each(["ws", "tcp"] as const)("version 2 over %s", (transport) => {
  it("answers the auth packet with who the client is and where it stands", async () => {
    const room = `live://auth-${transport}`;
    await system.pushRoom(room, 1000, "before");
    const client = await system.connectV2(transport);
    const reply = await client.auth({ mid: 7, key: "k7", device: "d7", room_id: room });
    const { id, incarnation } = system.comet.identity;
    expect(reply.session).toMatch(new RegExp(`^${id}/${incarnation}/[0-9]+$`));
    expect(reply).toMatchObject({ mid: "7", key: "k7", device: "d7" });
    expect(reply).toMatchObject({ heartbeat: 240, heartbeatMax: 2 });
    expect(reply.limits).toEqual({ bodyBytes: 4096, rooms: 3 });
    expect(reply.all).toMatchObject({ log: 2 });
    const place = reply.room as RoomPlace;
    expect(place).toMatchObject({ room, from: place.offset });
    expect(place.log).toBeGreaterThanOrEqual(16);
    expect(place.epoch).not.toBe("");
    await system.pushRoom(room, 1000, "after");
    const [message] = await client.client.waitForCount(1);
    expect(message).toMatchObject({ op: 1000, text: "after", log: place.log });
    expect(message?.offset).toBeGreaterThan(place.from);
  });

  it("is next to version 1 in a room that sees version 1 bytes only", async () => {
    const room = `live://both-${transport}`;
    const one = await system.logIn(transport, { room_id: room });
    const two = await system.logInV2(transport, { room_id: room });
    for (const text of ["a", "b", "c"]) await system.pushRoom(room, 1000, text);
    await two.client.waitForCount(3);
    await one.waitForCount(3);
    expect(textsOf(two.messages)).toEqual(["a", "b", "c"]);
    expect(textsOf(one.messages)).toEqual(["a", "b", "c"]);
    const headers = one.raw.slice(1).map(({ bytes }) => bytes.readInt32BE(4));
    expect(headers.every((header) => header === 0x00100001)).toBe(true);
  });

  it("has several rooms, each with its own log, and leaves them one by one", async () => {
    const [first, second] = [`live://first-${transport}`, `live://second-${transport}`];
    const client = await system.logInV2(transport);
    const places = (await client.join(first, second)) as RoomPlace[];
    expect(places.map(({ room }) => room)).toEqual([first, second]);
    expect(new Set(places.map(({ log }) => log)).size).toBe(2);
    await system.pushRoom(first, 1000, "1");
    await system.pushRoom(second, 1000, "2");
    await client.client.waitForCount(2);
    expect(textsOf(client.messages, places[0]?.log)).toEqual(["1"]);
    expect(textsOf(client.messages, places[1]?.log)).toEqual(["2"]);
    expect(await client.counts()).toEqual({ [first]: 1, [second]: 1 });
    await client.leave(first);
    await system.pushRoom(first, 1000, "not for it");
    await system.pushRoom(second, 1000, "3");
    await client.client.waitForCount(3);
    expect(textsOf(client.messages)).toEqual(["1", "2", "3"]);
    expect(await client.counts()).toEqual({ [second]: 1 });
    await expect(client.join("live://x", "live://y", "live://z")).rejects.toThrow("too_large");
  });

  it("publishes into its rooms in order, one at a time, and is told what came of it", async () => {
    const room = `live://publish-${transport}`;
    const client = await system.logInV2(transport, { mid: 5, key: `pub-${transport}` });
    await client.join(room);
    let underWay = 0;
    let most = 0;
    system.logic.published.length = 0;
    system.logic.publish = async ({ body, room: to, key, excludeSelf }) => {
      most = Math.max(most, ++underWay);
      const text = Buffer.from(body).toString();
      const offset = await system.pushRoom(to, 1000, text, excludeSelf ? [key] : []);
      underWay--;
      if (text === "5") return { error: "busy", errorText: "too much" };
      return { offset, epoch: "E", duplicate: text === "4" };
    };
    const texts = ["0", "1", "2", "3", "4", "5"];
    const replies = await Promise.allSettled(
      texts.map((text, index) => {
        return client.publish({ room, op: 1000, id: `m${index}`, exclude: text === "2" }, text);
      }),
    );
    expect(system.logic.published.map(({ id }) => id)).toEqual(texts.map((text) => `m${text}`));
    expect(system.logic.published[0]).toMatchObject({ server: "h1-0", key: `pub-${transport}` });
    expect(most).toBe(1);
    const offsets = replies.slice(0, 5).map((reply) => {
      return reply.status === "fulfilled" ? reply.value.offset : Number.NaN;
    });
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    expect(replies[4]).toMatchObject({ value: { epoch: "E", duplicate: true } });
    expect(replies[5]).toMatchObject({ reason: { message: "busy: too much" } });
    await client.client.waitForCount(5);
    expect(textsOf(client.messages)).toEqual(["0", "1", "3", "4", "5"]);
    await expect(client.publish({ room: "live://no", op: 1 }, "x")).rejects.toThrow("forbidden");
  });

  it("pages through history as logic has it", async () => {
    const room = `live://pages-${transport}`;
    const client = await system.logInV2(transport);
    const asked: goim.logic.HistoryReq[] = [];
    system.logic.history = (request) => {
      asked.push(request);
      if (request.epoch === "old") return { error: "reset", errorText: "another life" };
      const entries = [7, 8].map((offset) => ({
        offset,
        op: 1000,
        body: Buffer.from(`h${offset}`),
      }));
      return { epoch: "E", entries, next: 7 };
    };
    const away = await client.history({ room, before: 9, limit: 2 });
    expect(away.meta).toEqual({ room, epoch: "E", next: 7, oldest: 0 });
    expect(away.packets.map(({ seq, offset }) => [seq, offset])).toEqual([
      [0, 7],
      [0, 8],
    ]);
    expect(asked[0]).toMatchObject({ room, limit: 2 });
    expect(toNumber(asked[0]?.before ?? 0)).toBe(9);
    const [place] = (await client.join(room)) as RoomPlace[];
    const here = await client.history({ room });
    expect(here.packets.map(({ seq }) => seq)).toEqual([place?.log, place?.log]);
    expect(asked[1]).toMatchObject({ limit: 256, bytes: 262_144 });
    await expect(client.history({ room, after: 1, epoch: "old" })).rejects.toThrow("reset");
  });

  it("acknowledges what it was sent and nothing beyond", async () => {
    const mail = new FakeMail(system);
    mail.start(system.bus);
    await system.bus.flush();
    const offset = mail.store("9", "x");
    const key = `ack-${transport}`;
    const client = await system.logInV2(transport, { mid: 9, key, accepts: [1000] });
    await client.client.waitForCount(1);
    await client.ack(offset);
    expect(mail.cursorOf("9", key)).toBe(offset);
    await expect(client.ack(offset + 1)).rejects.toThrow("invalid");
    await mail.stop();
    system.logic.more = () => ({});
    const anonymous = await system.logInV2(transport);
    await expect(anonymous.ack(0)).rejects.toThrow("invalid");
  });

  it("is told what it did wrong and stays connected", async () => {
    const client = await system.logInV2(transport);
    const wrong: [number, string, string][] = [
      [12, "live://1", "invalid"],
      [20, "no json", "invalid"],
      [20, '{"rooms":[{"room":"a","since":1}]}', "invalid"],
      [22, '{"rooms":[1]}', "invalid"],
      [24, "{}", "invalid"],
      [4, "", "invalid"],
      [18, "", "invalid"],
    ];
    for (const [op, body, code] of wrong) {
      const reply = await client.client.request(op, body);
      expect([reply.op, JSON.parse(reply.body.toString())]).toMatchObject([28, { code, op }]);
    }
    const long = `live://${"x".repeat(300)}`;
    expect(await client.join(long, "live://ok")).toMatchObject([
      { room: long, error: { code: "invalid" } },
      { room: "live://ok", log: expect.any(Number) },
    ]);
    expect((await client.client.request(999, "x")).op).toBe(999);
  });

  it("is told why it is closed, right before", async () => {
    const client = await system.logInV2(transport, { key: `gone-${transport}` });
    await system.logInV2(transport, { key: `gone-${transport}` });
    const closing = await client.notice<ClosingBody>(6);
    expect(closing).toMatchObject({ code: 4500, reconnect: false });
    await client.client.closed;
    const refused = await system.connectV2(transport);
    await refused.client.auth({ mid: 666 }).catch(() => undefined);
    expect(await refused.notice<ClosingBody>(6)).toMatchObject({ code: 4503, reconnect: false });
    const malformed = await system.logInV2(transport);
    malformed.client.write(Buffer.from("00000010001100020000000200000001", "hex"));
    expect(await malformed.notice<ClosingBody>(6)).toMatchObject({ code: 4501 });
  });
});

describe("a resume", () => {
  it("goes on at another comet, with what came meanwhile and nothing twice", async () => {
    const second = await system.beside();
    try {
      const room = "live://resumed";
      const first = await system.logInV2("ws");
      const [place] = (await first.join(room)) as RoomPlace[];
      for (const text of ["1", "2", "3"]) await system.pushRoom(room, 1000, text);
      const seen = await first.client.waitForCount(3);
      const since = seen[1]?.offset ?? 0;
      await first.client.close();
      await system.pushRoom(room, 1000, "4");
      const again = await second.logInV2("tcp");
      const wish = { room, since, epoch: place?.epoch ?? "" };
      const [resumed] = (await again.join(wish)) as RoomPlace[];
      expect(resumed).toMatchObject({ from: since });
      expect(resumed?.reset).toBeUndefined();
      await again.client.waitForCount(2);
      await system.pushRoom(room, 1000, "5");
      await again.client.waitForCount(3);
      expect(textsOf(again.messages)).toEqual(["3", "4", "5"]);
      await again.leave(room);
      const [other] = (await again.join({ ...wish, epoch: "another" })) as RoomPlace[];
      expect(other).toMatchObject({
        reset: true,
        oldest: seen[0]?.offset,
      });
      await again.leave(room);
      const above = { ...wish, since: since + 1e9 };
      expect(await again.join(above)).toMatchObject([{ reset: true }]);
    } finally {
      await second.stop();
    }
  });
});

describe("a draining comet", () => {
  it("asks version 2 to go and closes who is still there at the deadline", async () => {
    const second = await system.beside({
      ...{ GOIM_DRAIN_DEADLINE: "1s", GOIM_DRAIN_JITTER: "500ms" },
      ...{ GOIM_DRAIN_SPREAD: "0ms", GOIM_COMET_ID: "third" },
    });
    const two = await second.logInV2("ws");
    const polite = await second.logInV2("tcp");
    const one = await second.logIn("ws");
    const draining = second.comet.drain?.();
    const away = await two.notice<GoAwayBody>(27);
    expect(away.nodes).toEqual(["127.0.0.1:3999"]);
    expect(away.deadline).toBeGreaterThan(0.5);
    expect(away.jitter).toBeLessThanOrEqual(0.5);
    expect((await one.closed).code).toBe(4000);
    expect(two.client.end).toBeUndefined();
    await polite.notice(27);
    await polite.client.close();
    expect(await two.notice<ClosingBody>(6)).toMatchObject({ code: 4000, reconnect: true });
    expect((await two.client.closed).code).toBe(4000);
    await draining;
    await second.stop();
  });
});

describe("a client that stops reading", () => {
  it("is caught up in each of its rooms, in order and without a hole", async () => {
    const rooms = ["live://slow-1", "live://slow-2"];
    const client = await system.logInV2("tcp");
    const places = (await client.join(...rooms)) as RoomPlace[];
    client.client.pause();
    const [count, padding] = [150, "x".repeat(40_000)];
    for (let each = 0; each < count; each++) {
      for (const room of rooms) await system.pushRoom(room, 1000, `${each} ${padding}`);
    }
    await waitFor(async () => (await system.metric("room_behind")) === 2);
    client.client.resume();
    await client.client.waitForCount(2 * count, 30_000);
    for (const { log, from } of places) {
      const got = client.messages.filter((message) => message.log === log);
      expect(got.map(({ text }) => Number.parseInt(text, 10))).toEqual([...Array(count).keys()]);
      const offsets = [from, ...got.map(({ offset = 0 }) => offset)];
      expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
    }
    await waitFor(async () => (await system.metric("room_behind")) === 0);
  });
});

describe("what the stream has dropped", () => {
  it("makes a resume a reset, and only where something is missing", async () => {
    const room = "live://purged";
    const offsets: number[] = [];
    for (const text of ["1", "2", "3", "4"]) offsets.push(await system.pushRoom(room, 1000, text));
    const epoch = system.layout.epoch("GOIM_ROOM");
    const [, second = 0, third = 0] = offsets;
    const purge = JSON.stringify({ seq: Math.floor(third / 1024) });
    const subject = "$JS.API.STREAM.PURGE.GOIM_ROOM";
    await system.bus.request(subject, Buffer.from(purge), { timeoutMs: 5000 });
    const client = await system.logInV2("ws");
    const [gone] = await client.join({ room, since: offsets[0] ?? 0, epoch });
    expect(gone).toMatchObject({ reset: true, oldest: third });
    await client.leave(room);
    // The message right before the first one kept: nothing is missing behind it.
    const [whole] = await client.join({ room, since: second, epoch });
    expect(whole).toMatchObject({ from: second });
    await client.client.waitForCount(2);
    expect(textsOf(client.messages)).toEqual(["3", "4"]);
  });
});
