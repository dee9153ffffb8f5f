import { describe, expect, it } from "vitest";
import { GoimError } from "../kit/errors.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { encodeBatch } from "../protocol/frame-batch.ts";
import { ChannelState } from "./channel.ts";
import { packet, settle } from "./comet.fixture.ts";
import { gate, setUp } from "./handshake.fixture.ts";

describe("a login", () => {
  it("is answered with op 8, an empty body and the seq of the auth packet", async () => {
    const { logIn, loggedIn, epochs, clock } = setUp();
    const { connection, channel } = logIn("k1", 42);
    expect(channel.loginAt).toBe(clock.now());
    await settle();
    expect(connection.packets()).toMatchObject([{ ver: 1, op: 8, seq: 42 }]);
    expect(connection.packets()[0]?.body).toHaveLength(0);
    expect(loggedIn).toEqual([channel]);
    expect(epochs).toEqual(["e1"]);
  });

  it("takes over what logic says about the client", async () => {
    const { logIn, bucket } = setUp();
    const { channel } = logIn("k1");
    await settle();
    expect(channel).toMatchObject({ mid: "7", key: "k1", platform: "web", incarnation: "i1" });
    expect(channel).toMatchObject({ device: "d1", since: 1_795_255_325_123 });
    expect(channel.silenceMsMax).toBe(480_000);
    expect([channel.accepts(1000), channel.accepts(1001)]).toEqual([true, false]);
    expect(bucket.byKey("k1")).toBe(channel);
  });

  it("hands on what waits for the device before pushes can come", async () => {
    const { logIn, logic, mailSteps } = setUp();
    const { reply } = logic;
    const mail = { epoch: "e1", last: 9 };
    logic.reply = (request) => ({ ...reply(request), device: "d1", since: 77, mail });
    const { channel } = logIn("k1");
    await settle();
    expect(channel).toMatchObject({ device: "d1", since: 77 });
    expect(mailSteps).toEqual(["admit k1 9 i1 false", `opened k1 ${ChannelState.Open}`]);
  });

  it("takes the kept broadcasts of the answer, then live ones, before the reply", async () => {
    const { logIn, logic, mailSteps, keptParts, clock } = setUp();
    const { reply } = logic;
    const life = { epoch: "A" };
    logic.reply = (request) => ({
      ...reply(request),
      mail: { epoch: "e1", last: 9 },
      allCursor: 5,
    });
    logic.kept = { epoch: "A", offset: 2047, entries: [{ offset: 1024 }, { offset: 1025 }] };
    keptParts.push(undefined, { life, offset: 3072, entries: [] });
    const { connection } = logIn("k1");
    await settle();
    // The two do not meet yet: logic is asked once more.
    expect(connection.packets()).toEqual([]);
    clock.advance(200);
    await settle();
    const asked = "kept A 2047 1024,1025";
    expect(mailSteps).toEqual([
      ...[asked, asked, "admit k1 9 i1 false", "all k1 3072 5 false", "opened k1 3"],
    ]);
    expect(connection.packets()).toMatchObject([{ op: 8 }]);
  });

  it("goes without where logic tells of none: nobody in particular, an older logic", async () => {
    const { logIn, logic, mailSteps } = setUp();
    logic.kept = { epoch: "A", offset: 2047 };
    logIn("k1");
    logic.kept = undefined;
    const { reply } = logic;
    logic.reply = (request) => ({ ...reply(request), allCursor: 5 });
    logIn("k2");
    await settle();
    expect(mailSteps.filter((step) => step.startsWith("opened"))).toHaveLength(2);
    expect(mailSteps.some((step) => /^(kept|all)/.test(step))).toBe(false);
  });

  it("tells logic who asks, and lets go of the cookie afterwards", async () => {
    const { connect, handshake, batches } = setUp();
    const { channel, connection } = connect();
    connection.cookie = "sid=1";
    handshake.begin(channel, packet(7, "k1"));
    await settle();
    expect(batches[0]?.[0]).toMatchObject({
      ...{ server: "c1", incarnation: "i1", cookie: "sid=1", clientIp: "10.0.0.1" },
      ...{ transport: "ws", ver: 1 },
    });
    expect(connection.cookie).toBe("");
  });

  it("keeps a mid of 64 bits as it is", async () => {
    const { logIn, logic, bucket } = setUp();
    const reply = logic.reply;
    const { fromText } = await import("../protocol/int64.ts");
    logic.reply = (request) => ({ ...reply(request), mid: fromText("9223372036854775807") });
    logIn("k1");
    await settle();
    expect(bucket.byKey("k1")?.mid).toBe("9223372036854775807");
  });

  it("keeps a copy of the token, which is only valid while it is read", async () => {
    const { connect, handshake, bucket } = setUp();
    const auth = packet(7, "k1");
    handshake.begin(connect().channel, auth);
    auth.body.fill(0);
    await settle();
    expect(bucket.byKey("k1")).toBeDefined();
  });

  it("waits until this comet has a name", async () => {
    const { logIn, batches } = setUp();
    logIn("k1");
    expect(batches).toEqual([]);
    await settle();
    expect(batches).toHaveLength(1);
  });
});

