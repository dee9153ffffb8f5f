/**
 * goim's WebSocket on uWebSockets.js: one binary frame out per `send`; text and binary frames in
 * are read alike, and a frame may hold several packets. What uWebSockets.js decides by itself:
 * - pings are answered at once; frames may be continued; nothing is compressed, no subprotocol;
 * - an unmasked client frame is read as if it were masked (goim takes it as it is), so it becomes
 *   garbage or waits for more bytes; browsers and libraries always mask;
 * - a text frame must be UTF-8, and a frame above `messageBytesMax` or against RFC 6455 ends the
 *   connection without a close frame;
 * - after a close it waits at most 4 s for what is buffered and for the client's FIN.
 */
import { type Clock, sleep } from "../../kit/clock.ts";
import { addressText } from "../../kit/config-values.ts";
import type { Log } from "../../kit/log.ts";
import { CloseCode } from "../../protocol/close-code.ts";
import { type FrameLimits, readPackets } from "../../protocol/frame.ts";
import { encodeClosing } from "../../protocol/v2.ts";
import { bindError, freePortOf, listenFault } from "./address.ts";
import { clientAddress } from "./client-address.ts";
import { closeForFault, deliver, nextConnectionId } from "./inbound.ts";
import type {
  Connection,
  Transport,
  TransportEvents,
  TransportOptions,
  TransportStats,
} from "./transport.ts";
import {
  originFault,
  refusalOf,
  refuse,
  SOCKET_PATH,
  upgradeFault,
  WaitingUpgrade,
} from "./upgrade.ts";
import { loadUws, type UwsModule, type us_listen_socket, type WebSocket } from "./uws.ts";

export interface WebSocketOptions extends TransportOptions {
  /**
   * Largest frame from a client, bytes: room for one packet at least, for a pipelined batch better.
   */
  readonly messageBytesMax: number;
  /**
   * Pages that may connect: `https://example.com`, `https://*.example.com`; empty means all. Who is
   * no page sends no Origin and is not asked for one.
   */
  readonly origins?: readonly string[];
  /** How long `stop` lets close frames reach their clients before it cuts, ms. */
  readonly stopLingerMs: number;
}

export interface WebSocketDeps {
  readonly log: Log;
  readonly clock: Clock;
  /** The native module; tests of the load failure give another. */
  readonly load?: () => Promise<UwsModule>;
}

/** Connections closed between two yields while stopping. */
const STOP_SLICE = 500;
/** The reason of a close frame, bytes (RFC 6455, 5.5). */
const REASON_BYTES_MAX = 123;
/** What uWebSockets.js answers to a send; 0 says that a part waits. */
const SENT = 1;
const DROPPED = 2;

/** What every connection of one transport shares, so that each holds one pointer. */
interface Shared {
  readonly stats: TransportStats;
  readonly open: Set<WebSocketConnection>;
  readonly limits: Readonly<Record<1 | 2, FrameLimits>>;
  readonly events: TransportEvents;
  readonly log: Log;
  readonly clock: Clock;
  /** `clock.monotonic()` of the last connection that ended. */
  lastEndMs: number;
}

/** uWebSockets.js copies the own keys of this to the socket, so a class must be inside of it. */
interface SocketData {
  readonly connection: WebSocketConnection;
}

type Socket = WebSocket<SocketData>;

class WebSocketConnection implements Connection {
  readonly id = nextConnectionId();
  readonly remoteAddress: string;
  cookie: string;
  origin: string;
  owner: unknown = undefined;
  version: 1 | 2 = 1;
  readonly #shared: Shared;
  /** Undefined before the upgrade is done and after the end: the native object is dead then. */
  #socket: Socket | undefined;
  /** Bytes were dropped at the hard limit; uWebSockets.js ends the connection in its next round. */
  #overflowed = false;
  /** Sends gather until the work that makes them is done. */
  #together = false;
  /** The code we close with; 0 = the other side, or uWebSockets.js, ends it. */
  #closeCode = 0;

  constructor(shared: Shared, remoteAddress: string, cookie: string, origin: string) {
    this.#shared = shared;
    this.remoteAddress = remoteAddress;
    this.cookie = cookie;
    this.origin = origin;
  }

  get transport(): "ws" {
    return "ws";
  }

  get closed(): boolean {
    return this.#socket === undefined;
  }

