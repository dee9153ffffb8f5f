import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { encodeBatch } from "../protocol/frame-batch.ts";
import { ADMITTED, Admission } from "./admission.ts";
import { Bucket } from "./bucket.ts";
import { type Channel, ChannelState } from "./channel.ts";
import { createShared, FakeConnection, FakeRooms, packet } from "./comet.fixture.ts";
import type { EndedSession } from "./disconnects.ts";
import { MemberList } from "./member-list.ts";
import { SampledLog } from "./sampled-log.ts";
import { Sockets } from "./sockets.ts";

const limits = {
  ...{ packets: 10, bytes: 0, refusalsMax: 5, perUser: 1, perAddress: 3 },
  ...{ connectsPerAddress: 0, addressesMax: 10 },
};

function setUp() {
  const clock = new FakeClock();
  const bucket = new Bucket();
  const rooms = new FakeRooms();
  const everybody = new MemberList<Channel>("allSlot");
  const metrics = createMetrics();
  const ended: EndedSession[] = [];
  const steps: string[] = [];
  /** What is still to be told of users' logs, held back. */
  const hold = { on: false, done: [] as (() => void)[] };
  const comet = { id: "c1", incarnation: "i1" };
  const note = (step: string) => () => {
    steps.push(step);
  };
  const sockets = new Sockets({
    ...{ bucket, everybody, rooms, clock, log: silentLog, metrics },
    admission: new Admission(limits, metrics),
    shared: createShared(),
    handshake: { begin: (channel) => channel.advance(ChannelState.Login) },
    heartbeat: { opened: note("opened"), loggedIn: note("loggedIn"), closed: note("closed") },
    upstream: {
      ...{ take: note("take"), enqueue: note("enqueue"), resume: note("resume") },
      closed: note("upstream closed"),
    },
    renewal: { nextMs: () => 1000 },
    disconnects: { add: (session) => ended.push(session) },
    mails: {
      closed: (_channel, done) => {
        if (hold.on) hold.done.push(done);
        else done();
      },
    },
    identity: () => comet,
    whitelist: new Set(["123"]),
    sampledLog: new SampledLog({ perSecondMax: 10 }, { log: silentLog, clock }),
  });
  const connect = () => {
    const connection = new FakeConnection();
    connection.onClose = (code, reason) => sockets.onClose(connection, code, reason);
    sockets.onOpen(connection);
    return { connection, channel: connection.owner as Channel };
  };
  const logIn = (mid = "7") => {
    const client = connect();
    Object.assign(client.channel, { mid, key: "k1", incarnation: "i1" });
    bucket.register(client.channel);
    client.channel.open(new Uint8Array(0));
    sockets.onLogin(client.channel);
    return client;
  };
  return {
    hold,
    clock,
    bucket,
    comet,
    everybody,
    rooms,
    metrics,
    ended,
    steps,
    sockets,
    connect,
    logIn,
  };
}

describe("admission", () => {
  it("closes the connection of an address that has too many, and nothing is left of it", () => {
    const { bucket, connect } = setUp();
    const clients = [connect(), connect(), connect(), connect()];
    expect(clients.map(({ connection }) => connection.closedWith?.code)).toEqual([
      ...[undefined, undefined, undefined, CloseCode.Limited],
    ]);
    expect(bucket.size).toBe(3);
    clients[0]?.connection.close(CloseCode.Normal, "");
    expect(connect().connection.closedWith).toBeUndefined();
  });

  it("does not ask again about an address that was asked for when it began to wait", () => {
    const { sockets, bucket, connect } = setUp();
    for (let each = 0; each < 3; each++) connect();
    const connection = new FakeConnection();
    connection.owner = ADMITTED;
    sockets.onOpen(connection);
    expect([connection.closedWith, bucket.size]).toEqual([undefined, 4]);
  });

  it("answers busy in version 2, leaves out in version 1, and closes who goes on", () => {
    const { sockets, logIn, steps } = setUp();
    for (const version of [1, 2] as const) {
      const { connection, channel } = logIn();
      if (version === 2) channel.upgrade();
      connection.sent.length = 0;
      steps.length = 0;
      for (let seq = 1; seq <= 25; seq++) sockets.onPacket(connection, packet(999, "", seq));
      expect(steps.filter((step) => step === "take")).toHaveLength(20);
      const answers = connection.packets().map(({ op, seq }) => [op, seq]);
      const errors = [21, 22, 23, 24, 25].map((seq) => [28, seq]);
      expect(answers).toEqual(version === 2 ? errors : []);
      expect(connection.closedWith).toBeUndefined();
      sockets.onPacket(connection, packet(999, "", 26));
      expect(connection.closedWith?.code).toBe(CloseCode.Flood);
    }
  });
});

