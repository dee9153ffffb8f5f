import { connect, type Socket } from "node:net";
import { encodePacket } from "../protocol/frame.ts";
import { Operation } from "../protocol/operation.ts";
import { encodeAck } from "../protocol/v2.ts";
import { nowMs } from "./message.ts";
import { clientFrame, NONE, type OnPacket, walkFrames, walkPackets } from "./packets.ts";

/** How a client logs in. */
export interface Login {
  readonly token: string;
  /** Protocol version asked for. */
  readonly version: 1 | 2;
}

/** Where a client connects to. */
export interface Target {
  readonly transport: "ws" | "tcp";
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** One address has about 28,000 ports for one server; loopback has more addresses. */
  readonly localAddress?: string;
}

export interface LoadClientEvents {
  /** The auth reply is here. */
  onReady(client: LoadClient): void;
  /** A pushed message; its body lies between `at` and `end`. `offset`: version 2, else NONE. */
  onPush(client: LoadClient, bytes: Buffer, at: number, end: number, offset: number): void;
  /** An acknowledgement was stored; version 2. */
  onAcked?(client: LoadClient): void;
  /** Once, also before onReady. */
  onClosed(client: LoadClient, reason: string): void;
}

const EMPTY = Buffer.alloc(0);
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
/** What RFC 6455 makes of KEY. */
const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/** A goim client that costs as little as it can: thousands share a machine with the server. */
export class LoadClient {
  readonly index: number;
  readonly #target: Target;
  readonly #login: Login;
  readonly #events: LoadClientEvents;
  readonly #socket: Socket;
  #upgraded: boolean;
  #ready = false;
  #closed = false;
  #authAtMs = 0;
  /** Bytes of a packet or frame that is not whole yet. */
  #rest: Buffer = EMPTY;

  constructor(index: number, target: Target, login: Login, events: LoadClientEvents) {
    this.index = index;
    this.#target = target;
    this.#login = login;
    this.#events = events;
    this.#upgraded = target.transport === "tcp";
    const { host, port, localAddress } = target;
    this.#socket = connect({ host, port, noDelay: true, ...(localAddress && { localAddress }) });
    this.#socket.on("connect", () => this.#connected());
    this.#socket.on("data", (chunk: Buffer) => this.#received(chunk));
    this.#socket.on("error", (error) => this.#ended(error.message));
    this.#socket.on("close", () => this.#ended("closed by the server"));
  }

  get ready(): boolean {
    return this.#ready && !this.#closed;
  }

  /** Whether the login was answered, whatever came later. */
  get wasReady(): boolean {
    return this.#ready;
  }

  /** When the auth packet was sent, `nowMs`. */
  get authAtMs(): number {
    return this.#authAtMs;
  }

  /** Ends a login that takes too long; nothing happens after the auth reply. */
  giveUp(reason: string): void {
    if (this.#ready || this.#closed) return;
    this.#ended(reason);
    this.#socket.destroy();
  }

  heartbeat(): void {
    if (this.ready) this.#send(Operation.Heartbeat, EMPTY);
  }

  /** Version 2: everything of the user's log up to here is done with. */
  ack(offset: number): void {
    if (this.ready) this.#write(encodeAck(1, offset));
  }

  /** Stops reading, so that the server meets backpressure. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#closed = true;
    this.#socket.destroy();
  }

  #connected(): void {
    if (this.#upgraded) {
      this.#auth();
      return;
    }
    this.#socket.write(
      `GET ${this.#target.path} HTTP/1.1\r\nHost: ${this.#target.host}:${this.#target.port}\r\n` +
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
        `Sec-WebSocket-Key: ${KEY}\r\n\r\n`,
    );
  }

  #auth(): void {
    this.#authAtMs = nowMs();
    this.#send(Operation.Auth, Buffer.from(this.#login.token));
  }

  #send(op: number, body: Uint8Array): void {
    this.#write(encodePacket({ ver: this.#login.version, op, seq: 1, body }));
  }

  #write(packet: Uint8Array): void {
    this.#socket.write(this.#target.transport === "ws" ? clientFrame(packet) : packet);
  }

  #received(chunk: Buffer): void {
    if (this.#closed) return;
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#upgraded) {
      const after = this.#answered(bytes);
      if (after === undefined) return;
      bytes = after;
    }
    try {
      const used =
        this.#target.transport === "ws"
          ? walkFrames(bytes, this.#onPacket)
          : walkPackets(bytes, 0, bytes.length, this.#onPacket);
      // A copy, so that a few bytes do not keep a whole read alive.
      this.#rest = used === bytes.length ? EMPTY : Buffer.from(bytes.subarray(used));
    } catch (error) {
      this.#ended(error instanceof Error ? error.message : String(error));
      this.#socket.destroy();
    }
  }

  /** What follows the answer to the upgrade, once that is whole. */
  #answered(bytes: Buffer): Buffer | undefined {
    const end = bytes.indexOf("\r\n\r\n");
    if (end < 0) {
      this.#rest = bytes;
      return undefined;
    }
    const head = bytes.subarray(0, end).toString("latin1");
    if (!head.startsWith("HTTP/1.1 101") || !head.includes(ACCEPT)) {
      this.#ended(`no WebSocket there: ${head.split("\r\n")[0]}`);
      this.#socket.destroy();
      return undefined;
    }
    this.#upgraded = true;
    this.#rest = EMPTY;
    this.#auth();
    return bytes.subarray(end + 4);
  }

  readonly #onPacket: OnPacket = (op, bytes, at, end, offset) => {
    if (op === Operation.AuthReply && !this.#ready) {
      this.#ready = true;
      this.#events.onReady(this);
    } else if (this.#login.version === 1) {
      if (op !== Operation.HeartbeatReply) this.#events.onPush(this, bytes, at, end, offset);
    } else if (offset !== NONE) this.#events.onPush(this, bytes, at, end, offset);
    else if (op === Operation.AckReply) this.#events.onAcked?.(this);
  };

  #ended(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events.onClosed(this, reason);
  }
}
