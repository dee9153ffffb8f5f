import { connect as connectSocket, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createTcpTransport } from "../../src/comet/transport/tcp.ts";
import type { Arrival, TransportOptions } from "../../src/comet/transport/transport.ts";
import { FakeClock } from "../../src/kit/clock.fake.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { Proxies } from "../../src/kit/proxies.ts";
import { CloseCode } from "../../src/protocol/close-code.ts";
import { waitFor } from "../harness/wait.ts";
import { type ContractSubject, packet, run, stopAll, transportContract } from "./transport.ts";
import { sendsTogether } from "./transport-together.ts";
import { versionTwo } from "./transport-v2.ts";

const rest = { keepAliveMs: 60_000, noDelay: true, backlog: 4096, closeLingerMs: 300 };
const subject: ContractSubject = {
  name: "tcp",
  create: (options) =>
    createTcpTransport({ ...options, ...rest }, { log: silentLog, clock: systemClock }),
};

describe("TCP transport", () => {
  transportContract(subject);
  describe("sends together", () => sendsTogether(subject));
  describe("version 2", () => versionTwo(subject));
});

describe("behind a balancer with the PROXY protocol", () => {
  afterEach(stopAll);
  const behind = (...proxies: string[]) => ({
    behind: { proxies: new Proxies(proxies), proxyProtocol: true, forwardedFor: false },
  });
  const line = Buffer.from("PROXY TCP4 203.0.113.9 10.0.0.1 5000 3101\r\n");
  const binary = Buffer.concat([
    Buffer.from("0d0a0d0a000d0a515549540a21110010", "hex"),
    Buffer.from([203, 0, 113, 9, 10, 0, 0, 1, 19, 136, 12, 29, 4, 0, 1, 0]),
  ]);

  it.each([
    ["version 1", line],
    ["version 2 with a TLV", binary],
  ])("takes the client's address from it: %s", async (_, header) => {
    const { events, url } = await run(subject, behind("127.0.0.0/8"));
    const { socket } = await half(url);
    for (const byte of header) {
      expect(events.opened).toHaveLength(0);
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await waitFor(() => events.opened.length === 1);
    expect(events.opened[0]?.remoteAddress).toBe("203.0.113.9");
    socket.write(packet(7, "{}"));
    await waitFor(() => events.packets.length === 1);
    const second = await half(url);
    second.socket.write(Buffer.concat([header, packet(7, "x"), packet(2)]));
    await waitFor(() => events.packets.length === 3);
    expect(events.packets.map(({ text }) => text)).toEqual(["{}", "x", ""]);
    socket.end();
    second.socket.end();
    await waitFor(() => events.closed.length === 2);
  });

  it("refuses a balancer that sends none, or not in time, and believes nobody else", async () => {
    const { transport, events, url } = await run(
      {
        name: "tcp",
        create: (options) => {
          const deps = { log: silentLog, clock: systemClock };
          return createTcpTransport({ ...options, ...rest, headerTimeoutMs: 200 }, deps);
        },
      },
      behind("127.0.0.0/8"),
    );
    for (const bytes of [packet(7, "{}"), Buffer.from("PROXY TCP4"), Buffer.alloc(0)]) {
      const { socket } = await half(url);
      // The client's side stays half open: the end of ours is what it sees.
      const gone = new Promise((resolve) => socket.once("end", resolve).once("error", resolve));
      socket.resume();
      if (bytes.length > 0) socket.write(bytes);
      await gone;
    }
    expect(transport.stats).toMatchObject({ accepted: 0, refused: 3 });
    expect(events.opened).toHaveLength(0);
    const stranger = await run(subject, behind("10.0.0.0/8"));
    const { socket } = await half(stranger.url);
    socket.write(line);
    await waitFor(() => stranger.events.closed.length === 1);
    expect(stranger.events.opened[0]?.remoteAddress).toBe("127.0.0.1");
    expect([CloseCode.Malformed, CloseCode.TooLarge]).toContain(stranger.events.closed[0]?.code);
    socket.destroy();
  });
});

describe("a TCP connection that waits for its turn", () => {
  afterEach(stopAll);

  async function gated(options: Partial<TransportOptions> = {}) {
    const { transport, events, url } = await run(subject, options);
    const waiting: Arrival[] = [];
    const left: Arrival[] = [];
    const state = { open: false, full: false };
    events.arrivals = {
      breathe: () => {},
      pass: () => state.open,
      wait: (arrival) => {
        if (state.full) arrival.refuse("crowded");
        else waiting.push(arrival);
      },
      left: (arrival) => left.push(arrival),
    };
    return { transport, events, url, waiting, left, state };
  }

  it("is not read before it is taken, and then like any other", async () => {
    const { transport, events, url, waiting, state } = await gated();
    const { socket } = await half(url);
    socket.write(Buffer.concat([packet(7, "{}"), packet(2)]));
    await waitFor(() => waiting.length === 1);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([events.opened, transport.stats.bytesIn]).toEqual([[], 0]);
    expect(waiting[0]?.connection.remoteAddress).toBe("127.0.0.1");
    waiting[0]?.take();
    await waitFor(() => events.packets.length === 2);
    expect(events.opened).toEqual([waiting[0]?.connection]);
    state.open = true;
    const direct = await half(url);
    direct.socket.write(packet(2));
    await waitFor(() => events.packets.length === 3);
    expect([waiting.length, transport.stats.accepted]).toEqual([1, 2]);
    socket.destroy();
    direct.socket.destroy();
    await waitFor(() => events.closed.length === 2);
  });

  it("waits behind its PROXY header, with what came after it", async () => {
    const proxies = new Proxies(["127.0.0.0/8"]);
    const behind = { proxies, proxyProtocol: true, forwardedFor: false };
    const { events, url, waiting } = await gated({ behind });
    const { socket } = await half(url);
    const line = "PROXY TCP4 203.0.113.9 10.0.0.1 5000 3101\r\n";
    socket.write(Buffer.concat([Buffer.from(line), packet(7, "{}"), packet(2).subarray(0, 5)]));
    await waitFor(() => waiting.length === 1);
    expect(waiting[0]?.connection.remoteAddress).toBe("203.0.113.9");
    socket.write(packet(2).subarray(5));
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(events.packets).toEqual([]);
    waiting[0]?.take();
    await waitFor(() => events.packets.length === 2);
    expect(events.packets.map(({ packet: { op } }) => op)).toEqual([7, 2]);
    socket.destroy();
  });

  it("is cut when too many wait, and when the transport stops", async () => {
    const { transport, events, url, waiting, left, state } = await gated();
    const gone = async ({ socket }: { socket: Socket }) => {
      await new Promise((resolve) => socket.once("end", resolve).once("error", resolve));
      socket.destroy();
    };
    const first = await half(url);
    await waitFor(() => waiting.length === 1);
    state.full = true;
    await gone(await half(url));
    expect(transport.stats).toMatchObject({ accepted: 0, refused: 1 });
    const ended = gone(first);
    await transport.stop();
    await ended;
    expect([waiting[0]?.gone, transport.stats.refused, events.opened]).toEqual([true, 2, []]);
    waiting[0]?.take();
    expect([events.opened, left]).toEqual([[], []]);
  });

  it("that its client left is opened and closed in its turn, with what it had sent", async () => {
    const { events, url, waiting } = await gated();
    const { socket } = await half(url);
    await waitFor(() => waiting.length === 1);
    socket.end(packet(4, "bye"));
    await waitFor(() => socket.writableFinished);
    waiting[0]?.take();
    await waitFor(() => events.closed.length === 1);
    expect([events.packets.map(({ text }) => text), events.closed[0]?.reason]).toEqual([
      ["bye"],
      "client closed",
    ]);
    socket.destroy();
  });
});

describe("TCP only", () => {
  afterEach(stopAll);

  it("joins packets that come byte by byte", async () => {
    const { events, connect } = await run(subject);
    const { client } = await connect();
    const bytes = Buffer.concat([packet(7, '{"mid":1}'), packet(2), packet(4, "x".repeat(300))]);
    for (const byte of bytes) {
      client.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await waitFor(() => events.packets.length === 3);
    expect(events.packets.map(({ text }) => text)).toEqual(['{"mid":1}', "", "x".repeat(300)]);
  });

  it("sends bare packets, not inside one of op 9", async () => {
    const { connect } = await run(subject);
    const { client, connection } = await connect();
    connection.send(Buffer.concat([packet(1000, "m0", 0), packet(1000, "m1", 0)]));
    await client.waitForCount(2);
    expect(Buffer.concat(client.raw.map(({ bytes }) => bytes)).toString("hex")).toBe(
      "0000001200100001000003e8000000006d30" + "0000001200100001000003e8000000006d31",
    );
  });

  it("hands up nothing while paused, not even of the same chunk; goes on in order", async () => {
    const { events, connect } = await run(subject);
    const { client, connection } = await connect();
    events.react = (one, { seq }) => {
      if (seq % 3 === 0) one.pause();
    };
    const packets = Array.from({ length: 10 }, (_, at) => packet(4, `${at + 1}`, at + 1));
    client.write(Buffer.concat(packets));
    for (const count of [3, 6, 9]) {
      await waitFor(() => events.packets.length >= count);
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(events.packets).toHaveLength(count);
      connection.resume();
      expect(events.packets).toHaveLength(count);
    }
    await waitFor(() => events.packets.length === 10);
    expect(events.packets.map(({ text }) => Number(text))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("leaves what a paused client sends in the kernel", async () => {
    const { transport, connect } = await run(subject);
    const { client, connection } = await connect();
    connection.pause();
    for (let at = 0; at < 5000; at++) client.send(4, Buffer.alloc(4096));
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(transport.stats.bytesIn).toBeLessThanOrEqual(1 << 17);
    connection.resume();
    await waitFor(() => transport.stats.bytesIn === 5000 * 4112);
  });

  it("may be paused and resumed from within a packet", async () => {
    const { events, connect } = await run(subject);
    const { client } = await connect();
    events.react = (connection) => {
      connection.pause();
      connection.resume();
    };
    client.write(Buffer.concat([packet(4, "a"), packet(4, "b"), packet(4, "c")]));
    await waitFor(() => events.packets.length === 3);
    expect(events.packets.map(({ text }) => text)).toEqual(["a", "b", "c"]);
  });

  it("closes a client that only half closed, after what it was sent", async () => {
    const { events, connect, url } = await run(subject);
    await connect();
    const { socket, received } = await half(url);
    await waitFor(() => events.opened.length === 2);
    events.opened[1]?.send(packet(1000, "bye", 0));
    socket.end();
    await waitFor(() => events.closed.length === 1);
    expect(events.closed).toMatchObject([{ code: CloseCode.Normal, reason: "client closed" }]);
    await waitFor(() => socket.readableEnded);
    expect(Buffer.concat(received).subarray(16).toString()).toBe("bye");
  });

  it("says when a client left inside a packet", async () => {
    const { events, connect } = await run(subject);
    const { client } = await connect();
    client.write(packet(4, "half").subarray(0, 18));
    await client.close();
    await waitFor(() => events.closed.length === 1);
    expect(events.closed[0]?.reason).toBe("client closed inside a packet");
  });

  it("cuts a closed connection whose client neither reads nor leaves", async () => {
    const clock = new FakeClock();
    const timed: ContractSubject = {
      name: "tcp",
      create: (options) => createTcpTransport({ ...options, ...rest }, { log: silentLog, clock }),
    };
    const { events, url, transport } = await run(timed, { sendBytesMax: 1 << 26 });
    const { socket, received } = await half(url);
    socket.pause();
    await waitFor(() => events.opened.length === 1);
    const connection = events.opened[0];
    if (connection === undefined) throw new Error("no connection");
    const chunk = packet(1000, Buffer.alloc(60_000), 0);
    while (connection.bufferedBytes() < 1_000_000) connection.send(chunk);
    const sentBytes = transport.stats.bytesOut;
    connection.close(CloseCode.Slow, "slow");
    let stopped = false;
    const stopping = transport.stop().then(() => {
      stopped = true;
    });
    clock.advance(299);
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(false);
    clock.advance(1);
    await stopping;
    expect(clock.pending).toBe(0);
    const ended = new Promise((resolve) => socket.once("end", resolve).once("error", resolve));
    socket.resume();
    await ended;
    expect(Buffer.concat(received).length).toBeLessThan(sentBytes);
  });
});

/** A socket that may stay half open. */
async function half(url: string): Promise<{ socket: Socket; received: Buffer[] }> {
  const { hostname, port } = new URL(url);
  const socket = connectSocket({ host: hostname, port: Number(port), allowHalfOpen: true });
  const received: Buffer[] = [];
  socket.on("data", (bytes: Buffer) => received.push(bytes));
  await new Promise((resolve) => socket.once("connect", resolve));
  return { socket, received };
}