describe("packets", () => {
  it("before auth are ignored, except auth", async () => {
    const { sockets, connect, steps, metrics } = setUp();
    const { connection, channel } = connect();
    for (const op of [2, 12, 14, 999]) sockets.onPacket(connection, packet(op));
    expect([channel.state, connection.closedWith]).toEqual([ChannelState.New, undefined]);
    expect(steps).toEqual(["opened"]);
    sockets.onPacket(connection, packet(7, "{}"));
    expect(channel.state).toBe(ChannelState.Login);
    expect(await metrics.registry.metrics()).toContain("goim_comet_packets_ignored_total 4");
  });

  it("wait while the login is under way, then go up", () => {
    const { sockets, connect, logIn, steps } = setUp();
    const { connection } = connect();
    sockets.onPacket(connection, packet(7));
    sockets.onPacket(connection, packet(2));
    expect(steps.at(-1)).toBe("enqueue");
    const open = logIn();
    expect(steps.at(-1)).toBe("resume");
    sockets.onPacket(open.connection, packet(2));
    expect(steps.at(-1)).toBe("take");
  });

  it("are signs of life, whatever they are", () => {
    const { sockets, logIn, clock } = setUp();
    const { connection, channel } = logIn();
    clock.advance(5000);
    sockets.onPacket(connection, packet(14));
    expect(channel.lastPacketAt).toBe(clock.monotonic());
  });

  it("of a connection nobody knows any more do nothing", () => {
    const { sockets, steps } = setUp();
    const connection = new FakeConnection();
    sockets.onPacket(connection, packet(2));
    sockets.onDrain(connection);
    sockets.onClose(connection, 1000, "");
    expect(steps).toEqual([]);
  });
});

describe("a login", () => {
  it("adds the channel to everybody and sets when its session is renewed", () => {
    const { logIn, everybody, clock } = setUp();
    const { channel } = logIn();
    expect(everybody.size).toBe(1);
    expect(channel.renewAt).toBe(clock.monotonic() + 1000);
    expect(channel.traced).toBe(false);
  });

  it("stored under an incarnation that was lost meanwhile is renewed at once", () => {
    const { logIn, comet, clock } = setUp();
    comet.incarnation = "i2";
    expect(logIn().channel.renewAt).toBe(clock.monotonic());
  });

  it("of a client that was closed over what was held for it takes part in nothing", () => {
    const { connect, sockets, bucket, everybody, steps } = setUp();
    const { channel, connection } = connect();
    connection.stuck = true;
    const half = encodeBatch([{ op: 1, body: new Uint8Array(600) }]);
    channel.deliver(half, 1);
    // The auth reply itself is what makes it too much.
    channel.open(new Uint8Array(500));
    expect(connection.closedWith?.code).toBe(CloseCode.Slow);
    sockets.onLogin(channel);
    expect([bucket.size, everybody.size]).toEqual([0, 0]);
    expect(steps).not.toContain("loggedIn");
  });

  it("of a mid on the white list is traced", () => {
    expect(setUp().logIn("123").channel.traced).toBe(true);
  });
});

describe("a close", () => {
  it("takes the channel out of everything and ends its session as it was stored", async () => {
    const { logIn, bucket, everybody, rooms, ended } = setUp();
    const { channel, connection } = logIn();
    Object.assign(channel, { device: "d1", since: 5 });
    await rooms.join(channel, "live://1");
    connection.close(CloseCode.Normal, "client closed");
    expect([bucket.size, bucket.keys, everybody.size, rooms.members.size]).toEqual([0, 0, 0, 0]);
    expect(channel.state).toBe(ChannelState.Closed);
    expect(ended).toEqual([
      {
        ...{ mid: "7", key: "k1", conn: connection.id, server: "c1", incarnation: "i1" },
        ...{ device: "d1", since: 5 },
      },
    ]);
  });

  it("ends the session only when the progress of its user was told", () => {
    const { logIn, hold, ended, bucket } = setUp();
    hold.on = true;
    logIn().connection.close(CloseCode.Normal, "client closed");
    expect([ended, bucket.size]).toEqual([[], 0]);
    hold.done[0]?.();
    expect(ended).toHaveLength(1);
  });

  it("of a connection without a session ends none", () => {
    const { connect, ended } = setUp();
    connect().connection.close(CloseCode.HandshakeTimeout, "late");
    expect(ended).toEqual([]);
  });

  it("of a connection whose key was taken over ends only its own session", () => {
    const { logIn, bucket, ended } = setUp();
    const old = logIn();
    const young = logIn();
    old.connection.close(CloseCode.Taken, "taken");
    expect(bucket.byKey("k1")).toBe(young.channel);
    expect(ended.map(({ conn }) => conn)).toEqual([old.connection.id]);
  });

  it("is counted by its code, and connections by transport", async () => {
    const { connect, metrics } = setUp();
    connect();
    connect().connection.close(CloseCode.Malformed, "no packet");
    const text = await metrics.registry.metrics();
    expect(text).toContain("goim_comet_connections_ws 1");
    expect(text).toContain("goim_comet_connections_ws_total 2");
    expect(text).toContain("goim_comet_closes_malformed_total 1");
    expect(text).toContain("goim_comet_closes_handshake_timeout_total 0");
  });
});
