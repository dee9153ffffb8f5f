import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import {
  encodePacket,
  type FrameLimits,
  type Packet,
  PacketReader,
  readPackets,
} from "../../src/protocol/frame.ts";
import { Operation } from "../../src/protocol/operation.ts";

export interface ClientOptions {
  /** `ws://host:port/sub` or `tcp://host:port`. */
  readonly url: string;
  /** Body of the auth packet; anything but text and bytes is sent as JSON. */
  readonly token?: unknown;
  /** Bound of every wait, ms; 10 s when left out. */
  readonly timeoutMs?: number;
  /** Request headers of the WebSocket upgrade. */
  readonly headers?: Record<string, string>;
  /** Protocol version asked for at login; 1 when left out. */
  readonly version?: 1 | 2;
}

/** A pushed message. */
export interface Received {
  readonly op: number;
  readonly body: Buffer;
  readonly text: string;
  /** Version 2: number of the log, and the position in it. */
  readonly log?: number;
  readonly offset?: number;
  /** `performance.now()` when it was read. */
  readonly atMs: number;
}

/** How a connection ended; on TCP the code is 1005 for an orderly end and 1006 for a reset. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A part of the byte stream as the transport gave it: a WebSocket frame or a TCP chunk. */
export interface RawFrame {
  readonly bytes: Buffer;
  readonly binary: boolean;
}

/** A connection without a protocol. */
export interface Wire {
  write(bytes: Uint8Array | string): void;
  /** Orderly: a close frame or FIN. */
  end(): void;
  /** RST, no goodbye. */
  destroy(): void;
  pause(): void;
  resume(): void;
}

export interface WireEvents {
  onBytes(frame: RawFrame): void;
  onClosed(closed: Closed): void;
}

interface Waiter {
  check(): boolean;
  fail(error: Error): void;
}

/**
 * A goim client; client-v2.ts has what only version 2 asks for. It checks nothing by itself: tests
 * look at what it kept.
 */
export class TestClient {
  readonly transport: "ws" | "tcp";
  /** Pushed messages in the order they came, taken out of op 9 where they came in one. */
  readonly messages: Received[] = [];
  /** Packets that answer something, in the order they came; in version 2 all that are no push. */
  readonly replies: Packet[] = [];
  /** Everything as it came: proof of op 9 frames on WebSocket and of bare packets on TCP. */
  readonly raw: RawFrame[] = [];
  readonly closed: Promise<Closed>;
  /** Set once the connection has ended. */
  end: Closed | undefined;
  readonly #options: ClientOptions;
  readonly #limits: FrameLimits;
  readonly #reader: PacketReader;
  readonly #waiters = new Set<Waiter>();
  #wire: Wire | undefined;
  #seq = 0;
  #resolveClosed: (closed: Closed) => void = () => {};

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#limits = { bodyBytesMax: 1 << 26, version: options.version ?? 1 };
    this.#reader = new PacketReader(this.#limits);
    this.transport = options.url.startsWith("tcp:") ? "tcp" : "ws";
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  async open(): Promise<void> {
    const events: WireEvents = {
      onBytes: (frame) => this.#take(frame),
      onClosed: (closed) => this.#ended(closed),
    };
    this.#wire = await openWire(this.#options, events);
  }

  /** Sends op 7; resolves with the auth reply. */
  auth(token: unknown = this.#options.token ?? {}): Promise<Packet> {
    const plain = typeof token === "string" || token instanceof Uint8Array;
    return this.request(Operation.Auth, plain ? token : JSON.stringify(token));
  }

  /** Resolves with the online count of the heartbeat reply. */
  async heartbeat(): Promise<number> {
    const reply = await this.request(Operation.Heartbeat);
    return Buffer.from(reply.body).readInt32BE(0);
  }

  changeRoom(roomId: string): Promise<Packet> {
    return this.request(Operation.ChangeRoom, roomId);
  }

  sub(...ops: number[]): Promise<Packet> {
    return this.request(Operation.Sub, ops.join(","));
  }

  unsub(...ops: number[]): Promise<Packet> {
    return this.request(Operation.Unsub, ops.join(","));
  }

