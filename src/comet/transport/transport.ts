/**
 * What comet asks of a transport and what a transport tells comet. websocket.ts (uWebSockets.js)
 * and tcp.ts (node:net) fulfil it and pass one suite, test/contract/transport.ts.
 */

import type { Proxies } from "../../kit/proxies.ts";
import type { Packet } from "../../protocol/frame.ts";

/** One socket. Kept small: there are hundreds of thousands of them. */
export interface Connection {
  /** Unique within the process's life. */
  readonly id: number;
  readonly transport: "ws" | "tcp";
  /** Address of the client, without port; an IPv4 client is never shown as IPv6. */
  readonly remoteAddress: string;
  /**
   * The upgrade request's Cookie header; "" on TCP. It may be kilobytes, so whoever has used it
   * sets it to "".
   */
  cookie: string;
  /** Its Origin header, as the cookie. */
  origin: string;
  /** Protocol version: 1 until `upgrade` is called. */
  readonly version: 1 | 2;
  /** Whatever comet hangs on the connection; the transport does not look at it. */
  owner: unknown;
  /**
   * Hands bytes to the socket: one WebSocket frame, or bytes of the TCP stream. The buffer may be
   * shared with other sockets and is not changed. Never blocks and calls nothing back; returns
   * bytes that now wait in this process for the socket (0 = all with the kernel). Nothing happens
   * on a closed connection. Once more than `sendBytesMax` wait the bytes are dropped and the
   * connection ends soon after with CloseCode.Slow.
   */
  send(bytes: Uint8Array): number;
  /** Bytes that wait in this process for the socket. */
  bufferedBytes(): number;
  /**
   * What `work` sends goes to the kernel together, when it returns; until then `send` says that it
   * waits. If nothing waits any more onDrain is called before this returns.
   */
  together(work: () => void): void;
  /**
   * Stops and resumes reading, where the transport can (TCP); elsewhere nothing happens. No packet
   * comes while paused, also none that was read before; after resume they come in order, later.
   */
  pause(): void;
  resume(): void;
  /**
   * From the next packet on this connection speaks version 2: headers of 24 bytes are taken, and a
   * closing packet is sent before `close` closes. What came in the same WebSocket frame was read.
   */
  upgrade(): void;
  /**
   * Sends what waits where possible, then closes. onClose is called with this code and reason
   * before close returns; what waits is still sent after that, for a bounded time. Later calls do
   * nothing.
   */
  close(code: number, reason: string): void;
}

/** Why a connection is not made: too many wait, its address has too many, or the comet ends. */
export type ArrivalFault = "crowded" | "limited" | "ending";

/** A client that asks for a connection and waits for its turn. */
export interface Arrival {
  /** The connection that it is to become. */
  readonly connection: Connection;
  /** It does not wait any more. */
  readonly gone: boolean;
  /** Makes the connection; onOpen follows. */
  take(): void;
  refuse(fault: ArrivalFault): void;
}

export interface ArrivalGate {
  /** To be called for everyone who comes: thousands may in one turn of the event loop. */
  breathe(): void;
  /** Whether a connection may be made at once; if so, its turn is taken. */
  pass(): boolean;
  /** Takes it in its turn, or refuses it. */
  wait(arrival: Arrival): void;
  /** It waited, and its client has gone. */
  left(arrival: Arrival): void;
}

export interface TransportEvents {
  /** Who is asked before a connection is made; without it nobody is. */
  readonly arrivals?: ArrivalGate | undefined;
  onOpen(connection: Connection): void;
  /** `packet.body` is valid only during the call: copy it to keep it. */
  onPacket(connection: Connection, packet: Packet): void;
  /** Everything that waited has been handed to the kernel. */
  onDrain(connection: Connection): void;
  /**
   * Exactly once per onOpen, whoever closed. The code is one of CloseCode: a client that closes, or
   * is lost, is Normal whatever number its close frame had; the reason says which it was.
   */
  onClose(connection: Connection, code: number, reason: string): void;
}

/** Counters a transport keeps as plain numbers; comet exposes them. */
export interface TransportStats {
  accepted: number;
  refused: number;
  bytesIn: number;
  bytesOut: number;
}

/** What both transports are told. */
export interface TransportOptions {
  readonly bind: readonly { readonly host: string; readonly port: number }[];
  /** Largest body a client may send, bytes. */
  readonly bodyBytesMax: number;
  /**
   * Hard limit of what waits for one socket, bytes; choose it above comet's own bound, which is the
   * one that decides. It may be passed by the last buffer that was sent.
   */
  readonly sendBytesMax: number;
  /** Refuses a port that another process of ours shares; false lets workers share it. */
  readonly exclusive: boolean;
  /** Balancers in front. Default: none, and a peer's address is the client's. */
  readonly behind?: Behind;
}

/** Whose word about a client's address is taken, and in which form. */
export interface Behind {
  readonly proxies: Proxies;
  readonly proxyProtocol: boolean;
  /** WebSocket only. */
  readonly forwardedFor: boolean;
}

export interface Transport {
  readonly name: "ws" | "tcp";
  /** Addresses listened on, `host:port`, known after start. */
  readonly addresses: readonly string[];
  readonly stats: TransportStats;
  /** Listens on every configured address; rejects with a sentence that names a busy one. */
  start(events: TransportEvents): Promise<void>;
  /** Closes the listening sockets only. */
  stopListening(): void;
  /**
   * Closes everything (CloseCode.GoingAway for those still open); resolves when every onClose was
   * called and what waited was sent or given up.
   */
  stop(): Promise<void>;
}
