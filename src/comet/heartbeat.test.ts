import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { TimerWheel } from "../kit/timer-wheel.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { Channel, ChannelState } from "./channel.ts";
import { createShared, FakeConnection, openChannel, packet } from "./comet.fixture.ts";
import { Heartbeat } from "./heartbeat.ts";

function setUp(options: { online?: number; renewEveryMs?: number } = {}) {
  const clock = new FakeClock();
  const renewed: Channel[] = [];
  const timer = new TimerWheel<Channel>(
    { tickMs: 1000, onDue: (channel) => heartbeat.due(channel) },
    { clock },
  );
  const heartbeat = new Heartbeat(
    { handshakeTimeoutMs: 8000 },
    {
      clock,
      timer,
      online: () => options.online ?? 0,
      renew: (channel) => {
        renewed.push(channel);
        return options.renewEveryMs ?? 600_000;
      },
    },
  );
  const connect = () => {
    const connection = new FakeConnection();
    const channel = new Channel(connection, createShared());
    heartbeat.opened(channel);
    return { channel, connection };
  };
  const logIn = (silenceMsMax: number, renewInMs = 600_000) => {
    const { channel, connection } = openChannel();
    heartbeat.opened(channel);
    channel.silenceMsMax = silenceMsMax;
    channel.renewAt = clock.monotonic() + renewInMs;
    heartbeat.loggedIn(channel);
    return { channel, connection };
  };
  return { clock, timer, heartbeat, renewed, connect, logIn };
}

describe("handshake timeout", () => {
  it("closes who sends no auth packet in time, and not before", () => {
    const { clock, connect } = setUp();
    const { connection } = connect();
    clock.advance(7999);
    expect(connection.closedWith).toBeUndefined();
    clock.advance(1001);
    expect(connection.closedWith?.code).toBe(CloseCode.HandshakeTimeout);
  });

  it.each([ChannelState.Login, ChannelState.Joining])(
    "says unavailable when the login hangs in state %i",
    (state) => {
      const { clock, connect } = setUp();
      const { channel, connection } = connect();
      channel.advance(state);
      clock.advance(9000);
      expect(connection.closedWith?.code).toBe(CloseCode.Unavailable);
    },
  );

  it("leaves no timer for a connection that closed before", () => {
    const { clock, timer, heartbeat, connect } = setUp();
    const { channel } = connect();
    heartbeat.closed(channel);
    expect([timer.size, clock.pending]).toEqual([0, 0]);
  });
});

describe("silence", () => {
  it("closes a client after its time without a packet", () => {
    const { clock, logIn } = setUp();
    const { connection } = logIn(4000);
    clock.advance(3999);
    expect(connection.closedWith).toBeUndefined();
    clock.advance(1001);
    expect(connection.closedWith?.code).toBe(CloseCode.HeartbeatTimeout);
  });

  it("keeps a client that sends anything now and then", () => {
    const { clock, logIn } = setUp();
    const { channel, connection } = logIn(4000);
    for (let second = 0; second < 30; second += 3) {
      clock.advance(3000);
      channel.lastPacketAt = clock.monotonic();
    }
    expect(connection.closedWith).toBeUndefined();
    clock.advance(5000);
    expect(connection.closedWith?.code).toBe(CloseCode.HeartbeatTimeout);
  });
});

describe("renewal", () => {
  it("renews a session when it is due and again after the time it is told", () => {
    const { clock, logIn, renewed } = setUp({ renewEveryMs: 20_000 });
    const { channel, connection } = logIn(60_000, 10_000);
    for (let second = 0; second < 35; second++) {
      clock.advance(1000);
      channel.lastPacketAt = clock.monotonic();
    }
    expect(renewed).toEqual([channel, channel]);
    expect(connection.closedWith).toBeUndefined();
  });
});

describe("reply to op 2", () => {
  it("has the online count of the room as int32 and echoes seq", () => {
    const { heartbeat, logIn } = setUp({ online: 258 });
    const { channel, connection } = logIn(4000);
    channel.roomId = "live://1";
    heartbeat.reply(channel, packet(2, "", 77));
    expect(Buffer.from(connection.sent[0] ?? []).toString("hex")).toBe(
      "00000014001000010000000300000" + "04d00000102",
    );
  });

  it("has 0 without a room", () => {
    const { heartbeat, logIn } = setUp({ online: 258 });
    const { channel, connection } = logIn(4000);
    heartbeat.reply(channel, packet(2));
    expect([...(connection.packets()[0]?.body ?? [])]).toEqual([0, 0, 0, 0]);
  });
});