describe("many logins", () => {
  it("gather while requests are on their way", async () => {
    const { logIn, logic, batches } = setUp();
    const { closed, open } = gate();
    logic.gate = closed;
    const clients = Array.from({ length: 50 }, (_, index) => logIn(`k${index}`));
    await settle();
    expect(batches.map((batch) => batch.length)).toEqual([1, 1, 1, 1]);
    await open();
    expect(batches.map((batch) => batch.length)).toEqual([1, 1, 1, 1, 46]);
    for (const { connection } of clients) expect(connection.packets()[0]?.op).toBe(8);
  });

  it("are bounded: those above the bound are told to come back", async () => {
    const { logIn, logic } = setUp({ waitingMax: 3 });
    logic.gate = gate().closed;
    const clients = Array.from({ length: 9 }, (_, index) => logIn(`k${index}`));
    await settle();
    const codes = clients.map(({ connection }) => connection.closedWith?.code);
    expect(codes.slice(0, 7)).toEqual(Array.from({ length: 7 }));
    expect(codes.slice(7)).toEqual([CloseCode.Unavailable, CloseCode.Unavailable]);
  });
});

describe("logins beside rooms that are delivered to", () => {
  it("wait for their turn; those that could not come in time are told to come back", async () => {
    const { logIn, clock, loggedIn } = setUp({ served: () => 5000, waitingMax: 4 });
    const clients = Array.from({ length: 20 }, (_, index) => logIn(`k${index}`));
    await settle();
    const atOnce = loggedIn.length;
    const codes = clients.map(({ connection }) => connection.closedWith?.code);
    expect(codes.indexOf(CloseCode.Unavailable)).toBe(4 + atOnce);
    clock.advance(1000);
    await settle();
    const keys = clients.slice(0, 4 + atOnce).map((_, n) => `k${n}`);
    expect(loggedIn.map(({ key }) => key)).toEqual(keys);
  });
});

describe("a refused login", () => {
  it.each([
    ["unauthorized", CloseCode.Unauthorized],
    ["forbidden", CloseCode.Unauthorized],
    ["invalid", CloseCode.Malformed],
    ["internal", CloseCode.Unavailable],
    ["no such code", CloseCode.Unavailable],
  ])("with %s closes with %i, without an answer", async (error, code) => {
    const { logIn, logic, bucket } = setUp();
    logic.reply = () => ({ error, errorText: "because" });
    const { connection } = logIn("k1");
    await settle();
    expect(connection.closedWith).toEqual({ code, reason: "because" });
    expect(connection.sent).toEqual([]);
    expect(bucket.keys).toBe(0);
  });
});

describe("logic that cannot be reached", () => {
  it("is tried again while the client waits", async () => {
    const { logIn, bus, clock } = setUp();
    bus.connected = false;
    const { connection } = logIn("k1");
    await settle();
    bus.connected = true;
    clock.advance(200);
    await settle();
    expect(connection.packets()[0]?.op).toBe(8);
  });

  it("is tried again for one login it could not decide", async () => {
    const { logIn, logic, clock } = setUp();
    const { reply } = logic;
    logic.reply = () => ({ error: "unavailable", errorText: "store" });
    const { connection } = logIn("k1");
    await settle();
    expect(connection.closedWith).toBeUndefined();
    logic.reply = reply;
    clock.advance(200);
    await settle();
    expect(connection.packets()[0]?.op).toBe(8);
  });

  it("is asked no more for a client that has gone", async () => {
    const { logIn, bus, clock } = setUp();
    bus.connected = false;
    const { connection } = logIn("k1");
    await settle();
    connection.close(CloseCode.Normal, "client closed");
    bus.requests.length = 0;
    for (let second = 0; second < 5; second++) {
      clock.advance(1000);
      await settle();
    }
    expect(bus.requests.length).toBeLessThanOrEqual(1);
  });
});

describe("a client that goes while logic decides", () => {
  it("leaves no session behind", async () => {
    const { connect, handshake, logic, orphans, bucket } = setUp();
    const { closed, open } = gate();
    logic.gate = closed;
    const { channel, connection } = connect();
    handshake.begin(channel, packet(7, "k1"));
    await settle();
    channel.close(CloseCode.Normal, "client closed");
    await open();
    expect(orphans).toEqual([
      {
        ...{ mid: "7", key: "k1", conn: connection.id, server: "c1", incarnation: "i1" },
        ...{ device: "d1", since: 1_795_255_325_123 },
      },
    ]);
    expect(bucket.byKey("k1")).toBeUndefined();
  });
});

