/** Protocol version 2 on real sockets and a real nats-server. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RoomPlace } from "../../src/protocol/v2.ts";
import type { Received } from "../harness/client.ts";
import { CometSystem } from "./comet-system.ts";

let system: CometSystem;

beforeAll(async () => {
  system = await CometSystem.start({ GOIM_CHANNEL_ROOMS_MAX: "3" });
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
});
