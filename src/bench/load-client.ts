import { connect, type Socket } from "node:net";
import { encodePacket } from "../protocol/frame.ts";
import { Operation } from "../protocol/operation.ts";
import { clientFrame, type OnPacket, walkFrames, walkPackets } from "./packets.ts";

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
  /** A pushed message; its body lies between `at` and `end`. */
  onPush(client: LoadClient, bytes: Buffer, at: number, end: number): void;
  /** Once, also before onReady. */
  onClosed(client: LoadClient, reason: string): void;
}

const EMPTY = Buffer.alloc(0);
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
/** What RFC 6455 makes of KEY. */
const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/** A goim v1 client that costs as little as it can: thousands share a machine with the server. */
export class LoadClient {
  readonly index: number;
  readonly #target: Target;
  readonly #token: string;
  readonly #events: LoadClientEvents;
  readonly #socket: Socket;
  #upgraded: boolean;
  #ready = false;
  #closed = false;
  /** Bytes of a packet or frame that is not whole yet. */
  #rest: Buffer = EMPTY;

  constructor(index: number, target: Target, token: string, events: LoadClientEvents) {
    this.index = index;
    this.#target = target;
    this.#token = token;
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

  /** Ends a login that takes too long; nothing happens after the auth reply. */
  giveUp(reason: string): void {
    if (this.#ready || this.#closed) return;
    this.#ended(reason);
    this.#socket.destroy();
  }

  heartbeat(): void {
    if (this.ready) this.#send(Operation.Heartbeat, EMPTY);
  }

  close(): void {
    this.#closed = true;
    this.#socket.destroy();
  }

  #connected(): void {
    if (this.#upgraded) {
      this.#send(Operation.Auth, Buffer.from(this.#token));
      return;
    }
    this.#socket.write(
      `GET ${this.#target.path} HTTP/1.1\r\nHost: ${this.#target.host}:${this.#target.port}\r\n` +
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
        `Sec-WebSocket-Key: ${KEY}\r\n\r\n`,
    );
  }

  #send(op: number, body: Uint8Array): void {
    const packet = encodePacket({ ver: 1, op, seq: 1, body });
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
    this.#send(Operation.Auth, Buffer.from(this.#token));
    return bytes.subarray(end + 4);
  }

  readonly #onPacket: OnPacket = (op, bytes, at, end) => {
    if (op === Operation.AuthReply && !this.#ready) {
      this.#ready = true;
      this.#events.onReady(this);
    } else if (op !== Operation.HeartbeatReply) this.#events.onPush(this, bytes, at, end);
  };

  #ended(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events.onClosed(this, reason);
  }
}
