import { describe, expect, it } from "vitest";
import { CloseCode } from "../protocol/close-code.ts";
import { encodePacket } from "../protocol/frame.ts";
import { encodeBatch } from "../protocol/frame-batch.ts";
import { Channel, ChannelState } from "./channel.ts";
import { createShared, FakeConnection, openChannel } from "./comet.fixture.ts";
import type { Lag } from "./lag.ts";

const push = (text: string) => encodeBatch([{ op: 1000, body: new TextEncoder().encode(text) }]);
const reply = encodePacket({ ver: 1, op: 8, seq: 5 });

function joining(sendBytesMax?: number) {
  const shared = createShared(sendBytesMax);
  const connection = new FakeConnection();
  const channel = new Channel(connection, shared);
  channel.advance(ChannelState.Joining);
  return { channel, connection, shared };
}

describe("Channel", () => {
  it("sends the bytes of its transport", () => {
    const frame = push("m0");
    const ws = openChannel();
    const tcp = openChannel({ transport: "tcp" });
    ws.channel.deliver(frame, 1);
    tcp.channel.deliver(frame, 1);
    expect(ws.connection.sent).toEqual([frame.ws]);
    expect(tcp.connection.sent).toEqual([frame.tcp]);
  });

  it("holds pushes until the auth reply is out, then sends them in order", () => {
    const { channel, connection, shared } = joining();
    expect(channel.deliver(push("first"), 1)).toBe(true);
    expect(channel.deliver(push("second"), 1)).toBe(true);
    expect(connection.sent).toEqual([]);
    channel.open(reply);
    channel.deliver(push("third"), 1);
    expect(connection.packets()[0]?.op).toBe(8);
    expect(connection.pushed()).toEqual(["first", "second", "third"]);
    expect(shared.stats).toMatchObject({ entries: 3, sends: 3, droppedClosed: 0 });
  });

  it("closes a client for which more bytes are held than the bound, and counts all of them", () => {
    const { channel, connection, shared } = joining(100);
    for (let index = 0; index < 5; index++) channel.deliver(push("x".repeat(20)), 1);
    expect(connection.closedWith?.code).toBe(CloseCode.Slow);
    const { droppedSlow, droppedClosed } = shared.stats;
    expect(droppedSlow + droppedClosed).toBe(5);
    channel.open(reply);
    expect(connection.sent).toEqual([]);
  });

  it("closes a client that does not read once the bound is passed, and sends nothing more", () => {
    const shared = createShared(200);
    const { channel, connection } = openChannel({ shared });
    connection.stuck = true;
    const sent = Array.from({ length: 6 }, () => channel.deliver(push("y".repeat(40)), 1));
    expect(sent).toEqual([true, true, false, false, false, false]);
    expect(connection.closedWith?.code).toBe(CloseCode.Slow);
    expect(shared.stats).toMatchObject({ entries: 2, droppedSlow: 1, droppedClosed: 3 });
  });

  it("goes by what waits now, not by what waited at the last send", () => {
    const { channel, connection } = openChannel({ shared: createShared(200) });
    connection.stuck = true;
    channel.deliver(push("y".repeat(60)), 1);
    channel.deliver(push("y".repeat(60)), 1);
    connection.waiting = 10;
    expect(channel.deliver(push("y".repeat(60)), 1)).toBe(true);
    connection.waiting = 0;
    channel.drained();
    expect(channel.deliver(push("y".repeat(60)), 1)).toBe(true);
  });

  it("sends a message larger than the bound to a client that has read everything", () => {
    const { channel, connection } = openChannel({ shared: createShared(50) });
    expect(channel.deliver(push("z".repeat(500)), 1)).toBe(true);
    expect(connection.pushed()).toEqual(["z".repeat(500)]);
  });

  it("bounds replies like pushes", () => {
    const { channel, connection } = openChannel({ shared: createShared(30) });
    connection.stuck = true;
    channel.reply(reply);
    channel.reply(reply);
    expect(connection.sent).toHaveLength(1);
    expect(connection.closedWith?.code).toBe(CloseCode.Slow);
  });

  it("stays closed: it moves nowhere, sends nothing, and closes once", () => {
    const { channel, connection } = joining();
    channel.close(CloseCode.Kicked, "first");
    channel.close(CloseCode.Taken, "second");
    channel.advance(ChannelState.Joining);
    channel.open(reply);
    expect(channel.state).toBe(ChannelState.Closed);
    expect(connection.closedWith?.reason).toBe("first");
    expect(connection.sent).toEqual([]);
  });

  it("counts what it held as dropped when the client goes before its login is done", () => {
    const { channel, shared } = joining();
    channel.deliver(push("a"), 3);
    channel.gone();
    expect(channel.deliver(push("b"), 2)).toBe(false);
    expect(shared.stats.droppedClosed).toBe(5);
  });
});

describe("what a room hands out", () => {
  const text = "r".repeat(60);

  it("waits elsewhere when its bound is reached, which closes nobody and keeps no bytes", () => {
    const shared = createShared(1000, 200);
    const { channel, connection } = openChannel({ shared });
    connection.stuck = true;
    const taken = Array.from({ length: 50 }, () => channel.offer(push(text), 1));
    expect(taken.filter(Boolean)).toHaveLength(2);
    expect([connection.closedWith, connection.waiting < 250]).toEqual([undefined, true]);
    expect(shared.stats).toMatchObject({ entries: 2, droppedSlow: 0, droppedClosed: 0 });
    // A push to its user still finds room below the larger bound.
    expect(channel.deliver(push(text), 1)).toBe(true);
  });

  it("is offered again when the socket has drained", () => {
    const { channel, connection } = openChannel({ shared: createShared(1000, 100) });
    connection.stuck = true;
    channel.offer(push(text), 1);
    expect(channel.offer(push(text), 1)).toBe(false);
    let woken = 0;
    channel.lag = { wake: () => woken++ } as unknown as Lag;
    connection.waiting = 0;
    channel.drained();
    expect([woken, channel.offer(push(text), 1)]).toEqual([1, true]);
  });

  it("has a bound of its own where it is for a user, and wakes that user's log", () => {
    const shared = { ...createShared(1000, 100), userBytesMax: 250 };
    const { channel, connection } = openChannel({ shared });
    connection.stuck = true;
    let drained = 0;
    channel.mail = { drained: () => drained++ };
    expect(channel.offerUser(push(text), 1)).toBe(true);
    expect(channel.offer(push(text), 1)).toBe(false);
    expect(channel.offerUser(push(text), 1)).toBe(true);
    expect(channel.offerUser(push(text), 1)).toBe(false);
    expect([connection.closedWith, channel.waitingBytes]).toEqual([undefined, connection.waiting]);
    connection.waiting = 0;
    channel.drained();
    expect([drained, channel.waitingBytes]).toEqual([1, 0]);
  });

  it("goes out although it is larger than the bound, when nothing waits", () => {
    const { channel } = openChannel({ shared: createShared(1000, 10) });
    expect(channel.offer(push(text), 1)).toBe(true);
  });

  it("closes the connection only when it took too long", () => {
    const { channel, connection } = openChannel();
    channel.tooSlow("behind for 30000 ms");
    expect(connection.closedWith).toEqual({ code: CloseCode.Slow, reason: "behind for 30000 ms" });
    expect(channel.offer(push(text), 1)).toBe(false);
  });
});