describe("a key that is taken over", () => {
  it("closes the old connection at once and belongs to the new one", async () => {
    const { logIn, bucket } = setUp();
    const old = logIn("k1");
    await settle();
    const young = logIn("k1");
    await settle();
    expect(old.connection.closedWith?.code).toBe(CloseCode.Taken);
    expect(young.connection.closedWith).toBeUndefined();
    expect(bucket.byKey("k1")).toBe(young.channel);
    expect(bucket.olderByKey("k1")).toEqual([]);
  });

  it("is shared where logic allows several: none is closed here", async () => {
    const { logIn, logic, bucket } = setUp();
    const { reply } = logic;
    logic.reply = (request) => ({ ...reply(request), maxPerKey: 2 });
    const clients = [logIn("k1"), logIn("k1"), logIn("k1")];
    await settle();
    expect(clients.map(({ connection }) => connection.closedWith)).toEqual(
      clients.map(() => undefined),
    );
    expect(bucket.byKey("k1")).toBe(clients[2]?.channel);
    expect(bucket.olderByKey("k1")).toEqual(clients.slice(0, 2).map(({ channel }) => channel));
  });

  it("is closed with its own code, and not asked for again, when it is full", async () => {
    const { logIn, logic, bucket, batches } = setUp();
    logic.reply = () => ({ error: "conflict", errorText: "full" });
    const { connection } = logIn("k1");
    await settle();
    expect(connection.closedWith?.code).toBe(CloseCode.KeyFull);
    expect([bucket.keys, batches.length]).toEqual([0, 1]);
  });
});

describe("the room", () => {
  const inRoom = (system: ReturnType<typeof setUp>) => {
    const { reply } = system.logic;
    system.logic.reply = (request) => ({ ...reply(request), roomID: "live://1" });
  };

  it("is joined before the reply goes out", async () => {
    const system = setUp();
    inRoom(system);
    system.rooms.hold = true;
    const { connection, channel } = system.logIn("k1");
    await settle();
    expect(channel.state).toBe(ChannelState.Joining);
    expect(connection.sent).toEqual([]);
    system.rooms.held[0]?.();
    await settle();
    expect(connection.packets()[0]?.op).toBe(8);
    expect(channel.roomId).toBe("live://1");
  });

  it("holds pushes to the key meanwhile: none is lost, none comes before the reply", async () => {
    const system = setUp();
    inRoom(system);
    system.rooms.hold = true;
    const { connection } = system.logIn("k1");
    await settle();
    const pushed = encodeBatch([{ op: 1000, body: new TextEncoder().encode("early") }]);
    expect(system.bucket.byKey("k1")?.deliver(pushed, 1)).toBe(true);
    expect(connection.sent).toEqual([]);
    system.rooms.held[0]?.();
    await settle();
    expect(connection.packets().map(({ op }) => op)).toEqual([8, 9]);
  });

  it("is tried until it works", async () => {
    const system = setUp();
    inRoom(system);
    system.rooms.failures.push(new GoimError("unavailable", "x"), new GoimError("timeout", "y"));
    const { connection } = system.logIn("k1");
    for (let tries = 0; tries < 3; tries++) {
      await settle();
      system.clock.advance(200);
    }
    await settle();
    expect(system.rooms.joins).toHaveLength(3);
    expect(connection.packets()[0]?.op).toBe(8);
  });

  it("is tried no more when the client has gone", async () => {
    const system = setUp();
    inRoom(system);
    system.rooms.failures.push(new GoimError("unavailable", "x"));
    const { connection, channel } = system.logIn("k1");
    await settle();
    channel.close(CloseCode.Normal, "client closed");
    system.clock.advance(1000);
    await settle();
    expect(system.rooms.joins).toHaveLength(1);
    expect(connection.sent).toEqual([]);
  });

  it("that no room can have closes the client", async () => {
    const system = setUp();
    inRoom(system);
    system.rooms.failures.push(new GoimError("invalid", "too long"));
    const { connection } = system.logIn("k1");
    await settle();
    expect(connection.closedWith?.code).toBe(CloseCode.Malformed);
  });
});

describe("settled", () => {
  it("waits for logins whose session logic may have stored", async () => {
    const { logIn, logic, handshake, bucket } = setUp();
    const { closed, open } = gate();
    logic.gate = closed;
    expect(handshake.settled()).toBeUndefined();
    logIn("k1");
    await settle();
    let known: boolean | undefined;
    void handshake.settled()?.then(() => {
      known = bucket.byKey("k1") !== undefined;
    });
    await settle();
    expect(known).toBeUndefined();
    await open();
    expect(known).toBe(true);
  });
});
