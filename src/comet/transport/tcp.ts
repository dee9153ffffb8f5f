/**
 * goim's TCP port on node:net: packets one after another, in and out. Packets that a client sends
 * while it is paused wait in the kernel; at most one read's worth waits here.
 */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../../kit/clock.ts";
import { addressText } from "../../kit/config-values.ts";
import type { Log } from "../../kit/log.ts";
import { plainAddress } from "../../kit/plain-address.ts";
import { CloseCode } from "../../protocol/close-code.ts";
import { type FrameLimits, PacketReader } from "../../protocol/frame.ts";
import { encodeClosing } from "../../protocol/v2.ts";
import { listenFault } from "./address.ts";
import { closeForFault, deliver, nextConnectionId } from "./inbound.ts";
import { Lingering } from "./lingering.ts";
import { ProxyHeaders } from "./proxy-headers.ts";
import type {
  Connection,
  Transport,
  TransportEvents,
  TransportOptions,
  TransportStats,
} from "./transport.ts";
import { WaitingSocket } from "./waiting-socket.ts";

export interface TcpOptions extends TransportOptions {
  /** Idle time before the kernel probes whether the client is still there, ms; 0 = never. */
  readonly keepAliveMs: number;
  /** Sends small writes at once (TCP_NODELAY). */
  readonly noDelay: boolean;
  /** Connections the kernel keeps before they are accepted. */
  readonly backlog: number;
  /** How long a closed connection may take to read what waits for it, ms; then it is cut. */
  readonly closeLingerMs: number;
  /** How long a balancer may take to send its PROXY header, ms. Default 8000. */
  readonly headerTimeoutMs?: number;
}

export interface TcpDeps {
  readonly log: Log;
  readonly clock: Clock;
}

/** Connections closed between two yields while stopping. */
const STOP_SLICE = 500;
const HEADER_TIMEOUT_MS = 8_000;
const EMPTY = Buffer.alloc(0);

/** What every connection of one transport shares, so that each holds one pointer. */
interface Shared {
  readonly stats: TransportStats;
  readonly open: Set<TcpConnection>;
  readonly lingering: Lingering;
  readonly limits: Readonly<Record<1 | 2, FrameLimits>>;
  readonly sendBytesMax: number;
  readonly events: TransportEvents;
  readonly log: Log;
  readonly clock: Clock;
  /** The last buffer that was sent, as node:net wants it: a flush goes to thousands of sockets. */
  bytes: Uint8Array;
  buffer: Buffer;
}

/** A socket knows its connection, so that its listeners are functions all sockets share. */
const connectionOf: unique symbol = Symbol("connection");
type OwnedSocket = Socket & { [connectionOf]: TcpConnection };

class TcpConnection implements Connection {
  readonly id = nextConnectionId();
  readonly remoteAddress: string;
  cookie = "";
  origin = "";
  owner: unknown = undefined;
  readonly #shared: Shared;
  readonly #socket: Socket;
  readonly #reader: PacketReader;
  #version: 1 | 2 = 1;
  #closed = false;
  #paused = false;
  /** Packets are being handed up: a pause or resume from there must not start a second round. */
  #reading = false;
  /** A write is out that tells when everything before it is with the kernel. */
  #awaitsDrain = false;
  #overflowed = false;
  /** Buffers that go out together; undefined: each at once. */
  #gathered: Uint8Array[] | undefined = undefined;

  constructor(shared: Shared, socket: Socket, remoteAddress: string) {
    this.#shared = shared;
    this.#socket = socket;
    this.#reader = new PacketReader(shared.limits[1]);
    this.remoteAddress = remoteAddress;
  }

  get transport(): "tcp" {
    return "tcp";
  }

  get version(): 1 | 2 {
    return this.#version;
  }

  upgrade(): void {
    this.#version = 2;
    this.#reader.setLimits(this.#shared.limits[2]);
  }

