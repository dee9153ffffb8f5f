/** One body for both transports; transport.websocket.test.ts and transport.tcp.test.ts call it. */
import { connect, createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type {
  Connection,
  Transport,
  TransportEvents,
  TransportOptions,
} from "../../src/comet/transport/transport.ts";
import { CloseCode } from "../../src/protocol/close-code.ts";
import { encodePacket, type Packet } from "../../src/protocol/frame.ts";
import { connectClient, type TestClient } from "../harness/client.ts";
import { waitFor } from "../harness/wait.ts";

export interface ContractSubject {
  readonly name: "ws" | "tcp";
  create(options: TransportOptions): Transport;
}

/** Everything a transport told, in the order it told it. */
export class Recorder implements TransportEvents {
  readonly opened: Connection[] = [];
  readonly packets: { connection: Connection; packet: Packet; text: string }[] = [];
  readonly closed: { connection: Connection; code: number; reason: string }[] = [];
  drains = 0;
  arrivals: TransportEvents["arrivals"];
  /** What a test wants done with a packet besides. */
  react: (connection: Connection, packet: Packet) => void = () => {};

  onOpen(connection: Connection): void {
    this.opened.push(connection);
  }

  onPacket(connection: Connection, packet: Packet): void {
    const body = Buffer.from(packet.body);
    this.packets.push({ connection, packet: { ...packet, body }, text: body.toString("latin1") });
    this.react(connection, packet);
  }

  onDrain(): void {
    this.drains += 1;
  }

  onClose(connection: Connection, code: number, reason: string): void {
    this.closed.push({ connection, code, reason });
  }
}

export interface Running {
  readonly transport: Transport;
  readonly events: Recorder;
  readonly url: string;
  /** A client and the connection it is on the other side. */
  connect(): Promise<{ client: TestClient; connection: Connection }>;
}

const running: Transport[] = [];
const clients: TestClient[] = [];

/** Frees what the tests of a file started; call it in `afterEach`. */
export async function stopAll(): Promise<void> {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(running.splice(0).map((transport) => transport.stop()));
}

export const defaults: TransportOptions = {
  bind: [{ host: "127.0.0.1", port: 0 }],
  bodyBytesMax: 4096,
  sendBytesMax: 1 << 20,
  exclusive: true,
};

export async function run(
  subject: ContractSubject,
  options: Partial<TransportOptions> = {},
): Promise<Running> {
  const transport = subject.create({ ...defaults, ...options });
  const events = new Recorder();
  await transport.start(events);
  running.push(transport);
  const address = transport.addresses[0] ?? "";
  const url = subject.name === "ws" ? `ws://${address}/sub` : `tcp://${address}`;
  return {
    transport,
    events,
    url,
    connect: async () => {
      const before = events.opened.length;
      const client = await connectClient({ url });
      clients.push(client);
      await waitFor(() => events.opened.length > before);
      return { client, connection: events.opened.at(-1) as Connection };
    },
  };
}

export function packet(op: number, body: string | Uint8Array = "", seq = 1): Uint8Array {
  return encodePacket({ ver: 1, op, seq, body: Buffer.from(body) });
}

/** A packet whose lengths are lies. */
export function lying(packBytes: number, headerBytes: number, total = 32): Uint8Array {
  const bytes = Buffer.alloc(total);
  bytes.writeInt32BE(packBytes, 0);
  bytes.writeInt16BE(headerBytes, 4);
  return bytes;
}

export function transportContract(subject: ContractSubject): void {
  afterEach(stopAll);
  describe("packets in", () => packetsIn(subject));
  describe("bytes out", () => bytesOut(subject));
  describe("the end of a connection", () => endings(subject));
  describe("a client that does not read", () => backpressure(subject));
  describe("listening", () => listening(subject));
}

function packetsIn(subject: ContractSubject): void {
  it("hands up every field, signed as in goim", async () => {
    const { events, connect } = await run(subject);
    const { client, connection } = await connect();
    client.write(encodePacket({ ver: -2, op: -3, seq: -4, body: Buffer.from("body") }));
    await waitFor(() => events.packets.length === 1);
    expect(events.packets[0]).toMatchObject({ packet: { ver: -2, op: -3, seq: -4 }, text: "body" });
    expect(events.packets[0]?.connection).toBe(connection);
    expect(connection.remoteAddress).toBe("127.0.0.1");
    expect(connection.transport).toBe(subject.name);
    expect(connection.cookie).toBe("");
  });

  it("takes several packets at once, in order", async () => {
    const { events, connect, transport } = await run(subject);
    const { client } = await connect();
    const bytes = Buffer.concat([packet(2), packet(14, "1002,1003"), packet(4, "x".repeat(4096))]);
    client.write(bytes);
    await waitFor(() => events.packets.length === 3);
    expect(events.packets.map((one) => one.packet.op)).toEqual([2, 14, 4]);
    expect(events.packets[2]?.text).toBe("x".repeat(4096));
    expect(transport.stats.bytesIn).toBe(bytes.length);
  });

  it("takes 50 pipelined heartbeats, which close the connection in goim", async () => {
    const { events, connect } = await run(subject);
    const { client } = await connect();
    for (let at = 0; at < 50; at++) client.send(2);
    await waitFor(() => events.packets.length === 50);
    expect(events.packets.map((one) => one.packet.seq)).toEqual(
      Array.from({ length: 50 }, (_, at) => at + 1),
    );
    expect(events.closed).toEqual([]);
  });

  it("takes a body of 4096 bytes and refuses one of 4097", async () => {
    const { events, connect } = await run(subject);
    const { client } = await connect();
    client.send(4, "x".repeat(4096));
    await waitFor(() => events.packets.length === 1);
    client.send(4, "x".repeat(4097));
    await client.closed;
    expect(events.closed).toMatchObject([{ code: CloseCode.TooLarge }]);
    expect(events.packets).toHaveLength(1);
  });

  const lies: [string, Uint8Array][] = [
    ["header length 0", lying(16, 0)],
    ["header length 15", lying(16, 15)],
    ["header length 17", lying(32, 17)],
    ["header length 24, which is version 2", lying(32, 24)],
    ["header length -1", lying(16, -1)],
    ["packet length 0", lying(0, 16)],
    ["packet length 15", lying(15, 16)],
    ["packet length -1", lying(-1, 16)],
    ["the smallest int32", lying(-0x80000000, 16)],
    ["text where a packet is expected", Buffer.from("GET / HTTP/1.1\r\nHost: goim\r\n\r\n")],
    ["JSON where a packet is expected", Buffer.from('{"mid":123,"room_id":"live://1000"}')],
  ];
  it.each(lies)("closes on %s with a reason", async (_, bytes) => {
    const { events, connect } = await run(subject);
    const { client } = await connect();
    client.write(bytes);
    const end = await client.closed;
    expect(events.packets).toEqual([]);
    expect(events.closed).toMatchObject([{ code: CloseCode.Malformed }]);
    expect(events.closed[0]?.reason).not.toBe("");
    if (subject.name === "ws") expect(end.code).toBe(CloseCode.Malformed);
  });

  it("hands up what came before bad bytes and nothing after them", async () => {
    const { events, connect } = await run(subject);
    const { client } = await connect();
    client.write(Buffer.concat([packet(2), packet(4), lying(-5, 16, 16), packet(7)]));
    await client.closed;
    expect(events.packets.map((one) => one.packet.op)).toEqual([2, 4]);
    expect(events.closed).toHaveLength(1);
  });

  it("hands up nothing after a close from within a packet", async () => {
    const { events, connect } = await run(subject);
    const { client } = await connect();
    events.react = (connection) => connection.close(CloseCode.Unauthorized, "no");
    client.write(Buffer.concat([packet(7), packet(2), packet(2)]));
    await client.closed;
    expect(events.packets).toHaveLength(1);
    expect(events.closed).toMatchObject([{ code: CloseCode.Unauthorized, reason: "no" }]);
  });

  it("ends one connection, not the process, when a handler throws", async () => {
    const { events, connect } = await run(subject);
    const first = await connect();
    const second = await connect();
    events.react = (_, { op }) => {
      if (op === 4) throw new Error("a bug");
    };
    first.client.send(4);
    await first.client.closed;
    second.client.send(2);
    await waitFor(() => events.packets.length === 2);
    expect(events.closed).toMatchObject([
      { connection: first.connection, code: CloseCode.Internal },
    ]);
  });
}

function bytesOut(subject: ContractSubject): void {
  it("sends a shared buffer to several clients, in the order of the calls", async () => {
    const { connect, transport } = await run(subject);
    const all = [await connect(), await connect(), await connect()];
    const frames = [packet(1000, "m0", 0), packet(1000, "m1", 0), packet(1000, "m2", 0)];
    for (const frame of frames) for (const { connection } of all) connection.send(frame);
    for (const { client } of all) {
      await client.waitForCount(3);
      expect(client.messages.map((message) => message.text)).toEqual(["m0", "m1", "m2"]);
      if (subject.name === "ws") expect(client.raw.every((raw) => raw.binary)).toBe(true);
    }
    expect(transport.stats.bytesOut).toBe(3 * 3 * 18);
  });

  it("sends large messages whole", async () => {
    const { connect } = await run(subject, { sendBytesMax: 1 << 25 });
    const { client, connection } = await connect();
    const body = Buffer.alloc(3_000_000, "abc");
    connection.send(packet(1000, body, 0));
    connection.send(packet(1001, "end", 0));
    await client.waitForCount(2);
    expect(client.messages[0]?.body.equals(body)).toBe(true);
  });

  it("answers from within a packet", async () => {
    const { events, connect } = await run(subject);
    const { client } = await connect();
    events.react = (connection, { seq }) => {
      const body = Buffer.from([0, 0, 0, 7]);
      connection.send(encodePacket({ ver: 1, op: 3, seq, body }));
    };
    expect(await client.heartbeat()).toBe(7);
    expect(await client.heartbeat()).toBe(7);
  });

  it("reports a client that reads as having nothing waiting", async () => {
    const { connect } = await run(subject);
    const { connection } = await connect();
    expect(connection.send(packet(1000, "x", 0))).toBe(0);
    expect(connection.bufferedBytes()).toBe(0);
  });
}

function endings(subject: ContractSubject): void {
  it("closes with code and reason, after what was sent", async () => {
    const { events, connect } = await run(subject);
    const { client, connection } = await connect();
    connection.send(packet(1000, "last", 0));
    connection.close(CloseCode.Taken, "another connection took the key");
    expect(events.closed).toEqual([
      { connection, code: CloseCode.Taken, reason: "another connection took the key" },
    ]);
    const end = await client.closed;
    expect(client.messages.map((message) => message.text)).toEqual(["last"]);
    if (subject.name === "ws") {
      expect(end).toEqual({ code: 4500, reason: "another connection took the key" });
    } else expect(end.code).toBe(1005);
  });

  it("does nothing on a closed connection", async () => {
    const { events, connect } = await run(subject);
    const { client, connection } = await connect();
    connection.close(CloseCode.Kicked, "once");
    connection.close(CloseCode.Taken, "twice");
    expect(connection.send(packet(1000))).toBe(0);
    expect(connection.bufferedBytes()).toBe(0);
    connection.pause();
    connection.resume();
    await client.closed;
    expect(events.closed).toHaveLength(1);
    expect(client.messages).toEqual([]);
  });

  it("tells once that the client closed", async () => {
    const { events, connect } = await run(subject);
    const { client, connection } = await connect();
    await client.close();
    await waitFor(() => events.closed.length > 0);
    expect(events.closed).toMatchObject([{ connection, code: CloseCode.Normal }]);
    expect(events.closed[0]?.reason).toContain("client closed");
  });

  it("tells once that the client reset the connection", async () => {
    const { events, connect } = await run(subject);
    const { client, connection } = await connect();
    client.destroy();
    await waitFor(() => events.closed.length > 0);
    expect(events.closed).toMatchObject([{ connection, code: CloseCode.Normal }]);
    expect(events.closed[0]?.reason).toMatch(/reset|lost/);
  });

  it("tells once when both sides close together", async () => {
    const { events, connect, transport } = await run(subject);
    const { client, connection } = await connect();
    const gone = client.close();
    connection.close(CloseCode.Kicked, "kicked");
    await gone;
    await transport.stop();
    expect(events.closed).toMatchObject([{ connection, code: CloseCode.Kicked }]);
  });

  it("closes everybody on stop and says that it is going away", async () => {
    const { events, connect, transport } = await run(subject);
    const all = [await connect(), await connect(), await connect()];
    await transport.stop();
    expect(events.closed.map(({ code }) => code)).toEqual(Array(3).fill(CloseCode.GoingAway));
    expect(new Set(events.closed.map(({ connection }) => connection.id)).size).toBe(3);
    for (const { client } of all) {
      const end = await client.closed;
      if (subject.name === "ws") expect(end.code).toBe(CloseCode.GoingAway);
    }
    await transport.stop();
    expect(events.closed).toHaveLength(3);
  });

  it("keeps nothing of 1,000 connections that came and went", async () => {
    const { events, connect, transport } = await run(subject);
    for (let round = 0; round < 10; round++) {
      const batch = await Promise.all(Array.from({ length: 100 }, () => connect()));
      await waitFor(() => events.opened.length === (round + 1) * 100);
      batch.forEach(({ client }, at) => {
        if (at % 2 === 0) client.destroy();
        else void client.close();
      });
      await waitFor(() => events.closed.length === (round + 1) * 100);
    }
    expect(transport.stats.accepted).toBe(1000);
    expect(new Set(events.opened.map(({ id }) => id)).size).toBe(1000);
    const ended = new Set(events.closed.map(({ connection }) => connection.id));
    expect(ended.size).toBe(1000);
    await transport.stop();
    expect(events.closed).toHaveLength(1000);
  });
}

function backpressure(subject: ContractSubject): void {
  const chunk = packet(1000, Buffer.alloc(60_000, "x"), 0);

  it("counts what waits, and tells when all of it is with the kernel", async () => {
    const { events, connect } = await run(subject, { sendBytesMax: 1 << 26 });
    const { client, connection } = await connect();
    client.pause();
    let sent = 0;
    while (connection.bufferedBytes() < 4_000_000) {
      connection.send(chunk);
      sent += 1;
    }
    expect(connection.send(chunk)).toBe(connection.bufferedBytes());
    expect(connection.bufferedBytes()).toBeGreaterThanOrEqual(4_000_000);
    expect(events.drains).toBe(0);
    client.resume();
    await client.waitForCount(sent + 1);
    await waitFor(() => events.drains > 0);
    expect(connection.bufferedBytes()).toBe(0);
    expect(client.messages.every((message) => message.body.length === 60_000)).toBe(true);
  });

  it("tells of the drain also when only little waits", async () => {
    const { events, connect } = await run(subject, { sendBytesMax: 1 << 26 });
    const { client, connection } = await connect();
    client.pause();
    while (connection.send(packet(1000, "tiny", 0)) === 0);
    client.resume();
    await waitFor(() => events.drains > 0);
    expect(connection.bufferedBytes()).toBe(0);
  });

  it("ends a connection that passes the hard limit, and never calls back within send", async () => {
    const { events, connect } = await run(subject, { sendBytesMax: 500_000 });
    const slow = await connect();
    const neighbour = await connect();
    slow.client.pause();
    let most = 0;
    for (let at = 0; at < 1000; at++) most = Math.max(most, slow.connection.send(chunk));
    expect(events.closed).toEqual([]);
    expect(most).toBeGreaterThan(500_000);
    expect(most).toBeLessThanOrEqual(500_000 + chunk.length + 16);
    await waitFor(() => events.closed.length === 1);
    expect(events.closed).toMatchObject([{ connection: slow.connection, code: CloseCode.Slow }]);
    neighbour.connection.send(packet(1000, "still here", 0));
    await neighbour.client.waitFor((message) => message.text === "still here");
  });

  it("closes a client that does not read within a bounded time", async () => {
    const { events, connect, transport } = await run(subject, { sendBytesMax: 1 << 26 });
    const { client, connection } = await connect();
    client.pause();
    while (connection.bufferedBytes() < 1_000_000) connection.send(chunk);
    connection.close(CloseCode.Slow, "too slow");
    expect(events.closed).toMatchObject([{ code: CloseCode.Slow, reason: "too slow" }]);
    await transport.stop();
    client.resume();
    await client.closed;
  });
}

function listening(subject: ContractSubject): void {
  it("says which address is busy", async () => {
    const { transport } = await run(subject);
    const port = Number(transport.addresses[0]?.split(":")[1]);
    const second = subject.create({ ...defaults, bind: [{ host: "127.0.0.1", port }] });
    await expect(second.start(new Recorder())).rejects.toThrow(`127.0.0.1:${port}`);
    await second.stop();
  });

  it("says so too when a foreign process has it, and frees the addresses it had", async () => {
    const foreign = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => foreign.once("listening", resolve));
    const address = foreign.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const bind = [
      { host: "127.0.0.1", port: 0 },
      { host: "127.0.0.1", port },
    ];
    const transport = subject.create({ ...defaults, bind });
    const failing = transport.start(new Recorder());
    await expect(failing).rejects.toThrow(`${port}: another process uses it`);
    expect(await refused(transport.addresses[0] ?? "")).toBe(true);
    await transport.stop();
    foreign.close();
  });

  it("says that an address is not this machine's", async () => {
    const transport = subject.create({ ...defaults, bind: [{ host: "192.0.2.1", port: 0 }] });
    await expect(transport.start(new Recorder())).rejects.toThrow("192.0.2.1:0");
    await transport.stop();
  });

  it("listens on several addresses, IPv6 with brackets", async () => {
    const bind = [
      { host: "127.0.0.1", port: 0 },
      { host: "::1", port: 0 },
    ];
    const { transport, events } = await run(subject, { bind });
    expect(transport.addresses[1]).toMatch(/^\[::1\]:\d+$/);
    const path = subject.name === "ws" ? "/sub" : "";
    const client = await connectClient({
      url: `${subject.name}://${transport.addresses[1]}${path}`,
    });
    clients.push(client);
    await waitFor(() => events.opened.length === 1);
    expect(events.opened[0]?.remoteAddress).toBe("::1");
  });

  it("takes a free port that can be taken again right after clients were closed", async () => {
    const { transport, connect } = await run(subject);
    const { client, connection } = await connect();
    connection.close(CloseCode.GoingAway, "restart");
    await client.closed;
    transport.stopListening();
    const port = Number(transport.addresses[0]?.split(":")[1]);
    const again = await run(subject, { bind: [{ host: "127.0.0.1", port }] });
    await again.connect();
  });

  it("stops listening without touching those who are connected", async () => {
    const { transport, events, connect } = await run(subject);
    const { client, connection } = await connect();
    transport.stopListening();
    expect(await refused(transport.addresses[0] ?? "")).toBe(true);
    connection.send(packet(1000, "hello", 0));
    await client.waitFor((message) => message.text === "hello");
    expect(events.closed).toEqual([]);
  });
}

/** Whether nobody listens on `address`. */
function refused(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(address.split(":").at(-1)), "127.0.0.1");
    socket.once("error", () => resolve(true));
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
  });
}