  send(bytes: Uint8Array): number {
    const socket = this.#socket;
    if (socket === undefined) return 0;
    const status = this.#overflowed ? DROPPED : socket.send(bytes, true);
    if (status === DROPPED) this.#overflowed = true;
    else this.#shared.stats.bytesOut += bytes.length;
    if (this.#together) return bytes.length + socket.getBufferedAmount();
    return status === SENT ? 0 : socket.getBufferedAmount();
  }

  together(work: () => void): void {
    const socket = this.#socket;
    if (socket === undefined) {
      work();
      return;
    }
    this.#together = true;
    try {
      socket.cork(work);
    } finally {
      this.#together = false;
    }
    if (this.#socket !== undefined) this.drained();
  }

  bufferedBytes(): number {
    return this.#socket?.getBufferedAmount() ?? 0;
  }

  /** uWebSockets.js cannot stop reading a WebSocket. */
  pause(): void {}

  resume(): void {}

  upgrade(): void {
    this.version = 2;
  }

  close(code: number, reason: string): void {
    if (this.#socket === undefined) return;
    if (this.version === 2) this.send(encodeClosing(code, reason));
    this.#closeCode = code;
    this.#socket.end(code, shortened(reason));
  }

  opened(socket: Socket): void {
    this.#socket = socket;
    this.#shared.open.add(this);
    this.#shared.stats.accepted += 1;
    this.#shared.events.onOpen(this);
  }

  received(message: ArrayBuffer): void {
    const shared = this.#shared;
    shared.stats.bytesIn += message.byteLength;
    const { packets, fault } = readPackets(new Uint8Array(message), shared.limits[this.version]);
    for (const packet of packets) {
      if (this.closed) return;
      deliver(this, packet, shared);
    }
    if (fault !== undefined) closeForFault(this, fault);
  }

  drained(): void {
    if (this.bufferedBytes() === 0) this.#shared.events.onDrain(this);
  }

  /** `code` and `reason` are ours when we closed; else what the client or uWebSockets.js said. */
  ended(code: number, reason: string): void {
    const shared = this.#shared;
    this.#socket = undefined;
    shared.open.delete(this);
    shared.lastEndMs = shared.clock.monotonic();
    if (this.#closeCode !== 0) shared.events.onClose(this, this.#closeCode, reason);
    else if (this.#overflowed) {
      shared.events.onClose(this, CloseCode.Slow, "more bytes wait than the transport allows");
    } else if (code === NO_CLOSE_FRAME) {
      shared.events.onClose(this, codeOf(reason), reason || "connection reset");
    } else shared.events.onClose(this, CloseCode.Normal, `client closed (${code})`);
  }
}

/** What uWebSockets.js reports when no close frame came: its reason tells whose fault it was. */
const NO_CLOSE_FRAME = 1006;

function codeOf(reason: string): CloseCode {
  if (reason.includes("too big")) return CloseCode.TooLarge;
  return reason.includes("invalid") ? CloseCode.Malformed : CloseCode.Normal;
}

/** Cut to what a close frame holds, at a character's boundary. */
function shortened(reason: string): string {
  if (reason.length * 3 <= REASON_BYTES_MAX) return reason;
  const room = new Uint8Array(REASON_BYTES_MAX);
  return reason.slice(0, new TextEncoder().encodeInto(reason, room).read);
}

class WebSocketTransport implements Transport {
  readonly name = "ws";
  readonly stats: TransportStats = { accepted: 0, refused: 0, bytesIn: 0, bytesOut: 0 };
  readonly #addresses: string[] = [];
  readonly #options: WebSocketOptions;
  readonly #deps: WebSocketDeps;
  readonly #open = new Set<WebSocketConnection>();
  #listening: us_listen_socket[] = [];
  #shared: Shared | undefined;
  #uws: UwsModule | undefined;
  #app: ReturnType<UwsModule["App"]> | undefined;

  constructor(options: WebSocketOptions, deps: WebSocketDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  get addresses(): readonly string[] {
    return this.#addresses;
  }

  async start(events: TransportEvents): Promise<void> {
    const { log, clock, load } = this.#deps;
    const { bodyBytesMax } = this.#options;
    const uws = await loadUws(load);
    this.#uws = uws;
    this.#shared = {
      ...{ stats: this.stats, open: this.#open, events, log, clock },
      limits: { 1: { bodyBytesMax }, 2: { bodyBytesMax, version: 2 } },
      lastEndMs: Number.NEGATIVE_INFINITY,
    };
    this.#app = this.#createApp(uws, this.#shared);
    try {
      for (const { host, port } of this.#options.bind) await this.#listen(host, port);
    } catch (error) {
      this.stopListening();
      throw error;
    }
  }

  stopListening(): void {
    for (const socket of this.#listening) this.#uws?.us_listen_socket_close(socket);
    this.#listening = [];
  }

  async stop(): Promise<void> {
    this.stopListening();
    const { clock } = this.#deps;
    let closed = 0;
    for (const connection of this.#open) {
      connection.close(CloseCode.GoingAway, "the server is stopping");
      closed += 1;
      if (closed % STOP_SLICE === 0) await new Promise<void>((done) => clock.yield(done));
    }
    const lastEndMs = this.#shared?.lastEndMs ?? Number.NEGATIVE_INFINITY;
    const lingerMs = lastEndMs + this.#options.stopLingerMs - clock.monotonic();
    if (lingerMs > 0) await sleep(clock, lingerMs);
    // Node aborts when it exits while uWebSockets.js has sockets: this closes the last of them.
    this.#app?.close();
    this.#app = undefined;
  }

  /** One plain app. A TLS one (`SSLApp` with certificate files) would take the same behaviour. */
  #createApp(uws: UwsModule, shared: Shared): ReturnType<UwsModule["App"]> {
    const app = uws.App();
    app.ws<SocketData>(SOCKET_PATH, {
      compression: uws.DISABLED,
      maxPayloadLength: this.#options.messageBytesMax,
      maxBackpressure: this.#options.sendBytesMax,
      closeOnBackpressureLimit: true,
      // Life is judged by goim's heartbeat. With 0, pings must be off too: their margin underflows.
      idleTimeout: 0,
      sendPingsAutomatically: false,
      upgrade: (response, request, context) => {
        const origin = request.getHeader("origin");
        const fault = upgradeFault(request) ?? originFault(origin, this.#options.origins);
        if (fault !== undefined) {
          this.stats.refused += 1;
          refuse(response, fault);
          return;
        }
        const address = clientAddress(request, response, this.#options.behind);
        const cookie = request.getHeader("cookie");
        const connection = new WebSocketConnection(shared, address, cookie, origin);
        const key = request.getHeader("sec-websocket-key");
        const upgrade = () => response.upgrade({ connection }, key, "", "", context);
        const { arrivals } = shared.events;
        arrivals?.breathe();
        if (arrivals === undefined || arrivals.pass()) upgrade();
        else {
          const onRefused = () => this.#refused();
          arrivals.wait(new WaitingUpgrade(connection, response, { arrivals, upgrade, onRefused }));
        }
      },
      open: (socket) => socket.getUserData().connection.opened(socket),
      message: (socket, message) => socket.getUserData().connection.received(message),
      drain: (socket) => socket.getUserData().connection.drained(),
      close: (socket, code, reason) => {
        socket.getUserData().connection.ended(code, Buffer.from(reason).toString("utf8"));
      },
    });
    app.any("/*", (response, request) => {
      this.stats.refused += 1;
      refuse(response, refusalOf(request));
    });
    return app;
  }

  #refused(): void {
    this.stats.refused += 1;
  }

  async #listen(host: string, port: number): Promise<void> {
    const uws = this.#uws as UwsModule;
    const socket = port === 0 ? await this.#bindFree(host) : await this.#bind(host, port);
    if (socket === false) {
      throw listenFault("ws", addressText({ host, port }), await bindError(host, port));
    }
    this.#listening.push(socket);
    const address = addressText({ host, port: uws.us_socket_local_port(socket) });
    this.#addresses.push(address);
    this.#deps.log.info({ listen: "ws", address }, "listening");
  }

  #bind(host: string, port: number): Promise<us_listen_socket | false> {
    return new Promise((resolve) => {
      // The declared overloads lack this one: host, port, options, callback.
      const app = this.#app as unknown as {
        listen(
          host: string,
          port: number,
          options: number,
          listening: (socket: us_listen_socket | false) => void,
        ): void;
      };
      app.listen(host, port, this.#options.exclusive ? EXCLUSIVE : SHARED_PORT, resolve);
    });
  }

  /** Somebody may take the free port before we do: then another one. */
  async #bindFree(host: string): Promise<us_listen_socket | false> {
    for (let tries = 0; tries < FREE_PORT_TRIES; tries++) {
      try {
        const socket = await this.#bind(host, await freePortOf(host));
        if (socket !== false) return socket;
      } catch (error) {
        throw listenFault("ws", addressText({ host, port: 0 }), error);
      }
    }
    return false;
  }
}

/** LIBUS_LISTEN_EXCLUSIVE_PORT; the default shares a port between processes by SO_REUSEPORT. */
const EXCLUSIVE = 1;
const SHARED_PORT = 0;
const FREE_PORT_TRIES = 5;

export function createWebSocketTransport(
  options: WebSocketOptions,
  deps: WebSocketDeps,
): Transport {
  return new WebSocketTransport(options, deps);
}