  /** Sends a packet and waits for its answer: the next op for goim's pairs, else the same op. */
  async request(op: number, body: string | Uint8Array = ""): Promise<Packet> {
    return await this.answer(this.send(op, body), op);
  }

  /** The answer to the packet of `op` with this seq, or the error packet in its place. */
  async answer(seq: number, op: number): Promise<Packet> {
    const wanted = this.#pairs().has(op) ? op + 1 : op;
    return await this.#wait(
      () =>
        this.replies.find((reply) => {
          return reply.seq === seq && (reply.op === wanted || reply.op === Operation.Error);
        }),
      `the answer to op ${op}`,
    );
  }

  /** Sends a packet; returns its seq. */
  send(op: number, body: string | Uint8Array = ""): number {
    this.#seq += 1;
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    this.write(encodePacket({ ver: this.#options.version ?? 1, op, seq: this.#seq, body: bytes }));
    return this.#seq;
  }

  /** A number for a packet that the caller writes itself. */
  nextSeq(): number {
    this.#seq += 1;
    return this.#seq;
  }

  /** The first reply, past or to come, that `predicate` accepts. */
  waitForReply(predicate: (packet: Packet) => boolean, timeoutMs?: number): Promise<Packet> {
    return this.#wait(() => this.replies.find(predicate), "a packet", timeoutMs);
  }

  /** Sends bytes as they are: one WebSocket frame (text stays a text frame) or TCP bytes. */
  write(bytes: Uint8Array | string): void {
    if (this.#wire === undefined) throw new Error("the client is not open");
    this.#wire.write(bytes);
  }

  /** The first message, past or to come, that `predicate` accepts. */
  waitFor(predicate: (message: Received) => boolean, timeoutMs?: number): Promise<Received> {
    return this.#wait(() => this.messages.find(predicate), "a message", timeoutMs);
  }

  /** Resolves when at least `count` messages were received. */
  async waitForCount(count: number, timeoutMs?: number): Promise<readonly Received[]> {
    await this.#wait(
      () => this.messages.length >= count || undefined,
      `${count} messages`,
      timeoutMs,
    );
    return this.messages;
  }

  /** Stops reading, so that the server meets backpressure. */
  pause(): void {
    this.#wire?.pause();
  }

  resume(): void {
    this.#wire?.resume();
  }

  /** Closes in order and waits for the end. */
  async close(): Promise<Closed> {
    this.#wire?.end();
    return await this.closed;
  }

  /** Resets the connection. */
  destroy(): void {
    this.#wire?.destroy();
  }

  #pairs(): ReadonlySet<number> {
    const common = [Operation.Heartbeat, Operation.Auth, Operation.Sub, Operation.Unsub];
    const one = [Operation.ChangeRoom];
    const two = [4, Operation.Ack, Operation.Join, Operation.Leave, Operation.History];
    const all = [...two, Operation.Refresh];
    return new Set<number>([...common, ...(this.#options.version === 2 ? all : one)]);
  }

  #take(frame: RawFrame): void {
    this.raw.push(frame);
    if (this.transport === "ws") {
      for (const packet of wellFormed(frame.bytes, this.#limits)) this.#sort(packet);
    } else {
      this.#reader.push(frame.bytes);
      for (;;) {
        const packet = this.#reader.next();
        if (packet === undefined) break;
        if (typeof packet === "string") throw new Error(`the server sent bad bytes: ${packet}`);
        this.#sort(packet);
      }
    }
    for (const waiter of this.#waiters) if (waiter.check()) this.#waiters.delete(waiter);
  }

  /** Replies have a seq above 0 here, pushes 0; op 9 is opened. */
  #sort(packet: Packet): void {
    if (packet.op === Operation.Raw) {
      for (const inner of wellFormed(packet.body, this.#limits)) this.#sort(inner);
      return;
    }
    const body = Buffer.from(packet.body);
    const { op, seq, offset } = packet;
    if (this.#options.version === 2) {
      if (offset === undefined) this.replies.push({ ...packet, body });
      else this.#keep({ op, body, log: seq, offset });
    } else if (packet.seq !== 0) this.replies.push({ ...packet, body });
    else this.#keep({ op, body });
  }

  #keep(message: Omit<Received, "text" | "atMs">): void {
    const text = message.body.toString("utf8");
    this.messages.push({ ...message, text, atMs: performance.now() });
  }

  #ended(closed: Closed): void {
    if (this.end !== undefined) return;
    this.end = closed;
    this.#resolveClosed(closed);
    for (const waiter of this.#waiters) {
      waiter.fail(new Error(`the connection ended: ${closed.code} ${closed.reason}`));
    }
    this.#waiters.clear();
  }

  #wait<T>(look: () => T | undefined, what: string, timeoutMs?: number): Promise<T> {
    const boundMs = timeoutMs ?? this.#options.timeoutMs ?? 10_000;
    return new Promise((resolve, reject) => {
      const at = look();
      if (at !== undefined) return resolve(at);
      if (this.end !== undefined) return reject(new Error(`already closed: ${this.end.code}`));
      const fail = (error: Error) => {
        clearTimeout(timer);
        reject(error);
      };
      const waiter: Waiter = {
        check: () => {
          const found = look();
          if (found === undefined) return false;
          clearTimeout(timer);
          resolve(found);
          return true;
        },
        fail,
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        fail(new Error(`${what} did not come within ${boundMs} ms`));
      }, boundMs);
      this.#waiters.add(waiter);
      return undefined;
    });
  }
}

function wellFormed(bytes: Uint8Array, limits: FrameLimits): readonly Packet[] {
  const { packets, fault } = readPackets(bytes, limits);
  if (fault !== undefined && bytes.length > 0)
    throw new Error(`the server sent bad bytes: ${fault}`);
  return packets;
}

/** Connects over what the address names. */
export function openWire(options: ClientOptions, events: WireEvents): Promise<Wire> {
  return options.url.startsWith("tcp:") ? openTcp(options, events) : openWebSocket(options, events);
}

function openTcp(options: ClientOptions, events: WireEvents): Promise<Wire> {
  const { hostname, port } = new URL(options.url);
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host: bareHost(hostname), port: Number(port), noDelay: true });
    let failure = "";
    socket.on("error", (error) => {
      failure = error.message;
      reject(error);
    });
    socket.on("data", (bytes) => events.onBytes({ bytes: Buffer.from(bytes), binary: true }));
    socket.on("close", (hadError) => {
      events.onClosed({ code: hadError ? 1006 : 1005, reason: failure });
    });
    socket.on("connect", () => {
      resolve({
        write: (bytes) => socket.write(bytes),
        end: () => socket.end(),
        destroy: () => socket.resetAndDestroy(),
        pause: () => socket.pause(),
        resume: () => socket.resume(),
      });
    });
  });
}