  send(bytes: Uint8Array): number {
    if (this.#closed) return 0;
    const socket = this.#socket;
    if (this.#overflowed) return socket.writableLength;
    if (socket.writableLength > this.#shared.sendBytesMax) return this.#overflow();
    this.#shared.stats.bytesOut += bytes.length;
    if (this.#gathered !== undefined) {
      this.#gathered.push(bytes);
      return bytes.length + socket.writableLength;
    }
    socket.write(asBuffer(this.#shared, bytes));
    const waiting = socket.writableLength;
    if (waiting > 0 && !this.#awaitsDrain) this.#awaitDrain();
    return waiting;
  }

  bufferedBytes(): number {
    return this.#closed ? 0 : this.#socket.writableLength;
  }

  together(work: () => void): void {
    if (this.#closed) {
      work();
      return;
    }
    this.#gathered = [];
    try {
      work();
    } finally {
      this.#release();
    }
    if (!this.#closed && this.#socket.writableLength === 0) this.#shared.events.onDrain(this);
  }

  pause(): void {
    if (this.#closed || this.#paused) return;
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (this.#closed || !this.#paused) return;
    this.#paused = false;
    // Not from here: the caller may be in the middle of something a packet would disturb.
    this.#shared.clock.yield(() => this.#goOn());
  }

  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.#release();
    if (this.#version === 2 && code !== CloseCode.Normal) this.send(encodeClosing(code, reason));
    this.#ended(code, reason);
    this.#shared.lingering.add(this.#socket);
    // What still comes is read and thrown away: unread bytes would turn the FIN into a reset.
    this.#socket.resume();
    this.#socket.end();
  }

  received(chunk: Uint8Array): void {
    if (this.#closed) return;
    this.#shared.stats.bytesIn += chunk.length;
    this.#reader.push(chunk);
    this.#read();
  }

  /** The client will send no more: it is leaving, even if it still reads. */
  finished(): void {
    const whole = this.#reader.pendingBytes === 0;
    this.close(CloseCode.Normal, whole ? "client closed" : "client closed inside a packet");
  }

  /** The socket is gone. */
  lost(reason: string): void {
    if (this.#closed) return;
    if (this.#overflowed) this.#ended(CloseCode.Slow, "more bytes wait than the transport allows");
    else this.#ended(CloseCode.Normal, reason);
  }

  /** Writes what was gathered. */
  #release(): void {
    const gathered = this.#gathered;
    this.#gathered = undefined;
    if (gathered === undefined || gathered.length === 0) return;
    this.#socket.write(Buffer.concat(gathered));
    if (this.#socket.writableLength > 0 && !this.#awaitsDrain) this.#awaitDrain();
  }

  #goOn(): void {
    if (this.#closed || this.#paused) return;
    this.#read();
    if (!this.#closed && !this.#paused) this.#socket.resume();
  }

  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    while (!this.#closed && !this.#paused) {
      const packet = this.#reader.next();
      if (packet === undefined) break;
      if (typeof packet === "string") closeForFault(this, packet);
      else deliver(this, packet, this.#shared);
    }
    this.#reading = false;
  }

  /**
   * node:net's own "drain" only comes after more than a high-water mark waited; a write of nothing
   * behind what waits tells the moment in every case.
   */
  #awaitDrain(): void {
    this.#awaitsDrain = true;
    this.#socket.write(EMPTY, (error) => {
      this.#awaitsDrain = false;
      if (this.#closed || error != null) return;
      if (this.#socket.writableLength > 0) this.#awaitDrain();
      else this.#shared.events.onDrain(this);
    });
  }

  #overflow(): number {
    this.#overflowed = true;
    this.#shared.clock.yield(() => this.#socket.resetAndDestroy());
    return this.#socket.writableLength;
  }

  #ended(code: number, reason: string): void {
    this.#closed = true;
    this.#shared.open.delete(this);
    this.#shared.events.onClose(this, code, reason);
  }
}

function asBuffer(shared: Shared, bytes: Uint8Array): Buffer {
  if (bytes !== shared.bytes) {
    shared.bytes = bytes;
    shared.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  return shared.buffer;
}

function onData(this: OwnedSocket, chunk: Buffer): void {
  this[connectionOf].received(chunk);
}

function onEnd(this: OwnedSocket): void {
  this[connectionOf].finished();
}

/** "close" follows; without this listener a reset would end the process. */
function onError(this: OwnedSocket, error: NodeJS.ErrnoException): void {
  this[connectionOf].lost(error.code === "ECONNRESET" ? "connection reset" : error.message);
}

function onClose(this: OwnedSocket): void {
  this[connectionOf].lost("connection lost");
}

class TcpTransport implements Transport {
  readonly name = "tcp";
  readonly stats: TransportStats = { accepted: 0, refused: 0, bytesIn: 0, bytesOut: 0 };
  readonly #addresses: string[] = [];
  readonly #options: TcpOptions;
  readonly #deps: TcpDeps;
  readonly #open = new Set<TcpConnection>();
  readonly #waiting = new Set<WaitingSocket>();
  readonly #lingering: Lingering;
  readonly #headers: ProxyHeaders;
  #servers: Server[] = [];

  constructor(options: TcpOptions, deps: TcpDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#lingering = new Lingering(options.closeLingerMs, deps.clock);
    this.#headers = new ProxyHeaders(options.headerTimeoutMs ?? HEADER_TIMEOUT_MS, {
      clock: deps.clock,
      onRefused: (text) => {
        this.stats.refused += 1;
        deps.log.debug({ reason: text }, "a balancer's connection was refused");
      },
    });
  }

  get addresses(): readonly string[] {
    return this.#addresses;
  }

  async start(events: TransportEvents): Promise<void> {
    const { bodyBytesMax } = this.#options;
    const shared: Shared = {
      stats: this.stats,
      open: this.#open,
      lingering: this.#lingering,
      limits: { 1: { bodyBytesMax }, 2: { bodyBytesMax, version: 2 } },
      sendBytesMax: this.#options.sendBytesMax,
      events,
      log: this.#deps.log,
      clock: this.#deps.clock,
      bytes: EMPTY,
      buffer: EMPTY,
    };
    try {
      for (const { host, port } of this.#options.bind) await this.#listen(host, port, shared);
    } catch (error) {
      this.stopListening();
      throw error;
    }
  }

  stopListening(): void {
    for (const server of this.#servers) server.close();
    this.#servers = [];
  }

  async stop(): Promise<void> {
    this.stopListening();
    this.#headers.stop();
    for (const socket of [...this.#waiting]) socket.refuse();
    let closed = 0;
    for (const connection of this.#open) {
      connection.close(CloseCode.GoingAway, "the server is stopping");
      closed += 1;
      if (closed % STOP_SLICE === 0) {
        await new Promise<void>((done) => this.#deps.clock.yield(done));
      }
    }
    await this.#lingering.empty();
  }

  #listen(host: string, port: number, shared: Shared): Promise<void> {
    const { keepAliveMs, noDelay, backlog, exclusive } = this.#options;
    const server = createServer({
      noDelay,
      keepAlive: keepAliveMs > 0,
      keepAliveInitialDelay: keepAliveMs,
      // Nothing is read of who has to wait.
      pauseOnConnect: true,
    });
    server.on("connection", (socket) => this.#accept(socket, shared));
    return new Promise((resolve, reject) => {
      server.once("error", (error) => {
        reject(listenFault("tcp", addressText({ host, port }), error));
      });
      server.listen({ host, port, backlog, exclusive }, () => {
        server.removeAllListeners("error");
        // Out of file descriptors, mostly: the client sees a closed socket and comes back.
        server.on("error", (error) => {
          this.stats.refused += 1;
          this.#deps.log.warn({ err: error }, "a TCP connection could not be accepted");
        });
        this.#servers.push(server);
        const bound = server.address() as AddressInfo;
        const address = addressText({ host, port: bound.port });
        this.#addresses.push(address);
        this.#deps.log.info({ listen: "tcp", address }, "listening");
        resolve();
      });
    });
  }

  #accept(socket: Socket, shared: Shared): void {
    const remoteAddress = socket.remoteAddress;
    if (remoteAddress === undefined) {
      this.stats.refused += 1;
      socket.destroy();
      return;
    }
    shared.events.arrivals?.breathe();
    const peer = plainAddress(remoteAddress);
    const { behind } = this.#options;
    if (behind?.proxyProtocol !== true || !behind.proxies.has(peer)) {
      this.#arrive(socket, peer, shared);
      return;
    }
    // Whose turn it is, is known then.
    this.#headers.wait(socket, (address, rest) => {
      this.#arrive(socket, address ?? peer, shared, rest);
    });
    socket.resume();
  }

  /** `rest`: what was read of it. */
  #arrive(socket: Socket, address: string, shared: Shared, rest: Buffer = EMPTY): void {
    const connection = new TcpConnection(shared, socket, address);
    const { arrivals } = shared.events;
    if (arrivals === undefined || arrivals.pass()) {
      this.#begin(socket, connection, shared, rest);
      return;
    }
    const waits = new WaitingSocket(connection, socket, {
      ...{ arrivals, waiting: this.#waiting },
      begin: () => this.#begin(socket, connection, shared, rest),
      onRefused: () => {
        this.stats.refused += 1;
      },
    });
    arrivals.wait(waits);
  }

  #begin(socket: Socket, connection: TcpConnection, shared: Shared, rest: Buffer): void {
    const owned = Object.assign(socket, { [connectionOf]: connection });
    owned.on("data", onData);
    owned.on("end", onEnd);
    owned.on("error", onError);
    owned.on("close", onClose);
    this.#open.add(connection);
    this.stats.accepted += 1;
    socket.resume();
    shared.events.onOpen(connection);
    if (rest.length > 0) connection.received(rest);
  }
}

export function createTcpTransport(options: TcpOptions, deps: TcpDeps): Transport {
  return new TcpTransport(options, deps);
}