function openWebSocket(options: ClientOptions, events: WireEvents): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(options.url, {
      headers: options.headers ?? {},
      perMessageDeflate: false,
      handshakeTimeout: options.timeoutMs ?? 10_000,
    });
    socket.binaryType = "nodebuffer";
    let raw: Socket | undefined;
    socket.on("upgrade", (response) => {
      raw = response.socket as Socket;
    });
    socket.on("error", reject);
    socket.on("message", (data, binary) => events.onBytes({ bytes: data as Buffer, binary }));
    socket.on("close", (code, reason) => events.onClosed({ code, reason: reason.toString() }));
    socket.on("open", () => {
      resolve({
        write: (bytes) => socket.send(bytes, { binary: typeof bytes !== "string" }),
        end: () => socket.close(1000),
        destroy: () => (raw === undefined ? socket.terminate() : raw.resetAndDestroy()),
        pause: () => raw?.pause(),
        resume: () => raw?.resume(),
      });
    });
  });
}

/** `[::1]` as node:net wants it. */
function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

/** A connected client that has not said who it is; call `auth()`. */
export async function connectClient(options: ClientOptions): Promise<TestClient> {
  const client = new TestClient(options);
  await client.open();
  return client;
}

/** A connected client whose token was accepted. */
export async function connectAndAuth(options: ClientOptions): Promise<TestClient> {
  const client = await connectClient(options);
  await client.auth();
  return client;
}
